// RUN: split-file %s %t
// RUN: quant-opt %t/image.mlir --pass-pipeline='builtin.module(func.func(nn-preprocess{type=u8 layout=nhwc mean=1,2,3 std=2,4,8}))' \
// RUN:   | FileCheck %s --check-prefix=CHANNELS
// RUN: quant-opt %t/image.mlir --pass-pipeline='builtin.module(func.func(nn-preprocess{input=image type=u8 layout=nhwc mean=128 std=4}))' \
// RUN:   | FileCheck %s --check-prefix=BYTE
// RUN: quant-opt %t/image.mlir --pass-pipeline='builtin.module(func.func(nn-preprocess{type=u8 mean=127.5 std=127.5}))' \
// RUN:   | FileCheck %s --check-prefix=FRACTION
// RUN: quant-opt %t/image.mlir --pass-pipeline='builtin.module(func.func(nn-preprocess{std=255}))' \
// RUN:   | FileCheck %s --check-prefix=FLOAT
// RUN: quant-opt %t/last.mlir --pass-pipeline='builtin.module(func.func(nn-preprocess{type=u8 layout=nhwc}))' \
// RUN:   | FileCheck %s --check-prefix=LAST
// RUN: quant-opt %t/last.mlir --pass-pipeline='builtin.module(func.func(nn-preprocess{layout=nchw}))' \
// RUN:   | FileCheck %s --check-prefix=FIRST
// RUN: quant-opt %t/features.mlir --pass-pipeline='builtin.module(func.func(nn-preprocess{input=features mean=0.5}))' \
// RUN:   | FileCheck %s --check-prefix=FEATURES

// What is the type's, what is a convolution's, and which dimensions move.

// A std and a mean for each channel: factors 1/2, 1/4, 1/8, summands -1/2, -2/4,
// -3/8. The transposes stay for -nn-sink-transposes.
// CHANNELS:      !activation = !quant.uniform<i8:f32, 1.000000e+00:-128>
// CHANNELS:      func.func @network(%[[IMAGE:.*]]: tensor<?x4x5x3x!activation> {nn.name = "image", nn.unsigned})
// CHANNELS-SAME:   -> tensor<?x3x4x5xf32>
// CHANNELS:      %[[REAL:.*]] = nn.dequantize %[[IMAGE]] : tensor<?x4x5x3x!activation> -> tensor<?x4x5x3xf32>
// CHANNELS:      %[[FACTORS:.*]] = arith.constant dense<{{\[\[\[\[}}5.000000e-01]]], {{\[\[\[}}2.500000e-01]]], {{\[\[\[}}1.250000e-01]]]]> : tensor<3x1x1x1xf32>
// CHANNELS:      %[[SUMMANDS:.*]] = arith.constant dense<[-5.000000e-01, -5.000000e-01, -3.750000e-01]> : tensor<3xf32>
// CHANNELS:      %[[NORMALIZED:.*]] = nn.conv_2d %[[REAL]], %[[FACTORS]], %[[SUMMANDS]] {groups = 3 : i64}
// CHANNELS-NEXT: %[[NCHW:.*]] = nn.transpose %[[NORMALIZED]] {permutation = array<i64: 0, 3, 1, 2>}
// CHANNELS-NEXT: nn.clamp %[[NCHW]]

// One std and one mean that is a byte: (x - 128) / 4 is 0.25 * (q - 0).
// BYTE:      !activation = !quant.uniform<i8:f32, 2.500000e-01>
// BYTE:      %[[REAL:.*]] = nn.dequantize
// BYTE-NEXT: %[[NCHW:.*]] = nn.transpose %[[REAL]]
// BYTE-NEXT: nn.clamp %[[NCHW]]

// A mean between two bytes: the scale is the type's, -1 is to be added. Without a
// layout the input has the model's.
// FRACTION:      !activation = !quant.uniform<i8:f32, {{.*}}:-128>
// FRACTION:      func.func @network(%[[IMAGE:.*]]: tensor<?x3x4x5x!activation>
// FRACTION:      %[[REAL:.*]] = nn.dequantize %[[IMAGE]]
// FRACTION-NEXT: %[[NHWC:.*]] = nn.transpose %[[REAL]] {permutation = array<i64: 0, 2, 3, 1>}
// FRACTION-DAG:  %[[FACTORS:.*]] = arith.constant dense<1.000000e+00> : tensor<3x1x1x1xf32>
// FRACTION-DAG:  %[[SUMMANDS:.*]] = arith.constant dense<-1.000000e+00> : tensor<3xf32>
// FRACTION:      nn.conv_2d %[[NHWC]], %[[FACTORS]], %[[SUMMANDS]]
// FRACTION-NEXT: nn.transpose %{{.*}} {permutation = array<i64: 0, 3, 1, 2>}

// Real numbers stay real.
// FLOAT-NOT: nn.unsigned
// FLOAT:     func.func @network(%[[IMAGE:.*]]: tensor<?x3x4x5xf32> {nn.name = "image"})
// FLOAT:     nn.conv_2d

// A model that has its channels last already, and one that is to have them first.
// LAST:      func.func @network(%[[IMAGE:.*]]: tensor<?x8x8x1x!activation>
// LAST-NEXT: %[[REAL:.*]] = nn.dequantize %[[IMAGE]]
// LAST-NEXT: nn.clamp %[[REAL]]
// FIRST:      func.func @network(%[[IMAGE:.*]]: tensor<?x1x8x8xf32>
// FIRST-NEXT: %[[NHWC:.*]] = nn.transpose %[[IMAGE]] {permutation = array<i64: 0, 2, 3, 1>}
// FIRST-NEXT: nn.clamp %[[NHWC]]

// No image: all elements alike, as one row. The other input stays.
// FEATURES:      func.func @network(%[[X:.*]]: tensor<?x7xf32> {nn.name = "features"}, %[[Y:.*]]: tensor<?x7xf32>
// FEATURES-NEXT: %[[ROW:.*]] = nn.reshape %[[X]] : tensor<?x7xf32> -> tensor<?x1x7x1xf32>
// FEATURES:      %[[SHIFTED:.*]] = nn.conv_2d %[[ROW]]
// FEATURES-NEXT: %[[BACK:.*]] = nn.reshape %[[SHIFTED]] : tensor<?x1x7x1xf32> -> tensor<?x7xf32>
// FEATURES-NEXT: nn.add %[[BACK]], %[[Y]]

//--- image.mlir
func.func @network(%image: tensor<?x3x4x5xf32> {nn.name = "image"})
    -> tensor<?x3x4x5xf32> {
  %0 = nn.clamp %image {min = 0.0 : f32, max = 1.0 : f32}
      : tensor<?x3x4x5xf32>
  return %0 : tensor<?x3x4x5xf32>
}

//--- last.mlir
func.func @network(%image: tensor<?x8x8x1xf32> {nn.name = "image"})
    -> tensor<?x8x8x1xf32> {
  %0 = nn.clamp %image {min = 0.0 : f32, max = 1.0 : f32}
      : tensor<?x8x8x1xf32>
  return %0 : tensor<?x8x8x1xf32>
}

//--- features.mlir
func.func @network(%x: tensor<?x7xf32> {nn.name = "features"},
                   %y: tensor<?x7xf32> {nn.name = "other"}) -> tensor<?x7xf32> {
  %0 = nn.add %x, %y : (tensor<?x7xf32>, tensor<?x7xf32>) -> tensor<?x7xf32>
  return %0 : tensor<?x7xf32>
}
