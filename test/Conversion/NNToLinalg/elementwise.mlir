// RUN: quant-opt %s -convert-nn-to-linalg \
// RUN:   | FileCheck %s --implicit-check-not='!quant' --implicit-check-not='nn.' \
// RUN:       --implicit-check-not=extui --implicit-check-not=fastmath

// quantize divides, clamps, rounds to even, converts, then adds the zero point;
// dequantize subtracts in integers and multiplies in f32. Each order is pinned.

!activation = !quant.uniform<i8:f32, 0.5:-3>
!weight = !quant.uniform<i8:f32:1, {0.5:0, 0.25:7}>

// Clamp: -128 + 3, 127 + 3. A division, not a product with 1 / 0.5.
// CHECK-DAG:   #[[ELEMENT:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG:   #[[CHANNEL:.*]] = affine_map<(d0, d1) -> (d1)>
// CHECK-LABEL: func.func @quantize
// CHECK-SAME:    (%[[INPUT:.*]]: tensor<?x10xf32>) -> tensor<?x10xi8>
// CHECK-DAG:     %[[BATCH:.*]] = tensor.dim %[[INPUT]], %{{.*}}
// CHECK-DAG:     %[[INIT:.*]] = tensor.empty(%[[BATCH]]) : tensor<?x10xi8>
// CHECK:         linalg.generic {indexing_maps = [#[[ELEMENT]], #[[ELEMENT]]], iterator_types = ["parallel", "parallel"]}
// CHECK-SAME:      ins(%[[INPUT]] : tensor<?x10xf32>) outs(%[[INIT]] : tensor<?x10xi8>)
// CHECK-NEXT:      ^bb0(%[[REAL:.*]]: f32, %{{.*}}: i8):
// CHECK-DAG:         %[[SCALE:.*]] = arith.constant 5.000000e-01 : f32
// CHECK-DAG:         %[[LO:.*]] = arith.constant -1.250000e+02 : f32
// CHECK-DAG:         %[[HI:.*]] = arith.constant 1.300000e+02 : f32
// CHECK-DAG:         %[[ZERO_POINT:.*]] = arith.constant -3 : i32
// CHECK-DAG:         %[[SCALED:.*]] = arith.divf %[[REAL]], %[[SCALE]] : f32
// CHECK-DAG:         %[[IS_ABOVE:.*]] = arith.cmpf ogt, %[[SCALED]], %[[LO]] : f32
// CHECK-DAG:         %[[RAISED:.*]] = arith.select %[[IS_ABOVE]], %[[SCALED]], %[[LO]] : f32
// CHECK-DAG:         %[[IS_BELOW:.*]] = arith.cmpf olt, %[[RAISED]], %[[HI]] : f32
// CHECK-DAG:         %[[CLAMPED:.*]] = arith.select %[[IS_BELOW]], %[[RAISED]], %[[HI]] : f32
// CHECK-DAG:         %[[ROUNDED:.*]] = math.roundeven %[[CLAMPED]] : f32
// CHECK-DAG:         %[[INTEGER:.*]] = arith.fptosi %[[ROUNDED]] : f32 to i32
// CHECK-DAG:         %[[SHIFTED:.*]] = arith.addi %[[INTEGER]], %[[ZERO_POINT]] : i32
// CHECK-DAG:         %[[NARROW:.*]] = arith.trunci %[[SHIFTED]] : i32 to i8
// CHECK:             linalg.yield %[[NARROW]] : i8
func.func @quantize(%real: tensor<?x10xf32>) -> tensor<?x10x!activation> {
  %stored = nn.quantize %real
      : tensor<?x10xf32> -> tensor<?x10x!activation>
  return %stored : tensor<?x10x!activation>
}

// The scale is the f32 number, to its last bit.
// CHECK-LABEL: func.func @quantize_scale
// CHECK:         arith.constant 3.40282347E+38 : f32
func.func @quantize_scale(%real: tensor<1xf32>)
    -> tensor<1x!quant.uniform<i8:f32, 3.4028234663852886E+38>> {
  %stored = nn.quantize %real : tensor<1xf32>
      -> tensor<1x!quant.uniform<i8:f32, 3.4028234663852886E+38>>
  return %stored : tensor<1x!quant.uniform<i8:f32, 3.4028234663852886E+38>>
}

// CHECK-LABEL: func.func @quantize_scalar
// CHECK:         linalg.generic {{{.*}}iterator_types = []}
// CHECK-SAME:      ins(%{{.*}} : tensor<f32>) outs(%{{.*}} : tensor<i8>)
func.func @quantize_scalar(%real: tensor<f32>) -> tensor<!activation> {
  %stored = nn.quantize %real : tensor<f32> -> tensor<!activation>
  return %stored : tensor<!activation>
}

// CHECK-LABEL: func.func @dequantize
// CHECK-SAME:    (%[[INPUT:.*]]: tensor<?x10xi8>) -> tensor<?x10xf32>
// CHECK:         linalg.generic {indexing_maps = [#[[ELEMENT]], #[[ELEMENT]]]
// CHECK-SAME:      ins(%[[INPUT]] : tensor<?x10xi8>)
// CHECK-NEXT:      ^bb0(%[[STORED:.*]]: i8, %{{.*}}: f32):
// CHECK-DAG:         %[[SCALE:.*]] = arith.constant 5.000000e-01 : f32
// CHECK-DAG:         %[[ZERO_POINT:.*]] = arith.constant -3 : i32
// CHECK-DAG:         %[[WIDE:.*]] = arith.extsi %[[STORED]] : i8 to i32
// CHECK-DAG:         %[[SHIFTED:.*]] = arith.subi %[[WIDE]], %[[ZERO_POINT]] : i32
// CHECK-DAG:         %[[REAL:.*]] = arith.sitofp %[[SHIFTED]] : i32 to f32
// CHECK-DAG:         %[[SCALED:.*]] = arith.mulf %[[REAL]], %[[SCALE]] : f32
// CHECK:             linalg.yield %[[SCALED]] : f32
func.func @dequantize(%stored: tensor<?x10x!activation>) -> tensor<?x10xf32> {
  %real = nn.dequantize %stored : tensor<?x10x!activation> -> tensor<?x10xf32>
  return %real : tensor<?x10xf32>
}

// Per axis, scales and zero points are vectors along that dimension.
// CHECK-LABEL: func.func @dequantize_per_axis
// CHECK-SAME:    (%[[INPUT:.*]]: tensor<3x2xi8>) -> tensor<3x2xf32>
// CHECK-DAG:     %[[SCALES:.*]] = arith.constant dense<[5.000000e-01, 2.500000e-01]> : tensor<2xf32>
// CHECK-DAG:     %[[ZERO_POINTS:.*]] = arith.constant dense<[0, 7]> : tensor<2xi32>
// CHECK:         linalg.generic {indexing_maps = [#[[ELEMENT]], #[[CHANNEL]], #[[CHANNEL]], #[[ELEMENT]]]
// CHECK-SAME:      ins(%[[INPUT]], %[[SCALES]], %[[ZERO_POINTS]] : tensor<3x2xi8>, tensor<2xf32>, tensor<2xi32>)
// CHECK-NEXT:      ^bb0(%[[STORED:.*]]: i8, %[[SCALE:.*]]: f32, %[[ZERO_POINT:.*]]: i32, %{{.*}}: f32):
// CHECK-DAG:         %[[WIDE:.*]] = arith.extsi %[[STORED]] : i8 to i32
// CHECK-DAG:         %[[SHIFTED:.*]] = arith.subi %[[WIDE]], %[[ZERO_POINT]] : i32
// CHECK-DAG:         %[[REAL:.*]] = arith.sitofp %[[SHIFTED]] : i32 to f32
// CHECK-DAG:         %[[SCALED:.*]] = arith.mulf %[[REAL]], %[[SCALE]] : f32
// CHECK:             linalg.yield %[[SCALED]] : f32
func.func @dequantize_per_axis(%stored: tensor<3x2x!weight>) -> tensor<3x2xf32> {
  %real = nn.dequantize %stored : tensor<3x2x!weight> -> tensor<3x2xf32>
  return %real : tensor<3x2xf32>
}

// The bounds before rounding are those of all zero points; the storage's follow.
// CHECK-LABEL: func.func @quantize_per_axis
// CHECK:         ^bb0(%[[REAL:.*]]: f32, %[[SCALE:.*]]: f32, %[[ZERO_POINT:.*]]: i32, %{{.*}}: i8):
// CHECK-DAG:       %[[SCALED:.*]] = arith.divf %[[REAL]], %[[SCALE]] : f32
// CHECK-DAG:       arith.cmpf ogt, %[[SCALED]], %cst{{.*}} : f32
// CHECK:           %[[ROUNDED:.*]] = math.roundeven %{{.*}} : f32
// CHECK-NEXT:      %[[INTEGER:.*]] = arith.fptosi %[[ROUNDED]] : f32 to i32
// CHECK-NEXT:      %[[SHIFTED:.*]] = arith.addi %[[INTEGER]], %[[ZERO_POINT]] : i32
// CHECK:           %[[RAISED:.*]] = arith.maxsi %[[SHIFTED]], %c-128_i32
// CHECK:           %[[CLAMPED:.*]] = arith.minsi %[[RAISED]], %c127_i32
// CHECK-NEXT:      arith.trunci %[[CLAMPED]] : i32 to i8
func.func @quantize_per_axis(%real: tensor<3x2xf32>) -> tensor<3x2x!weight> {
  %stored = nn.quantize %real : tensor<3x2xf32> -> tensor<3x2x!weight>
  return %stored : tensor<3x2x!weight>
}

// Ordered comparisons: NaN becomes the minimum, as in the contract.
// CHECK-LABEL: func.func @clamp_float
// CHECK:         ^bb0(%[[REAL:.*]]: f32, %{{.*}}: f32):
// CHECK-DAG:       %[[MIN:.*]] = arith.constant 0.000000e+00 : f32
// CHECK-DAG:       %[[MAX:.*]] = arith.constant 6.000000e+00 : f32
// CHECK-DAG:       %[[IS_ABOVE:.*]] = arith.cmpf ogt, %[[REAL]], %[[MIN]] : f32
// CHECK-DAG:       %[[RAISED:.*]] = arith.select %[[IS_ABOVE]], %[[REAL]], %[[MIN]] : f32
// CHECK-DAG:       %[[IS_BELOW:.*]] = arith.cmpf olt, %[[RAISED]], %[[MAX]] : f32
// CHECK-DAG:       %[[CLAMPED:.*]] = arith.select %[[IS_BELOW]], %[[RAISED]], %[[MAX]] : f32
// CHECK:           linalg.yield %[[CLAMPED]] : f32
func.func @clamp_float(%real: tensor<?x10xf32>) -> tensor<?x10xf32> {
  %clamped = nn.clamp %real {min = 0.0 : f32, max = 6.0 : f32}
      : tensor<?x10xf32>
  return %clamped : tensor<?x10xf32>
}

// 0 is the zero point, 6.25 / 0.5 = 12.5 rounds to 12: 12 - 3.
// CHECK-LABEL: func.func @clamp_quantized
// CHECK:         ^bb0(%[[STORED:.*]]: i8, %{{.*}}: i8):
// CHECK-DAG:       %[[LO:.*]] = arith.constant -3 : i8
// CHECK-DAG:       %[[HI:.*]] = arith.constant 9 : i8
// CHECK-DAG:       %[[RAISED:.*]] = arith.maxsi %[[STORED]], %[[LO]] : i8
// CHECK-DAG:       %[[CLAMPED:.*]] = arith.minsi %[[RAISED]], %[[HI]] : i8
// CHECK:           linalg.yield %[[CLAMPED]] : i8
func.func @clamp_quantized(%stored: tensor<4x!activation>)
    -> tensor<4x!activation> {
  %clamped = nn.clamp %stored {min = 0.0 : f32, max = 6.25 : f32}
      : tensor<4x!activation>
  return %clamped : tensor<4x!activation>
}

// An infinite bound is a bound of the result's storage.
// CHECK-LABEL: func.func @clamp_to_storage
// CHECK-DAG:     arith.constant -100 : i8
// CHECK-DAG:     arith.constant 50 : i8
// CHECK:         linalg.yield
func.func @clamp_to_storage(%stored: tensor<4x!activation>)
    -> tensor<4x!quant.uniform<i8<-100:50>:f32, 0.5:-3>> {
  %clamped = nn.clamp %stored {min = 0xFF800000 : f32, max = 0x7F800000 : f32}
      : tensor<4x!activation>
      -> tensor<4x!quant.uniform<i8<-100:50>:f32, 0.5:-3>>
  return %clamped : tensor<4x!quant.uniform<i8<-100:50>:f32, 0.5:-3>>
}

// Storage and stored integers are one after the conversion.
// CHECK-LABEL: func.func @storage_cast
// CHECK-SAME:    (%[[STORED:.*]]: tensor<4xi8>) -> tensor<4xi8>
// CHECK-NEXT:    return %[[STORED]]
func.func @storage_cast(%stored: tensor<4x!activation>) -> tensor<4xi8> {
  %integers = quant.scast %stored : tensor<4x!activation> to tensor<4xi8>
  return %integers : tensor<4xi8>
}

// -----

// A quantized constant that an op needs in float is one here.
// CHECK-LABEL: func.func @dequantized_constant
// CHECK:         %[[REAL:.*]] = arith.constant dense<{{\[\[}}5.000000e-01, 1.000000e+00], [-1.250000e-01, -2.500000e-01]]> : tensor<2x2xf32>
// CHECK-NEXT:    return %[[REAL]]
func.func @dequantized_constant() -> tensor<2x2xf32> {
  %integers = arith.constant dense<[[2, 3], [-2, -4]]> : tensor<2x2xi8>
  %stored = quant.scast %integers : tensor<2x2xi8>
      to tensor<2x2x!quant.uniform<i8:f32:0, {0.5:1, 0.0625}>>
  %real = nn.dequantize %stored
      : tensor<2x2x!quant.uniform<i8:f32:0, {0.5:1, 0.0625}>> -> tensor<2x2xf32>
  return %real : tensor<2x2xf32>
}
