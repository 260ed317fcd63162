// DEFINE: %{no-stack} = --implicit-check-not="{{[1-9][0-9]*}} of the stack"
// RUN: quantc %s --target=x86-64-v4+avx512vnni --emit=asm -o %t.vnni.s
// RUN: %python %S/Inputs/inner_loops.py vpdpbusd < %t.vnni.s | FileCheck %s --check-prefix=VNNI
// RUN: quantc %s --target=x86-64-v3 --emit=asm -o %t.fast.s
// RUN: %python %S/Inputs/inner_loops.py vpmaddubsw < %t.fast.s | FileCheck %s --check-prefix=FAST
// RUN: sed 's/dense<1>/dense<127>/' %s > %t.listed.mlir
// RUN: quantc %t.listed.mlir --target=x86-64-v3 --strategy=avx2-fast --emit=asm -o %t.listed.s
// RUN: %python %S/Inputs/inner_loops.py vpmaddubsw < %t.listed.s | FileCheck %s --check-prefix=FAST
// RUN: quantc %s --target=x86-64-v3 --strategy=avx2-exact --emit=asm -o %t.avx2.s
// RUN: %python %S/Inputs/inner_loops.py vpmaddwd < %t.avx2.s | FileCheck %s --check-prefix=AVX2
// RUN: grep -v APP %t.avx2.s | FileCheck %s --check-prefix=ORDER
// RUN: quantc %s --target=x86-64 --emit=asm -o %t.sse2.s
// RUN: %python %S/Inputs/inner_loops.py pmaddwd < %t.sse2.s | FileCheck %s --check-prefix=SSE2
// RUN: quantc %s --target=x86-64-v3+avxvnni --emit=asm -o %t.vex.s
// RUN: %python %S/Inputs/inner_loops.py "{vex}.vpdpbusd" < %t.vex.s | FileCheck %s --check-prefix=VEX %{no-stack}
// RUN: quantc %s --target=x86-64-v4+avx512vnni --strategy=avx-vnni --emit=asm -o %t.ymm.s
// RUN: %python %S/Inputs/inner_loops.py "vpdpbusd" < %t.ymm.s | FileCheck %s --check-prefix=YMM %{no-stack}
// RUN: quantc %s --target=x86-64-v3+avxvnniint8 --emit=asm -o %t.int8.s
// RUN: %python %S/Inputs/inner_loops.py "vpdpbssd" < %t.int8.s | FileCheck %s --check-prefix=INT8 %{no-stack}
// RUN: quantc %s --target=x86-64-v4+avx512vnni+amx-int8 --emit=asm -o %t.amx.s
// RUN: sed -n '/tilezero/,/tilestored/p' %t.amx.s \
// RUN:   | grep -oE "tdpbssd|tileload\w*|rsp|tilecfg" | sort | uniq -c \
// RUN:   | FileCheck %s --check-prefix=AMX --implicit-check-not="{{rsp|tilecfg}}"
// RUN: quantc %s --target=aarch64 --emit=asm -o %t.neon.s
// RUN: %python %S/Inputs/inner_loops.py smull < %t.neon.s | FileCheck %s --check-prefix=SMULL %{no-stack}
// RUN: %python %S/Inputs/inner_loops.py sadalp < %t.neon.s | FileCheck %s --check-prefix=SADALP
// RUN: quantc %s --target=aarch64+dotprod --emit=asm -o %t.sdot.s
// RUN: %python %S/Inputs/inner_loops.py sdot < %t.sdot.s | FileCheck %s --check-prefix=SDOT
// RUN: quantc %s --target=aarch64+dotprod+sve --emit=asm -o %t.sve.s
// RUN: %python %S/Inputs/inner_loops.py sdot < %t.sve.s | FileCheck %s --check-prefix=SVE %{no-stack}
// RUN: FileCheck %s --check-prefix=SCALABLE --implicit-check-not="{{sdot.*v}}" < %t.sve.s
// RUN: quantc %s --target=aarch64+dotprod+i8mm --emit=asm -o %t.smmla.s
// RUN: %python %S/Inputs/inner_loops.py smmla < %t.smmla.s | FileCheck %s --check-prefix=SMMLA
// RUN: FileCheck %s --check-prefix=LANE --implicit-check-not="{{sdot.*16b$}}" < %t.sdot.s

// The loops along K of a 3x3 convolution of 64 channels, rows of 56 pixels, are
// dot products on accumulators in registers, one broadcast per row of the tile,
// and nothing of the stack: tiles of 14 rows by 2 vectors for VNNI, 6 and 5
// by 2 for AVX2, whose panels were extended before, and VNNI of 256 bits (which LLVM
// may unroll twice); 10 and 9 by 1 where sums of pairs do not saturate, in
// order or by a list of steps. With sdot a tile is 5 and 4 rows by 4 vectors; a step takes 4
// groups of a row, each out of its lane of one register. With smmla it is 4 rows by
// 16 columns, 8 sums of 2 x 2 for each pair of rows, and 2 groups a step. Without
// either it is 4 rows by 4 vectors, 4 groups a step, each of which is broadcast. With
// SVE it is 6 and 5 rows by 4 vectors, of 32 bytes of longer registers, too.
// With matrices LLVM unrolls all nine steps: two by two products and four loads,
// nothing of the stack, no shapes.
// AMX:       36 tdpbssd
// AMX-NEXT:  36 tileloadd
// AMX-NOT:   {{.}}
// VNNI:      28 vpdpbusd, 14 broadcasts, 0 of the stack
// VNNI-NOT:  vpdpbusd
// AVX2:      {{12|24}} vpmaddwd, {{6|12}} broadcasts, 0 of the stack, 0 extensions
// AVX2-NEXT: {{10|20}} vpmaddwd, {{5|10}} broadcasts, 0 of the stack, 0 extensions
// AVX2-NOT:  vpmaddwd
// FAST:      10 vpmaddubsw, 10 broadcasts, 0 of the stack, 0 extensions
// FAST-NEXT: 9 vpmaddubsw, 9 broadcasts, 0 of the stack, 0 extensions
// FAST-NOT:  vpmaddubsw
// In each row products come before sums.
// ORDER:      vpbroadcastd {{-?[0-9]*\(%r[^i]}}
// ORDER-NEXT: vpmaddwd
// ORDER-NEXT: vpmaddwd
// ORDER-NEXT: vpaddd
// ORDER-NEXT: vpaddd
// ORDER-NEXT: vpbroadcastd
// ORDER-NEXT: vpmaddwd
// ORDER-NEXT: vpmaddwd
// ORDER-NEXT: vpaddd
// ORDER-NEXT: vpaddd
// VEX:       12 {vex}.vpdpbusd, 6 broadcasts, 0 of the stack
// VEX:       10 {vex}.vpdpbusd, 5 broadcasts, 0 of the stack
// YMM:       12 vpdpbusd, 6 broadcasts, 0 of the stack
// YMM:       10 vpdpbusd, 5 broadcasts, 0 of the stack
// INT8:      12 vpdpbssd, 6 broadcasts, 0 of the stack
// INT8:      10 vpdpbssd, 5 broadcasts, 0 of the stack
// SMULL:     64 smull, 16 broadcasts, 0 of the stack
// SADALP:    64 sadalp, 16 broadcasts
// SDOT:      80 sdot, 0 broadcasts, 0 of the stack
// SDOT-NEXT: 64 sdot, 0 broadcasts, 0 of the stack
// SDOT-NOT:  {{[1-9][0-9]*}} of the stack
// SMMLA:     32 smmla, 0 broadcasts, 0 of the stack
// SMMLA-NOT: {{[1-9][0-9]*}} of the stack
// LANE:      sdot v{{[0-9]+}}.4s, v{{[0-9]+}}.16b, v{{[0-9]+}}.4b[3]
// SVE:       24 sdot, 6 broadcasts, 0 of the stack
// SVE-NEXT:  20 sdot, 5 broadcasts, 0 of the stack
// SVE-NOT:   sdot
// SCALABLE:      ptrue p[[BYTES:[0-9]+]].b, vl32
// SCALABLE:      ld1b { z[[WEIGHTS:[0-9]+]].b }, p[[BYTES]]/z,
// SCALABLE:      ld1rw { z{{[0-9]+}}.s }
// SCALABLE:      sdot z{{[0-9]+}}.s, z[[WEIGHTS]].b, z{{[0-9]+}}.b
// SSE2:      {{[0-9]+}} pmaddwd, 0 broadcasts, 0 of the stack

!x = !quant.uniform<i8:f32, 0.5:-3>
!w = !quant.uniform<i8<-127:127>:f32, 0.25>
func.func @network(%x: tensor<?x56x56x64x!x> {nn.name = "x"})
    -> (tensor<?x56x56x64x!x> {nn.name = "y"}) {
  %ones = arith.constant dense<1> : tensor<64x3x3x64xi8>
  %filter = quant.scast %ones
      : tensor<64x3x3x64xi8> to tensor<64x3x3x64x!w>
  %y = nn.conv_2d %x, %filter {pad = array<i64: 1, 1, 1, 1>}
      : (tensor<?x56x56x64x!x>, tensor<64x3x3x64x!w>) -> tensor<?x56x56x64x!x>
  return %y : tensor<?x56x56x64x!x>
}
