//===- RepairGroup.h - One group of a repaired layer ---------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_COMPRESS_REPAIRGROUP_H
#define QUANTC_LIB_COMPRESS_REPAIRGROUP_H

#include "Matrix.h"

#include "quantc/Compress/Repair.h"

namespace quantc::compress {

/// Weights of one group that give its targets best, and how errors of them add
/// up.
struct RepairedGroup {
  Vector inputMean, targetMean;
  Matrix weights; // outputs x depth
  Matrix metric;
  bool isConstant = false; // the inputs: the weights are as they were
};

RepairedGroup repairGroup(const ObservedLayer &layer, int64_t index);

/// How much more the mean of an error counts in `layer`; with one position all
/// errors are means.
double coherenceOf(const Geometry &geometry, const Sensitivity &sensitivity);

/// Whether inputs with this metric and mean are constant, but for roundings.
bool isConstant(const Matrix &metric, const Vector &inputMean);

/// What is added to the diagonal of `metric`, which so many samples were seen
/// for, while weights are corrected.
double chooseRidge(const Matrix &metric, int64_t samples);

} // namespace quantc::compress

#endif // QUANTC_LIB_COMPRESS_REPAIRGROUP_H
