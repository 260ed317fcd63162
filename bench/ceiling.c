// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a core can do at most: loops that multiply and add in registers alone,
// by the instructions that the strategies use, in as many independent chains as
// hide their latency. Each function does at least `multiply_adds` of them, and
// answers 0, or another number where the system forbids them.
//
//   cc -O2 -shared -fPIC ceiling.c -o ceiling.so

#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SIX(STEP) STEP("2") STEP("3") STEP("4") STEP("5") STEP("6") STEP("7")
#define SIX_MORE(STEP)                                                         \
  STEP("8") STEP("9") STEP("10") STEP("11") STEP("12") STEP("13")
#define TWELVE(STEP) SIX(STEP) SIX_MORE(STEP)

#define CLEAR(N) "vpxor %%ymm" N ", %%ymm" N ", %%ymm" N "\n"

#define DEFINE(NAME, PER_ROUND, BODY)                                          \
  int NAME(int64_t multiply_adds) {                                            \
    int64_t rounds = multiply_adds / (PER_ROUND) + 1;                          \
    __asm__ volatile(                                                          \
        CLEAR("0") CLEAR("1") TWELVE(CLEAR) "1:\n" BODY "dec %0\n"             \
                                            "jnz 1b\n"                         \
                                            "vzeroupper\n"                     \
        : "+r"(rounds)::"cc", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5",  \
          "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13"); \
    return 0;                                                                  \
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

// The sums of two products, times 1 (ymm1, which only has to be a register),
// are added to sums of four.
#define VPMADDUBSW(N) "vpmaddubsw %%ymm0, %%ymm1, %%ymm" N "\n"
#define BY_ONE(N) "vpmaddwd %%ymm" N ", %%ymm1, %%ymm" N "\n"

#define VPDPBUSD256(N) "%{vex%} vpdpbusd %%ymm0, %%ymm1, %%ymm" N "\n"
#define VPDPBUSD512(N) "vpdpbusd %%zmm0, %%zmm1, %%zmm" N "\n"
#define FMA256(N) "vfmadd231ps %%ymm0, %%ymm1, %%ymm" N "\n"
#define FMA512(N) "vfmadd231ps %%zmm0, %%zmm1, %%zmm" N "\n"

DEFINE(vpmaddwd, 6 * 16, SIX_MORE(VPMADDWD) VPADDD)
DEFINE(vpmaddubsw, 6 * 32, SIX_MORE(VPMADDUBSW) SIX_MORE(BY_ONE) VPADDD)
DEFINE(vpdpbusd256, 12 * 32, TWELVE(VPDPBUSD256))
DEFINE(vpdpbusd512, 12 * 64, TWELVE(VPDPBUSD512))
DEFINE(fma256, 12 * 8, TWELVE(FMA256))
DEFINE(fma512, 12 * 16, TWELVE(FMA512))

// The operand of ldtilecfg.
struct TileConfig {
  uint8_t palette, startRow, reserved[14];
  uint16_t columnBytes[16];
  uint8_t rows[16];
};

static struct TileConfig config = {.palette = 1};
static int8_t tiles[4][16][64];
static int tilesAreForbidden;

__attribute__((constructor)) static void prepareTiles(void) {
  // ARCH_REQ_XCOMP_PERM, of the data of tiles.
  tilesAreForbidden = syscall(SYS_arch_prctl, 0x1023, 18) != 0;
  for (int i = 0; i < 8; ++i) {
    config.columnBytes[i] = 64;
    config.rows[i] = 16;
  }
  // Zeros would be multiplied at a higher clock.
  uint32_t random = 1;
  for (int i = 0; i < (int)sizeof tiles; ++i) {
    random = random * 1664525 + 1013904223; // Knuth and Lewis's generator
    ((int8_t *)tiles)[i] = (int8_t)(random >> 24);
  }
}

int tdpbssd(int64_t multiply_adds) {
  if (tilesAreForbidden)
    return 1;
  int64_t rounds = multiply_adds / (4 * 16 * 16 * 64) + 1;
  __asm__ volatile("ldtilecfg %1\n"
                   "tilezero %%tmm0\n"
                   "tilezero %%tmm1\n"
                   "tilezero %%tmm2\n"
                   "tilezero %%tmm3\n"
                   "tileloadd (%2,%3), %%tmm4\n"
                   "tileloadd 1024(%2,%3), %%tmm5\n"
                   "tileloadd 2048(%2,%3), %%tmm6\n"
                   "tileloadd 3072(%2,%3), %%tmm7\n"
                   "1:\n"
                   "tdpbssd %%tmm6, %%tmm4, %%tmm0\n"
                   "tdpbssd %%tmm7, %%tmm4, %%tmm1\n"
                   "tdpbssd %%tmm6, %%tmm5, %%tmm2\n"
                   "tdpbssd %%tmm7, %%tmm5, %%tmm3\n"
                   "dec %0\n"
                   "jnz 1b\n"
                   "tilerelease\n"
                   : "+r"(rounds)
                   : "m"(config), "r"(tiles), "r"((int64_t)64)
                   : "cc", "memory");
  return 0;
}
