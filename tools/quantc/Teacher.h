//===- Teacher.h - The float network that is imitated ---------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_TOOLS_QUANTC_TEACHER_H
#define QUANTC_TOOLS_QUANTC_TEACHER_H

#include "SampleRunner.h"
#include "Scratch.h"

#include "quantc/Compress/Divergence.h"
#include "quantc/Compress/Sensitivity.h"
#include "quantc/Compress/Windows.h"
#include "quantc/Pipelines/Compressible.h"
#include "quantc/Pipelines/Model.h"

#include <optional>

namespace quantc {

/// What the float network gives on calibration inputs, and how sensitive it is
/// to errors in its layers.
struct Teacher {
  bool isProbability = false; // what the network answers, else logits
  int64_t samples = 0;
  std::vector<std::vector<uint8_t>> inputs; // of the network, sample by sample
  compress::Answers answers;
  double temperature = 1;
  struct Layer {
    compress::Sampling sampling;
    compress::Observations outputs;
    compress::Observations shortcut; // empty without one
    compress::Sensitivity sensitivity;
  };
  std::vector<Layer> layers;
};

/// Samples that layers are probed on.
constexpr int64_t kProbedSamples = 128;

/// What the teacher says of its first samples.
Teacher takeSamples(const Teacher &teacher, int64_t count);

/// Appends what a network answers to a sample: its first output, as logits, or
/// as probabilities where `isProbability`.
void addAnswers(const std::vector<uint8_t> &output, bool isProbability,
                compress::Answers &answers);

/// Runs the numbered network `network`, at a stage from `float` to
/// `calibrated`, on the samples of `data`, and probes its layers, with their
/// progress on standard error. Failure after a diagnostic.
mlir::FailureOr<Teacher> askTeacher(Network &network,
                                    llvm::ArrayRef<CompressibleLayer> layers,
                                    const std::string &data, Scratch &scratch);

} // namespace quantc

#endif // QUANTC_TOOLS_QUANTC_TEACHER_H
