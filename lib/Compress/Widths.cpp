//===- Widths.cpp - How many channels go, and where ----------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Compress/Widths.h"

#include <algorithm>
#include <limits>
#include <utility>

using namespace quantc::compress;

using Counts = std::vector<size_t>;

namespace {

class Chooser {
public:
  explicit Chooser(const WidthProblem &problem)
      : problem(problem), removed(problem.losses.size()),
        whole(problem.time(removed)) {}

  std::optional<Counts> run() {
    bool isMore = true;
    while (isMore && !problem.isEnough(removed)) {
      finish();
      isMore = takeNext();
    }
    if (problem.isEnough(removed))
      compare(removed);
    if (!best)
      return std::nullopt;
    while (giveBack()) {
    }
    return best;
  }

private:
  double lossOf(size_t set, size_t count) const {
    return count == 0 ? 0 : problem.losses[set][count - 1];
  }

  double lossOf(const Counts &counts) const {
    double sum = 0;
    for (size_t set = 0; set < counts.size(); ++set)
      sum += lossOf(set, counts[set]);
    return sum;
  }

  /// Less is better: first of all time has to be saved, then little lost.
  std::pair<bool, double> rank(const Counts &counts) const {
    return {problem.time(counts) >= whole, lossOf(counts)};
  }

  void compare(const Counts &counts) {
    if (!best || rank(counts) < rank(*best))
      best = counts;
  }

  /// Considers all that would be enough with channels of one set more.
  void finish() {
    for (size_t set = 0; set < removed.size(); ++set) {
      Counts tried = removed;
      while (tried[set] + problem.step <= problem.losses[set].size()) {
        tried[set] += problem.step;
        if (problem.isEnough(tried))
          compare(tried);
      }
    }
  }

  /// Removes what costs least for the time that it saves, of one set.
  bool takeNext() {
    double before = problem.time(removed);
    double least = std::numeric_limits<double>::infinity();
    std::optional<Counts> next;
    for (size_t set = 0; set < removed.size(); ++set) {
      Counts tried = removed;
      while (tried[set] + problem.step <= problem.losses[set].size()) {
        tried[set] += problem.step;
        double saved = before - problem.time(tried);
        if (!(saved > 0))
          continue;
        double loss = lossOf(set, tried[set]) - lossOf(set, removed[set]);
        if (loss / saved < least) {
          least = loss / saved;
          next = tried;
        }
      }
    }
    if (next)
      removed = *next;
    return next.has_value();
  }

  /// Gives channels back that save no time and need not go.
  bool giveBack() {
    double time = problem.time(*best);
    for (size_t set = 0; set < best->size(); ++set) {
      Counts tried = *best;
      if (tried[set] == 0)
        continue;
      tried[set] -= problem.step;
      if (problem.isEnough(tried) && problem.time(tried) <= time) {
        best = tried;
        return true;
      }
    }
    return false;
  }

  const WidthProblem &problem;
  Counts removed;
  double whole; // the time without any removed
  std::optional<Counts> best;
};

} // namespace

std::optional<Counts>
quantc::compress::chooseWidths(const WidthProblem &problem) {
  return Chooser(problem).run();
}
