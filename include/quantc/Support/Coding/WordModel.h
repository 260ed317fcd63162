//===- WordModel.h - Numbers of 32 bits ---------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Biases, multipliers and the like: a word is one of those that the tensor had
// before, or how large it is is modelled, and its other bits are as they are.
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_SUPPORT_CODING_WORDMODEL_H
#define QUANTC_SUPPORT_CODING_WORDMODEL_H

#include "quantc/Support/Coding/AdaptiveBits.h"

namespace quantc {

class WordModel {
public:
  /// Codes `count` words, of f32 or of i32, that all end with `zeros` bits 0,
  /// fewer than kMantissaBits.
  template <typename CoderT>
  void code(CoderT &coder, const AdaptiveTables &tables, int8_t *words,
            uint64_t count, bool isReal, uint32_t zeros) {
    Kind &kind = kinds[isReal];
    Earlier earlier;
    bool wasEarlier = false;
    for (uint64_t index = 0; index < count; ++index) {
      uint32_t word = 0, place = kEarlier;
      if constexpr (!CoderT::kDecodes) {
        __builtin_memcpy(&word, words + index * sizeof(word), sizeof(word));
        place = earlier.find(word);
      }
      wasEarlier =
          codeBit(coder, tables, kind.repeats[wasEarlier], place < kEarlier);
      if (wasEarlier) {
        word = earlier.words[kind.places.code(coder, tables, place)];
      } else {
        word = isReal ? codeReal(coder, tables, word, zeros)
                      : codeInteger(coder, tables, word, zeros);
        earlier.add(word);
      }
      if constexpr (CoderT::kDecodes)
        __builtin_memcpy(words + index * sizeof(word), &word, sizeof(word));
    }
  }

  static constexpr uint32_t kMantissaBits = 23; // of f32

private:
  static constexpr int32_t kPlaceBits = 6;
  static constexpr uint32_t kEarlier = 1 << kPlaceBits;

  /// The last kEarlier different words.
  struct Earlier {
    uint32_t words[kEarlier] = {};
    uint32_t added = 0;

    /// kEarlier where it is not among them.
    uint32_t find(uint32_t word) const {
      for (uint32_t place = 0; place < kEarlier && place < added; ++place)
        if (words[place] == word)
          return place;
      return kEarlier;
    }
    void add(uint32_t word) { words[added++ % kEarlier] = word; }
  };

  template <typename CoderT>
  uint32_t codeReal(CoderT &coder, const AdaptiveTables &tables, uint32_t word,
                    uint32_t zeros) {
    uint32_t high = exponents.code(coder, tables, word >> kMantissaBits);
    uint32_t mantissa = word & ((1u << kMantissaBits) - 1);
    mantissa = codeBits(coder, mantissa >> zeros, kMantissaBits - zeros)
               << zeros;
    return high << kMantissaBits | mantissa;
  }

  template <typename CoderT>
  uint32_t codeInteger(CoderT &coder, const AdaptiveTables &tables,
                       uint32_t word, uint32_t zeros) {
    bool isNegative = word >> 31;
    uint32_t magnitude = isNegative ? 0 - word : word;
    isNegative = codeBit(coder, tables, signs, isNegative);
    magnitude = magnitudes.code(coder, tables, magnitude >> zeros) << zeros;
    return isNegative ? 0 - magnitude : magnitude;
  }

  /// What the tensors of a kind have in common.
  struct Kind {
    Counter repeats[2];
    SymbolTree<kPlaceBits> places;
  };
  Kind kinds[2];
  SymbolTree<9> exponents; // and sign
  NumberTree magnitudes;
  Counter signs;
};

} // namespace quantc

#endif // QUANTC_SUPPORT_CODING_WORDMODEL_H
