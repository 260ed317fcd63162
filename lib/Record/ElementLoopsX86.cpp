//===- ElementLoopsX86.cpp - Loops of AVX2 and AVX-512 ------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ElementLoopsImpl.h"

using namespace quantc::record;

#if defined(__x86_64__)

#include <immintrin.h>

#define QUANTC_AVX2 [[gnu::target("avx2,popcnt")]]
#define QUANTC_AVX512 [[gnu::target("avx512f,popcnt")]]

namespace {

/// For each set of eight lanes their numbers, one per byte, in order.
struct LaneTable {
  uint64_t lanes[256] = {};

  constexpr LaneTable() {
    for (unsigned set = 0; set < 256; ++set)
      for (unsigned lane = 0, count = 0; lane < 8; ++lane)
        if (set >> lane & 1)
          lanes[set] |= uint64_t{lane} << (8 * count++);
  }
};

constexpr LaneTable kLanesOf;

} // namespace

QUANTC_AVX2 static Extremes findExtremesAVX2(const float *values,
                                             uint64_t count) {
  return extremesOf(values, count);
}

QUANTC_AVX2 static uint64_t listBinsAVX2(const float *values, uint64_t count,
                                         int32_t exponent, int32_t *bins) {
  constexpr uint64_t kLanes = 8;
  binsOf(values, count, exponent, bins);
  // In place: nothing is written that is not read yet.
  int32_t *end = bins;
  uint64_t begin = 0;
  for (; begin + kLanes <= count; begin += kLanes) {
    __m256i bin =
        _mm256_loadu_si256(reinterpret_cast<const __m256i *>(bins + begin));
    __m256i isZero = _mm256_cmpeq_epi32(bin, _mm256_setzero_si256());
    unsigned listed = 0xffu & ~_mm256_movemask_ps(_mm256_castsi256_ps(isZero));
    __m256i order = _mm256_cvtepu8_epi32(
        _mm_cvtsi64_si128(static_cast<int64_t>(kLanesOf.lanes[listed])));
    _mm256_storeu_si256(reinterpret_cast<__m256i *>(end),
                        _mm256_permutevar8x32_epi32(bin, order));
    end += _mm_popcnt_u32(listed);
  }
  for (; begin < count; ++begin)
    *end++ = bins[begin];
  return end - bins;
}

QUANTC_AVX512 static Extremes findExtremesAVX512(const float *values,
                                                 uint64_t count) {
  return extremesOf(values, count);
}

QUANTC_AVX512 static uint64_t listBinsAVX512(const float *values,
                                             uint64_t count, int32_t exponent,
                                             int32_t *bins) {
  constexpr uint64_t kLanes = 16;
  constexpr __mmask16 kAll = UINT16_MAX;
  constexpr int kDown = _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC;
  __m512 inverse = _mm512_set1_ps(std::ldexp(1.0f, -exponent));
  int32_t *end = bins;
  uint64_t begin = 0;
  for (; begin + kLanes <= count; begin += kLanes) {
    // The product is exact but where it underflows; rounded down, it stays in
    // its bin.
    __m512 scaled = _mm512_maskz_mul_round_ps(
        kAll, _mm512_loadu_ps(values + begin), inverse, kDown);
    __m512i bin = _mm512_maskz_cvt_roundps_epi32(kAll, scaled, kDown);
    __mmask16 listed = _mm512_test_epi32_mask(bin, bin);
    _mm512_storeu_si512(end, _mm512_maskz_compress_epi32(listed, bin));
    end += _mm_popcnt_u32(listed);
  }
  binsOf(values + begin, count - begin, exponent, end);
  return end - bins + (count - begin);
}

void quantc::record::appendX86ElementLoops(std::vector<ElementLoops> &loops) {
  if (__builtin_cpu_supports("avx2"))
    loops.push_back({"avx2", findExtremesAVX2, listBinsAVX2});
  if (__builtin_cpu_supports("avx512f"))
    loops.push_back({"avx512", findExtremesAVX512, listBinsAVX512});
}

#else

void quantc::record::appendX86ElementLoops(std::vector<ElementLoops> &) {}

#endif
