//===- Lock.h - A mutex without a C library -------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_RUNTIME_EMBEDDED_LOCK_H
#define QUANTC_LIB_RUNTIME_EMBEDDED_LOCK_H

#include <stdint.h>

namespace quantc {

/// Waits in the kernel while another thread holds it (U. Drepper, Futexes Are
/// Tricky, section 5).
class Lock {
public:
  explicit Lock(uint32_t &word) : word(word) {
    uint32_t seen = kFree;
    if (__atomic_compare_exchange_n(&word, &seen, kHeld, /*weak=*/false,
                                    __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
      return;
    while (__atomic_exchange_n(&word, kAwaited, __ATOMIC_ACQUIRE) != kFree)
      callFutex(kWait, kAwaited);
  }
  ~Lock() {
    if (__atomic_exchange_n(&word, kFree, __ATOMIC_RELEASE) == kAwaited)
      callFutex(kWake, 1);
  }
  Lock(const Lock &) = delete;
  Lock &operator=(const Lock &) = delete;

private:
  enum : uint32_t { kFree, kHeld, kAwaited };
  enum : long { kWait = 128, kWake = 129 }; // with FUTEX_PRIVATE_FLAG

  void callFutex(long operation, uint64_t value) {
#if defined(__x86_64__)
    long result;
    register uint64_t timeout asm("r10") = 0;
    asm volatile("syscall"
                 : "=a"(result)
                 : "a"(202L), "D"(&word), "S"(operation), "d"(value),
                   "r"(timeout)
                 : "rcx", "r11", "memory");
#elif defined(__aarch64__)
    register uint64_t first asm("x0") = reinterpret_cast<uint64_t>(&word);
    register long second asm("x1") = operation;
    register uint64_t third asm("x2") = value;
    register uint64_t fourth asm("x3") = 0;
    register long number asm("x8") = 98;
    asm volatile("svc #0"
                 : "+r"(first)
                 : "r"(second), "r"(third), "r"(fourth), "r"(number)
                 : "memory");
#else
#error "unsupported target"
#endif
  }

  uint32_t &word;
};

} // namespace quantc

#endif // QUANTC_LIB_RUNTIME_EMBEDDED_LOCK_H
