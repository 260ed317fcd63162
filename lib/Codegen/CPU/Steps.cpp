//===- Steps.cpp - Steps along K that do not saturate ----------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Steps.h"

#include <limits>

using namespace mlir;
using namespace quantc;

/// The most that an element of the left operand may be, as u8; the least is 0.
static constexpr int kMostOfLeft = std::numeric_limits<uint8_t>::max();

/// Whether x0 * first + x1 * second is an i16 for all x.
static bool isPairSafe(int first, int second) {
  int most = std::max(first, 0) + std::max(second, 0);
  int least = std::min(first, 0) + std::min(second, 0);
  return most * kMostOfLeft <= std::numeric_limits<int16_t>::max() &&
         least * kMostOfLeft >= std::numeric_limits<int16_t>::min();
}

namespace {

class StepPlanner {
public:
  StepPlanner(const Contraction &contraction, const Panels &panels,
              int64_t group)
      : panels(panels), group(group), run(contraction.run),
        depth(contraction.depth()), right(bytesOf(contraction.right)),
        runOffsets(contraction.offsetsOfRuns()) {}

  Steps plan(int64_t groups) {
    for (int64_t part = 0; part < groups; ++part)
      for (int64_t panel = 0; panel < panels.count(); ++panel) {
        bool isTail = panel == panels.full;
        planPanel(part * panels.columns + panel * panels.width,
                  isTail ? panels.tailColumns() : panels.width);
      }
    steps.first.push_back(steps.offsets.size());
    int64_t fewest = groups * panels.count() * depth / group;
    // As many whole groups can be in one order only.
    steps.areInOrder = run % group == 0 &&
                       static_cast<int64_t>(steps.offsets.size()) == fewest;
    return std::move(steps);
  }

private:
  void planPanel(int64_t first, int64_t columns) {
    steps.first.push_back(steps.offsets.size());
    for (auto [index, offset] : llvm::enumerate(runOffsets)) {
      auto weightAt = [&, begin = index * run](int64_t column, int64_t k) {
        return right[(first + column) * depth + begin + k];
      };
      SmallVector<bool> isSafe; // [k]: with the element before
      for (int64_t k = 0; k < run; ++k)
        isSafe.push_back(
            k == 0 || llvm::all_of(llvm::seq(columns), [&](int64_t column) {
              return isPairSafe(weightAt(column, k - 1), weightAt(column, k));
            }));
      // As many elements as a step can take, from the first that no step has:
      // fewer never save one later.
      for (int64_t done = 0; done < run;) {
        auto [begin, end] = takeElements(done, isSafe);
        steps.offsets.push_back(offset + begin);
        steps.taken.push_back(PanelStep{done - begin, end - begin}.encode());
        done = end;
      }
    }
  }

  /// Where the step begins that takes the most elements of a run from `done`
  /// on, and where these end. Reads nothing behind the run.
  std::pair<int64_t, int64_t> takeElements(int64_t done,
                                           ArrayRef<bool> isSafe) const {
    std::pair<int64_t, int64_t> best = {0, 0};
    for (int64_t begin = std::min(done, run - group);
         begin >= std::max<int64_t>(0, done - group + 1); --begin) {
      int64_t end = done;
      // Both elements of a pair, if this step takes both, must be safe.
      auto joins = [&](int64_t k) { return (k - begin) % 2 == 1 && k > done; };
      while (end < begin + group && (!joins(end) || isSafe[end]))
        ++end;
      if (end > best.second)
        best = {begin, end};
    }
    return best;
  }

  const Panels &panels;
  const int64_t group, run, depth;
  const std::vector<int8_t> right;
  const SmallVector<int64_t> runOffsets;
  Steps steps;
};

} // namespace

Steps quantc::planSteps(const Contraction &contraction, const Panels &panels,
                        const Kernel &kernel) {
  assert(kernel.group() == PanelStep::kGroup && "packSteps knows no other");
  return StepPlanner(contraction, panels, kernel.group())
      .plan(contraction.groups);
}
