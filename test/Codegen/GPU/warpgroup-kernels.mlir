// A contraction by wgmma: one thread copies, groups of four warps multiply.

// RUN: split-file %s %t
// RUN: quant-opt %t/dense.mlir -codegen-attach-target=target=nvidia-sm_90a \
// RUN:   -codegen-outline-kernels=tile=wgmma-128x256 -canonicalize -cse | FileCheck %s
// RUN: quant-opt %t/dense.mlir -codegen-attach-target=target=nvidia-sm_90a \
// RUN:   -codegen-outline-kernels=tile=wgmma-64x32 -canonicalize -cse | FileCheck %s --check-prefix=SMALL

// What takes least.
// RUN: quant-opt %t/dense.mlir -codegen-attach-target=target=nvidia-sm_90a \
// RUN:   -codegen-outline-kernels -canonicalize -cse | FileCheck %s --check-prefix=SMALL
// RUN: quant-opt %t/dense.mlir -codegen-attach-target=target=nvidia-sm_90a \
// RUN:   -codegen-outline-kernels=expected-batch=20000 | FileCheck %s --check-prefix=MANY
// RUN: quant-opt %t/dense.mlir -codegen-attach-target=target=nvidia-sm_90a \
// RUN:   -codegen-outline-kernels=expected-batch=12000 | FileCheck %s --check-prefix=LARGE

// Rows that are no multiple of 16 bytes, a tile of mma, and other chips.
// RUN: sed 's/384xi8/392xi8/g' %t/dense.mlir > %t/odd.mlir
// RUN: quant-opt %t/odd.mlir -codegen-attach-target=target=nvidia-sm_90a \
// RUN:   -codegen-outline-kernels=tile=wgmma-128x256 | FileCheck %s --check-prefix=MMA
// RUN: quant-opt %t/dense.mlir -codegen-attach-target=target=nvidia-sm_90a \
// RUN:   -codegen-outline-kernels=tile=64x64 | FileCheck %s --check-prefix=MMA
// RUN: quant-opt %t/dense.mlir -codegen-attach-target=target=nvidia-sm_100 \
// RUN:   -codegen-outline-kernels | FileCheck %s --check-prefix=MMA
// RUN: not quant-opt %t/dense.mlir -codegen-attach-target=target=nvidia-sm_90 \
// RUN:   -codegen-outline-kernels=tile=wgmma-64x64 2>&1 | FileCheck %s --check-prefix=CHIP
// CHIP: error: tile 'wgmma-64x64' is for sm_90a, but not for sm_90
// RUN: not quant-opt %t/dense.mlir -codegen-attach-target=target=nvidia-sm_90a \
// RUN:   -codegen-outline-kernels=tile=wgmma-64x65 2>&1 | FileCheck %s --check-prefix=NAME
// NAME: error: unknown tile 'wgmma-64x65', expected none, {{.*}}32x64, wgmma-128x256, wgmma-128x128, wgmma-64x128, wgmma-64x64, wgmma-64x32, depthwise-4x2, depthwise-4x1, depthwise-2x2, depthwise-2x1, depthwise-1x2, depthwise-1x1

// Windows of images: each stage has 64 of the channels at one of six places, and twice as
// many stages fit.
// RUN: quant-opt %t/windows.mlir -codegen-attach-target=target=nvidia-sm_90a \
// RUN:   -codegen-outline-kernels=tile=wgmma-64x32 -canonicalize -cse | FileCheck %s --check-prefix=WINDOWS
// WINDOWS-LABEL: gpu.func @windows
// WINDOWS-SAME:    (%{{.*}}: memref<?x9x8x48xi8> {quantc.tensor_map = array<i64: 0, 64, 1, 64, 48, 1, 64, 1, 0, 0, 8, 48, 3, 1, 0, 0, 9, 384, 3, 2, 0, 0, 1, 3456, 1, 1, 0, 0>}, %{{.*}}: memref<12288xi8>
// WINDOWS-COUNT-32: nvvm.mbarrier.init
// WINDOWS-COUNT-2: nvvm.wgmma.mma_async {{.*}}<m = 64, n = 32, k = 32>
// WINDOWS-NOT:     nvvm.wgmma.mma_async
// WINDOWS:         nvvm.cp.async.bulk.tensor.shared.cluster.global {{.*}} box[%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}] im2col[%{{.*}}, %{{.*}}] {{.*}}im2col
// WINDOWS:         dynamic_shared_memory_size %c98560_i32

// Pixels that are no multiple of 16 bytes, and windows that reach too far.
// RUN: sed 's/x48xi8/x40xi8/g' %t/windows.mlir > %t/pixels.mlir
// RUN: quant-opt %t/pixels.mlir -codegen-attach-target=target=nvidia-sm_90a \
// RUN:   -codegen-outline-kernels | FileCheck %s --check-prefix=MMA
// RUN: sed 's/?x9x8x48/?x9x137x48/; s/\[1, 2\]/[1, 128]/; s/?x4x6x24/?x4x9x24/g' %t/windows.mlir > %t/reach.mlir
// RUN: quant-opt %t/reach.mlir -codegen-attach-target=target=nvidia-sm_90a \
// RUN:   -codegen-outline-kernels | FileCheck %s --check-prefix=MMA

// Shared memory that the launch asks for: 4 stages of 128 bytes of 128 rows and 256 columns,
// and their barriers.
// CHECK:       quantc.strategy = "wgmma-m64k32"
// CHECK:       llvm.mlir.global external @dense_ring() {addr_space = 3 : i32, alignment = 1024 : i64} : !llvm.array<0 x i8>
// CHECK-LABEL: gpu.func @dense
// CHECK-SAME:    (%[[X:.*]]: memref<?x384xi8> {quantc.tensor_map = array<i64: 0, 128, 1, 0, 384, 1, 128, 1, 0, 0, 1, 384, 128, 1, 0, 0>}, %{{.*}}: memref<98304xi8>, %{{.*}}: memref<256xi32>, %{{.*}}: memref<256xf32>, %[[Y:.*]]: memref<?x144xi8>, %{{.*}}: index)
// CHECK-SAME:    known_block_size = array<i32: 384, 1, 1>, nvvm.minctasm = 1 : i32, quantc.items_per_block = 128 : i64, quantc.items_per_sample = 1 : i64, quantc.resident_blocks = 1 : i64
// CHECK:         scf.if
// CHECK-COUNT-8:   nvvm.mbarrier.init
// CHECK:           nvvm.fence.mbarrier.init
// CHECK:         gpu.barrier
// CHECK:         scf.if
// CHECK:           nvvm.setmaxregister increase 232
// Tiles, then stages.
// CHECK:           scf.for
// CHECK:           scf.for
// CHECK:             nvvm.mbarrier.try_wait
// CHECK:             nvvm.wgmma.fence.aligned
// CHECK-COUNT-4:     nvvm.wgmma.mma_async {{.*}}<m = 64, n = 256, k = 32>
// CHECK:             nvvm.wgmma.commit.group.sync.aligned
// CHECK:             nvvm.wgmma.wait.group.sync.aligned 1
// CHECK:             nvvm.inline_ptx {{.*}}mbarrier.arrive
// CHECK:           nvvm.wgmma.wait.group.sync.aligned 0
// Of each 64 columns a lane has 16, in two rows.
// CHECK-COUNT-8:   llvm.store %{{.*}} {alignment = 16 : i64} : vector<16xi8>, !llvm.ptr<1>
// CHECK:           nvvm.bar.warp.sync
// CHECK:         } else {
// CHECK:           nvvm.setmaxregister decrease 40
// CHECK:           nvvm.prefetch tensormap
// CHECK:           scf.for
// CHECK:           scf.for
// CHECK:             nvvm.mbarrier.try_wait
// CHECK:             nvvm.mbarrier.arrive.expect_tx %{{.*}}, %c49152_i32
// CHECK:             nvvm.cp.async.bulk.tensor.shared.cluster.global
// CHECK:             nvvm.cp.async.bulk.shared.cluster.global
// CHECK-LABEL: func.func @network
// CHECK:         gpu.launch_func @kernels::@dense blocks in (%{{.*}}, %c1, %c1) threads in (%c384, %c1, %c1) dynamic_shared_memory_size %c196672_i32

// SMALL-LABEL: gpu.func @dense
// SMALL-SAME:    array<i64: 0, 128, 1, 0, 384, 1, 128, 1, 0, 0, 1, 384, 64, 1, 0, 0>
// SMALL-SAME:    known_block_size = array<i32: 160, 1, 1>, nvvm.minctasm = 2 : i32
// SMALL-NOT:     setmaxregister
// SMALL-COUNT-4: nvvm.wgmma.mma_async {{.*}}<m = 64, n = 32, k = 32>
// SMALL-NOT:     nvvm.wgmma.mma_async
// SMALL:         dynamic_shared_memory_size %c98432_i32

// MANY: known_block_size = array<i32: 384, 1, 1>
// MANY: nvvm.wgmma.mma_async {{.*}}<m = 64, n = 128, k = 32>
// LARGE: nvvm.wgmma.mma_async {{.*}}<m = 64, n = 256, k = 32>

// MMA-NOT: wgmma.
// MMA:     nvvm.mma.sync
// MMA-NOT: wgmma.

//--- dense.mlir
memref.global "private" constant @bias : memref<144xi32> = dense<3>
memref.global "private" constant @scales : memref<144xf32> = dense<0.5>
memref.global "private" constant @weights : memref<144x384xi8> = dense<1>
func.func @network(%x: memref<?x384xi8>, %y: memref<?x144xi8>) {
  %c0 = arith.constant 0 : index
  %batch = memref.dim %x, %c0 : memref<?x384xi8>
  %bias = memref.get_global @bias : memref<144xi32>
  %scales = memref.get_global @scales : memref<144xf32>
  %weights = memref.get_global @weights : memref<144x384xi8>
  %sums = memref.alloc(%batch) : memref<?x144xi32>
  linalg.broadcast ins(%bias : memref<144xi32>) outs(%sums : memref<?x144xi32>)
      dimensions = [0]
  linalg.matmul
      indexing_maps = [affine_map<(m, n, k) -> (m, k)>,
                       affine_map<(m, n, k) -> (n, k)>,
                       affine_map<(m, n, k) -> (m, n)>]
      ins(%x, %weights : memref<?x384xi8>, memref<144x384xi8>)
      outs(%sums : memref<?x144xi32>) loc("dense")
  linalg.generic {indexing_maps = [affine_map<(m, n) -> (m, n)>,
                                   affine_map<(m, n) -> (n)>,
                                   affine_map<(m, n) -> (m, n)>],
                  iterator_types = ["parallel", "parallel"]}
      ins(%sums, %scales : memref<?x144xi32>, memref<144xf32>)
      outs(%y : memref<?x144xi8>) {
  ^bb0(%sum: i32, %scale: f32, %out: i8):
    %0 = arith.sitofp %sum : i32 to f32
    %1 = arith.mulf %0, %scale : f32
    %2 = math.roundeven %1 : f32
    %3 = arith.fptosi %2 : f32 to i32
    %4 = arith.trunci %3 : i32 to i8
    linalg.yield %4 : i8
  }
  return
}

//--- windows.mlir
memref.global "private" constant @weights : memref<24x3x2x48xi8> = dense<1>
func.func @network(%x: memref<?x9x8x48xi8>, %y: memref<?x4x6x24xi32>) {
  %zero = arith.constant 0 : i32
  %weights = memref.get_global @weights : memref<24x3x2x48xi8>
  linalg.fill ins(%zero : i32) outs(%y : memref<?x4x6x24xi32>)
  linalg.conv_2d_nhwc_fhwc {strides = dense<[2, 1]> : tensor<2xi64>,
                            dilations = dense<[1, 2]> : tensor<2xi64>}
      ins(%x, %weights : memref<?x9x8x48xi8>, memref<24x3x2x48xi8>)
      outs(%y : memref<?x4x6x24xi32>) loc("windows")
  return
}
