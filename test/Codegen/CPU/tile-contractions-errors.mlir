// RUN: not quant-opt %s -codegen-attach-target=target=x86-64-v3 \
// RUN:   -codegen-tile-contractions=strategy=fastest 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// RUN: not quant-opt %s -codegen-attach-target=target=x86-64-v3 \
// RUN:   -codegen-tile-contractions=strategy=avx512-vnni 2>&1 | FileCheck %s --check-prefix=LACKS
// RUN: not quant-opt %s -codegen-attach-target=target=aarch64 \
// RUN:   -codegen-tile-contractions=strategy=avx2-exact 2>&1 | FileCheck %s --check-prefix=ARM
// RUN: not quant-opt %s -codegen-attach-target=target=aarch64+dotprod \
// RUN:   -codegen-tile-contractions=strategy=neon-i8mm 2>&1 | FileCheck %s --check-prefix=I8MM
// RUN: not quant-opt %s -codegen-attach-target=target=aarch64+dotprod+i8mm \
// RUN:   -codegen-tile-contractions=strategy=sve 2>&1 | FileCheck %s --check-prefix=SVE
// RUN: not quant-opt %s -codegen-attach-target=target=x86-64-v4+avxvnniint8 \
// RUN:   -codegen-tile-contractions=strategy=avx-vnni 2>&1 | FileCheck %s --check-prefix=EITHER
// RUN: not quant-opt %s -codegen-tile-contractions 2>&1 | FileCheck %s --check-prefix=TARGET

// UNKNOWN: error: unknown strategy 'fastest', expected naive, generic, neon, neon-dotprod, sve, neon-i8mm, avx2-exact, avx2-fast, avx-vnni, avx-vnni-int8, avx512-vnni, amx
// LACKS: error: strategy 'avx512-vnni' requires the target x86-64-v4+avx512vnni, but the target is x86-64-v3
// ARM: error: strategy 'avx2-exact' requires the target x86-64-v3, but the target is aarch64
// I8MM: error: strategy 'neon-i8mm' requires the target aarch64+dotprod+i8mm, but the target is aarch64+dotprod
// SVE: error: strategy 'sve' requires the target aarch64+dotprod+sve, but the target is aarch64+dotprod+i8mm
// EITHER: error: strategy 'avx-vnni' requires the target x86-64-v3+avxvnni or x86-64-v4+avx512vnni, but the target is x86-64-v4+avxvnniint8
// TARGET: error: requires the attribute 'llvm.target'; -codegen-attach-target sets it
module {}
