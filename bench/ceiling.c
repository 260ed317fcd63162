// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a core can do at most: loops that multiply and add in registers alone,
// by the instructions that the strategies use, in as many independent chains as
// hide their latency. Each function does at least `multiply_adds` of them.
//
//   cc -O2 -shared -fPIC ceiling.c -o ceiling.so

#include <stdint.h>

#define SIX(STEP) STEP("2") STEP("3") STEP("4") STEP("5") STEP("6") STEP("7")
#define SIX_MORE(STEP)                                                         \
  STEP("8") STEP("9") STEP("10") STEP("11") STEP("12") STEP("13")
#define TWELVE(STEP) SIX(STEP) SIX_MORE(STEP)

#define CLEAR(N) "vpxor %%ymm" N ", %%ymm" N ", %%ymm" N "\n"

#define DEFINE(NAME, PER_ROUND, BODY)                                          \
  void NAME(int64_t multiply_adds) {                                           \
    int64_t rounds = multiply_adds / (PER_ROUND) + 1;                          \
    __asm__ volatile(                                                          \
        CLEAR("0") CLEAR("1") TWELVE(CLEAR) "1:\n" BODY "dec %0\n"             \
                                            "jnz 1b\n"                         \
                                            "vzeroupper\n"                     \
        : "+r"(rounds)::"cc", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5",  \
          "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13"); \
  }

// Six products, then six additions: of the orders tried the fastest on Zen 4.
#define VPMADDWD(N) "vpmaddwd %%ymm0, %%ymm1, %%ymm" N "\n"
#define VPADDD                                                                 \
  "vpaddd %%ymm8, %%ymm2, %%ymm2\n"                                            \
  "vpaddd %%ymm9, %%ymm3, %%ymm3\n"                                            \
  "vpaddd %%ymm10, %%ymm4, %%ymm4\n"                                           \
  "vpaddd %%ymm11, %%ymm5, %%ymm5\n"                                           \
  "vpaddd %%ymm12, %%ymm6, %%ymm6\n"                                           \
  "vpaddd %%ymm13, %%ymm7, %%ymm7\n"

#define VPDPBUSD(N) "vpdpbusd %%zmm0, %%zmm1, %%zmm" N "\n"
#define FMA256(N) "vfmadd231ps %%ymm0, %%ymm1, %%ymm" N "\n"
#define FMA512(N) "vfmadd231ps %%zmm0, %%zmm1, %%zmm" N "\n"

DEFINE(vpmaddwd, 6 * 16, SIX_MORE(VPMADDWD) VPADDD)
DEFINE(vpdpbusd, 12 * 64, TWELVE(VPDPBUSD))
DEFINE(fma256, 12 * 8, TWELVE(FMA256))
DEFINE(fma512, 12 * 16, TWELVE(FMA512))
