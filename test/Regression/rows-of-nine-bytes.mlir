// Rows of nine bytes between others, which LLVM stores as eight and one where they are one
// loop: of a CPU with AVX-512 the one was two (upstream/masked-store-of-one-element.ll), and
// the next row was overwritten.

// RUN: quant-opt %s -lower-to-llvm-cpu -o %t.mlir
// RUN: quant-translate --emit=llvm %t.mlir -o %t.ll
// RUN: FileCheck %s --input-file %t.ll --implicit-check-not="masked.store{{.*}}<i1 true, i1 false, i1 false"
// CHECK: store <8 x i8> %{{.*}}
// CHECK: %[[LAST:.*]] = extractelement <8 x i8> %{{.*}}, i64 0
// CHECK: store i8 %[[LAST]], ptr
module attributes {
    llvm.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64-v4">,
    quantc.inputs = [{name = "x", type = tensor<?x9xf32>}],
    quantc.outputs = [{name = "y", type = tensor<?x9xi8>, axis = -1 : i32,
                       scales = array<f32: 1.0>, zero_points = array<i32: 0>}],
    quantc.layers = [], quantc.observed = [], quantc.provenance = {stage = "int8"},
    quantc.strategy = "generic", quantc.workspace_fixed = 0 : i64,
    quantc.workspace_per_sample = 0 : i64} {
  func.func @network(%x: memref<?x9xf32>, %y: memref<?x9xi8>, %workspace: memref<?xi8>) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c9 = arith.constant 9 : index
    %samples = memref.dim %x, %c0 : memref<?x9xf32>
    scf.for %sample = %c0 to %samples step %c1 {
      scf.for %i = %c0 to %c9 step %c1 {
        %value = memref.load %x[%sample, %i] : memref<?x9xf32>
        %integer = llvm.intr.lrint(%value) : (f32) -> i32
        %byte = arith.trunci %integer : i32 to i8
        memref.store %byte, %y[%sample, %i] : memref<?x9xi8>
      }
    }
    return
  }
}
