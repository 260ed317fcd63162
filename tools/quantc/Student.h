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

#include "quantc/Compress/Layer.h"
#include "quantc/Pipelines/Segments.h"

namespace quantc {

/// The int8 network on the calibration inputs, whose layers the host computes,
/// with weights that change from run to run, and whose rest is compiled once.
class Student {
public:
  /// Compiles what is between the layers of the numbered network `network`, at
  /// stage `calibrated`, on its way by `options`. Null after a diagnostic. What
  /// is referred to has to outlive it.
  static std::unique_ptr<Student>
  create(Network &network, const PipelineOptions &options,
         llvm::ArrayRef<CompressibleLayer> layers, const Teacher &teacher,
         Scratch &scratch);

  struct Result {
    std::vector<compress::CompressedLayer> layers;
    compress::Answers answers;
  };
  /// Compresses the layers one after the other, each behind those before it.
  /// Nothing, and why in `error`, where a network reports one.
  std::optional<Result> compress(const compress::WeightFormat &format,
                                 std::string &error);

private:
  Student(llvm::ArrayRef<CompressibleLayer> layers, const Teacher &teacher)
      : layers(layers), teacher(teacher) {}

  bool runSegment(size_t index, std::string &error);
  compress::CompressedLayer compressLayer(size_t index,
                                          const compress::WeightFormat &format);
  void releaseAfter(size_t step);
  void findLastUses();
  const uint8_t *at(size_t value, int64_t sample) const;
  uint8_t *at(size_t value, int64_t sample);
  const float *realsAt(size_t value, int64_t sample) const;

  llvm::ArrayRef<CompressibleLayer> layers;
  const Teacher &teacher;
  bool isProbability = false;
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
