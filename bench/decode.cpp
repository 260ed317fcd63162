//===- decode.cpp - How fast coded weights are decoded ------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   c++ -std=c++17 -Os -I include bench/decode.cpp \
//     build/dev/lib/Support/libQuantcSupport.a -o decode && ./decode
//
// For size, as the decoder in binaries is.
//
// Of 2^22 levels, rounded from a two-sided exponential distribution, prints a
// line for each spread and decoder: the entropy of the levels, what they take
// in a section, both in bits a level, and millions of levels a second of this
// thread's CPU time, the best of several runs.
//
//===----------------------------------------------------------------------===//

#include "quantc/Support/Coding/RansVectors.h"
#include "quantc/Support/Coding/SectionEncoder.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <random>

using namespace quantc;

namespace {

constexpr LevelShape kShape = {512, 1, 8192};
constexpr int kRuns = 5;

double readClock() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) +
         1e-9 * static_cast<double>(time.tv_nsec);
}

std::vector<int8_t> makeLevels(double spread) {
  std::mt19937 random(1);
  std::exponential_distribution<double> magnitudes(1 / spread);
  std::vector<int8_t> levels(kShape.elements());
  for (int8_t &level : levels) {
    double magnitude = std::min(std::round(magnitudes(random)), 127.0);
    level = static_cast<int8_t>(random() % 2 ? magnitude : -magnitude);
  }
  return levels;
}

double countEntropy(const std::vector<int8_t> &levels) {
  double counts[256] = {}, bits = 0;
  for (int8_t level : levels)
    ++counts[static_cast<uint8_t>(level)];
  auto total = static_cast<double>(levels.size());
  for (double count : counts)
    if (count > 0)
      bits += count / total * std::log2(total / count);
  return bits;
}

struct alignas(64) Line {
  uint8_t bytes[64];
};

void time(const char *name, const std::vector<int8_t> &levels,
          Encoding encoding, SectionDecoder::DecodeRounds rounds) {
  std::vector<PlainTensor> tensors = {
      {PlainTensor::Type::I8, kShape, levels.data()}};
  CodedSection section = encodeSection(tensors, {encoding});
  uint64_t bytes = SectionDecoder::countMemoryBytes(section.scratchBytes);
  std::vector<Line> memory(bytes / sizeof(Line) + 1);
  std::vector<int8_t> decoded(levels.size());
  double best = HUGE_VAL;
  for (int run = 0; run < kRuns; ++run) {
    double start = readClock();
    SectionDecoder decoder(section.bytes.data(), section.bytes.size(),
                           memory.data()->bytes, bytes, rounds);
    bool isIntact =
        decoder.read(decoded.data(), decoded.size()) && decoder.isComplete();
    best = std::min(best, readClock() - start);
    if (!isIntact || decoded != levels)
      std::abort();
  }
  auto count = static_cast<double>(levels.size());
  std::printf("| %.2f | %.3f | %s | %.0f |\n", countEntropy(levels),
              static_cast<double>(section.bytes.size()) * 8 / count, name,
              count / best / 1e6);
}

} // namespace

int main() {
  std::puts("| entropy | bits a level | decoder | million levels a second |\n"
            "|---|---|---|---|");
  for (double spread : {0.35, 0.7, 1.6, 30.0}) {
    std::vector<int8_t> levels = makeLevels(spread);
    time("context", levels, Encoding::Context, decodeRounds);
    time("rans, scalar", levels, Encoding::Rans, decodeRounds);
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512bw"))
      time("rans, AVX-512", levels, Encoding::Rans, decodeRoundsAVX512);
#endif
  }
}
