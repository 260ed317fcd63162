//===- SectionEncoder.cpp - Codes the constants of a network ------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Support/Coding/SectionEncoder.h"

#include "RangeEncoder.h"
#include "RansEncoder.h"

#include "quantc/Support/Levels.h"
#include "quantc/Support/Real.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <memory>
#include <numeric>

using namespace quantc;

namespace {

/// A tensor as it is coded.
struct Plan {
  TensorHeader header;
  std::vector<int8_t> elements;
  RankTable ranks = {};
  std::vector<uint8_t> multipliers; // of multiples
  CodewordTable codewords = {};
  uint16_t frequencies[256] = {};
};

std::vector<int8_t> takeDifferences(const int8_t *elements, uint64_t count) {
  std::vector<int8_t> result(elements, elements + count);
  for (uint64_t index = count; --index > 0;)
    result[index] =
        static_cast<int8_t>(static_cast<uint8_t>(result[index]) -
                            static_cast<uint8_t>(result[index - 1]));
  return result;
}

/// No levels where there are too many, or almost all between 0 and the
/// outermost.
RankTable findRanks(const std::vector<int8_t> &elements) {
  constexpr int64_t kLeastSpread = 2; // places for each level
  Levels levels(elements.data(), static_cast<int64_t>(elements.size()));
  RankTable table = {};
  int64_t places = std::max<int64_t>(0, levels.values[levels.count - 1]) -
                   std::min<int64_t>(0, levels.values[0]) + 1;
  if (levels.count > RankTable::kMost || places < kLeastSpread * levels.count)
    return table;
  table.count = static_cast<uint32_t>(levels.count);
  std::copy_n(levels.values, levels.count, table.levels);
  return table;
}

void takeRanks(const RankTable &table, std::vector<int8_t> &elements) {
  int8_t ranks[256];
  for (uint32_t rank = 0; rank < table.count; ++rank)
    ranks[static_cast<uint8_t>(table.levels[rank])] =
        static_cast<int8_t>(rank - table.rankOfZero());
  for (int8_t &element : elements)
    element = ranks[static_cast<uint8_t>(element)];
}

double countEntropyBits(const std::vector<int8_t> &elements) {
  return quantc::countEntropyBits(
      countSymbols(elements.data(), elements.size()));
}

/// Magnitudes that are left have a mean of 2 to 4, or less.
uint32_t chooseShift(const std::vector<int8_t> &levels) {
  uint64_t sum = 0;
  for (int8_t level : levels)
    sum += std::abs(int32_t{level});
  uint32_t shift = 0;
  constexpr uint64_t kMostMean = 6;
  while (sum >> shift >= kMostMean * levels.size())
    ++shift;
  return shift > 0 ? shift + 1 : 0;
}

uint32_t countCommonZeros(const PlainTensor &tensor) {
  uint32_t bits = 1u << (WordModel::kMantissaBits - 1); // no more than these
  for (uint64_t index = 0; index < tensor.shape.elements(); ++index) {
    uint32_t word;
    __builtin_memcpy(&word, tensor.data + index * sizeof(word), sizeof(word));
    bits |= word;
  }
  return __builtin_ctz(bits);
}

/// The quotients of a tensor by the greatest multiplier of each group.
struct Quotients {
  std::vector<int8_t> elements;
  std::vector<uint8_t> multipliers;
};

Quotients divideGroups(const std::vector<int8_t> &elements, uint64_t depth,
                       uint64_t groupSize) {
  Quotients quotients = {elements, {}};
  for (uint64_t row = 0; row < elements.size(); row += depth)
    for (uint64_t column = 0; column < depth; column += groupSize) {
      int8_t *group = quotients.elements.data() + row + column;
      int8_t *end = group + std::min(groupSize, depth - column);
      int32_t divisor = 0;
      for (int8_t *element = group; element != end; ++element)
        divisor = std::gcd(divisor, int32_t{*element});
      divisor = std::clamp(divisor, 1, 127); // -128 alone is no multiple of it
      if (std::any_of(group, end,
                      [&](int8_t element) { return element % divisor != 0; }))
        divisor = 1;
      for (int8_t *element = group; element != end; ++element)
        *element = static_cast<int8_t>(*element / divisor);
      quotients.multipliers.push_back(static_cast<uint8_t>(divisor));
    }
  return quotients;
}

double countMultiplierBits(const std::vector<uint8_t> &multipliers) {
  return countEntropyBits({multipliers.begin(), multipliers.end()});
}

/// Takes quotients where groups of some size have multipliers that save bits.
/// Few weights that were chosen otherwise have any.
void takeMultiples(Plan &plan) {
  constexpr uint64_t kFirst = 8, kStep = 4, kMost = 256;
  constexpr double kClearly = 0.95;
  double least = kClearly * countEntropyBits(plan.elements);
  std::vector<int8_t> elements = plan.elements;
  uint64_t depth = plan.header.shape.depth();
  for (uint64_t size = kFirst; size <= std::min(kMost, depth); size += kStep) {
    Quotients quotients = divideGroups(elements, depth, size);
    auto ones = static_cast<uint64_t>(std::count(
        quotients.multipliers.begin(), quotients.multipliers.end(), 1));
    if (size == kFirst && 2 * ones > quotients.multipliers.size())
      return;
    double bits = countEntropyBits(quotients.elements) +
                  countMultiplierBits(quotients.multipliers);
    if (bits >= least)
      continue;
    least = bits;
    plan.header.form = Form::Multiples;
    plan.header.groupSize = static_cast<uint32_t>(size);
    plan.elements = std::move(quotients.elements);
    plan.multipliers = std::move(quotients.multipliers);
  }
}

/// The codes of `plan.elements` as vectors of `size` columns. False where there
/// are more than a table holds.
bool findVectors(const Plan &plan, uint32_t size, Plan &found) {
  using Word = std::array<int8_t, CodewordTable::kMostSize>;
  std::map<Word, uint64_t> counts;
  uint64_t depth = plan.header.shape.depth();
  auto forVectors = [&](auto body) {
    bool isTable = true;
    for (uint64_t row = 0; row < plan.elements.size(); row += depth)
      for (uint64_t column = 0; isTable && column < depth; column += size) {
        uint64_t taken = std::min<uint64_t>(size, depth - column);
        Word word = {};
        std::copy_n(plan.elements.data() + row + column, taken, word.data());
        isTable = body(word, taken);
      }
    return isTable;
  };
  // Where the row ends within a vector, whatever begins like it will do.
  auto find = [&](const Word &word, uint64_t taken) {
    auto place = counts.lower_bound(word);
    if (taken == size)
      return place != counts.end() && place->first == word ? place
                                                           : counts.end();
    return std::find_if(counts.begin(), counts.end(), [&](const auto &other) {
      return std::equal(word.begin(), word.begin() + taken,
                        other.first.begin());
    });
  };
  for (bool areWhole : {true, false})
    if (!forVectors([&](const Word &word, uint64_t taken) {
          if (areWhole != (taken == size))
            return true;
          auto place = find(word, taken);
          ++(place == counts.end() ? counts[word] : place->second);
          return counts.size() <= CodewordTable::kMost;
        }))
      return false;
  std::vector<std::pair<Word, uint64_t>> words(counts.begin(), counts.end());
  std::sort(words.begin(), words.end(), [](const auto &a, const auto &b) {
    return std::pair(b.second, a.first) < std::pair(a.second, b.first);
  });
  found.header.form = Form::Vectors;
  found.header.groupSize = size;
  found.codewords.count = static_cast<uint32_t>(words.size());
  found.codewords.size = size;
  for (uint32_t place = 0; place < words.size(); ++place) {
    const Word &word = words[place].first;
    std::copy_n(word.data(), size, found.codewords.levels + place * size);
    counts[word] = place;
  }
  found.elements.clear();
  return forVectors([&](const Word &word, uint64_t taken) {
    auto place = static_cast<uint32_t>(find(word, taken)->second);
    found.elements.push_back(CodewordTable::codeOf(place));
    return true;
  });
}

/// Takes vectors of some size, if they save many bits: contexts, too, say
/// something of neighbours.
void takeVectors(Plan &plan) {
  constexpr double kClearly = 0.9;
  constexpr double kCodewordBits = 8; // of its frequency, besides its levels
  double least = kClearly * countEntropyBits(plan.elements);
  Plan best = plan;
  for (uint32_t size : {2u, 4u, 8u}) {
    Plan found = plan;
    if (plan.header.shape.depth() < size || !findVectors(plan, size, found))
      continue;
    double bits = countEntropyBits(found.elements) +
                  found.codewords.count * (kCodewordBits + size * 8.0);
    if (bits >= least)
      continue;
    least = bits;
    best = std::move(found);
  }
  plan = std::move(best);
}

/// What is coded of i8.
void chooseForm(Plan &plan) {
  // Tables of functions are smooth.
  std::vector<int8_t> differences =
      takeDifferences(plan.elements.data(), plan.elements.size());
  constexpr double kClearly = 0.9;
  if (countEntropyBits(differences) <
      kClearly * countEntropyBits(plan.elements)) {
    plan.header.form = Form::Differences;
    plan.elements = std::move(differences);
    return;
  }
  takeVectors(plan);
  if (plan.header.form == Form::Vectors)
    return;
  if (plan.header.encoding == Encoding::Context) {
    plan.ranks = findRanks(plan.elements);
    if (plan.ranks.count > 0) {
      plan.header.form = Form::Ranks;
      return takeRanks(plan.ranks, plan.elements);
    }
  }
  takeMultiples(plan);
}

Plan planTensor(const PlainTensor &tensor, Encoding encoding) {
  Plan plan;
  plan.header = {encoding, tensor.shape, Form::Plain, 0, 0};
  plan.elements.assign(tensor.data, tensor.data + tensor.countBytes());
  if (plan.header.areWords()) {
    plan.header.bits = countCommonZeros(tensor);
    return plan;
  }
  chooseForm(plan);
  if (encoding == Encoding::Context)
    plan.header.bits = chooseShift(plan.elements);
  else
    scaleHistogram(countSymbols(plan.elements.data(), plan.elements.size()),
                   plan.frequencies);
  return plan;
}

void encodeTensor(RangeEncoder &coder, SectionModel &model, Plan &plan,
                  std::vector<uint32_t> &scratch) {
  TensorHeader header = plan.header;
  model.code(coder, header);
  if (header.form == Form::Ranks)
    model.code(coder, plan.ranks);
  if (header.form == Form::Vectors)
    model.code(coder, plan.codewords);
  switch (header.encoding) {
  case Encoding::Context:
    model.levels.code(coder, model.tables, plan.elements.data(),
                      header.codeShape(), static_cast<int32_t>(header.bits),
                      reinterpret_cast<uint8_t *>(scratch.data()));
    break;
  case Encoding::Rans:
    model.code(coder, plan.frequencies);
    break;
  case Encoding::Integers:
  case Encoding::Reals:
    return model.words.code(coder, model.tables, plan.elements.data(),
                            header.shape.elements(),
                            header.encoding == Encoding::Reals, header.bits);
  }
  for (uint8_t multiplier : plan.multipliers)
    model.codeMultiplier(coder, multiplier);
}

/// The states and words of all tensors that have frequencies. What they take of
/// these is added to `tensorBytes`.
std::vector<uint8_t> encodeSymbols(const std::vector<Plan> &plans,
                                   std::vector<double> &tensorBytes) {
  RansEncoder coder;
  for (size_t index = plans.size(); index-- > 0;) {
    const Plan &plan = plans[index];
    if (plan.header.encoding != Encoding::Rans)
      continue;
    uint64_t before = coder.countWordBytes();
    coder.code(plan.elements.data(), plan.elements.size(), plan.frequencies);
    tensorBytes[index] += static_cast<double>(coder.countWordBytes() - before);
  }
  return coder.finish();
}

void append(std::vector<uint8_t> &bytes, uint32_t value) {
  for (int32_t byte = 0; byte < 4; ++byte)
    bytes.push_back(static_cast<uint8_t>(value >> 8 * byte));
}

} // namespace

CodedSection quantc::encodeSection(const std::vector<PlainTensor> &tensors,
                                   const std::vector<Encoding> &encodings) {
  CodedSection section;
  std::vector<Plan> plans;
  bool haveStates = false;
  plans.reserve(tensors.size());
  for (size_t index = 0; index < tensors.size(); ++index) {
    haveStates |= encodings[index] == Encoding::Rans;
    plans.push_back(planTensor(tensors[index], encodings[index]));
    if (encodings[index] == Encoding::Context)
      section.scratchBytes = std::max(
          section.scratchBytes,
          LevelModel::countScratchBytes(plans.back().header.codeShape()));
  }
  auto model = std::make_unique<SectionModel>();
  std::vector<uint32_t> scratch(section.scratchBytes / sizeof(uint32_t) + 1);
  RangeEncoder coder;
  for (Plan &plan : plans) {
    double before = coder.countBytes();
    encodeTensor(coder, *model, plan, scratch);
    section.tensorBytes.push_back(coder.countBytes() - before);
  }
  std::vector<uint8_t> code = coder.finish();
  std::vector<uint8_t> body;
  append(body, static_cast<uint32_t>(code.size()));
  body.insert(body.end(), code.begin(), code.end());
  if (haveStates) {
    std::vector<uint8_t> words = encodeSymbols(plans, section.tensorBytes);
    body.insert(body.end(), words.begin(), words.end());
  }
  append(section.bytes, computeChecksum(body.data(), body.size()));
  section.bytes.insert(section.bytes.end(), body.begin(), body.end());
  return section;
}

std::vector<Encoding>
quantc::listEncodings(const std::vector<PlainTensor> &tensors,
                      Encoding ofLevels) {
  std::vector<Encoding> encodings;
  encodings.reserve(tensors.size());
  for (const PlainTensor &tensor : tensors)
    encodings.push_back(tensor.type == PlainTensor::Type::I8 ? ofLevels
                        : tensor.type == PlainTensor::Type::I32
                            ? Encoding::Integers
                            : Encoding::Reals);
  return encodings;
}

std::vector<Encoding>
quantc::chooseEncodings(const std::vector<PlainTensor> &tensors,
                        double milliseconds) {
  std::vector<Encoding> encodings = listEncodings(tensors, Encoding::Context);
  std::vector<double> byContext = encodeSection(tensors, encodings).tensorBytes;
  std::vector<double> byFrequency =
      encodeSection(tensors, listEncodings(tensors, Encoding::Rans))
          .tensorBytes;
  /// The gain by contexts, for each level.
  auto gainOf = [&](size_t index) {
    return (byFrequency[index] - byContext[index]) /
           static_cast<double>(tensors[index].shape.elements());
  };
  double expected = 0, gained = 0;
  std::vector<size_t> order;
  for (size_t index = 0; index < tensors.size(); ++index) {
    if (encodings[index] != Encoding::Context)
      continue;
    order.push_back(index);
    expected += static_cast<double>(tensors[index].shape.elements()) /
                kContextLevelsPerMillisecond;
    gained += std::max(0.0, byContext[index] - byFrequency[index]);
  }
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return std::pair(gainOf(a), a) < std::pair(gainOf(b), b);
  });
  bool arePaid = gained > sizeof(RansStream::states);
  for (size_t index : order) {
    if (expected <= milliseconds && !(arePaid && gainOf(index) < 0))
      break;
    encodings[index] = Encoding::Rans;
    expected -=
        static_cast<double>(tensors[index].shape.elements()) *
        (1 / kContextLevelsPerMillisecond - 1 / kRansLevelsPerMillisecond);
  }
  return encodings;
}
