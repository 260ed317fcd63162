// Padded tensors without borders in memory.

// RUN: quant-opt %s -codegen-imply-borders | FileCheck %s
// RUN: quant-opt %s -codegen-imply-borders -one-shot-bufferize="bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map" -canonicalize \
// RUN:   | FileCheck %s --check-prefix=BUFFERS

// CHECK-LABEL: func.func @convolution
// CHECK-SAME:    (%[[X:[^:]*]]: tensor<?x8x8x16xi8>
// CHECK-NOT:     tensor.pad
// CHECK:         %[[BORDER:.*]] = mk.border %[[X]] low = [0, 1, 2, 0] high = [0, 1, 0, 0] of -3 : i8 : tensor<?x8x8x16xi8> to tensor<?x10x10x16xi8>
// CHECK-NOT:     linalg.copy
// CHECK:         linalg.conv_2d_nhwc_fhwc {{.*}}ins(%[[BORDER]],
// A buffer is the same one, and nothing fills or copies it.
// BUFFERS-LABEL: func.func @convolution
// BUFFERS-SAME:    (%[[X:[^:]*]]: memref<?x8x8x16xi8>
// BUFFERS-NOT:     memref.alloc
// BUFFERS:         %[[BORDER:.*]] = mk.border %[[X]] low = [0, 1, 2, 0] high = [0, 1, 0, 0] of -3 : i8 : memref<?x8x8x16xi8> to memref<?x10x10x16xi8, strided<[1024, 128, 16, 1], offset: -160>>
// BUFFERS:         linalg.conv_2d_nhwc_fhwc {{.*}}ins(%[[BORDER]],
func.func @convolution(%x: tensor<?x8x8x16xi8>, %w: tensor<24x3x3x16xi8>,
                       %sums: tensor<?x8x8x24xi32>) -> tensor<?x8x8x24xi32> {
  %c-3 = arith.constant -3 : i8
  %0 = tensor.pad %x low[0, 1, 2, 0] high[0, 1, 0, 0] {
  ^bb0(%n: index, %h: index, %w_: index, %c: index):
    tensor.yield %c-3 : i8
  } : tensor<?x8x8x16xi8> to tensor<?x10x10x16xi8>
  %1 = linalg.conv_2d_nhwc_fhwc ins(%0, %w : tensor<?x10x10x16xi8>, tensor<24x3x3x16xi8>)
      outs(%sums : tensor<?x8x8x24xi32>) -> tensor<?x8x8x24xi32>
  return %1 : tensor<?x8x8x24xi32>
}

// Channels of groups are inside of the border.
// CHECK-LABEL: func.func @groups
// CHECK-SAME:    (%[[X:[^:]*]]: tensor<?x8x8x16xi8>
// CHECK:         %[[GROUPS:.*]] = tensor.expand_shape %[[X]] {{\[\[}}0], [1], [2], [3, 4]] output_shape [%{{.*}}, 8, 8, 16, 1]
// CHECK:         %[[BORDER:.*]] = mk.border %[[GROUPS]] low = [0, 1, 1, 0, 0] high = [0, 1, 1, 0, 0] of -3 : i8
// CHECK:         linalg.conv_2d_nhwgc_gfhwc {{.*}}ins(%[[BORDER]],
func.func @groups(%x: tensor<?x8x8x16xi8>, %w: tensor<16x1x3x3x1xi8>,
                  %sums: tensor<?x8x8x16x1xi32>) -> tensor<?x8x8x16x1xi32> {
  %c0 = arith.constant 0 : index
  %c-3 = arith.constant -3 : i8
  %0 = tensor.pad %x low[0, 1, 1, 0] high[0, 1, 1, 0] {
  ^bb0(%n: index, %h: index, %w_: index, %c: index):
    tensor.yield %c-3 : i8
  } : tensor<?x8x8x16xi8> to tensor<?x10x10x16xi8>
  %batch = tensor.dim %0, %c0 : tensor<?x10x10x16xi8>
  %1 = tensor.expand_shape %0 [[0], [1], [2], [3, 4]] output_shape [%batch, 10, 10, 16, 1]
      : tensor<?x10x10x16xi8> into tensor<?x10x10x16x1xi8>
  %2 = linalg.conv_2d_nhwgc_gfhwc {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>}
      ins(%1, %w : tensor<?x10x10x16x1xi8>, tensor<16x1x3x3x1xi8>)
      outs(%sums : tensor<?x8x8x16x1xi32>) -> tensor<?x8x8x16x1xi32>
  return %2 : tensor<?x8x8x16x1xi32>
}

// Windows of pooling read it, too; what returns it gets a copy, once.
// CHECK-LABEL: func.func @others
// CHECK-SAME:    (%[[X:[^:]*]]: tensor<?x8x8x16xi8>
// CHECK:         %[[BORDER:.*]] = mk.border %[[X]]
// CHECK:         %[[COPY:.*]] = linalg.copy ins(%[[BORDER]] :
// CHECK-NOT:     linalg.copy
// CHECK:         linalg.pooling_nhwc_max {{.*}}ins(%[[BORDER]],
// CHECK:         return %{{.*}}, %[[COPY]], %[[COPY]]
func.func @others(%x: tensor<?x8x8x16xi8>, %window: tensor<3x3xi8>, %most: tensor<?x8x8x16xi8>)
    -> (tensor<?x8x8x16xi8>, tensor<?x10x10x16xi8>, tensor<?x10x10x16xi8>) {
  %c-128 = arith.constant -128 : i8
  %0 = tensor.pad %x low[0, 1, 1, 0] high[0, 1, 1, 0] {
  ^bb0(%n: index, %h: index, %w: index, %c: index):
    tensor.yield %c-128 : i8
  } : tensor<?x8x8x16xi8> to tensor<?x10x10x16xi8>
  %1 = linalg.pooling_nhwc_max {strides = dense<1> : tensor<2xi64>, dilations = dense<1> : tensor<2xi64>}
      ins(%0, %window : tensor<?x10x10x16xi8>, tensor<3x3xi8>) outs(%most : tensor<?x8x8x16xi8>) -> tensor<?x8x8x16xi8>
  return %1, %0, %0 : tensor<?x8x8x16xi8>, tensor<?x10x10x16xi8>, tensor<?x10x10x16xi8>
}

// Neither channels around a pixel nor windows of more than 15 lines are for the kernels of
// convolutions.
// CHECK-LABEL: func.func @copied
// CHECK-COUNT-2: linalg.copy
func.func @copied(%x: tensor<?x20x4x12xi8>, %w: tensor<24x1x1x16xi8>, %sums: tensor<?x20x4x24xi32>,
                  %tall: tensor<24x16x1x12xi8>, %rows: tensor<?x6x4x24xi32>)
    -> (tensor<?x20x4x24xi32>, tensor<?x6x4x24xi32>) {
  %c-3 = arith.constant -3 : i8
  %0 = tensor.pad %x low[0, 0, 0, 4] high[0, 0, 0, 0] {
  ^bb0(%n: index, %h: index, %w_: index, %c: index):
    tensor.yield %c-3 : i8
  } : tensor<?x20x4x12xi8> to tensor<?x20x4x16xi8>
  %1 = linalg.conv_2d_nhwc_fhwc ins(%0, %w : tensor<?x20x4x16xi8>, tensor<24x1x1x16xi8>)
      outs(%sums : tensor<?x20x4x24xi32>) -> tensor<?x20x4x24xi32>
  %2 = tensor.pad %x low[0, 1, 0, 0] high[0, 0, 0, 0] {
  ^bb0(%n: index, %h: index, %w_: index, %c: index):
    tensor.yield %c-3 : i8
  } : tensor<?x20x4x12xi8> to tensor<?x21x4x12xi8>
  %3 = linalg.conv_2d_nhwc_fhwc ins(%2, %tall : tensor<?x21x4x12xi8>, tensor<24x16x1x12xi8>)
      outs(%rows : tensor<?x6x4x24xi32>) -> tensor<?x6x4x24xi32>
  return %1, %3 : tensor<?x20x4x24xi32>, tensor<?x6x4x24xi32>
}

// Of values that are not the same everywhere, and of as many elements as the network is
// told, the border is stored.
// CHECK-LABEL: func.func @stored
// CHECK-COUNT-2: tensor.pad
// CHECK-NOT:     mk.border
func.func @stored(%x: tensor<4xi8>, %value: i8, %count: index) -> (tensor<5xi8>, tensor<?xi8>) {
  %c0 = arith.constant 0 : i8
  %0 = tensor.pad %x low[0] high[1] {
  ^bb0(%i: index):
    tensor.yield %value : i8
  } : tensor<4xi8> to tensor<5xi8>
  %1 = tensor.pad %x low[0] high[%count] {
  ^bb0(%i: index):
    tensor.yield %c0 : i8
  } : tensor<4xi8> to tensor<?xi8>
  return %0, %1 : tensor<5xi8>, tensor<?xi8>
}
