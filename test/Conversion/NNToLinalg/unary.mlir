// RUN: quant-opt %s -convert-nn-to-linalg \
// RUN:   | FileCheck %s --implicit-check-not='!quant' --implicit-check-not='nn.' \
// RUN:       --implicit-check-not=extui --implicit-check-not=fastmath

// On f32 a function is its operations, none of which is of libm.
// CHECK-LABEL: func.func @sigmoid
// CHECK:         linalg.generic
// CHECK-NEXT:      ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:        %[[NEGATED:.*]] = arith.negf %[[X]] : f32
// CHECK-NOT:         math.exp
// CHECK:             arith.bitcast
// CHECK:             arith.bitcast
// CHECK:             %[[POWER:.*]] = arith.mulf %{{.*}}, %{{.*}} : f32
// CHECK-NEXT:        %[[ONE:.*]] = arith.constant 1.000000e+00 : f32
// CHECK-NEXT:        %[[SUM:.*]] = arith.addf %[[POWER]], %[[ONE]] : f32
// CHECK:             %[[RESULT:.*]] = arith.divf %{{.*}}, %[[SUM]] : f32
// CHECK-NEXT:        linalg.yield %[[RESULT]] : f32
func.func @sigmoid(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %result = nn.unary sigmoid %x : tensor<?x8xf32>
  return %result : tensor<?x8xf32>
}

// CHECK-LABEL: func.func @rsqrt
// CHECK:             %[[ROOT:.*]] = math.sqrt
// CHECK:             arith.divf %{{.*}}, %[[ROOT]] : f32
func.func @rsqrt(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %result = nn.unary rsqrt %x : tensor<?x8xf32>
  return %result : tensor<?x8xf32>
}

// On integers it is a table: entry q + 128 is -q, and 127 for -128, which
// saturates.
// CHECK-LABEL: func.func @table
// CHECK-SAME:    (%[[STORED:.*]]: tensor<?x8xi8>) -> tensor<?x8xi8>
// CHECK:         %[[TABLE:.*]] = arith.constant dense<"0x7F7F7E7D
// CHECK-SAME:      0403020100FFFEFD
// CHECK-SAME:      84838281"> : tensor<256xi8>
// CHECK:         linalg.generic
// CHECK-SAME:      ins(%[[STORED]] : tensor<?x8xi8>)
// CHECK-NEXT:      ^bb0(%[[Q:.*]]: i8, %{{.*}}: i8):
// CHECK:             %[[WIDE:.*]] = arith.extsi %[[Q]] : i8 to i32
// CHECK:             %[[BIAS:.*]] = arith.constant 128 : i32
// CHECK:             %[[ENTRY:.*]] = arith.addi %[[WIDE]], %[[BIAS]] : i32
// CHECK:             %[[INDEX:.*]] = arith.index_cast %[[ENTRY]] : i32 to index
// CHECK:             tensor.extract %[[TABLE]][%[[INDEX]]] : tensor<256xi8>
func.func @table(%stored: tensor<?x8x!quant.uniform<i8:f32, 0.5>>)
    -> tensor<?x8x!quant.uniform<i8:f32, 0.5>> {
  %result = nn.unary neg %stored : tensor<?x8x!quant.uniform<i8:f32, 0.5>>
  return %result : tensor<?x8x!quant.uniform<i8:f32, 0.5>>
}

// The logarithm of a number below 0 is NaN, which gives lo; that of 0 is -inf,
// which saturates.
// CHECK-LABEL: func.func @not_a_number
// CHECK:         dense<"0xF8F8
// CHECK-SAME:      F8F800
func.func @not_a_number(%stored: tensor<?x8x!quant.uniform<i8:f32, 1.0>>)
    -> tensor<?x8x!quant.uniform<i8<-8:8>:f32, 1.0>> {
  %result = nn.unary log %stored : tensor<?x8x!quant.uniform<i8:f32, 1.0>>
      -> tensor<?x8x!quant.uniform<i8<-8:8>:f32, 1.0>>
  return %result : tensor<?x8x!quant.uniform<i8<-8:8>:f32, 1.0>>
}

// CHECK-LABEL: func.func @lookup
// CHECK:         arith.constant dense<7> : tensor<256xi8>
// CHECK:         tensor.extract
func.func @lookup(%stored: tensor<2x!quant.uniform<i8:f32, 0.5>>)
    -> tensor<2x!quant.uniform<i8:f32, 0.25:1>> {
  %result = nn.lookup %stored {table = dense<7> : tensor<256xi8>}
      : tensor<2x!quant.uniform<i8:f32, 0.5>>
      -> tensor<2x!quant.uniform<i8:f32, 0.25:1>>
  return %result : tensor<2x!quant.uniform<i8:f32, 0.25:1>>
}

// Two steps of f32: a product and a quotient.
// CHECK-LABEL: func.func @requantize
// CHECK:         %[[REAL:.*]] = arith.mulf
// CHECK:         arith.divf %[[REAL]]
func.func @requantize(%stored: tensor<2x!quant.uniform<i8:f32, 0.5>>)
    -> tensor<2x!quant.uniform<i8:f32, 0.375:1>> {
  %result = nn.requantize %stored
      : tensor<2x!quant.uniform<i8:f32, 0.5>>
      -> tensor<2x!quant.uniform<i8:f32, 0.375:1>>
  return %result : tensor<2x!quant.uniform<i8:f32, 0.375:1>>
}
