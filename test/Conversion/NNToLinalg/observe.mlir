// RUN: quant-opt %s -convert-nn-to-linalg \
// RUN:   | FileCheck %s --implicit-check-not='!quant' --implicit-check-not='nn.'

// An observed edge stays the value it is and is handed, flat, to the host's
// function for its element type, which only reads it.

!activation = !quant.uniform<i8:f32, 0.25:9>

// One declaration for each element type, however many edges.
// CHECK-DAG:   func.func private @quantc_observe_f32(i32, tensor<?xf32> {bufferization.access = "read"})
// CHECK-DAG:   func.func private @quantc_observe_i8(i32, tensor<?xi8> {bufferization.access = "read"})
// CHECK-NOT:   func.func private

// CHECK-LABEL: func.func @observe_float
// CHECK-SAME:    (%[[IMAGE:.*]]: tensor<?x4x4x2xf32>)
// CHECK-DAG:     %[[FLAT:.*]] = tensor.collapse_shape %[[IMAGE]] {{\[\[}}0, 1, 2, 3]] : tensor<?x4x4x2xf32> into tensor<?xf32>
// CHECK-DAG:     %[[ANY:.*]] = tensor.cast %[[FLAT]] : tensor<?xf32> to tensor<?xf32>
// CHECK-DAG:     %[[ID:.*]] = arith.constant 3 : i32
// CHECK:         call @quantc_observe_f32(%[[ID]], %[[ANY]]) : (i32, tensor<?xf32>) -> ()
// CHECK-NEXT:    return %[[IMAGE]]
func.func @observe_float(%image: tensor<?x4x4x2xf32>) -> tensor<?x4x4x2xf32> {
  %seen = nn.observe %image {id = 3 : i32, name = "image"}
      : tensor<?x4x4x2xf32>
  return %seen : tensor<?x4x4x2xf32>
}

// CHECK-LABEL: func.func @observe_quantized
// CHECK-SAME:    (%[[FEATURES:.*]]: tensor<2x3xi8>)
// CHECK-DAG:     %[[FLAT:.*]] = tensor.collapse_shape %[[FEATURES]] {{\[\[}}0, 1]] : tensor<2x3xi8> into tensor<6xi8>
// CHECK-DAG:     %[[ANY:.*]] = tensor.cast %[[FLAT]] : tensor<6xi8> to tensor<?xi8>
// CHECK-DAG:     %[[ID:.*]] = arith.constant 7 : i32
// CHECK:         call @quantc_observe_i8(%[[ID]], %[[ANY]])
// CHECK-NEXT:    return %[[FEATURES]]
func.func @observe_quantized(%features: tensor<2x3x!activation>)
    -> tensor<2x3x!activation> {
  %seen = nn.observe %features {id = 7 : i32, name = "features"}
      : tensor<2x3x!activation>
  return %seen : tensor<2x3x!activation>
}

// CHECK-LABEL: func.func @observe_vector
// CHECK-SAME:    (%[[VECTOR:.*]]: tensor<5xf32>)
// CHECK-NOT:     tensor.collapse_shape
// CHECK:         %[[ANY:.*]] = tensor.cast %[[VECTOR]] : tensor<5xf32> to tensor<?xf32>
// CHECK:         call @quantc_observe_f32(%{{.*}}, %[[ANY]])
func.func @observe_vector(%vector: tensor<5xf32>) -> tensor<5xf32> {
  %seen = nn.observe %vector {id = 0 : i32, name = "vector"} : tensor<5xf32>
  return %seen : tensor<5xf32>
}

// The host sees the edges in program order, and an edge that nothing else uses.
// CHECK-LABEL: func.func @order
// CHECK:         %[[FIRST:.*]] = arith.constant 1 : i32
// CHECK:         call @quantc_observe_f32(%[[FIRST]],
// CHECK:         %[[SECOND:.*]] = arith.constant 0 : i32
// CHECK:         call @quantc_observe_f32(%[[SECOND]],
// CHECK:         return
func.func @order(%left: tensor<5xf32>, %right: tensor<5xf32>) -> tensor<5xf32> {
  %seen_left = nn.observe %left {id = 1 : i32, name = "left"} : tensor<5xf32>
  %seen_right = nn.observe %right {id = 0 : i32, name = "right"}
      : tensor<5xf32>
  return %right : tensor<5xf32>
}

// A scalar is handed out as its only element.
// CHECK-LABEL: func.func @scalar
// CHECK-SAME:    (%[[X:.*]]: tensor<f32>)
// CHECK:         %[[FLAT:.*]] = tensor.expand_shape %[[X]] [] output_shape [1] : tensor<f32> into tensor<1xf32>
// CHECK:         %[[CAST:.*]] = tensor.cast %[[FLAT]] : tensor<1xf32> to tensor<?xf32>
// CHECK:         call @quantc_observe_f32(%{{.*}}, %[[CAST]])
// CHECK:         return %[[X]]
func.func @scalar(%x: tensor<f32>) -> tensor<f32> {
  %seen = nn.observe %x {id = 0 : i32, name = "scalar"} : tensor<f32>
  return %seen : tensor<f32>
}
