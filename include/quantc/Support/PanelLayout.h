//===- PanelLayout.h - Weights in the order that tiles read them ----------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Used by the compiler, and by binaries that pack their weights when they are
// prepared: freestanding.
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_SUPPORT_PANELLAYOUT_H
#define QUANTC_SUPPORT_PANELLAYOUT_H

#include "quantc/Support/Levels.h"

#include <stdint.h>

namespace quantc {

/// From columns of `depth` elements, one behind the other, to panels: `width`
/// columns, of which `group` elements along K are neighbours. What is padding
/// there is 0. Binaries hold it as an array of its fields.
struct PanelLayout {
  int64_t elementBytes;
  int64_t groups;
  int64_t columns; // of a group
  int64_t depth;
  int64_t run;      // of `depth`, padded to whole neighbourhoods each
  int64_t group;    // neighbours
  int64_t overlaps; // 1: runs have padding where restBegin() says, else behind
  int64_t width;
  int64_t tailWidth;    // of the panel that holds the last columns; 0: none
  int64_t interleaving; // vectors that columns are dealt to, four at a time
  int64_t codeBits; // of an i8, which stands for its value; 0: there are values

  static constexpr int64_t kFields = 11;
  void toArray(int64_t *fields) const {
    __builtin_memcpy(fields, this, sizeof(*this));
  }
  static PanelLayout fromArray(const int64_t *fields) {
    PanelLayout layout;
    __builtin_memcpy(&layout, fields, sizeof(layout));
    return layout;
  }

  int64_t groupBytes() const { return group * elementBytes; }
  /// A byte holds the codes of neighbourhoods that follow each other.
  int64_t codesOfByte() const { return codeBits ? 8 / codeBits : 1; }
  /// Of a run of a panel with one column, and of all of it.
  int64_t runBytes() const {
    int64_t steps = (run + group - 1) / group;
    return (steps + codesOfByte() - 1) / codesOfByte() * groupBytes();
  }
  int64_t columnBytes() const { return depth / run * runBytes(); }
  /// Elements of padding in front of those that fill no group: what is
  /// multiplied with that group ends with the run, and the group before has
  /// the elements at its beginning.
  int64_t restBegin() const {
    return overlaps && run > group ? (group - run % group) % group : 0;
  }
  int64_t paddedColumns() const { return columns / width * width + tailWidth; }
  int64_t packedBytes() const {
    return groups * paddedColumns() * columnBytes();
  }
  /// Where a column is in its panel.
  int64_t placeOf(int64_t column) const {
    constexpr int64_t kDealt = 4;
    int64_t deal = column / kDealt;
    return deal % interleaving * (width / interleaving) +
           deal / interleaving * kDealt + column % kDealt;
  }
};

namespace detail {

/// Packs `columns` columns into a panel for `width`. UnitT: what is copied at
/// once, a group or a byte.
template <typename UnitT>
void packPanel(const PanelLayout &layout, const int8_t *right, int8_t *panel,
               int64_t width, int64_t columns) {
  constexpr int64_t kCacheLine = 64, kUnit = sizeof(UnitT);
  const int64_t group = layout.groupBytes();
  const int64_t depth = layout.depth * layout.elementBytes;
  const int64_t run = layout.run * layout.elementBytes;
  const int64_t restBegin = layout.restBegin() * layout.elementBytes;
  for (int64_t begin = 0; begin < depth; begin += run) {
    for (int64_t line = 0; line < run; line += kCacheLine) {
      int64_t end = line + kCacheLine < run ? line + kCacheLine : run;
      for (int64_t column = 0; column < columns; ++column) {
        const int8_t *from = right + column * depth + begin;
        int8_t *to = panel + layout.placeOf(column) * group;
        if constexpr (kUnit > 1) {
          for (int64_t k = line; k < end; k += kUnit)
            __builtin_memcpy(to + k * width, from + k, kUnit);
        } else {
          for (int64_t k = line; k < end; k += group) {
            int64_t place = k * width + (k + group > run ? restBegin : 0);
            for (int64_t j = k; j < k + group && j < end; ++j)
              to[place + j - k] = from[j];
          }
        }
      }
    }
    panel += layout.runBytes() * width;
  }
}

/// Calls `pack` with the first column, the width and the number of columns of
/// each panel.
template <typename PackT>
void forEachPanel(const PanelLayout &layout, PackT pack) {
  int64_t full = layout.columns / layout.width;
  for (int64_t part = 0; part < layout.groups; ++part) {
    int64_t first = part * layout.columns;
    for (int64_t panel = 0; panel < full; ++panel)
      pack(first + panel * layout.width, layout.width, layout.width);
    if (layout.tailWidth)
      pack(first + full * layout.width, layout.tailWidth,
           layout.columns - full * layout.width);
  }
}

} // namespace detail

/// Packs codes of i8. What is padding has the code of 0 where there is one.
inline void packCodes(const PanelLayout &layout, const int8_t *right,
                      int8_t *packed) {
  Levels levels(right, layout.groups * layout.columns * layout.depth);
  int64_t bits = layout.codeBits, ofByte = layout.codesOfByte();
  int padding = 0;
  for (int64_t place = 0; levels.hasZero && place < ofByte; ++place)
    padding |= levels.codeOf(0) << bits * place;
  __builtin_memset(packed, padding, layout.packedBytes());
  auto pack = [&](int64_t first, int64_t width, int64_t columns) {
    for (int64_t column = 0; column < columns; ++column) {
      const int8_t *from = right + (first + column) * layout.depth;
      int8_t *run = packed + layout.placeOf(column) * layout.group;
      for (int64_t begin = 0; begin < layout.depth; begin += layout.run) {
        for (int64_t k = 0; k < layout.run; ++k) {
          int64_t step = k / layout.group, place = step % ofByte * bits;
          int64_t inGroup = k % layout.group;
          if (step == layout.run / layout.group)
            inGroup += layout.restBegin();
          int8_t &to = run[step / ofByte * width * layout.group + inGroup];
          int mask = ((1 << bits) - 1) << place;
          to = static_cast<int8_t>((to & ~mask) | levels.codeOf(from[begin + k])
                                                      << place);
        }
        run += layout.runBytes() * width;
      }
    }
    packed += width * layout.columnBytes();
  };
  detail::forEachPanel(layout, pack);
}

/// `right`: groups * columns * depth elements. `packed`: packedBytes() bytes.
inline void packPanels(const PanelLayout &layout, const int8_t *right,
                       int8_t *packed) {
  if (layout.codeBits)
    return packCodes(layout, right, packed);
  auto pack = [&](int64_t first, int64_t width, int64_t columns) {
    const int8_t *from = right + first * layout.depth * layout.elementBytes;
    int64_t size = width * layout.columnBytes();
    bool areGroupsWhole = layout.run % layout.group == 0;
    if (columns < width || !areGroupsWhole)
      __builtin_memset(packed, 0, size);
    int64_t unit = areGroupsWhole ? layout.groupBytes() : 1;
    if (unit == sizeof(uint64_t))
      detail::packPanel<uint64_t>(layout, from, packed, width, columns);
    else if (unit == sizeof(uint32_t))
      detail::packPanel<uint32_t>(layout, from, packed, width, columns);
    else if (unit == sizeof(uint16_t))
      detail::packPanel<uint16_t>(layout, from, packed, width, columns);
    else
      detail::packPanel<int8_t>(layout, from, packed, width, columns);
    packed += size;
  };
  detail::forEachPanel(layout, pack);
}

/// Where the steps along K of a panel begin anywhere, each takes some elements
/// of a group of four: from `first` up to `end`. The next one of the run takes
/// those behind.
struct PanelStep {
  static constexpr int64_t kGroup = 4;
  int64_t first, end;

  int8_t encode() const { return static_cast<int8_t>(first | end << 4); }
  static PanelStep decode(int8_t code) { return {code & 0xf, code >> 4}; }
};

/// Packs i8 by the steps of all panels, whose layout has groups of four. What a
/// step does not take is 0. `packed`: 4 * width bytes for each step.
inline void packSteps(const PanelLayout &layout, const int8_t *steps,
                      const int8_t *right, int8_t *packed) {
  constexpr int64_t kBits = 8;
  auto packStep = [&](PanelStep step, const int8_t *from, int64_t width,
                      int64_t columns) {
    // Little endian.
    uint32_t taken = ~uint32_t{0} << kBits * step.first &
                     ~uint32_t{0} >> kBits * (PanelStep::kGroup - step.end);
    for (int64_t column = 0; column < width; ++column) {
      uint32_t group = 0;
      if (column < columns)
        __builtin_memcpy(&group, from + column * layout.depth, sizeof(group));
      group &= taken;
      __builtin_memcpy(packed, &group, sizeof(group));
      packed += sizeof(group);
    }
  };
  auto pack = [&](int64_t first, int64_t width, int64_t columns) {
    const int8_t *run = right + first * layout.depth;
    for (int64_t begin = 0; begin < layout.depth; begin += layout.run) {
      for (int64_t done = 0; done < layout.run;) {
        PanelStep step = PanelStep::decode(*steps++);
        int64_t window = done - step.first;
        packStep(step, run + begin + window, width, columns);
        done = window + step.end;
      }
    }
  };
  detail::forEachPanel(layout, pack);
}

static_assert(sizeof(PanelLayout) == PanelLayout::kFields * sizeof(int64_t));

} // namespace quantc

#endif // QUANTC_SUPPORT_PANELLAYOUT_H
