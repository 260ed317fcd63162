//===- RansVectors.h - All states of a round at once --------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_SUPPORT_CODING_RANSVECTORS_H
#define QUANTC_SUPPORT_CODING_RANSVECTORS_H

#include "quantc/Support/Coding/Rans.h"

#if defined(__x86_64__)
// g++ 12 takes the undefined vectors of its own header for mistakes.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#endif

#include <immintrin.h>

namespace quantc {

/// As decodeRounds, for CPUs that have AVX-512F and BW: 16 states a vector.
/// Words go to the states that take one in order, by an expansion.
__attribute__((target("avx512f,avx512bw"), noinline)) inline int64_t
decodeRoundsAVX512(RansStream &stream, const RansTable &table, int8_t *out,
                   int64_t rounds) {
  constexpr int64_t kMostBytes = kRansStates * detail::kWordBytes;
  constexpr int kLanes = 16, kVectors = kRansStates / kLanes;
  const __m512i mask = _mm512_set1_epi32(kRansTotal - 1);
  const __m512i least = _mm512_set1_epi32(kLeastRansState);
  __m512i states[kVectors];
  for (int vector = 0; vector < kVectors; ++vector)
    states[vector] = _mm512_loadu_si512(stream.states + kLanes * vector);
  const uint8_t *next = stream.next;
  int64_t round = 0;
  for (; round < rounds && stream.end - next >= kMostBytes; ++round) {
    for (int vector = 0; vector < kVectors; ++vector) {
      __m512i state = states[vector];
      __m512i slot = _mm512_i32gather_epi32(_mm512_and_si512(state, mask),
                                            table.slots, sizeof(uint32_t));
      _mm_storeu_si128(
          reinterpret_cast<__m128i *>(out),
          _mm512_cvtepi32_epi8(_mm512_srli_epi32(slot, 2 * kRansTableBits)));
      out += kLanes;
      __m512i frequency =
          _mm512_and_si512(_mm512_srli_epi32(slot, kRansTableBits), mask);
      state = _mm512_add_epi32(
          _mm512_mullo_epi32(frequency,
                             _mm512_srli_epi32(state, kRansTableBits)),
          _mm512_and_si512(slot, mask));
      __mmask16 takes = _mm512_cmplt_epu32_mask(state, least);
      __m512i words = _mm512_cvtepu16_epi32(
          _mm256_loadu_si256(reinterpret_cast<const __m256i *>(next)));
      states[vector] =
          _mm512_mask_or_epi32(state, takes, _mm512_slli_epi32(state, 16),
                               _mm512_maskz_expand_epi32(takes, words));
      next += detail::kWordBytes * __builtin_popcount(takes);
    }
  }
  for (int vector = 0; vector < kVectors; ++vector)
    _mm512_storeu_si512(stream.states + kLanes * vector, states[vector]);
  stream.next = next;
  return round;
}

} // namespace quantc

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif

#endif // defined(__x86_64__)

#endif // QUANTC_SUPPORT_CODING_RANSVECTORS_H
