//===- Mbarrier.h - Barriers in shared memory, and copies to it -----------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_TEST_DEVICE_STANDIN_MBARRIER_H
#define QUANTC_TEST_DEVICE_STANDIN_MBARRIER_H

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace standin {

/// PTX ISA, section 9.7.13.15: a phase ends when no arrival and no byte is
/// missing.
struct Mbarrier {
  static constexpr uint64_t kBytes = 8;          // in shared memory
  static constexpr int64_t kMax = (1 << 20) - 1; // of both counts
  uint32_t expected = 0, pending = 0;            // arrivals
  int64_t bytes = 0;                             // expected, less those here
  uint64_t phase = 0;                            // the one under way
  bool isAwaited = false;                        // in vain so far

  void endPhase() {
    if (pending > 0 || bytes != 0)
      return;
    pending = expected;
    ++phase;
    isAwaited = false;
  }
};

/// A copy that goes on beside the threads.
struct BulkCopy {
  uint64_t target; // an offset in shared memory
  uint64_t bytes;
  uint64_t mbarrier;
  std::function<void(uint8_t *shared)> bring;
};

/// Those of a block, by their offsets in shared memory.
struct Mbarriers {
  std::map<uint64_t, Mbarrier> all;
  std::vector<BulkCopy> copies; // under way
  uint64_t changes = 0;         // by which one can tell that somebody got on

  /// Why an ordinary access must not go there, or null.
  const char *forbids(uint64_t offset, uint64_t bytes) const {
    auto overlaps = [&](uint64_t begin, uint64_t size) {
      return offset < begin + size && begin < offset + bytes;
    };
    for (const BulkCopy &copy : copies)
      if (overlaps(copy.target, copy.bytes))
        return ", which a bulk copy is still writing";
    for (const auto &[begin, mbarrier] : all)
      if (overlaps(begin, Mbarrier::kBytes))
        return ", where an mbarrier is";
    return nullptr;
  }

  /// What those that are awaited lack.
  std::string describeAwaited() const {
    std::string text;
    for (const auto &[offset, mbarrier] : all)
      if (mbarrier.isAwaited)
        text += "; the mbarrier at " + std::to_string(offset) + " lacks " +
                std::to_string(mbarrier.pending) + " arrivals and " +
                std::to_string(mbarrier.bytes) + " bytes in phase " +
                std::to_string(mbarrier.phase);
    return text;
  }
};

} // namespace standin

#endif // QUANTC_TEST_DEVICE_STANDIN_MBARRIER_H
