//===- Student.h - The network that is compressed -------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_TOOLS_QUANTC_STUDENT_H
#define QUANTC_TOOLS_QUANTC_STUDENT_H

#include "SampleRunner.h"
#include "Teacher.h"

#include "quantc/Compress/Repair.h"
#include "quantc/Pipelines/Segments.h"
#include "quantc/Runtime/Host/Progress.h"

#include <functional>

namespace quantc {

/// A network on the calibration inputs, whose layers the host computes, with
/// weights that change from run to run, and whose rest is compiled once.
class Student {
public:
  /// Compiles what is between the numbered layers of `network`, at a stage from
  /// `float` to `qdq`. Null after a diagnostic. What is referred to has to
  /// outlive it.
  static std::unique_ptr<Student>
  create(std::unique_ptr<Network> network,
         llvm::ArrayRef<CompressibleLayer> layers, const Teacher &teacher,
         Scratch &scratch);

  /// The weights that a layer is to have, by what it sees behind those before
  /// it and what the teacher gives there.
  using Solve = std::function<compress::RepairedLayer(
      size_t index, const compress::ObservedLayer &layer)>;

  /// Runs the network, layer after layer, which `progress` counts unless it is
  /// null; what it answers. Nothing, and why in `error`, where a network
  /// reports one.
  std::optional<compress::Answers>
  run(const Solve &solve, host::Progress *progress, std::string &error);

private:
  Student(llvm::ArrayRef<CompressibleLayer> layers, const Teacher &teacher)
      : layers(layers), teacher(teacher) {}

  bool runSegment(size_t index, std::string &error);
  void computeLayer(size_t index, const Solve &solve);
  void releaseAfter(size_t step);
  void findLastUses();
  const uint8_t *at(size_t value, int64_t sample) const;
  uint8_t *at(size_t value, int64_t sample);
  const float *realsAt(size_t value, int64_t sample) const;

  llvm::ArrayRef<CompressibleLayer> layers;
  const Teacher &teacher;
  SegmentedNetwork network;
  std::vector<SampleRunner *> runners; // of segments; null: nothing to run
  std::vector<std::unique_ptr<SampleRunner>> owned;
  /// By the number of the value, sample by sample.
  std::vector<std::vector<uint8_t>> values;
  std::vector<size_t>
      lastUses; // the layer, or last segment, that reads it last
};

} // namespace quantc

#endif // QUANTC_TOOLS_QUANTC_STUDENT_H
