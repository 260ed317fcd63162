//===- SectionEncoder.h - Codes the constants of a network --------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_SUPPORT_CODING_SECTIONENCODER_H
#define QUANTC_SUPPORT_CODING_SECTIONENCODER_H

#include "quantc/Support/Coding/Section.h"

#include <vector>

namespace quantc {

/// A tensor to code, with one element at least.
struct PlainTensor {
  enum class Type { I8, I32, F32 };

  Type type;
  LevelShape shape; // of words: rows only
  const int8_t *data;

  uint64_t countBytes() const {
    return shape.elements() * (type == Type::I8 ? 1 : sizeof(uint32_t));
  }
};

/// What SectionDecoder reads.
struct CodedSection {
  std::vector<uint8_t> bytes;
  std::vector<double> tensorBytes; // what each takes in `bytes`, about
  uint64_t scratchBytes = 0; // as SectionDecoder::countMemoryBytes takes it
};

/// Codes `tensors`, each as the encoding says, which fits its type.
CodedSection encodeSection(const std::vector<PlainTensor> &tensors,
                           const std::vector<Encoding> &encodings);

/// How the tensors are coded if all i8 are so: by context, or by frequencies.
std::vector<Encoding> listEncodings(const std::vector<PlainTensor> &tensors,
                                    Encoding ofLevels);

/// Levels that a core decodes in a millisecond, at least, on a CPU of 2.3 GHz;
/// two bits each (docs/benchmarks.md).
constexpr double kContextLevelsPerMillisecond = 15e3;
constexpr double kRansLevelsPerMillisecond = 300e3;

/// The encodings that give the fewest bytes, but for those that would decode in
/// more than `milliseconds`: of these the tensors that gain least by their
/// contexts have frequencies.
std::vector<Encoding> chooseEncodings(const std::vector<PlainTensor> &tensors,
                                      double milliseconds);

} // namespace quantc

#endif // QUANTC_SUPPORT_CODING_SECTIONENCODER_H
