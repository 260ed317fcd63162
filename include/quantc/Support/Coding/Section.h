//===- Section.h - All constants of a network, coded as one -------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A section is a checksum, the bytes of an arithmetic code, and, where tensors
// have fixed frequencies, those of their states and words. The arithmetic code
// holds of each tensor in turn what it is and, unless that is in the words, its
// elements; what was learned from one tensor helps with the next. Used by the
// compiler and by binaries: freestanding.
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_SUPPORT_CODING_SECTION_H
#define QUANTC_SUPPORT_CODING_SECTION_H

#include "quantc/Support/Coding/LevelModel.h"
#include "quantc/Support/Coding/Rans.h"
#include "quantc/Support/Coding/WordModel.h"

#include <stddef.h>

namespace quantc {

/// How the elements of a tensor are coded.
enum class Encoding : uint32_t {
  Context,  // i8, each bit in its context
  Rans,     // i8, by how often each value is there
  Integers, // i32
  Reals     // f32
};

/// What is coded in place of the elements of an i8 tensor.
enum class Form : uint32_t {
  Plain,       // they
  Differences, // to the element before, of the first itself
  Ranks,       // in a table of levels (RankTable)
  Multiples,   // quotients; behind them a multiplier for each group of columns
  Vectors      // codes of so many columns each, of a row (CodewordTable)
};

/// What a section says of a tensor before its elements.
struct TensorHeader {
  Encoding encoding;
  LevelShape shape;   // of words: rows only
  Form form;          // of i8
  uint32_t groupSize; // of multiples and vectors: columns of a row
  /// Of i8: bits at the end of magnitudes that are not modelled. Of words: bits
  /// at the end that are 0.
  uint32_t bits;

  bool areWords() const { return encoding >= Encoding::Integers; }
  /// Of what is coded in place of the elements. Requires columns of a vector.
  LevelShape codeShape() const {
    if (form != Form::Vectors)
      return shape;
    uint64_t codes = (shape.depth() + groupSize - 1) / groupSize;
    return {shape.rows, 1, static_cast<uint32_t>(codes)};
  }
};

/// Vectors that rows of a tensor consist of; of the last in a row there may be
/// the first levels only. Codes go by turns above and below 0, so that the
/// first ones are small: 0, -1, 1, -2.
struct CodewordTable {
  static constexpr uint32_t kMost = 256, kMostSize = 8;
  uint32_t count, size;
  int8_t levels[kMost * kMostSize];

  static bool hasSize(uint32_t size) { return size > 0 && size <= kMostSize; }
  static int8_t codeOf(uint32_t place) {
    return static_cast<int8_t>(place % 2 == 0 ? place / 2 : ~(place / 2));
  }
  static uint32_t placeOf(int8_t code) {
    return code < 0 ? 2 * ~static_cast<uint32_t>(int32_t{code}) + 1
                    : 2 * static_cast<uint32_t>(code);
  }
};

/// The levels of a tensor that has few of them, far apart, in ascending order.
/// Ranks count from the level next to 0.
struct RankTable {
  static constexpr uint32_t kMost = 16;
  uint32_t count;
  int8_t levels[kMost];

  uint32_t rankOfZero() const {
    auto distance = [&](uint32_t rank) {
      return levels[rank] < 0 ? -levels[rank] : levels[rank];
    };
    uint32_t best = 0;
    for (uint32_t rank = 1; rank < count; ++rank)
      best = distance(rank) < distance(best) ? rank : best;
    return best;
  }
};

/// Integrity of a section, not authenticity.
inline uint32_t computeChecksum(const uint8_t *data, uint64_t size) {
  constexpr uint64_t kFactor = 0x9e3779b97f4a7c15; // 2^64 / golden ratio, odd
  uint64_t state = size;
  while (size > 0) {
    uint64_t word = 0;
    uint64_t taken = size < sizeof(word) ? size : sizeof(word);
    __builtin_memcpy(&word, data, taken);
    data += taken;
    size -= taken;
    // Each step can be undone, so that one that differs is not forgotten.
    state = (state ^ word) * kFactor;
    state ^= state >> 32;
  }
  return static_cast<uint32_t>(state);
}

/// Everything that adapts.
class SectionModel {
public:
  SectionModel() { tables.fill(); }

  template <typename CoderT> void code(CoderT &coder, TensorHeader &header) {
    header.encoding = static_cast<Encoding>(
        encodings.code(coder, tables, static_cast<uint32_t>(header.encoding)));
    header.bits = bits.code(coder, tables, header.bits);
    header.shape.rows = sizes[0].code(coder, tables, header.shape.rows);
    if (header.areWords()) {
      header.shape.taps = header.shape.channels = 1;
      return;
    }
    header.form = static_cast<Form>(
        forms.code(coder, tables, static_cast<uint32_t>(header.form)));
    if (header.form == Form::Multiples || header.form == Form::Vectors)
      header.groupSize = sizes[3].code(coder, tables, header.groupSize);
    header.shape.taps = sizes[1].code(coder, tables, header.shape.taps);
    header.shape.channels = sizes[2].code(coder, tables, header.shape.channels);
  }

  /// How often each of the bytes is in kRansTotal.
  template <typename CoderT>
  void code(CoderT &coder, uint16_t (&frequencies)[256]) {
    bool isPresent = false;
    for (uint16_t &frequency : frequencies) {
      isPresent = codeBit(coder, tables, presences[isPresent], frequency > 0);
      uint32_t value = isPresent ? numbers.code(coder, tables, frequency) : 0;
      frequency =
          static_cast<uint16_t>(value < kRansTotal ? value : kRansTotal);
    }
  }

  template <typename CoderT>
  uint32_t codeMultiplier(CoderT &coder, uint32_t multiplier) {
    return multipliers.code(coder, tables, multiplier);
  }

  /// No levels where that is no table.
  template <typename CoderT> void code(CoderT &coder, RankTable &table) {
    table.count = numbers.code(coder, tables, table.count);
    uint32_t next = 0; // the least that may follow, + 128
    bool isTable = table.count > 0 && table.count <= RankTable::kMost;
    for (uint32_t rank = 0; isTable && rank < table.count; ++rank) {
      uint32_t place = static_cast<uint8_t>(table.levels[rank]) ^ 0x80u;
      place = next + numbers.code(coder, tables, place - next);
      isTable = place >= next && place <= UINT8_MAX;
      table.levels[rank] = static_cast<int8_t>(place ^ 0x80u);
      next = place + 1;
    }
    if (!isTable)
      table.count = 0;
  }

  /// The codewords of a size. None where they are too many.
  template <typename CoderT> void code(CoderT &coder, CodewordTable &table) {
    table.count = numbers.code(coder, tables, table.count);
    if (table.count > CodewordTable::kMost)
      table.count = 0;
    for (uint32_t place = 0; place < table.count * table.size; ++place) {
      int8_t &level = table.levels[place];
      uint32_t number = CodewordTable::placeOf(level);
      number = codewordLevels.code(coder, tables, number);
      level = CodewordTable::codeOf(number);
    }
  }

  AdaptiveTables tables;
  LevelModel levels;
  WordModel words;

private:
  SymbolTree<2> encodings;
  SymbolTree<5> bits;
  SymbolTree<3> forms;
  SymbolTree<7> multipliers;
  Counter presences[2];
  NumberTree sizes[4], numbers, codewordLevels;
};

/// Reads the tensors of a section in their order. No bytes make it read or
/// write elsewhere.
class SectionDecoder {
public:
  using DecodeRounds = int64_t (*)(RansStream &, const RansTable &, int8_t *,
                                   int64_t);

  /// Of memory, aligned to 64 bytes, where the levels need so much scratch.
  static uint64_t countMemoryBytes(uint64_t scratchBytes) {
    return sizeof(Memory) + scratchBytes;
  }

  SectionDecoder(const uint8_t *section, uint64_t bytes, uint8_t *memory,
                 uint64_t memoryBytes, DecodeRounds decodeRounds)
      : memory(*new (memory) Memory), scratch(memory + sizeof(Memory)),
        scratchBytes(memoryBytes - sizeof(Memory)), decodeRounds(decodeRounds),
        coder(nullptr, 0) {
    isIntact = open(section, bytes);
  }

  /// Decodes the next tensor, which has `bytes` bytes. False where the section
  /// is damaged, or this is another.
  bool read(int8_t *out, uint64_t bytes) {
    if (!isIntact)
      return false;
    TensorHeader header = {};
    memory.model.code(coder, header);
    uint64_t elements;
    if (__builtin_mul_overflow(header.shape.depth(), header.shape.rows,
                               &elements) ||
        elements == 0 || elements > bytes ||
        elements * (header.areWords() ? sizeof(uint32_t) : 1) != bytes)
      return isIntact = false;
    if (header.areWords()) {
      if (header.bits >= WordModel::kMantissaBits)
        return isIntact = false;
      memory.model.words.code(coder, memory.model.tables, out, elements,
                              header.encoding == Encoding::Reals, header.bits);
      return true;
    }
    RankTable table = {};
    if (header.form == Form::Ranks)
      memory.model.code(coder, table);
    CodewordTable &codewords = memory.codewords;
    if (header.form == Form::Vectors) {
      if (!CodewordTable::hasSize(header.groupSize))
        return isIntact = false;
      codewords.size = header.groupSize;
      memory.model.code(coder, codewords);
    }
    LevelShape codes = header.codeShape();
    isIntact = header.encoding == Encoding::Rans
                   ? readSymbols(out, codes.elements())
                   : readLevels(out, codes, header.bits);
    return isIntact = isIntact && restore(header, table, out, elements);
  }

  /// After the last tensor: whether nothing is left over.
  bool isComplete() const {
    if (!isIntact || !hasStates)
      return isIntact;
    for (uint32_t state : memory.stream.states)
      if (state != kLeastRansState)
        return false;
    return memory.stream.next == memory.stream.end;
  }

private:
  struct Memory {
    // In memory that is there; <new> is not.
    static void *operator new(size_t, void *memory) { return memory; }
    static void operator delete(void *, void *) {}

    SectionModel model;
    RansTable table;
    RansStream stream = {};
    CodewordTable codewords;
  };

  bool open(const uint8_t *section, uint64_t bytes) {
    uint32_t checksum, codeBytes;
    if (!section || bytes < sizeof(checksum) + sizeof(codeBytes))
      return false;
    __builtin_memcpy(&checksum, section, sizeof(checksum));
    section += sizeof(checksum);
    bytes -= sizeof(checksum);
    if (computeChecksum(section, bytes) != checksum)
      return false;
    __builtin_memcpy(&codeBytes, section, sizeof(codeBytes));
    section += sizeof(codeBytes);
    bytes -= sizeof(codeBytes);
    if (codeBytes > bytes)
      return false;
    coder = RangeDecoder(section, codeBytes);
    section += codeBytes;
    bytes -= codeBytes;
    RansStream &stream = memory.stream;
    hasStates = bytes > 0;
    if (!hasStates)
      return true;
    if (bytes < sizeof(stream.states))
      return false;
    __builtin_memcpy(stream.states, section, sizeof(stream.states));
    stream.next = section + sizeof(stream.states);
    stream.end = section + bytes;
    return true;
  }

  bool readSymbols(int8_t *out, uint64_t count) {
    uint16_t frequencies[256];
    memory.model.code(coder, frequencies);
    return hasStates && memory.table.fill(frequencies) &&
           decodeSymbols(memory.stream, memory.table, out,
                         static_cast<int64_t>(count), decodeRounds);
  }

  /// From what is coded to the elements.
  bool restore(const TensorHeader &header, const RankTable &table, int8_t *out,
               uint64_t count) {
    switch (header.form) {
    case Form::Plain:
      return true;
    case Form::Differences:
      for (uint64_t index = 1; index < count; ++index)
        out[index] = static_cast<int8_t>(static_cast<uint8_t>(out[index - 1]) +
                                         static_cast<uint8_t>(out[index]));
      return true;
    case Form::Ranks:
      return replaceRanks(table, out, count);
    case Form::Multiples:
      return header.groupSize > 0 && multiply(header, out);
    case Form::Vectors:
      return replaceCodes(header.shape, out);
    }
    return false;
  }

  bool multiply(const TensorHeader &header, int8_t *out) {
    uint64_t depth = header.shape.depth();
    for (uint32_t row = 0; row < header.shape.rows; ++row)
      for (uint64_t column = 0; column < depth;) {
        uint32_t multiplier = memory.model.codeMultiplier(coder, 0);
        uint64_t left = depth - column;
        uint64_t size = header.groupSize < left ? header.groupSize : left;
        for (uint64_t end = column + size; column < end; ++column, ++out)
          *out = static_cast<int8_t>(multiplier * static_cast<uint8_t>(*out));
      }
    return true;
  }

  static bool replaceRanks(const RankTable &table, int8_t *out,
                           uint64_t count) {
    uint32_t zero = table.rankOfZero();
    for (uint64_t index = 0; index < count; ++index) {
      uint32_t rank = zero + static_cast<uint32_t>(int32_t{out[index]});
      if (rank >= table.count)
        return false;
      out[index] = table.levels[rank];
    }
    return true;
  }

  /// From the last on, so that no code is overwritten before it is read: what
  /// one stands for begins at its own place, or behind.
  bool replaceCodes(const LevelShape &shape, int8_t *out) {
    const CodewordTable &table = memory.codewords;
    uint64_t depth = shape.depth(), of = (depth + table.size - 1) / table.size;
    for (uint64_t row = shape.rows; row-- > 0;)
      for (uint64_t vector = of; vector-- > 0;) {
        uint32_t place = CodewordTable::placeOf(out[row * of + vector]);
        if (place >= table.count)
          return false;
        uint64_t begin = vector * table.size, left = depth - begin;
        for (uint64_t k = 0; k < table.size && k < left; ++k)
          out[row * depth + begin + k] = table.levels[place * table.size + k];
      }
    return true;
  }

  bool readLevels(int8_t *out, const LevelShape &shape, uint32_t shift) {
    // Depth times rows is no more than what the caller has memory for.
    if (shift > LevelModel::kMostShift ||
        LevelModel::countScratchBytes(shape) > scratchBytes)
      return false;
    memory.model.levels.code(coder, memory.model.tables, out, shape,
                             static_cast<int32_t>(shift), scratch);
    return true;
  }

  Memory &memory;
  uint8_t *scratch;
  uint64_t scratchBytes;
  DecodeRounds decodeRounds;
  RangeDecoder coder;
  bool isIntact, hasStates = false;
};

} // namespace quantc

#endif // QUANTC_SUPPORT_CODING_SECTION_H
