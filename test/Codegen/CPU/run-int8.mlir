// DEFINE: %{loops} = convert-nn-to-linalg,func.func(codegen-fuse-multiply-add),eliminate-empty-tensors,one-shot-bufferize{bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map},canonicalize,cse,func.func(codegen-expand-copies,convert-linalg-to-loops)
// DEFINE: %{llvm} = canonicalize,cse,convert-scf-to-cf,expand-strided-metadata,lower-affine,finalize-memref-to-llvm,convert-math-to-llvm,convert-arith-to-llvm,convert-func-to-llvm,convert-cf-to-llvm,reconcile-unrealized-casts
// DEFINE: %{run} = mlir-runner -e main -entry-point-result=void -shared-libs=%mlir_lib_dir/libmlir_runner_utils.so,%mlir_lib_dir/libmlir_c_runner_utils.so
//
// RUN: quant-opt %s -pass-pipeline='builtin.module(%{loops},codegen-expand-rounding,%{llvm})' \
// RUN:   | %{run} | FileCheck %s
// RUN: quant-opt %s -pass-pipeline='builtin.module(%{loops},%{llvm})' \
// RUN:   | %{run} | FileCheck %s

// The exact integers of the numerics contract, from nn ops down to machine code:
// with rounding by addition, and with the roundeven that it replaces. Expected
// values are computed by hand from the contract's formulas.

!activation = !quant.uniform<i8:f32, 0.5:-3>
!tenth = !quant.uniform<i8:f32, 0.10000000149011612>
!unit = !quant.uniform<i8:f32, 1.0>

func.func private @printMemrefI32(%values: tensor<*xi32>
    {bufferization.access = "read"}) attributes {llvm.emit_c_interface}

func.func @print(%stored: tensor<?xi8>) {
  %c0 = arith.constant 0 : index
  %count = tensor.dim %stored, %c0 : tensor<?xi8>
  %init = tensor.empty(%count) : tensor<?xi32>
  %wide = linalg.generic {
      indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>],
      iterator_types = ["parallel"]}
      ins(%stored : tensor<?xi8>) outs(%init : tensor<?xi32>) {
  ^bb0(%value: i8, %out: i32):
    %extended = arith.extsi %value : i8 to i32
    linalg.yield %extended : i32
  } -> tensor<?xi32>
  %any = tensor.cast %wide : tensor<?xi32> to tensor<*xi32>
  func.call @printMemrefI32(%any) : (tensor<*xi32>) -> ()
  return
}

// Ties go to even, then the zero point -3 is added; what is out of range
// saturates, NaN is the least: +-0.5, +-1.5, 2.5, 0.49; 129.5, 130, 1e30, -1e30,
// inf, -inf, NaN.
// CHECK:      sizes = [13]
// CHECK-NEXT: {{^}}[-3, -3, -1, -5, -1, -3, 127, 127, 127, -128, 127, -128, -128]
func.func @quantize() {
  %real = arith.constant dense<[0.25, -0.25, 0.75, -0.75, 1.25, 0.245, 64.75,
                                65.0, 1.0e30, -1.0e30, 0x7F800000, 0xFF800000,
                                0x7FC00000]> : tensor<13xf32>
  %quantized = nn.quantize %real : tensor<13xf32> -> tensor<13x!activation>
  %stored = quant.scast %quantized : tensor<13x!activation> to tensor<13xi8>
  %any = tensor.cast %stored : tensor<13xi8> to tensor<?xi8>
  func.call @print(%any) : (tensor<?xi8>) -> ()
  return
}

// A division in f32: 1.55 / 0.1 and 2.35 / 0.1 are a little less than a tie, and
// products with 10 would be ties that go up.
// CHECK:      sizes = [3]
// CHECK-NEXT: {{^}}[15, 23, -15]
func.func @quantize_divides() {
  %real = arith.constant dense<[1.55, 2.35, -1.55]> : tensor<3xf32>
  %quantized = nn.quantize %real : tensor<3xf32> -> tensor<3x!tenth>
  %stored = quant.scast %quantized : tensor<3x!tenth> to tensor<3xi8>
  %any = tensor.cast %stored : tensor<3xi8> to tensor<?xi8>
  func.call @print(%any) : (tensor<?xi8>) -> ()
  return
}

// Per axis, zero points 127 and -128: ties, both ends of the storage, NaN.
// CHECK:      sizes = [8]
// CHECK-NEXT: {{^}}[127, -128, 125, -126, -128, 127, -128, -128]
func.func @quantize_per_axis() {
  %real = arith.constant dense<[[0.25, 0.125], [-0.75, 0.625], [-1.0e30, 1.0e30], [0x7FC00000, 0x7FC00000]]> : tensor<4x2xf32>
  %quantized = nn.quantize %real : tensor<4x2xf32>
      -> tensor<4x2x!quant.uniform<i8:f32:1, {0.5:127, 0.25:-128}>>
  %stored = quant.scast %quantized
      : tensor<4x2x!quant.uniform<i8:f32:1, {0.5:127, 0.25:-128}>> to tensor<4x2xi8>
  %flat = tensor.collapse_shape %stored [[0, 1]] : tensor<4x2xi8> into tensor<8xi8>
  %any = tensor.cast %flat : tensor<8xi8> to tensor<?xi8>
  func.call @print(%any) : (tensor<?xi8>) -> ()
  return
}

// Per axis: (10 - 0) * 0.5 = 5, (20 - 7) * 0.25 = 3.25, -15, 8.25; in halves.
// CHECK:      sizes = [4]
// CHECK-NEXT: {{^}}[10, 6, -30, 16]
func.func @dequantize_per_axis() {
  %stored = arith.constant dense<[[10, 20], [-30, 40]]> : tensor<2x2xi8>
  %quantized = quant.scast %stored
      : tensor<2x2xi8> to tensor<2x2x!quant.uniform<i8:f32:1, {0.5:0, 0.25:7}>>
  %real = nn.dequantize %quantized
      : tensor<2x2x!quant.uniform<i8:f32:1, {0.5:0, 0.25:7}>>
      -> tensor<2x2xf32>
  %halves = nn.quantize %real
      : tensor<2x2xf32> -> tensor<2x2x!quant.uniform<i8:f32, 0.5>>
  %result = quant.scast %halves
      : tensor<2x2x!quant.uniform<i8:f32, 0.5>> to tensor<2x2xi8>
  %flat = tensor.collapse_shape %result [[0, 1]]
      : tensor<2x2xi8> into tensor<4xi8>
  %any = tensor.cast %flat : tensor<4xi8> to tensor<?xi8>
  func.call @print(%any) : (tensor<?xi8>) -> ()
  return
}

// The difference to the zero point needs nine bits: 0, 255, in thirds 85.
// CHECK:      sizes = [2]
// CHECK-NEXT: {{^}}[0, 85]
func.func @dequantize_widens() {
  %stored = arith.constant dense<[-128, 127]> : tensor<2xi8>
  %quantized = quant.scast %stored
      : tensor<2xi8> to tensor<2x!quant.uniform<i8:f32, 1.0:-128>>
  %real = nn.dequantize %quantized
      : tensor<2x!quant.uniform<i8:f32, 1.0:-128>> -> tensor<2xf32>
  %threes = nn.quantize %real
      : tensor<2xf32> -> tensor<2x!quant.uniform<i8:f32, 3.0>>
  %result = quant.scast %threes
      : tensor<2x!quant.uniform<i8:f32, 3.0>> to tensor<2xi8>
  %any = tensor.cast %result : tensor<2xi8> to tensor<?xi8>
  func.call @print(%any) : (tensor<?xi8>) -> ()
  return
}

// Batch 3, za = -3, zp = 5, storage -100..100. Accumulators times m:
// [ 88 / 16 = 5.5,   -355 / 8 = -44.375,  80 / 32 = 2.5      ]
// [ 25 / 16 = 1.56,   860 / 8 = 107.5,   741 / 32 = 23.16    ]
// [280 / 16 = 17.5, -1945 / 8 = -243.1,  996 / 32 = 31.125   ]
// CHECK:      sizes = [9]
// CHECK-NEXT: {{^}}[11, -39, 7, 7, 100, 28, 23, -100, 36]
func.func @fully_connected() {
  %features_stored = arith.constant
      dense<[[10, -20, 30], [127, 127, -128], [127, -128, 127]]> : tensor<3x3xi8>
  %weight_stored = arith.constant
      dense<[[1, 2, 3], [-4, 5, -6], [7, 0, 1]]> : tensor<3x3xi8>
  %bias_stored = arith.constant dense<[10, -20, -44]> : tensor<3xi32>
  %features = quant.scast %features_stored
      : tensor<3x3xi8> to tensor<3x3x!activation>
  %weight = quant.scast %weight_stored : tensor<3x3xi8>
      to tensor<3x3x!quant.uniform<i8:f32:0, {0.25, 0.5, 0.125}>>
  %bias = quant.scast %bias_stored : tensor<3xi32>
      to tensor<3x!quant.uniform<i32:f32:0, {0.125, 0.25, 0.0625}>>
  %scores = nn.fully_connected %features, %weight, %bias
      : (tensor<3x3x!activation>,
         tensor<3x3x!quant.uniform<i8:f32:0, {0.25, 0.5, 0.125}>>,
         tensor<3x!quant.uniform<i32:f32:0, {0.125, 0.25, 0.0625}>>)
      -> tensor<3x3x!quant.uniform<i8<-100:100>:f32, 2.0:5>>
  %result = quant.scast %scores
      : tensor<3x3x!quant.uniform<i8<-100:100>:f32, 2.0:5>> to tensor<3x3xi8>
  %flat = tensor.collapse_shape %result [[0, 1]]
      : tensor<3x3xi8> into tensor<9xi8>
  %any = tensor.cast %flat : tensor<9xi8> to tensor<?xi8>
  func.call @print(%any) : (tensor<?xi8>) -> ()
  return
}

// m = f32(f32(0.1 * 0.01) / 0.1) is a little more than f32(0.01): 50 m, -50 m and
// 250 m are no ties. With the quotient or a product in double they would be
// 0.5, -0.5 and 2.5, that is 0, 0 and 2.
// CHECK:      sizes = [3]
// CHECK-NEXT: {{^}}[1, -1, 3]
func.func @multiplier() {
  %features_stored = arith.constant dense<[[25], [-25], [125]]> : tensor<3x1xi8>
  %weight_stored = arith.constant dense<2> : tensor<1x1xi8>
  %features = quant.scast %features_stored : tensor<3x1xi8> to tensor<3x1x!tenth>
  %weight = quant.scast %weight_stored : tensor<1x1xi8>
      to tensor<1x1x!quant.uniform<i8:f32, 0.0099999997764825821>>
  %scores = nn.fully_connected %features, %weight
      : (tensor<3x1x!tenth>,
         tensor<1x1x!quant.uniform<i8:f32, 0.0099999997764825821>>)
      -> tensor<3x1x!tenth>
  %result = quant.scast %scores : tensor<3x1x!tenth> to tensor<3x1xi8>
  %flat = tensor.collapse_shape %result [[0, 1]]
      : tensor<3x1xi8> into tensor<3xi8>
  %any = tensor.cast %flat : tensor<3xi8> to tensor<?xi8>
  func.call @print(%any) : (tensor<?xi8>) -> ()
  return
}

// The accumulator becomes an f32 first: 16777217 is 2^24 there, and 2^24 * 2^-25
// a tie.
// CHECK:      sizes = [1]
// CHECK-NEXT: {{^}}[0]
func.func @accumulator_to_float() {
  %feature_stored = arith.constant dense<1> : tensor<1x1xi8>
  %weight_stored = arith.constant dense<1> : tensor<1x1xi8>
  %bias_stored = arith.constant dense<16777216> : tensor<1xi32>
  %feature = quant.scast %feature_stored : tensor<1x1xi8> to tensor<1x1x!unit>
  %weight = quant.scast %weight_stored : tensor<1x1xi8> to tensor<1x1x!unit>
  %bias = quant.scast %bias_stored
      : tensor<1xi32> to tensor<1x!quant.uniform<i32:f32, 1.0>>
  %score = nn.fully_connected %feature, %weight, %bias
      : (tensor<1x1x!unit>, tensor<1x1x!unit>,
         tensor<1x!quant.uniform<i32:f32, 1.0>>)
      -> tensor<1x1x!quant.uniform<i8:f32, 33554432.0>>
  %result = quant.scast %score
      : tensor<1x1x!quant.uniform<i8:f32, 33554432.0>> to tensor<1x1xi8>
  %flat = tensor.collapse_shape %result [[0, 1]]
      : tensor<1x1xi8> into tensor<1xi8>
  %any = tensor.cast %flat : tensor<1xi8> to tensor<?xi8>
  func.call @print(%any) : (tensor<?xi8>) -> ()
  return
}

// bias - za * sum(w) = 2147483647 + 2 wraps, 2147483647 - 126 is right again:
// 63.99 in units of 2^25.
// CHECK:      sizes = [1]
// CHECK-NEXT: {{^}}[64]
func.func @start_wraps() {
  %feature_stored = arith.constant dense<-128> : tensor<1x1xi8>
  %weight_stored = arith.constant dense<1> : tensor<1x1xi8>
  %bias_stored = arith.constant dense<2147483647> : tensor<1xi32>
  %feature = quant.scast %feature_stored
      : tensor<1x1xi8> to tensor<1x1x!quant.uniform<i8:f32, 1.0:-2>>
  %weight = quant.scast %weight_stored : tensor<1x1xi8> to tensor<1x1x!unit>
  %bias = quant.scast %bias_stored
      : tensor<1xi32> to tensor<1x!quant.uniform<i32:f32, 1.0>>
  %score = nn.fully_connected %feature, %weight, %bias
      : (tensor<1x1x!quant.uniform<i8:f32, 1.0:-2>>, tensor<1x1x!unit>,
         tensor<1x!quant.uniform<i32:f32, 1.0>>)
      -> tensor<1x1x!quant.uniform<i8:f32, 33554432.0>>
  %result = quant.scast %score
      : tensor<1x1x!quant.uniform<i8:f32, 33554432.0>> to tensor<1x1xi8>
  %flat = tensor.collapse_shape %result [[0, 1]]
      : tensor<1x1xi8> into tensor<1xi8>
  %any = tensor.cast %flat : tensor<1xi8> to tensor<?xi8>
  func.call @print(%any) : (tensor<?xi8>) -> ()
  return
}

// A float contraction is a chain of fma: (1 + 2^-12)^2 - (1 + 2^-11) is 2^-24,
// and 0 where the product is rounded first.
// CHECK:      sizes = [1]
// CHECK-NEXT: {{^}}[1]
func.func @fused_multiply_add() {
  %feature = arith.constant dense<1.000244140625> : tensor<1x1xf32>
  %weight = arith.constant dense<1.000244140625> : tensor<1x1xf32>
  %bias = arith.constant dense<-1.00048828125> : tensor<1xf32>
  %score = nn.fully_connected %feature, %weight, %bias
      : (tensor<1x1xf32>, tensor<1x1xf32>, tensor<1xf32>) -> tensor<1x1xf32>
  %quantized = nn.quantize %score : tensor<1x1xf32>
      -> tensor<1x1x!quant.uniform<i8:f32, 5.9604644775390625E-8>>
  %result = quant.scast %quantized
      : tensor<1x1x!quant.uniform<i8:f32, 5.9604644775390625E-8>>
      to tensor<1x1xi8>
  %flat = tensor.collapse_shape %result [[0, 1]]
      : tensor<1x1xi8> into tensor<1xi8>
  %any = tensor.cast %flat : tensor<1xi8> to tensor<?xi8>
  func.call @print(%any) : (tensor<?xi8>) -> ()
  return
}

func.func @main() {
  func.call @quantize() : () -> ()
  func.call @quantize_divides() : () -> ()
  func.call @quantize_per_axis() : () -> ()
  func.call @dequantize_per_axis() : () -> ()
  func.call @dequantize_widens() : () -> ()
  func.call @fully_connected() : () -> ()
  func.call @multiplier() : () -> ()
  func.call @accumulator_to_float() : () -> ()
  func.call @start_wraps() : () -> ()
  func.call @fused_multiply_add() : () -> ()
  return
}
