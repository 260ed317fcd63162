//===- Machine.h - What the CPU lacks -----------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Everything is inlined into its caller, which is compiled for every CPU.
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_RUNTIME_EMBEDDED_MACHINE_H
#define QUANTC_LIB_RUNTIME_EMBEDDED_MACHINE_H

#include <stdint.h>

namespace quantc {

/// The bit of XCR0 of matrix registers.
constexpr uint32_t kMatrices = 1u << 18;

/// A row of CPUFeatures.def. Texts inside, so that no address is relocated.
struct Feature {
  char name[12];
  char remedy[24];
  uint8_t word, bit;
  uint32_t state;
};

#if defined(__x86_64__)

/// What cpuid and XCR0 tell.
class Machine {
public:
  enum Word {
    kLeaf1Ecx,
    kLeaf7Ebx,
    kLeaf7Ecx,
    kLeaf7Edx,
    kLeaf7Sub1Eax,
    kLeaf7Sub1Edx,
    kExtendedEcx, // leaf 0x80000001
    kWords
  };

  [[gnu::always_inline]] Machine() {
    Registers leaf1 = read(1);
    words[kLeaf1Ecx] = leaf1.ecx;
    if (read(0).eax >= 7) {
      Registers leaf7 = read(7);
      words[kLeaf7Ebx] = leaf7.ebx;
      words[kLeaf7Ecx] = leaf7.ecx;
      words[kLeaf7Edx] = leaf7.edx;
      if (leaf7.eax >= 1) { // the last subleaf
        Registers leaf7Sub1 = read(7, 1);
        words[kLeaf7Sub1Eax] = leaf7Sub1.eax;
        words[kLeaf7Sub1Edx] = leaf7Sub1.edx;
      }
    }
    constexpr uint32_t kExtended = 0x80000000;
    if (read(kExtended).eax > kExtended)
      words[kExtendedEcx] = read(kExtended + 1).ecx;
    constexpr uint32_t kOSXSAVE = 1u << 27; // xgetbv may be used
    if (leaf1.ecx & kOSXSAVE) {
      uint32_t high;
      asm("xgetbv" : "=a"(states), "=d"(high) : "c"(0));
    }
  }

  [[gnu::always_inline]] bool has(const Feature &feature) const {
    return words[feature.word] >> feature.bit & 1 &&
           (states & feature.state) == feature.state &&
           (!(feature.state & kMatrices) || areMatricesGranted());
  }

private:
  struct Registers {
    uint32_t eax, ebx, ecx, edx;
  };

  [[gnu::always_inline]] static Registers read(uint32_t leaf,
                                               uint32_t subleaf = 0) {
    Registers result;
    asm("cpuid"
        : "=a"(result.eax), "=b"(result.ebx), "=c"(result.ecx), "=d"(result.edx)
        : "a"(leaf), "c"(subleaf));
    return result;
  }

  /// Asks Linux for matrix registers, which a process has from then on
  /// (Documentation/arch/x86/xstate.rst).
  [[gnu::always_inline]] static bool areMatricesGranted() {
    constexpr long kArchPrctl = 158, kRequestPermission = 0x1023, kState = 18;
    long result;
    asm volatile("syscall"
                 : "=a"(result)
                 : "a"(kArchPrctl), "D"(kRequestPermission), "S"(kState)
                 : "rcx", "r11", "memory");
    return result == 0;
  }

  uint32_t words[kWords] = {};
  uint32_t states = 0; // of registers, kept by the system
};

#define X86_FEATURE(NAME, WORD, BIT, STATE, REMEDY)                            \
  {NAME, REMEDY, Machine::WORD, BIT, STATE},

#elif defined(__aarch64__)

/// The registers that Linux answers to programs since version 4.11.
class Machine {
public:
  enum Word {
    kISAR0,
    kISAR1,
    kLongVectors, // 1: registers of SVE have 256 bits or more
    kWords
  };

  [[gnu::always_inline]] Machine() {
    asm("mrs %0, ID_AA64ISAR0_EL1" : "=r"(words[kISAR0]));
    asm("mrs %0, ID_AA64ISAR1_EL1" : "=r"(words[kISAR1]));
    uint64_t registers;
    asm("mrs %0, ID_AA64PFR0_EL1" : "=r"(registers));
    words[kLongVectors] = (registers >> 32 & 0xf) && countBytes() >= 32;
  }

  [[gnu::always_inline]] bool has(const Feature &feature) const {
    return words[feature.word] >> feature.bit & 0xf;
  }

private:
  /// Of a register of SVE.
  [[gnu::always_inline]] static uint64_t countBytes() {
    register uint64_t bytes asm("x0");
    asm volatile(".inst 0x04bf5020" : "=r"(bytes)); // rdvl x0, #1
    return bytes;
  }

  uint64_t words[kWords];
};

#define ARM_FEATURE(NAME, WHAT, WORD, BIT, REMEDY)                             \
  {WHAT, REMEDY, Machine::WORD, BIT, 0},

#endif

constexpr Feature kFeatures[] = {
#include "quantc/Runtime/Embedded/CPUFeatures.def"
};

/// Whether the `required` rows say that code uses matrix registers.
[[gnu::always_inline]] inline bool areMatricesRequired(uint64_t required) {
  for (const Feature &feature : kFeatures)
    if (required >> (&feature - kFeatures) & 1 && feature.state & kMatrices)
      return true;
  return false;
}

/// The first of the `required` rows that `machine` lacks, or null.
[[gnu::always_inline]] inline const Feature *findMissing(const Machine &machine,
                                                         uint64_t required) {
  for (const Feature &feature : kFeatures)
    if (required >> (&feature - kFeatures) & 1 && !machine.has(feature))
      return &feature;
  return nullptr;
}

/// The same of this machine, which is not asked where nothing is required.
[[gnu::always_inline]] inline const Feature *findMissing(uint64_t required) {
  return required == 0 ? nullptr : findMissing(Machine(), required);
}

} // namespace quantc

#endif // QUANTC_LIB_RUNTIME_EMBEDDED_MACHINE_H
