//===- PanelLayoutTest.cpp - Weights in panels ----------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Support/PanelLayout.h"

#include <gtest/gtest.h>
#include <vector>

using namespace quantc;

/// Packs 1, 2, 3, ... into memory that holds something.
static std::vector<int8_t> packCounted(const PanelLayout &layout) {
  std::vector<int8_t> right(layout.groups * layout.columns * layout.depth *
                            layout.elementBytes);
  for (size_t index = 0; index < right.size(); ++index)
    right[index] = static_cast<int8_t>(index + 1);
  std::vector<int8_t> packed(layout.packedBytes(), 99);
  packPanels(layout, right.data(), packed.data());
  return packed;
}

TEST(PanelLayoutTest, NeighboursAlongKOfEachColumn) {
  PanelLayout layout = {/*elementBytes=*/1, /*groups=*/1,
                        /*columns=*/2,
                        /*depth=*/4,        /*run=*/4,
                        /*group=*/2,        /*overlaps=*/0,
                        /*width=*/2,        /*tailWidth=*/0,
                        /*interleaving=*/1, /*codeBits=*/0};
  EXPECT_EQ(packCounted(layout), (std::vector<int8_t>{1, 2, 5, 6, 3, 4, 7, 8}));
}

TEST(PanelLayoutTest, RunsAndColumnsArePadded) {
  PanelLayout layout = {/*elementBytes=*/1, /*groups=*/1,
                        /*columns=*/3,
                        /*depth=*/6,        /*run=*/3,
                        /*group=*/2,        /*overlaps=*/0,
                        /*width=*/2,        /*tailWidth=*/2,
                        /*interleaving=*/1, /*codeBits=*/0};
  EXPECT_EQ(packCounted(layout),
            (std::vector<int8_t>{1,  2,  7,  8,  3,  0, 9,  0, //
                                 4,  5,  10, 11, 6,  0, 12, 0, //
                                 13, 14, 0,  0,  15, 0, 0,  0, //
                                 16, 17, 0,  0,  18, 0, 0,  0}));
}

TEST(PanelLayoutTest, RestsEndWithTheirGroups) {
  PanelLayout layout = {/*elementBytes=*/1, /*groups=*/1,
                        /*columns=*/2,
                        /*depth=*/10,       /*run=*/5,
                        /*group=*/4,        /*overlaps=*/1,
                        /*width=*/2,        /*tailWidth=*/0,
                        /*interleaving=*/1, /*codeBits=*/0};
  EXPECT_EQ(packCounted(layout),
            (std::vector<int8_t>{1, 2, 3, 4,  11, 12, 13, 14, //
                                 0, 0, 0, 5,  0,  0,  0,  15, //
                                 6, 7, 8, 9,  16, 17, 18, 19, //
                                 0, 0, 0, 10, 0,  0,  0,  20}));
  layout.depth = layout.run = 3; // no group has what is before
  EXPECT_EQ(packCounted(layout), (std::vector<int8_t>{1, 2, 3, 0, 4, 5, 6, 0}));
}

TEST(PanelLayoutTest, GroupsAreApart) {
  PanelLayout layout = {/*elementBytes=*/1, /*groups=*/2,
                        /*columns=*/1,
                        /*depth=*/2,        /*run=*/2,
                        /*group=*/2,        /*overlaps=*/0,
                        /*width=*/2,        /*tailWidth=*/2,
                        /*interleaving=*/1, /*codeBits=*/0};
  EXPECT_EQ(packCounted(layout), (std::vector<int8_t>{1, 2, 0, 0, 3, 4, 0, 0}));
}

TEST(PanelLayoutTest, ElementsOfFourBytes) {
  PanelLayout layout = {/*elementBytes=*/4, /*groups=*/1,
                        /*columns=*/2,
                        /*depth=*/2,        /*run=*/2,
                        /*group=*/1,        /*overlaps=*/0,
                        /*width=*/2,        /*tailWidth=*/0,
                        /*interleaving=*/1, /*codeBits=*/0};
  EXPECT_EQ(packCounted(layout),
            (std::vector<int8_t>{1, 2, 3, 4, 9, 10, 11, 12, //
                                 5, 6, 7, 8, 13, 14, 15, 16}));
}

TEST(PanelLayoutTest, ColumnsAreDealtFourAtATime) {
  PanelLayout layout = {/*elementBytes=*/1, /*groups=*/1,
                        /*columns=*/16,
                        /*depth=*/1,        /*run=*/1,
                        /*group=*/2,        /*overlaps=*/0,
                        /*width=*/16,       /*tailWidth=*/0,
                        /*interleaving=*/2, /*codeBits=*/0};
  EXPECT_EQ(packCounted(layout),
            (std::vector<int8_t>{1, 0,  2,  0,  3,  0, 4,  0, 9,  0, 10,
                                 0, 11, 0,  12, 0,  5, 0,  6, 0,  7, 0,
                                 8, 0,  13, 0,  14, 0, 15, 0, 16, 0}));
}

TEST(PanelLayoutTest, CodesOfTwoStepsInAByte) {
  PanelLayout layout = {
      /*elementBytes=*/1, /*groups=*/1,    /*columns=*/3,
      /*depth=*/5,        /*run=*/5,       /*group=*/2,
      /*overlaps=*/0,
      /*width=*/2,        /*tailWidth=*/2, /*interleaving=*/1,
      /*codeBits=*/4};
  // The codes of -3, 0, 5 and 7 are 0 to 3.
  std::vector<int8_t> right = {-3, 0, 5, 7, -3, //
                               7,  7, 7, 0, 5,  //
                               5,  5, 5, 5, 7};
  EXPECT_EQ(layout.packedBytes(), 2 * 2 * 2 * 2);
  std::vector<int8_t> packed(layout.packedBytes(), 99);
  packPanels(layout, right.data(), packed.data());
  EXPECT_EQ(packed, (std::vector<int8_t>{0x20, 0x31, 0x33, 0x13, //
                                         0x10, 0x11, 0x12, 0x11, //
                                         0x22, 0x22, 0x11, 0x11, //
                                         0x13, 0x11, 0x11, 0x11}));
}

TEST(PanelLayoutTest, CodesOfRests) {
  PanelLayout layout = {
      /*elementBytes=*/1, /*groups=*/1,    /*columns=*/1,
      /*depth=*/3,        /*run=*/3,       /*group=*/2,
      /*overlaps=*/1,
      /*width=*/1,        /*tailWidth=*/0, /*interleaving=*/1,
      /*codeBits=*/4};
  std::vector<int8_t> right = {5, 0, 7};
  std::vector<int8_t> packed(layout.packedBytes(), 99);
  packPanels(layout, right.data(), packed.data());
  EXPECT_EQ(packed, (std::vector<int8_t>{0x01, 0x20}));
}

TEST(PanelLayoutTest, CodesOfTwoBitsByRuns) {
  PanelLayout layout = {
      /*elementBytes=*/1, /*groups=*/1,    /*columns=*/1,
      /*depth=*/6,        /*run=*/3,       /*group=*/1,
      /*overlaps=*/0,
      /*width=*/2,        /*tailWidth=*/2, /*interleaving=*/1,
      /*codeBits=*/2};
  std::vector<int8_t> right = {-1, 1, 2, 2, 1, -1}; // no 0
  std::vector<int8_t> packed(layout.packedBytes(), 99);
  packPanels(layout, right.data(), packed.data());
  EXPECT_EQ(packed, (std::vector<int8_t>{0x24, 0, 0x06, 0}));
}

TEST(PanelLayoutTest, LongRunsAndEveryGroup) {
  for (int64_t group : {1, 2, 4, 8, 16})
    for (int64_t depth : {64, 65, 200}) {
      PanelLayout layout = {
          /*elementBytes=*/1, /*groups=*/1,
          /*columns=*/5,      depth,
          /*run=*/depth,      group,           /*overlaps=*/0,
          /*width=*/4,        /*tailWidth=*/4,
          /*interleaving=*/1, /*codeBits=*/0};
      std::vector<int8_t> packed = packCounted(layout);
      for (int64_t column = 0; column < 5; ++column)
        for (int64_t k = 0; k < depth; ++k) {
          int64_t place = column / 4 * 4 * layout.columnBytes() +
                          (k / group * 4 + column % 4) * group + k % group;
          EXPECT_EQ(packed[place], static_cast<int8_t>(column * depth + k + 1));
        }
    }
}

TEST(PanelLayoutTest, StepsTakeWhatOthersLeave) {
  PanelLayout layout = {/*elementBytes=*/1, /*groups=*/1,
                        /*columns=*/3,
                        /*depth=*/6,        /*run=*/6,
                        /*group=*/4,        /*overlaps=*/0,
                        /*width=*/2,        /*tailWidth=*/2,
                        /*interleaving=*/1, /*codeBits=*/0};
  std::vector<int8_t> right;
  for (int8_t value = 1; value <= 18; ++value)
    right.push_back(value);
  // Three elements, then one at the end of the window before, then the rest.
  std::vector<int8_t> steps;
  for (PanelStep step : {PanelStep{0, 3}, PanelStep{3, 4}, PanelStep{2, 4},
                         PanelStep{0, 4}, PanelStep{2, 4}})
    steps.push_back(step.encode());
  std::vector<int8_t> packed(steps.size() * 2 * 4, 99);
  packSteps(layout, steps.data(), right.data(), packed.data());
  EXPECT_EQ(packed, (std::vector<int8_t>{1,  2,  3,  0,  7, 8, 9,  0,  //
                                         0,  0,  0,  4,  0, 0, 0,  10, //
                                         0,  0,  5,  6,  0, 0, 11, 12, //
                                         13, 14, 15, 16, 0, 0, 0,  0,  //
                                         0,  0,  17, 18, 0, 0, 0,  0}));
}
