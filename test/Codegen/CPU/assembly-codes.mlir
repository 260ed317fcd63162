// RUN: %python -c "print(open('%s').read().replace('WEIGHTS', bytes(i * 7 % 16 for i in range(64 * 256)).hex()))" > %t.mlir
// RUN: quantc %t.mlir --target=x86-64-v4+avx512vnni+avx512vbmi --emit=asm -o %t.vbmi.s
// RUN: %python %S/Inputs/inner_loops.py vpdpbusd < %t.vbmi.s | FileCheck %s --check-prefix=DOTS
// RUN: %python %S/Inputs/inner_loops.py vpermb < %t.vbmi.s | FileCheck %s --check-prefix=VBMI
// RUN: quantc %t.mlir --target=x86-64-v3+avxvnni --emit=asm -o %t.vnni.s
// RUN: %python %S/Inputs/inner_loops.py vpshufb < %t.vnni.s | FileCheck %s --check-prefix=SHUFFLES
// RUN: quantc %t.mlir --target=x86-64-v3 --emit=asm -o %t.v3.s
// RUN: %python %S/Inputs/inner_loops.py vpmaddubsw < %t.v3.s | FileCheck %s --check-prefix=AVX2
// RUN: %python %S/Inputs/inner_loops.py vpshufb < %t.v3.s | FileCheck %s --check-prefix=TWO
// RUN: quantc %t.mlir --target=aarch64+dotprod --emit=asm -o %t.neon.s
// RUN: %python %S/Inputs/inner_loops.py tbl < %t.neon.s | FileCheck %s --check-prefix=NEON

// A dense layer of 16 levels, by codes of four bits: one instruction replaces the codes
// of a step, and sums take turns, so that no step waits; nothing on the stack.
// DOTS:     {{^}}8 vpdpbusd, {{.*}}, 0 of the stack
// VBMI:     {{^}}8 vpermb, {{.*}}, 0 of the stack
// SHUFFLES: {{^}}8 vpshufb, {{.*}}, 0 of the stack
// AVX2:     {{^}}2 vpmaddubsw, {{.*}}, 0 of the stack
// TWO:      {{^}}2 vpshufb, {{.*}}, 0 of the stack
// NEON:     {{^}}16 tbl, {{.*}}, 0 of the stack

!x = !quant.uniform<i8:f32, 0.0625:-3>
!w = !quant.uniform<i8<-127:127>:f32, 0.015625>
func.func @network(%x: tensor<1x256x!x> {nn.name = "x"}) -> (tensor<1x64x!x> {nn.name = "y"}) {
  %levels = arith.constant dense<"0xWEIGHTS"> : tensor<64x256xi8>
  %weight = quant.scast %levels : tensor<64x256xi8> to tensor<64x256x!w>
  %y = nn.fully_connected %x, %weight : (tensor<1x256x!x>, tensor<64x256x!w>) -> tensor<1x64x!x>
  return %y : tensor<1x64x!x>
}
