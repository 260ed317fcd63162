//===- SectionTest.cpp - Round trips of coded constants -----------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Support/Coding/SectionEncoder.h"

#include "quantc/Support/Coding/RansVectors.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <limits>
#include <random>

using namespace quantc;

namespace {

struct Tensor {
  PlainTensor::Type type;
  LevelShape shape;
  std::vector<int8_t> data;
};

struct Coded {
  CodedSection section;
  std::vector<uint64_t> tensorBytes;
};

std::vector<PlainTensor> list(const std::vector<Tensor> &tensors) {
  std::vector<PlainTensor> plain;
  for (const Tensor &tensor : tensors)
    plain.push_back({tensor.type, tensor.shape, tensor.data.data()});
  return plain;
}

/// Whether it can be decoded, and what comes out then.
bool decode(const std::vector<uint8_t> &bytes, uint64_t scratchBytes,
            const std::vector<Tensor> &tensors,
            std::vector<std::vector<int8_t>> &out,
            SectionDecoder::DecodeRounds rounds = decodeRounds) {
  std::vector<uint64_t> memory(
      SectionDecoder::countMemoryBytes(scratchBytes) / sizeof(uint64_t) + 9);
  auto address = reinterpret_cast<uintptr_t>(memory.data());
  auto *aligned = reinterpret_cast<uint8_t *>((address + 63) / 64 * 64);
  SectionDecoder decoder(bytes.data(), bytes.size(), aligned,
                         SectionDecoder::countMemoryBytes(scratchBytes),
                         rounds);
  out.clear();
  for (const Tensor &tensor : tensors) {
    out.emplace_back(tensor.data.size(), int8_t{99});
    if (!decoder.read(out.back().data(), out.back().size()))
      return false;
  }
  return decoder.isComplete();
}

void expectRoundTrip(const std::vector<Tensor> &tensors, Encoding encoding) {
  std::vector<PlainTensor> plain = list(tensors);
  CodedSection section = encodeSection(plain, listEncodings(plain, encoding));
  std::vector<std::vector<int8_t>> out;
  ASSERT_TRUE(decode(section.bytes, section.scratchBytes, tensors, out));
  for (size_t index = 0; index < tensors.size(); ++index)
    EXPECT_EQ(out[index], tensors[index].data) << "of tensor " << index;
}

void expectRoundTrips(const std::vector<Tensor> &tensors) {
  expectRoundTrip(tensors, Encoding::Context);
  expectRoundTrip(tensors, Encoding::Rans);
}

using Random = std::mt19937;

/// Rounded, of a two-sided exponential distribution. By inversion: those of
/// <random> take a logarithm of long double, which a static program for AArch64
/// lacks.
Tensor makeLevels(LevelShape shape, double spread, Random &random) {
  Tensor tensor = {PlainTensor::Type::I8, shape, {}};
  for (uint64_t index = 0; index < shape.elements(); ++index) {
    double uniform = (random() + 1.0) * 0x1p-32;
    auto magnitude =
        static_cast<int>(std::min(-spread * std::log(uniform), 127.0));
    tensor.data.push_back(
        static_cast<int8_t>(random() % 2 ? magnitude : -magnitude));
  }
  return tensor;
}

template <typename T>
Tensor makeWords(PlainTensor::Type type, const std::vector<T> &words) {
  static_assert(sizeof(T) == sizeof(uint32_t));
  Tensor tensor = {type, {static_cast<uint32_t>(words.size()), 1, 1}, {}};
  tensor.data.resize(words.size() * sizeof(T));
  std::memcpy(tensor.data.data(), words.data(), tensor.data.size());
  return tensor;
}

/// A small network.
std::vector<Tensor> makeNetwork(double spread) {
  Random random(7);
  std::vector<int32_t> biases;
  std::vector<float> multipliers;
  for (int32_t channel = 0; channel < 24; ++channel) {
    biases.push_back(static_cast<int32_t>(random() % 100000) - 50000);
    multipliers.push_back(1e-3f * static_cast<float>(random() % 1000));
  }
  return {makeLevels({24, 9, 16}, spread, random),
          makeWords(PlainTensor::Type::I32, biases),
          makeWords(PlainTensor::Type::F32, multipliers),
          makeLevels({10, 1, 24}, spread, random)};
}

TEST(SectionTest, LevelsOfAllSizes) {
  for (double spread : {0.1, 0.5, 1.0, 3.0, 30.0, 300.0})
    expectRoundTrips(makeNetwork(spread));
}

TEST(SectionTest, ShapesOfAllKinds) {
  Random random(1);
  for (LevelShape shape :
       {LevelShape{1, 1, 1}, LevelShape{1, 1, 63}, LevelShape{64, 1, 1},
        LevelShape{65, 1, 1}, LevelShape{1, 200, 1}, LevelShape{7, 9, 1},
        LevelShape{3, 25, 5}, LevelShape{2100, 1, 3}, LevelShape{2, 3, 500}})
    expectRoundTrips({makeLevels(shape, 1.0, random)});
}

// Values that contexts do not expect, and learn the opposite of.
TEST(SectionTest, LevelsThatAreNoWeights) {
  LevelShape shape = {8, 9, 16};
  Tensor extremes = {PlainTensor::Type::I8, shape, {}}, zeros = extremes,
         alternating = extremes, bytes = extremes, late = extremes;
  Random random(2);
  for (uint64_t index = 0; index < shape.elements(); ++index) {
    extremes.data.push_back(random() % 2 ? -128 : 127);
    zeros.data.push_back(0);
    alternating.data.push_back(index % 2 ? 127 : 0);
    bytes.data.push_back(static_cast<int8_t>(random()));
    late.data.push_back(index + 1 == shape.elements() ? -128 : 0);
  }
  expectRoundTrips({extremes, zeros, alternating, bytes, late});
  expectRoundTrips({late, zeros, extremes});
}

TEST(SectionTest, FewLevelsAreRanks) {
  Random random(3);
  for (std::vector<int8_t> levels :
       {std::vector<int8_t>{-128, -100, -61, -44, -30, -21, -9, -2, 3, 8, 17,
                            29, 41, 60, 99, 127},
        {5, 90},
        {-128},
        {-70, -50},
        {40, 41, 42, 127}}) {
    Tensor tensor = {PlainTensor::Type::I8, {24, 9, 16}, {}};
    for (uint64_t index = 0; index < tensor.shape.elements(); ++index)
      tensor.data.push_back(levels[random() % levels.size()]);
    expectRoundTrips({tensor, tensor});
    std::vector<Tensor> tensors = {tensor};
    std::vector<PlainTensor> plain = list(tensors);
    double bits = std::log2(static_cast<double>(levels.size()));
    double entropy = bits * static_cast<double>(tensor.data.size()) / 8;
    EXPECT_LT(static_cast<double>(
                  encodeSection(plain, {Encoding::Context}).bytes.size()),
              1.06 * entropy + 60);
  }
}

TEST(SectionTest, GroupsHaveMultipliers) {
  Random random(4);
  for (int groupSize : {16, 32, 60}) {
    Tensor tensor = {PlainTensor::Type::I8, {40, 2, 93}, {}};
    for (int row = 0; row < 40; ++row)
      for (int column = 0, multiplier = 1; column < 2 * 93; ++column) {
        if (column % groupSize == 0)
          multiplier = static_cast<int>(random() % 15) + 1;
        int level = static_cast<int>(random() % 16) - 8;
        tensor.data.push_back(static_cast<int8_t>(multiplier * level));
      }
    expectRoundTrips({tensor, tensor});
    std::vector<Tensor> tensors = {tensor};
    std::vector<PlainTensor> plain = list(tensors);
    auto elements = static_cast<double>(tensor.data.size());
    double groups = 40 * std::ceil(2 * 93.0 / groupSize);
    for (Encoding encoding : {Encoding::Context, Encoding::Rans})
      EXPECT_LT(
          static_cast<double>(encodeSection(plain, {encoding}).bytes.size()),
          1.03 * (elements * 4 + groups * 4) / 8 + 400);
  }
}

/// Of vectors out of `count` of a size, of which the last in a row may be cut.
Tensor makeVectors(LevelShape shape, uint32_t size, uint32_t count,
                   Random &random) {
  std::vector<std::vector<int8_t>> words(count, std::vector<int8_t>(size));
  for (std::vector<int8_t> &word : words)
    for (int8_t &level : word)
      level = static_cast<int8_t>(random() % 129 - 64);
  Tensor tensor = {PlainTensor::Type::I8, shape, {}};
  for (uint64_t index = 0, word = 0; index < shape.elements(); ++index) {
    uint64_t column = index % shape.depth();
    if (column % size == 0)
      word = random() % count;
    tensor.data.push_back(words[word][column % size]);
  }
  return tensor;
}

TEST(SectionTest, VectorsHaveCodes) {
  Random random(6);
  for (uint32_t size : {2, 4, 8})
    for (uint32_t count : {1, 100, 256}) {
      // With columns that are no multiple, too.
      Tensor tensor = makeVectors({200, 3, 31}, size, count, random);
      expectRoundTrips({tensor, tensor});
      std::vector<Tensor> tensors = {tensor};
      std::vector<PlainTensor> plain = list(tensors);
      double codes = 200 * std::ceil(93.0 / size);
      double bits = codes * std::log2(count) + count * size * 8.0;
      for (Encoding encoding : {Encoding::Context, Encoding::Rans})
        EXPECT_LT(
            static_cast<double>(encodeSection(plain, {encoding}).bytes.size()),
            1.04 * bits / 8 + 500);
    }
}

// As a section might say whose checksum was made to fit.
TEST(SectionTest, VectorsOutsideOfTheirTableAreRefused) {
  Random random(6);
  std::vector<Tensor> tensors = {makeVectors({64, 1, 32}, 4, 30, random)};
  std::vector<PlainTensor> plain = list(tensors);
  std::vector<std::vector<int8_t>> out;
  uint32_t refused = 0;
  for (Encoding encoding : {Encoding::Context, Encoding::Rans}) {
    CodedSection section = encodeSection(plain, {encoding});
    constexpr size_t kBegin = sizeof(uint32_t); // behind the checksum
    for (size_t place = kBegin; place < section.bytes.size(); ++place) {
      std::vector<uint8_t> damaged = section.bytes;
      damaged[place] ^= static_cast<uint8_t>(1 << place % 8);
      uint32_t checksum =
          computeChecksum(damaged.data() + kBegin, damaged.size() - kBegin);
      std::memcpy(damaged.data(), &checksum, sizeof(checksum));
      refused += !decode(damaged, section.scratchBytes, tensors, out);
    }
  }
  EXPECT_GT(refused, 0u);
}

TEST(SectionTest, TablesAreDifferences) {
  Tensor table = {PlainTensor::Type::I8, {256, 1, 1}, {}};
  for (int value = -128; value < 128; ++value)
    table.data.push_back(static_cast<int8_t>(value < 0 ? value / 16 : value));
  std::vector<Tensor> tensors = {table};
  expectRoundTrips(tensors);
  std::vector<PlainTensor> plain = list(tensors);
  CodedSection section =
      encodeSection(plain, listEncodings(plain, Encoding::Context));
  EXPECT_LT(section.bytes.size(), 80u);
}

TEST(SectionTest, WordsOfAllKinds) {
  using Integers = std::numeric_limits<int32_t>;
  using Reals = std::numeric_limits<float>;
  std::vector<int32_t> many;
  std::vector<float> cycle;
  for (int32_t index = 0; index < 200; ++index) {
    many.push_back(index * index * index);
    cycle.push_back(static_cast<float>(index % 70)); // more than are kept
  }
  expectRoundTrips(
      {makeWords<int32_t>(PlainTensor::Type::I32,
                          {0, 1, -1, Integers::max(), Integers::min(),
                           Integers::min(), 1 << 30, -(1 << 30), 0}),
       makeWords(PlainTensor::Type::I32, many),
       makeWords<int32_t>(PlainTensor::Type::I32, {4096, -8192, 12288}),
       makeWords<int32_t>(PlainTensor::Type::I32, {0}),
       makeWords<float>(PlainTensor::Type::F32,
                        {0.0f, -0.0f, 1.0f, Reals::infinity(), Reals::max(),
                         Reals::denorm_min(), Reals::quiet_NaN(), -1.5f}),
       makeWords(PlainTensor::Type::F32, cycle),
       makeWords<float>(PlainTensor::Type::F32, {0.25f, 0.5f, 3.0f})});
}

// Few different multipliers take bits, not words.
TEST(SectionTest, RepeatedWordsAreSmall) {
  std::vector<float> words;
  for (int32_t index = 0; index < 800; ++index)
    words.push_back(index % 3 ? 0.1f : 0.7f);
  std::vector<PlainTensor> plain;
  Tensor tensor = makeWords(PlainTensor::Type::F32, words);
  plain.push_back({tensor.type, tensor.shape, tensor.data.data()});
  CodedSection section =
      encodeSection(plain, listEncodings(plain, Encoding::Context));
  EXPECT_LT(section.bytes.size(), 800u / 8 + 30);
}

// A weight of so many bits needs few more than its entropy.
TEST(SectionTest, SizesAreNearTheEntropy) {
  Random random(3);
  std::vector<Tensor> tensors = {makeLevels({64, 9, 64}, 1.0, random)};
  double counts[256] = {}, bits = 0;
  for (int8_t level : tensors[0].data)
    ++counts[static_cast<uint8_t>(level)];
  double total = static_cast<double>(tensors[0].data.size());
  for (double count : counts)
    if (count > 0)
      bits += count * std::log2(total / count);
  std::vector<PlainTensor> plain = list(tensors);
  for (auto [encoding, most] :
       {std::pair(Encoding::Context, 1.02), std::pair(Encoding::Rans, 1.05)}) {
    double coded =
        encodeSection(plain, listEncodings(plain, encoding)).bytes.size() * 8.0;
    EXPECT_LT(coded, most * bits);
  }
}

TEST(SectionTest, EveryByteIsChecked) {
  std::vector<Tensor> tensors = makeNetwork(1.0);
  std::vector<PlainTensor> plain = list(tensors);
  std::vector<std::vector<int8_t>> out;
  for (Encoding encoding : {Encoding::Context, Encoding::Rans}) {
    CodedSection section = encodeSection(plain, listEncodings(plain, encoding));
    for (size_t place = 0; place < section.bytes.size(); ++place) {
      std::vector<uint8_t> damaged = section.bytes;
      damaged[place] ^= static_cast<uint8_t>(1 << place % 8);
      EXPECT_FALSE(decode(damaged, section.scratchBytes, tensors, out));
      damaged.resize(place);
      EXPECT_FALSE(decode(damaged, section.scratchBytes, tensors, out));
    }
    std::vector<uint8_t> longer = section.bytes;
    longer.push_back(0);
    EXPECT_FALSE(decode(longer, section.scratchBytes, tensors, out));
  }
}

// The checksum may be right, the network another.
TEST(SectionTest, OtherTensorsAreRefused) {
  std::vector<Tensor> tensors = makeNetwork(1.0), others = tensors;
  std::vector<PlainTensor> plain = list(tensors);
  others[1].data.resize(others[1].data.size() + 4);
  std::vector<std::vector<int8_t>> out;
  for (Encoding encoding : {Encoding::Context, Encoding::Rans}) {
    CodedSection section = encodeSection(plain, listEncodings(plain, encoding));
    EXPECT_FALSE(decode(section.bytes, section.scratchBytes, others, out));
    bool needsScratch = encoding == Encoding::Context;
    EXPECT_EQ(decode(section.bytes, section.scratchBytes - needsScratch,
                     tensors, out),
              !needsScratch);
  }
  // Fewer tensors than it has leave words over.
  CodedSection section =
      encodeSection(plain, listEncodings(plain, Encoding::Rans));
  others.pop_back();
  EXPECT_FALSE(decode(section.bytes, section.scratchBytes, others, out));
}

TEST(SectionTest, ABudgetOfTimeChoosesFrequencies) {
  Random random(4);
  std::vector<Tensor> tensors = {makeLevels({16, 9, 64}, 1.0, random),
                                 makeLevels({64, 9, 64}, 1.0, random)};
  std::vector<PlainTensor> plain = list(tensors);
  auto count = [&](double milliseconds) {
    std::vector<Encoding> encodings = chooseEncodings(plain, milliseconds);
    return std::count(encodings.begin(), encodings.end(), Encoding::Rans);
  };
  EXPECT_EQ(count(0), 2);
  EXPECT_EQ(count(1), 1);
  EXPECT_EQ(count(1000), 0);
}

#if defined(__x86_64__)
TEST(SectionTest, VectorsDecodeTheSame) {
  if (!__builtin_cpu_supports("avx512bw"))
    GTEST_SKIP() << "no AVX-512";
  for (double spread : {0.1, 1.0, 30.0}) {
    Random random(5);
    std::vector<Tensor> tensors = {makeLevels({64, 9, 33}, spread, random),
                                   makeLevels({3, 1, 7}, spread, random),
                                   makeLevels({64, 1, 64}, spread, random)};
    std::vector<PlainTensor> plain = list(tensors);
    CodedSection section =
        encodeSection(plain, listEncodings(plain, Encoding::Rans));
    std::vector<std::vector<int8_t>> out;
    ASSERT_TRUE(decode(section.bytes, section.scratchBytes, tensors, out,
                       decodeRoundsAVX512));
    for (size_t index = 0; index < tensors.size(); ++index)
      EXPECT_EQ(out[index], tensors[index].data);
  }
}
#endif

} // namespace
