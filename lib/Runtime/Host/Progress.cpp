//===- Progress.cpp - How far a run is ----------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Runtime/Host/Progress.h"

#include <cstdio>
#include <unistd.h>

using namespace quantc::host;

/// Between two reports: smooth for the eye, and few lines in a log.
static constexpr std::chrono::milliseconds kTerminalInterval(100);
static constexpr std::chrono::seconds kLogInterval(10);

Progress::Progress(std::string title, int64_t total, std::string unit)
    : title(std::move(title)), unit(std::move(unit)), total(total),
      isTerminal(isatty(STDERR_FILENO)), last(Clock::now()) {}

Progress::~Progress() {
  if (isDrawn)
    std::fputc('\n', stderr);
}

void Progress::drawBar(int64_t done) const {
  constexpr int64_t kWidth = 30; // columns
  std::string bar(kWidth * done / total, '#');
  bar.resize(kWidth, '.');
  std::fprintf(stderr, "\r%s [%s] %lld of %lld %s", title.c_str(), bar.c_str(),
               static_cast<long long>(done), static_cast<long long>(total),
               unit.c_str());
}

void Progress::report(int64_t done) {
  Clock::time_point now = Clock::now();
  Clock::duration interval = isTerminal ? Clock::duration(kTerminalInterval)
                                        : Clock::duration(kLogInterval);
  if (done < total && now - last < interval)
    return;
  last = now;
  if (isTerminal) {
    drawBar(done);
    isDrawn = true;
    return;
  }
  std::fprintf(stderr, "%s: %lld of %lld %s\n", title.c_str(),
               static_cast<long long>(done), static_cast<long long>(total),
               unit.c_str());
}
