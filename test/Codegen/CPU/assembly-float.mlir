// RUN: quantc %s --float --target=x86-64-v4+avx512vnni --emit=asm -o %t.avx512.s
// RUN: %python %S/Inputs/inner_loops.py vfmadd231ps < %t.avx512.s | FileCheck %s --check-prefix=AVX512
// RUN: quantc %s --float --target=x86-64-v3 --emit=asm -o %t.avx2.s
// RUN: %python %S/Inputs/inner_loops.py vfmadd231ps < %t.avx2.s | FileCheck %s --check-prefix=AVX2
// RUN: quantc %s --float --target=aarch64 --emit=asm -o %t.neon.s
// RUN: %python %S/Inputs/inner_loops.py fmla < %t.neon.s | FileCheck %s --check-prefix=NEON

// The loops along K of a 3x3 convolution of 64 channels in float, rows of 56 pixels:
// one fused multiply-add a step on each accumulator, one broadcast per row of the
// tile, and nothing of the stack: tiles of 14 rows by 2 vectors, or 6 and 5 by 2 for AVX2.
// With NEON 8 rows by 2 vectors, and 4 steps a load, each out of its lane.
// AVX512:      28 vfmadd231ps, 14 broadcasts, 0 of the stack
// AVX512-NOT:  vfmadd231ps
// AVX2:        12 vfmadd231ps, 6 broadcasts, 0 of the stack
// AVX2-NOT:    {{[1-9][0-9]*}} of the stack
// AVX2:        10 vfmadd231ps, 5 broadcasts, 0 of the stack
// AVX2-NOT:    {{[1-9][0-9]*}} of the stack
// NEON:        64 fmla, 0 broadcasts, 0 of the stack
// NEON-NOT:    {{[1-9][0-9]*}} of the stack

func.func @network(%x: tensor<?x56x56x64xf32> {nn.name = "x"})
    -> (tensor<?x56x56x64xf32> {nn.name = "y"}) {
  %filter = arith.constant dense<1.5> : tensor<64x3x3x64xf32>
  %y = nn.conv_2d %x, %filter {pad = array<i64: 1, 1, 1, 1>}
      : (tensor<?x56x56x64xf32>, tensor<64x3x3x64xf32>) -> tensor<?x56x56x64xf32>
  return %y : tensor<?x56x56x64xf32>
}
