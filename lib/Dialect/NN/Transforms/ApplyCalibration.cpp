//===- ApplyCalibration.cpp - Ranges from a calibration record ----------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Dialect/NN/Transforms/Passes.h"

namespace quantc::nn {
#define GEN_PASS_DEF_APPLYCALIBRATION
#include "quantc/Dialect/NN/Transforms/Passes.h.inc"
} // namespace quantc::nn
namespace {
struct ApplyCalibration
    : quantc::nn::impl::ApplyCalibrationBase<ApplyCalibration> {
  using Base::Base;
  void runOnOperation() override {}
};
} // namespace
