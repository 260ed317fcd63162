//===- Memory.h - The memory of the stand-in ------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_TEST_DEVICE_STANDIN_MEMORY_H
#define QUANTC_TEST_DEVICE_STANDIN_MEMORY_H

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>

namespace standin {

/// An access that a GPU reports, too; `code` is a CUresult.
struct Fault : std::runtime_error {
  Fault(int32_t code, const std::string &text)
      : std::runtime_error(text), code(code) {}
  int32_t code;
};
constexpr int32_t kIllegalAddress = 700, kLaunchTimeout = 702,
                  kMisalignedAddress = 716, kIllegalInstruction = 715,
                  kLaunchFailed = 719;

struct Allocation {
  uint64_t begin = 0, size = 0;
  int32_t device = 0;

  bool holds(uint64_t address, uint64_t bytes) const {
    return address >= begin && address - begin + bytes <= size;
  }
};

/// Device memory is memory of the process at the same address. What is new has
/// a pattern, so that nobody relies on zeros.
class Memory {
public:
  ~Memory();
  /// 0 where `limit` bytes would be exceeded.
  uint64_t allocate(uint64_t bytes, int32_t device, uint64_t limit);
  bool release(uint64_t address);
  /// The last that begins at or before the address, or null; and that which
  /// holds the address.
  const Allocation *findBefore(uint64_t address) const;
  const Allocation *find(uint64_t address) const;
  uint64_t used(int32_t device) const;
  size_t count() const { return allocations.size(); }

private:
  std::map<uint64_t, Allocation> allocations;
};

} // namespace standin

#endif // QUANTC_TEST_DEVICE_STANDIN_MEMORY_H
