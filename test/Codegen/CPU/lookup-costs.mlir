// RUN: quant-opt %s -codegen-attach-target=target=x86-64-v3 \
// RUN:   -codegen-tile-contractions | FileCheck %s --check-prefix=SHUFFLES
// RUN: quant-opt %s -codegen-attach-target=target=x86-64-v4+avx512vbmi \
// RUN:   -codegen-tile-contractions | FileCheck %s --check-prefix=PERMUTES

// 4096 bytes, each of which takes half a cycle by shuffles of 256 bits; by vpermi2b it is
// what an iteration takes at least, a tenth.
// SHUFFLES: quantc.costs = [{bytes = 8192 : i64, expected_cycles = 2048 : i64, kernel = "loops", least_cycles = 66 : i64
// SHUFFLES-SAME: why = "loops of 4096 iterations around 1 scalar operations, without tiles"}]
// PERMUTES: quantc.costs = [{bytes = 8192 : i64, expected_cycles = 410 : i64, kernel = "loops", least_cycles = 66 : i64

#id = affine_map<(i) -> (i)>
func.func @network(%x: memref<4096xi8>, %y: memref<4096xi8>) {
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%x : memref<4096xi8>) outs(%y : memref<4096xi8>) {
  ^bb0(%q: i8, %old: i8):
    %entry = mk.lookup %q {table = dense<7> : tensor<256xi8>} : i8
    linalg.yield %entry : i8
  }
  return
}
