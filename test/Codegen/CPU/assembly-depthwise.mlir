// RUN: quantc %s --target=x86-64-v4+avx512vnni --emit=asm -o %t.vnni.s
// RUN: %python %S/Inputs/inner_loops.py vpdpbusd < %t.vnni.s | FileCheck %s --check-prefix=VNNI
// RUN: FileCheck %s --check-prefix=SHARED < %t.vnni.s
// RUN: quantc %s --target=x86-64-v3 --emit=asm -o %t.avx2.s
// RUN: %python %S/Inputs/inner_loops.py vpmaddwd < %t.avx2.s | FileCheck %s --check-prefix=AVX2
// RUN: quantc %s --target=x86-64-v3+avxvnniint8 --emit=asm -o %t.int8.s
// RUN: %python %S/Inputs/inner_loops.py vpdpbssd < %t.int8.s | FileCheck %s --check-prefix=INT8
// RUN: quantc %s --target=aarch64 --emit=asm -o %t.neon.s
// RUN: %python %S/Inputs/inner_loops.py smull < %t.neon.s | FileCheck %s --check-prefix=SMULL
// RUN: quantc %s --target=aarch64+dotprod --emit=asm -o %t.sdot.s
// RUN: %python %S/Inputs/inner_loops.py sdot < %t.sdot.s | FileCheck %s --check-prefix=SDOT
// RUN: quantc %s --target=aarch64+dotprod+i8mm --emit=asm -o %t.i8mm.s
// RUN: %python %S/Inputs/inner_loops.py sdot < %t.i8mm.s | FileCheck %s --check-prefix=SDOT

// A depthwise 3x3 convolution, some pixels by as many channels as interleaved taps fill
// vectors with: 9 taps are 3 quads of a column each for VNNI, by 7 pixels and 4 vectors, with
// 32 registers, or 4 pixels with 16; and 5 pairs for AVX2, by 4 pixels and 2 vectors.
// For sdot it is 3 pixels, by 3 quads of 4 vectors; a channel alone is no matrix for smmla. For
// smull it is 3 pixels, by 5 pairs of 2 vectors.
// VNNI:     84 vpdpbusd, 0 broadcasts, 0 of the stack
// VNNI-NOT: vpdpbusd
// AVX2:     40 vpmaddwd
// AVX2-NOT: vpmaddwd
// INT8:     48 vpdpbssd
// INT8-NOT: vpdpbssd
// SMULL:    30 smull
// SDOT:     36 sdot

// What is interleaved for a pixel is multiplied for its neighbours, too, and packs bring the
// sums back to the order of channels: from one result to the next it takes one column.
// SHARED:         vpacksswb
// SHARED-COUNT-8: vpunpck
// SHARED-NOT:     {{vpunpck|vperm|vshuf}}
// SHARED:         vpacksswb

!x = !quant.uniform<i8:f32, 0.5:-3>
!w = !quant.uniform<i8<-127:127>:f32, 0.25>
func.func @network(%x: tensor<?x56x56x64x!x> {nn.name = "x"})
    -> (tensor<?x56x56x64x!x> {nn.name = "y"}) {
  %ones = arith.constant dense<1> : tensor<64x3x3x1xi8>
  %filter = quant.scast %ones : tensor<64x3x3x1xi8> to tensor<64x3x3x1x!w>
  %y = nn.conv_2d %x, %filter {groups = 64 : i64, pad = array<i64: 1, 1, 1, 1>}
      : (tensor<?x56x56x64x!x>, tensor<64x3x3x1x!w>) -> tensor<?x56x56x64x!x>
  return %y : tensor<?x56x56x64x!x>
}
