// A depthwise convolution is one kernel.

// RUN: quant-opt %s -codegen-attach-target=target=nvidia-sm_61 \
// RUN:   -codegen-outline-kernels=tile=depthwise-2x2 -canonicalize -cse | FileCheck %s
// RUN: quant-opt %s -codegen-attach-target=target=nvidia-sm_61 \
// RUN:   -codegen-outline-kernels=tile=none -canonicalize -cse | FileCheck %s --check-prefix=LOOPS

// Words of weights for 2 words of channels, 3 lines and 2 columns.
// CHECK-LABEL: gpu.func @depthwise
// CHECK-SAME:    (%{{.*}}: memref<?x8x8x8xi8>, %{{.*}}: memref<192xi8>, %{{.*}}: memref<8xi32>, %{{.*}}: memref<?x8x8x8xi32>, %{{.*}}: index)
// CHECK-SAME:    quantc.items_per_sample = 32 : i64
// 4 lines of 4 pixels, of which each is read once, and of 4 channels transposed.
// CHECK-COUNT-4:   llvm.load %{{.*}} {alignment = 4 : i64} : !llvm.ptr<1> -> i32
// CHECK-COUNT-8:   nvvm.prmt
// The first line is that of the windows of one line, with two pixels of four channels.
// CHECK-COUNT-8:   nvvm.dot.accumulate.4way
// CHECK-COUNT-4:   llvm.load %{{.*}} {alignment = 4 : i64} : !llvm.ptr<1> -> i32
// CHECK-COUNT-8:   nvvm.prmt
// CHECK-COUNT-16:  nvvm.dot.accumulate.4way
// CHECK-COUNT-4:   llvm.load %{{.*}} {alignment = 4 : i64} : !llvm.ptr<1> -> i32
// CHECK-COUNT-8:   nvvm.prmt
// CHECK-COUNT-16:  nvvm.dot.accumulate.4way
// CHECK-COUNT-4:   llvm.load %{{.*}} {alignment = 4 : i64} : !llvm.ptr<1> -> i32
// CHECK-COUNT-8:   nvvm.prmt
// CHECK-COUNT-8:   nvvm.dot.accumulate.4way
// CHECK-NOT:       nvvm.dot.accumulate.4way
// CHECK-COUNT-4:   llvm.store %{{.*}} {alignment = 16 : i64} : vector<4xi32>, !llvm.ptr<1>
// CHECK-LABEL: func.func @network
// CHECK-COUNT-1: gpu.launch_func
// CHECK-NOT:     gpu.launch_func

// LOOPS-LABEL: gpu.func @depthwise
// LOOPS-NOT:     nvvm.dot.accumulate.4way
// LOOPS-LABEL: func.func @network
// LOOPS-COUNT-1: gpu.launch_func
// LOOPS-NOT:     gpu.launch_func
memref.global "private" constant @weights : memref<8x1x3x3x1xi8> = dense<1>
memref.global "private" constant @bias : memref<8xi32> = dense<5>
func.func @network(%x: memref<?x8x8x8xi8>, %y: memref<?x8x8x8xi32>) {
  %c0 = arith.constant 0 : index
  %batch = memref.dim %x, %c0 : memref<?x8x8x8xi8>
  %weights = memref.get_global @weights : memref<8x1x3x3x1xi8>
  %bias = memref.get_global @bias : memref<8xi32>
  %groups = memref.expand_shape %x [[0], [1], [2], [3, 4]] output_shape [%batch, 8, 8, 8, 1]
      : memref<?x8x8x8xi8> into memref<?x8x8x8x1xi8>
  %image = mk.border %groups low = [0, 1, 1, 0, 0] high = [0, 1, 1, 0, 0] of -3 : i8
      : memref<?x8x8x8x1xi8> to memref<?x10x10x8x1xi8, strided<[512, 64, 8, 1, 1], offset: -72>>
  linalg.broadcast ins(%bias : memref<8xi32>) outs(%y : memref<?x8x8x8xi32>) dimensions = [0, 1, 2]
  %sums = memref.expand_shape %y [[0], [1], [2], [3, 4]] output_shape [%batch, 8, 8, 8, 1]
      : memref<?x8x8x8xi32> into memref<?x8x8x8x1xi32>
  linalg.conv_2d_nhwgc_gfhwc {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>}
      ins(%image, %weights : memref<?x10x10x8x1xi8, strided<[512, 64, 8, 1, 1], offset: -72>>, memref<8x1x3x3x1xi8>)
      outs(%sums : memref<?x8x8x8x1xi32>) loc("depthwise")
  return
}
