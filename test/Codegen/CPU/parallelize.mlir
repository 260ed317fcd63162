// RUN: quant-opt %s -codegen-parallelize -split-input-file | FileCheck %s

// As many outer loops are shared as give 64 iterations, where the batch, known
// only when it runs, counts as one.
// CHECK-LABEL: @convolution
// CHECK:         scf.forall (%{{.*}}, %{{.*}}, %{{.*}}) in (%{{.*}}, 30, 30) {
// CHECK-COUNT-4: scf.for
// CHECK:         memref.load
// CHECK-NOT:     linalg
func.func @convolution(%image: memref<?x32x32x8xi8>, %filter: memref<16x3x3x8xi8>,
                       %acc: memref<?x30x30x16xi32>) {
  linalg.conv_2d_nhwc_fhwc
      ins(%image, %filter : memref<?x32x32x8xi8>, memref<16x3x3x8xi8>)
      outs(%acc : memref<?x30x30x16xi32>)
  return
}

// -----

// CHECK-LABEL: @rows
// CHECK:         scf.forall (%{{.*}}) in (64) {
// CHECK-COUNT-2: scf.for
func.func @rows(%a: memref<64x128xi8>, %b: memref<128x32xi8>, %acc: memref<64x32xi32>) {
  linalg.matmul ins(%a, %b : memref<64x128xi8>, memref<128x32xi8>) outs(%acc : memref<64x32xi32>)
  return
}

// -----

// The channels stay innermost, where they are neighbours.
// CHECK-LABEL: @maxima
// CHECK:         scf.forall (%{{.*}}, %{{.*}}, %{{.*}}) in (%{{.*}}, 32, 32) {
// CHECK-COUNT-3: scf.for
func.func @maxima(%image: memref<?x64x64x64xi8>, %max: memref<?x32x32x64xi8>) {
  %window = memref.alloca() : memref<2x2xi8>
  linalg.generic {indexing_maps = [affine_map<(n, h, w, i, j, c) -> (n, 2 * h + i, 2 * w + j, c)>,
                                   affine_map<(n, h, w, i, j, c) -> (i, j)>,
                                   affine_map<(n, h, w, i, j, c) -> (n, h, w, c)>],
                  iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction", "parallel"]}
      ins(%image, %window : memref<?x64x64x64xi8>, memref<2x2xi8>) outs(%max : memref<?x32x32x64xi8>) {
  ^bb0(%value: i8, %unused: i8, %acc: i8):
    %0 = arith.maxsi %acc, %value : i8
    linalg.yield %0 : i8
  }
  return
}

// -----

// A loop without another is shared itself.
// CHECK-LABEL: @elements
// CHECK:         scf.forall (%{{.*}}) in (262144) {
// CHECK-NOT:       scf.for
// CHECK:           memref.store
// CHECK-NEXT:    }
func.func @elements(%value: f32, %y: memref<262144xf32>) {
  linalg.fill ins(%value : f32) outs(%y : memref<262144xf32>)
  return
}

// -----

// Of collapsed dimensions those of one sample count.
// CHECK-LABEL: @collapsed
// CHECK:         scf.forall (%{{.*}}) in (%{{.*}}) {
// CHECK-NOT:       scf.for
func.func @collapsed(%value: f32, %y: memref<?x64x4096xf32>) {
  %flat = memref.collapse_shape %y [[0, 1, 2]] : memref<?x64x4096xf32> into memref<?xf32>
  linalg.fill ins(%value : f32) outs(%flat : memref<?xf32>)
  return
}

// -----

// One iteration less than what is worth it.
// CHECK-LABEL: @small
// CHECK-NEXT:    linalg.fill
func.func @small(%value: f32, %y: memref<?x99999xf32>) {
  linalg.fill ins(%value : f32) outs(%y : memref<?x99999xf32>)
  return
}

// -----

// CHECK-LABEL: @large
// CHECK:         scf.forall (%{{.*}}) in (%{{.*}}) {
// CHECK-NEXT:      scf.for
func.func @large(%value: f32, %y: memref<?x100000xf32>) {
  linalg.fill ins(%value : f32) outs(%y : memref<?x100000xf32>)
  return
}

// -----

// A reduction outside cannot be shared.
// CHECK-LABEL: @sum
// CHECK-NOT:     scf.forall
// CHECK:         linalg.generic
func.func @sum(%x: memref<65536x2xi32>, %sum: memref<2xi32>) {
  linalg.generic {indexing_maps = [affine_map<(k, c) -> (k, c)>, affine_map<(k, c) -> (c)>],
                  iterator_types = ["reduction", "parallel"]}
      ins(%x : memref<65536x2xi32>) outs(%sum : memref<2xi32>) {
  ^bb0(%term: i32, %acc: i32):
    %0 = arith.addi %acc, %term : i32
    linalg.yield %0 : i32
  }
  return
}
