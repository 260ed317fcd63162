// RUN: quant-opt %s -codegen-plan-workspace -split-input-file \
// RUN:   | FileCheck %s --implicit-check-not=memref.alloc

// Every buffer becomes a view of the workspace, at a multiple of 64 bytes; only
// buffers that never live at the same time share bytes.

// 1000 bytes take 1024, 500 take 512, 300 take 320. The third begins when the
// first is dead and lies at its place.
// CHECK:       module attributes {quantc.workspace_fixed = 1536 : i64, quantc.workspace_per_sample = 0 : i64}
// CHECK-LABEL: func.func @chain
// CHECK-SAME:    (%[[IMAGE:.*]]: memref<4xi8>, %[[SCORES:.*]]: memref<4xi8>, %[[WORKSPACE:.*]]: memref<?xi8>)
// CHECK:         %[[AT_0:.*]] = arith.constant 0 : index
// CHECK:         %[[FIRST:.*]] = memref.view %[[WORKSPACE]][%[[AT_0]]][] : memref<?xi8> to memref<1000xi8>
// CHECK:         call @enter(%[[IMAGE]], %[[FIRST]])
// CHECK:         %[[AT_1024:.*]] = arith.constant 1024 : index
// CHECK:         %[[SECOND:.*]] = memref.view %[[WORKSPACE]][%[[AT_1024]]][] : memref<?xi8> to memref<500xi8>
// CHECK:         call @shrink(%[[FIRST]], %[[SECOND]])
// CHECK:         %[[AT_0_AGAIN:.*]] = arith.constant 0 : index
// CHECK:         %[[THIRD:.*]] = memref.view %[[WORKSPACE]][%[[AT_0_AGAIN]]][] : memref<?xi8> to memref<300xi8>
// CHECK:         call @shrink_more(%[[SECOND]], %[[THIRD]])
// CHECK:         call @leave(%[[THIRD]], %[[SCORES]])
func.func private @enter(memref<4xi8>, memref<1000xi8>)
func.func private @shrink(memref<1000xi8>, memref<500xi8>)
func.func private @shrink_more(memref<500xi8>, memref<300xi8>)
func.func private @leave(memref<300xi8>, memref<4xi8>)
func.func @chain(%image: memref<4xi8>, %scores: memref<4xi8>) {
  %first = memref.alloc() : memref<1000xi8>
  func.call @enter(%image, %first) : (memref<4xi8>, memref<1000xi8>) -> ()
  %second = memref.alloc() : memref<500xi8>
  func.call @shrink(%first, %second) : (memref<1000xi8>, memref<500xi8>) -> ()
  %third = memref.alloc() : memref<300xi8>
  func.call @shrink_more(%second, %third)
      : (memref<500xi8>, memref<300xi8>) -> ()
  func.call @leave(%third, %scores) : (memref<300xi8>, memref<4xi8>) -> ()
  return
}

// -----

// Batched buffers follow the fixed ones, each at the batch times its offset in a
// sample: 2 * 16 floats are 128 bytes, 2 * 3 bytes take 64.
// CHECK:       module attributes {quantc.workspace_fixed = 64 : i64, quantc.workspace_per_sample = 192 : i64}
// CHECK-LABEL: func.func @batched
// CHECK-SAME:    (%[[BATCH:.*]]: index, %[[WORKSPACE:.*]]: memref<?xi8>)
// CHECK-DAG:     %[[TABLE:.*]] = memref.view %[[WORKSPACE]][%[[TABLE_AT:.*]]][] : memref<?xi8> to memref<2xi32>
// CHECK-DAG:     %[[TABLE_AT]] = arith.constant 0 : index
// CHECK:         %[[SMALL_OFFSET:.*]] = arith.constant 128 : index
// CHECK:         %[[SMALL_SCALED:.*]] = arith.muli %[[BATCH]], %[[SMALL_OFFSET]] : index
// CHECK:         %[[SMALL_FIXED:.*]] = arith.constant 64 : index
// CHECK:         %[[SMALL_AT:.*]] = arith.addi %[[SMALL_FIXED]], %[[SMALL_SCALED]] : index
// CHECK:         %[[SMALL:.*]] = memref.view %[[WORKSPACE]][%[[SMALL_AT]]][%[[BATCH]]] : memref<?xi8> to memref<?x2x3xi8>
// CHECK:         %[[LARGE_OFFSET:.*]] = arith.constant 0 : index
// CHECK:         %[[LARGE_SCALED:.*]] = arith.muli %[[BATCH]], %[[LARGE_OFFSET]] : index
// CHECK:         %[[LARGE_FIXED:.*]] = arith.constant 64 : index
// CHECK:         %[[LARGE_AT:.*]] = arith.addi %[[LARGE_FIXED]], %[[LARGE_SCALED]] : index
// CHECK:         %[[LARGE:.*]] = memref.view %[[WORKSPACE]][%[[LARGE_AT]]][%[[BATCH]]] : memref<?xi8> to memref<?x2x16xf32>
// CHECK:         call @layer(%[[TABLE]], %[[SMALL]], %[[LARGE]])
func.func private @layer(memref<2xi32>, memref<?x2x3xi8>, memref<?x2x16xf32>)
func.func @batched(%batch: index) {
  %table = memref.alloc() : memref<2xi32>
  %small = memref.alloc(%batch) : memref<?x2x3xi8>
  %large = memref.alloc(%batch) : memref<?x2x16xf32>
  func.call @layer(%table, %small, %large)
      : (memref<2xi32>, memref<?x2x3xi8>, memref<?x2x16xf32>) -> ()
  return
}

// -----

// A use through views is a use of the buffer: all three live at the end.
// CHECK:       module attributes {quantc.workspace_fixed = 192 : i64
// CHECK-LABEL: func.func @views
// CHECK-DAG:     %[[AT_0:.*]] = arith.constant 0 : index
// CHECK-DAG:     memref.view %{{.*}}[%[[AT_0]]][] : memref<?xi8> to memref<8x8xi8>
// CHECK-DAG:     %[[AT_64:.*]] = arith.constant 64 : index
// CHECK-DAG:     memref.view %{{.*}}[%[[AT_64]]][] : memref<?xi8> to memref<64xi8>
// CHECK-DAG:     %[[AT_128:.*]] = arith.constant 128 : index
// CHECK-DAG:     memref.view %{{.*}}[%[[AT_128]]][] : memref<?xi8> to memref<1x64xi8>
func.func private @fill(memref<4x8xi8>)
func.func private @layer(memref<64xi8>, memref<1x64xi8>)
func.func private @leave(memref<16xi8>, memref<?xi8>)
func.func @views() {
  %image = memref.alloc() : memref<8x8xi8>
  %top = memref.subview %image[0, 0] [4, 8] [1, 1]
      : memref<8x8xi8> to memref<4x8xi8, strided<[8, 1]>>
  %rows = memref.cast %top
      : memref<4x8xi8, strided<[8, 1]>> to memref<4x8xi8>
  %flat_rows = memref.collapse_shape %rows [[0, 1]]
      : memref<4x8xi8> into memref<32xi8>
  %half = memref.subview %flat_rows[0] [16] [1]
      : memref<32xi8> to memref<16xi8, strided<[1]>>
  %flat_half = memref.cast %half
      : memref<16xi8, strided<[1]>> to memref<16xi8>
  %features = memref.alloc() : memref<64xi8>
  %any_features = memref.cast %features : memref<64xi8> to memref<?xi8>
  %scores = memref.alloc() : memref<1x64xi8>
  func.call @layer(%features, %scores)
      : (memref<64xi8>, memref<1x64xi8>) -> ()
  func.call @leave(%flat_half, %any_features)
      : (memref<16xi8>, memref<?xi8>) -> ()
  return
}

// -----

// A buffer that a loop reads lives until the loop ends, although one that is
// allocated later is used there before.
// CHECK:       module attributes {quantc.workspace_fixed = 128 : i64
// CHECK-LABEL: func.func @loop
func.func private @write(memref<64xi8>)
func.func private @read(memref<64xi8>)
func.func @loop(%count: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %outer = memref.alloc() : memref<64xi8>
  func.call @write(%outer) : (memref<64xi8>) -> ()
  %partial = memref.alloc() : memref<64xi8>
  scf.for %i = %c0 to %count step %c1 {
    func.call @write(%partial) : (memref<64xi8>) -> ()
    func.call @read(%outer) : (memref<64xi8>) -> ()
  }
  return
}

// -----

// The first of three equal buffers is dead when the last begins.
// CHECK:       module attributes {quantc.workspace_fixed = 128 : i64
// CHECK-LABEL: func.func @reuse
// CHECK:         %[[AT_0:.*]] = arith.constant 0 : index
// CHECK:         memref.view %{{.*}}[%[[AT_0]]]
// CHECK:         %[[AT_64:.*]] = arith.constant 64 : index
// CHECK:         memref.view %{{.*}}[%[[AT_64]]]
// CHECK:         %[[AT_0_AGAIN:.*]] = arith.constant 0 : index
// CHECK:         memref.view %{{.*}}[%[[AT_0_AGAIN]]]
func.func private @step(memref<64xi8>, memref<64xi8>)
func.func @reuse() {
  %first = memref.alloc() : memref<64xi8>
  %second = memref.alloc() : memref<64xi8>
  func.call @step(%first, %second) : (memref<64xi8>, memref<64xi8>) -> ()
  %third = memref.alloc() : memref<64xi8>
  func.call @step(%second, %third) : (memref<64xi8>, memref<64xi8>) -> ()
  return
}

// -----

// One element takes a cache line, no elements take nothing.
// CHECK:       module attributes {quantc.workspace_fixed = 64 : i64
// CHECK-LABEL: func.func @small
// CHECK:         memref.view {{.*}} : memref<?xi8> to memref<1xf32>
// CHECK:         memref.view {{.*}} : memref<?xi8> to memref<0x4xf32>
func.func private @use(memref<1xf32>, memref<0x4xf32>)
func.func @small() {
  %single = memref.alloc() : memref<1xf32>
  %nothing = memref.alloc() : memref<0x4xf32>
  func.call @use(%single, %nothing) : (memref<1xf32>, memref<0x4xf32>) -> ()
  return
}

// -----

// The signature is the same without buffers.
// CHECK:       module attributes {quantc.workspace_fixed = 0 : i64, quantc.workspace_per_sample = 0 : i64}
// CHECK-LABEL: func.func @nothing
// CHECK-SAME:    (%{{.*}}: memref<4xi8>, %{{.*}}: memref<?xi8>)
// CHECK-NEXT:    return
func.func @nothing(%image: memref<4xi8>) {
  return
}
