// RUN: quant-opt %s -codegen-share-kernels -cse -split-input-file -verify-diagnostics | FileCheck %s
// RUN: quant-opt %s -codegen-share-kernels -split-input-file -verify-diagnostics \
// RUN:     -convert-scf-to-cf -convert-vector-to-llvm -finalize-memref-to-llvm -convert-arith-to-llvm \
// RUN:     -convert-func-to-llvm -convert-cf-to-llvm -reconcile-unrealized-casts -o %t.llvm
// RUN: FileCheck %s --check-prefix=LLVM --implicit-check-not=unrealized --input-file %t.llvm

// Three loops of one shape: the function gets their buffers, the extent of the one that
// grows with the batch, the factor, in which they differ, and the context. The step
// and the bound are the same.
// CHECK-LABEL: func.func @quantc_body
// CHECK-SAME:    (%[[X:.*]]: memref<?x8xf32>, %{{.*}}: memref<?xi8>, %[[CONTEXT:.*]]: !llvm.ptr)
// CHECK-DAG:     %[[TWO:.*]] = arith.constant 2.000000e+00 : f32
// CHECK-NOT:     scf.for
// CHECK:         llvm.call @quantc_kernel_0(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %[[TWO]], %[[CONTEXT]]) : (!llvm.ptr, i64, !llvm.ptr, i64, f32, !llvm.ptr) -> ()
// CHECK:         %[[THREE:.*]] = arith.constant 3.000000e+00 : f32
// CHECK:         llvm.call @quantc_kernel_0({{.*}}, %[[THREE]], %[[CONTEXT]])
// CHECK:         %[[HALF:.*]] = arith.constant 5.000000e-01 : f32
// CHECK:         llvm.call @quantc_kernel_0({{.*}}, %[[HALF]], %[[CONTEXT]])
// The same in place is another kernel: it has one buffer.
// CHECK:         llvm.call @quantc_kernel_1(%{{[^,]*}}, %{{[^,]*}}, %[[CONTEXT]]) : (!llvm.ptr, i64, !llvm.ptr) -> ()
// CHECK-NOT:     llvm.call
// CHECK:         return
// CHECK-LABEL: llvm.func internal @quantc_kernel_0
// CHECK-SAME:    (%{{.*}}: !llvm.ptr {llvm.noalias}, %{{.*}}: i64, %{{.*}}: !llvm.ptr {llvm.noalias}, %{{.*}}: i64, %[[FACTOR:.*]]: f32, %{{.*}}: !llvm.ptr)
// CHECK:         scf.for
// CHECK:           scf.for
// CHECK:             arith.mulf %{{.*}}, %[[FACTOR]] : f32
// CHECK:         llvm.return
// CHECK-LABEL: llvm.func internal @quantc_kernel_1
// CHECK:         arith.mulf %{{.*}}, %cst : f32
// LLVM:        llvm.func internal @quantc_kernel_0
func.func @quantc_body(%x: memref<?x8xf32>, %workspace: memref<?xi8>, %context: !llvm.ptr) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %c64 = arith.constant 64 : index
  %c4096 = arith.constant 4096 : index
  %two = arith.constant 2.0 : f32
  %three = arith.constant 3.0 : f32
  %half = arith.constant 0.5 : f32
  %batch = memref.dim %x, %c0 : memref<?x8xf32>
  %a = memref.view %workspace[%c64][%batch] : memref<?xi8> to memref<?x8xf32>
  %b = memref.view %workspace[%c4096][%batch] : memref<?xi8> to memref<?x8xf32>
  scf.for %i = %c0 to %batch step %c1 {
    scf.for %j = %c0 to %c8 step %c1 {
      %0 = memref.load %x[%i, %j] : memref<?x8xf32>
      %1 = arith.mulf %0, %two : f32
      memref.store %1, %a[%i, %j] : memref<?x8xf32>
    }
  }
  %extent = memref.dim %a, %c0 : memref<?x8xf32>
  scf.for %i = %c0 to %extent step %c1 {
    scf.for %j = %c0 to %c8 step %c1 {
      %0 = memref.load %a[%i, %j] : memref<?x8xf32>
      %1 = arith.mulf %0, %three : f32
      memref.store %1, %b[%i, %j] : memref<?x8xf32>
    }
  }
  %extent_b = memref.dim %b, %c0 : memref<?x8xf32>
  scf.for %i = %c0 to %extent_b step %c1 {
    scf.for %j = %c0 to %c8 step %c1 {
      %0 = memref.load %b[%i, %j] : memref<?x8xf32>
      %1 = arith.mulf %0, %half : f32
      memref.store %1, %a[%i, %j] : memref<?x8xf32>
    }
  }
  scf.for %i = %c0 to %extent step %c1 {
    scf.for %j = %c0 to %c8 step %c1 {
      %0 = memref.load %a[%i, %j] : memref<?x8xf32>
      %1 = arith.mulf %0, %half : f32
      memref.store %1, %a[%i, %j] : memref<?x8xf32>
    }
  }
  return
}

// -----

// A constant that an instruction may want as it is makes another kernel; one of i64 and
// index, by which addresses are computed, too. Of vectors the element is handed over,
// and nothing is said of the pointers.
// CHECK-LABEL: func.func @quantc_body
// CHECK:         llvm.call @quantc_kernel_0
// CHECK:         llvm.call @quantc_kernel_1
// CHECK:         %[[POINT:.*]] = arith.constant 3 : i32
// CHECK:         llvm.call @quantc_kernel_2(%{{[^,]*}}, %[[POINT]], %{{.*}}) : (!llvm.ptr, i32, !llvm.ptr)
// CHECK:         %[[OTHER:.*]] = arith.constant -4 : i32
// CHECK:         llvm.call @quantc_kernel_2(%{{[^,]*}}, %[[OTHER]], %{{.*}}) : (!llvm.ptr, i32, !llvm.ptr)
// CHECK-LABEL: llvm.func internal @quantc_kernel_2
// CHECK-SAME:    (%{{[^,]*}}: !llvm.ptr, %[[SCALAR:.*]]: i32, %{{[^,]*}}: !llvm.ptr)
// CHECK:         vector.broadcast %[[SCALAR]] : i32 to vector<4xi32>
func.func @quantc_body(%x: memref<8xi32>, %context: !llvm.ptr) {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %c4 = arith.constant 4 : index
  %c8 = arith.constant 8 : index
  %point = arith.constant dense<3> : vector<4xi32>
  %other = arith.constant dense<-4> : vector<4xi32>
  %one = arith.constant 1 : i32
  %two = arith.constant 2 : i32
  scf.for %i = %c0 to %c8 step %c4 {
    llvm.call_intrinsic "llvm.prefetch"(%context, %one, %one, %one) : (!llvm.ptr, i32, i32, i32) -> ()
  }
  scf.for %i = %c0 to %c8 step %c4 {
    llvm.call_intrinsic "llvm.prefetch"(%context, %two, %two, %two) : (!llvm.ptr, i32, i32, i32) -> ()
  }
  scf.for %i = %c0 to %c8 step %c4 {
    %0 = vector.load %x[%i] : memref<8xi32>, vector<4xi32>
    %1 = arith.addi %0, %point : vector<4xi32>
    vector.store %1, %x[%i] : memref<8xi32>, vector<4xi32>
  }
  scf.for %i = %c0 to %c8 step %c4 {
    %0 = vector.load %x[%i] : memref<8xi32>, vector<4xi32>
    %1 = arith.addi %0, %other : vector<4xi32>
    vector.store %1, %x[%i] : memref<8xi32>, vector<4xi32>
  }
  return
}

// -----

// Weights are arguments where they differ.
// CHECK-LABEL: func.func @quantc_body
// CHECK-COUNT-2: llvm.call @quantc_kernel_0({{.*}}) : (!llvm.ptr, !llvm.ptr, !llvm.ptr) -> ()
// CHECK-LABEL: llvm.func internal @quantc_kernel_0
// CHECK-NOT:     memref.get_global @weights
// CHECK:         memref.get_global @bias
// CHECK-NOT:     memref.get_global
// CHECK:         llvm.return
memref.global "private" constant @weights_0 : memref<8xf32> = dense<1.0>
memref.global "private" constant @weights_1 : memref<8xf32> = dense<2.0>
memref.global "private" constant @bias : memref<8xf32> = dense<3.0>
func.func @quantc_body(%x: memref<8xf32>, %context: !llvm.ptr) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %bias = memref.get_global @bias : memref<8xf32>
  %weights_0 = memref.get_global @weights_0 : memref<8xf32>
  scf.for %i = %c0 to %c8 step %c1 {
    %0 = memref.load %weights_0[%i] : memref<8xf32>
    %1 = memref.load %bias[%i] : memref<8xf32>
    %2 = arith.addf %0, %1 : f32
    memref.store %2, %x[%i] : memref<8xf32>
  }
  %weights_1 = memref.get_global @weights_1 : memref<8xf32>
  scf.for %i = %c0 to %c8 step %c1 {
    %0 = memref.load %weights_1[%i] : memref<8xf32>
    %1 = memref.load %bias[%i] : memref<8xf32>
    %2 = arith.addf %0, %1 : f32
    memref.store %2, %x[%i] : memref<8xf32>
  }
  return
}

// -----

// expected-error @below {{requires the function 'quantc_body': run -codegen-create-entry first}}
module {
  func.func @network() {
    return
  }
}
