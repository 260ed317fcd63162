// DEFINE: %{loops} = convert-nn-to-linalg,func.func(codegen-fuse-multiply-add),eliminate-empty-tensors,one-shot-bufferize{bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map},canonicalize,cse,func.func(codegen-expand-copies,convert-linalg-to-loops)
// DEFINE: %{llvm} = canonicalize,cse,convert-scf-to-cf,expand-strided-metadata,lower-affine,finalize-memref-to-llvm,convert-math-to-llvm,convert-arith-to-llvm,convert-func-to-llvm,convert-cf-to-llvm,reconcile-unrealized-casts
// DEFINE: %{run} = mlir-runner -e main -entry-point-result=void -shared-libs=%mlir_lib_dir/libmlir_runner_utils.so,%mlir_lib_dir/libmlir_c_runner_utils.so
//
// RUN: quant-opt %s -pass-pipeline='builtin.module(%{loops},codegen-expand-rounding,%{llvm})' \
// RUN:   | %{run} | FileCheck %s
// RUN: quant-opt %s -pass-pipeline='builtin.module(%{loops},%{llvm})' \
// RUN:   | %{run} | FileCheck %s

// Convolutions and the ops that move stored integers, from nn ops down to machine
// code. Expected values come from a direct sum over (a - za) * w.

!image = !quant.uniform<i8:f32, 0.5:-7>
!result = !quant.uniform<i8:f32, 2.0:5>
!weight3 = !quant.uniform<i8:f32:0, {0.25, 0.5, 0.125}>
!bias3 = !quant.uniform<i32:f32:0, {0.125, 0.25, 0.0625}>
!grouped = !quant.uniform<i8:f32, 0.5:4>
!grouped_result = !quant.uniform<i8:f32, 16.0:-10>
!weight4 = !quant.uniform<i8:f32:0, {0.25, 0.5, 1.0, 2.0}>
!depthwise = !quant.uniform<i8:f32, 0.5:10>
!depthwise_result = !quant.uniform<i8:f32, 4.0:3>
!weight = !quant.uniform<i8:f32, 0.5>

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

// Batch 2, a border above and to the right, zero points -7 and 5, a scale for each
// of three channels; two outputs saturate below and one above.
// CHECK:      sizes = [36]
// CHECK-NEXT: {{^}}[-29, -27, 18, 39, -19, 5, -37, 35, -3, -15, -81, 25, 46, -115, 28, -2, 2, -10, -61, -68, -49, 89, -128, -11, 57, -51, 2, -43, -128, -57, 127, 64, 33, -14, -78, -21]
func.func @conv_2d() {
  %image_stored = arith.constant dense<[[[[-106, -89], [-100, 22], [-100,
          -30]], [[79, 45], [-9, -77], [68, 47]], [[50, -74], [-23, 25],
          [-101, 70]], [[104, -89], [60, -128], [-82, 84]]], [[[-30, 64],
          [102, 94], [24, 34]], [[-2, -65], [43, -127], [-96, 51]], [[39,
          122], [57, 56], [-40, -23]], [[117, 8], [-54, 106], [-65, -96]]]]> :
          tensor<2x4x3x2xi8>
  %filter_stored = arith.constant dense<[[[[1, -2], [-7, 9]], [[9, 6], [-8,
          -7]]], [[[4, -5], [-2, 3]], [[-4, -3], [5, -8]]], [[[8, -2], [5,
          9]], [[5, -7], [-5, -6]]]]> : tensor<3x2x2x2xi8>
  %image = quant.scast %image_stored : tensor<2x4x3x2xi8> to tensor<2x4x3x2x!image>
  %filter = quant.scast %filter_stored
      : tensor<3x2x2x2xi8> to tensor<3x2x2x2x!weight3>
  %bias_stored = arith.constant dense<[300, -200, 50]> : tensor<3xi32>
  %bias = quant.scast %bias_stored : tensor<3xi32> to tensor<3x!bias3>
  %features = nn.conv_2d %image, %filter, %bias
      {pad = array<i64: 1, 0, 0, 1>, strides = array<i64: 2, 1>}
      : (tensor<2x4x3x2x!image>, tensor<3x2x2x2x!weight3>, tensor<3x!bias3>)
      -> tensor<2x2x3x3x!result>
  %result = quant.scast %features
      : tensor<2x2x3x3x!result> to tensor<2x2x3x3xi8>
  %flat = tensor.collapse_shape %result [[0, 1, 2, 3]]
      : tensor<2x2x3x3xi8> into tensor<36xi8>
  %any = tensor.cast %flat : tensor<36xi8> to tensor<?xi8>
  func.call @print(%any) : (tensor<?xi8>) -> ()
  return
}

// Two groups of two channels, dilated: 5.54, 2.375, -4.34, -87.44 and the zero
// point -10.
// CHECK:      sizes = [4]
// CHECK-NEXT: {{^}}[-4, -8, -14, -97]
func.func @grouped() {
  %image_stored = arith.constant dense<[[[[-22, -113, 85, -47], [-111, -114,
          69, 23], [37, -38, -47, -63]], [[-78, -112, -29, 74], [4, -116, 39,
          -17], [-89, 106, 11, -84]], [[-26, -123, -71, 61], [-50, -6, 30,
          30], [43, -91, -27, -118]]]]> : tensor<1x3x3x4xi8>
  %filter_stored = arith.constant dense<[[[[-5, 8], [-4, -7]], [[-5, -6], [4,
          -3]]], [[[-9, -4], [3, -3]], [[2, 4], [2, 3]]], [[[8, 0], [4, -8]],
          [[5, 2], [8, 5]]], [[[-9, 0], [4, 7]], [[0, -8], [-3, -3]]]]> :
          tensor<4x2x2x2xi8>
  %image = quant.scast %image_stored : tensor<1x3x3x4xi8> to tensor<1x3x3x4x!grouped>
  %filter = quant.scast %filter_stored
      : tensor<4x2x2x2xi8> to tensor<4x2x2x2x!weight4>
  %features = nn.conv_2d %image, %filter
      {dilations = array<i64: 2, 2>, groups = 2 : i64}
      : (tensor<1x3x3x4x!grouped>, tensor<4x2x2x2x!weight4>)
      -> tensor<1x1x1x4x!grouped_result>
  %result = quant.scast %features
      : tensor<1x1x1x4x!grouped_result> to tensor<1x1x1x4xi8>
  %flat = tensor.collapse_shape %result [[0, 1, 2, 3]]
      : tensor<1x1x1x4xi8> into tensor<4xi8>
  %any = tensor.cast %flat : tensor<4xi8> to tensor<?xi8>
  func.call @print(%any) : (tensor<?xi8>) -> ()
  return
}

// Two outputs for each of two channels, a border above and to the left.
// CHECK:      sizes = [24]
// CHECK-NEXT: {{^}}[3, -48, 0, 18, 48, 69, 18, -23, 31, 89, -10, 8, -126, -104, 50, -22, -29, -47, -19, 31, 82, 43, 73, 76]
func.func @depthwise() {
  %image_stored = arith.constant dense<[[[[-80, 37], [98, -43]], [[112, 46],
          [-7, -102]], [[-23, 96], [-41, 0]]]]> : tensor<1x3x2x2xi8>
  %filter_stored = arith.constant dense<[[[[9], [-5]], [[-8], [0]]], [[[9],
          [-5]], [[-3], [9]]], [[[3], [-5]], [[5], [-2]]], [[[2], [-9]], [[2],
          [9]]]]> : tensor<4x2x2x1xi8>
  %image = quant.scast %image_stored : tensor<1x3x2x2xi8> to tensor<1x3x2x2x!depthwise>
  %filter = quant.scast %filter_stored
      : tensor<4x2x2x1xi8> to tensor<4x2x2x1x!weight>
  %features = nn.conv_2d %image, %filter
      {groups = 2 : i64, pad = array<i64: 1, 1, 0, 0>}
      : (tensor<1x3x2x2x!depthwise>, tensor<4x2x2x1x!weight>)
      -> tensor<1x3x2x4x!depthwise_result>
  %result = quant.scast %features
      : tensor<1x3x2x4x!depthwise_result> to tensor<1x3x2x4xi8>
  %flat = tensor.collapse_shape %result [[0, 1, 2, 3]]
      : tensor<1x3x2x4xi8> into tensor<24xi8>
  %any = tensor.cast %flat : tensor<24xi8> to tensor<?xi8>
  func.call @print(%any) : (tensor<?xi8>) -> ()
  return
}

// All integers are below the zero point; the border wins over none of them.
// CHECK:      sizes = [4]
// CHECK-NEXT: {{^}}[-44, -57, -78, -27]
func.func @max_pool() {
  %image_stored = arith.constant
      dense<[[[[-44], [-57], [-111]], [[-78], [-72], [-111]], [[-122], [-80], [-27]]]]>
      : tensor<1x3x3x1xi8>
  %image = quant.scast %image_stored
      : tensor<1x3x3x1xi8> to tensor<1x3x3x1x!image>
  %pooled = nn.max_pool_2d %image
      {kernel = array<i64: 2, 2>, pad = array<i64: 1, 1, 0, 0>,
       strides = array<i64: 2, 2>}
      : tensor<1x3x3x1x!image> -> tensor<1x2x2x1x!image>
  %result = quant.scast %pooled
      : tensor<1x2x2x1x!image> to tensor<1x2x2x1xi8>
  %flat = tensor.collapse_shape %result [[0, 1, 2, 3]]
      : tensor<1x2x2x1xi8> into tensor<4xi8>
  %any = tensor.cast %flat : tensor<4xi8> to tensor<?xi8>
  func.call @print(%any) : (tensor<?xi8>) -> ()
  return
}

// 2.75 / 0.5 = 5.5 rounds to 6, and the zero point is -7.
// CHECK:      sizes = [6]
// CHECK-NEXT: {{^}}[-1, 1, 2, 3, -1, -1]
func.func @pad() {
  %row_stored = arith.constant dense<[1, 2, 3]> : tensor<3xi8>
  %row = quant.scast %row_stored : tensor<3xi8> to tensor<3x!image>
  %padded = nn.pad %row
      {low = array<i64: 1>, high = array<i64: 2>, value = 2.75 : f32}
      : tensor<3x!image> -> tensor<6x!image>
  %result = quant.scast %padded : tensor<6x!image> to tensor<6xi8>
  %any = tensor.cast %result : tensor<6xi8> to tensor<?xi8>
  func.call @print(%any) : (tensor<?xi8>) -> ()
  return
}

// 0 is -7 and 6.25 / 0.5 = 12.5 rounds to 12, here 5.
// CHECK:      sizes = [6]
// CHECK-NEXT: {{^}}[-7, -7, -7, 4, 5, 5]
func.func @clamp() {
  %row_stored = arith.constant dense<[-128, -8, -7, 4, 6, 127]> : tensor<6xi8>
  %row = quant.scast %row_stored : tensor<6xi8> to tensor<6x!image>
  %clamped = nn.clamp %row {min = 0.0 : f32, max = 6.25 : f32}
      : tensor<6x!image>
  %result = quant.scast %clamped : tensor<6x!image> to tensor<6xi8>
  %any = tensor.cast %result : tensor<6xi8> to tensor<?xi8>
  func.call @print(%any) : (tensor<?xi8>) -> ()
  return
}

// [2, 3] to [3, 2], then the same elements as [6].
// CHECK:      sizes = [6]
// CHECK-NEXT: {{^}}[1, 4, 2, 5, 3, 6]
func.func @transpose_and_reshape() {
  %table_stored = arith.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi8>
  %table = quant.scast %table_stored : tensor<2x3xi8> to tensor<2x3x!image>
  %columns = nn.transpose %table {permutation = array<i64: 1, 0>}
      : tensor<2x3x!image> -> tensor<3x2x!image>
  %row = nn.reshape %columns : tensor<3x2x!image> -> tensor<6x!image>
  %result = quant.scast %row : tensor<6x!image> to tensor<6xi8>
  %any = tensor.cast %result : tensor<6xi8> to tensor<?xi8>
  func.call @print(%any) : (tensor<?xi8>) -> ()
  return
}

func.func @main() {
  func.call @conv_2d() : () -> ()
  func.call @grouped() : () -> ()
  func.call @depthwise() : () -> ()
  func.call @max_pool() : () -> ()
  func.call @pad() : () -> ()
  func.call @clamp() : () -> ()
  func.call @transpose_and_reshape() : () -> ()
  return
}
