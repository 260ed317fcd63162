//===- Progress.h - How far a run is ------------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_RUNTIME_HOST_PROGRESS_H
#define QUANTC_RUNTIME_HOST_PROGRESS_H

#include <chrono>
#include <cstdint>
#include <string>

namespace quantc::host {

/// Tells a user on standard error how much of something is done: as a bar where
/// that is a terminal; else as a line every few seconds and one at the end.
class Progress {
public:
  /// `title` says what is being done, and `unit` what it consists of.
  Progress(std::string title, int64_t total, std::string unit = "samples");
  /// Leaves the terminal at the beginning of a line.
  ~Progress();
  Progress(const Progress &) = delete;
  Progress &operator=(const Progress &) = delete;

  /// `done` units are done, more than the last time.
  void report(int64_t done);

private:
  using Clock = std::chrono::steady_clock;

  void drawBar(int64_t done) const;

  std::string title;
  std::string unit;
  int64_t total;
  bool isTerminal;
  bool isDrawn = false;
  Clock::time_point last;
};

} // namespace quantc::host

#endif // QUANTC_RUNTIME_HOST_PROGRESS_H
