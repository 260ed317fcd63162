// A contraction on tensor cores.

// RUN: quant-opt %s -codegen-attach-target=target=nvidia-sm_80 \
// RUN:   -codegen-outline-kernels=tile=64x64 -canonicalize -cse | FileCheck %s
// RUN: quant-opt %s -codegen-attach-target=target=nvidia-sm_75 \
// RUN:   -codegen-outline-kernels=tile=64x64 -canonicalize -cse | FileCheck %s --check-prefix=OLD

// 4 stages of 64 bytes of 64 rows and 64 columns.
// CHECK:       llvm.mlir.global internal @dense_ring() {addr_space = 3 : i32, alignment = 128 : i64{{.*}}} : !llvm.array<16384 x i8>
// CHECK-LABEL: gpu.func @dense
// CHECK-SAME:    (%[[X:.*]]: memref<?x100xi8>, %{{.*}}: memref<8192xi8>, %{{.*}}: memref<64xi32>, %{{.*}}: memref<64xf32>, %[[Y:.*]]: memref<?x40xi8>, %{{.*}}: index)
// CHECK-SAME:    known_block_size = array<i32: 128, 1, 1>
// CHECK-SAME:    quantc.items_per_block = 64 : i64, quantc.items_per_sample = 1 : i64
// Of each row of 100 elements 4 are neighbours at an aligned address.
// CHECK:         nvvm.cp.async.shared.global %{{.*}}, %{{.*}}, 4, cache =  ca
// CHECK:         nvvm.cp.async.shared.global %{{.*}}, %{{.*}}, 16, cache =  cg
// CHECK:         nvvm.cp.async.commit.group
// CHECK:         scf.for
// CHECK:           nvvm.cp.async.wait.group 0
// CHECK:           gpu.barrier
// CHECK:           nvvm.cp.async.shared.global
// CHECK:           nvvm.cp.async.commit.group
// CHECK-COUNT-4:   nvvm.ldmatrix {{.*}}num = 4
// CHECK-COUNT-8:   nvvm.mma.sync {{.*}}#nvvm.mma_int_overflow<wrapped>{{.*}}#nvvm.shape<m = 16, n = 8, k = 32>
// CHECK-COUNT-4:   nvvm.ldmatrix {{.*}}num = 4
// CHECK-COUNT-8:   nvvm.mma.sync
// CHECK-NOT:       nvvm.mma.sync
// 40 columns are whole numbers of the 8 of a lane.
// CHECK-COUNT-4:   llvm.store %{{.*}} {alignment = 8 : i64} : vector<8xi8>, !llvm.ptr<1>
// CHECK-LABEL: func.func @network
// CHECK-COUNT-1: gpu.launch_func
// CHECK-NOT:     gpu.launch_func

// OLD-LABEL: gpu.func @dense
// OLD-NOT:     nvvm.cp.async
// OLD-COUNT-64: nvvm.mma.sync {{.*}}#nvvm.shape<m = 8, n = 8, k = 16>
// OLD-NOT:     nvvm.mma.sync
memref.global "private" constant @bias : memref<40xi32> = dense<3>
memref.global "private" constant @scales : memref<40xf32> = dense<0.5>
memref.global "private" constant @weights : memref<40x100xi8> = dense<1>
func.func @network(%x: memref<?x100xi8>, %y: memref<?x40xi8>) {
  %c0 = arith.constant 0 : index
  %batch = memref.dim %x, %c0 : memref<?x100xi8>
  %bias = memref.get_global @bias : memref<40xi32>
  %scales = memref.get_global @scales : memref<40xf32>
  %weights = memref.get_global @weights : memref<40x100xi8>
  %sums = memref.alloc(%batch) : memref<?x40xi32>
  linalg.broadcast ins(%bias : memref<40xi32>) outs(%sums : memref<?x40xi32>)
      dimensions = [0]
  linalg.matmul
      indexing_maps = [affine_map<(m, n, k) -> (m, k)>,
                       affine_map<(m, n, k) -> (n, k)>,
                       affine_map<(m, n, k) -> (m, n)>]
      ins(%x, %weights : memref<?x100xi8>, memref<40x100xi8>)
      outs(%sums : memref<?x40xi32>) loc("dense")
  linalg.generic {indexing_maps = [affine_map<(m, n) -> (m, n)>,
                                   affine_map<(m, n) -> (n)>,
                                   affine_map<(m, n) -> (m, n)>],
                  iterator_types = ["parallel", "parallel"]}
      ins(%sums, %scales : memref<?x40xi32>, memref<40xf32>)
      outs(%y : memref<?x40xi8>) {
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
