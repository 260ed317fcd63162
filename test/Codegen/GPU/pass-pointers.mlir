// RUN: quant-opt %s -codegen-pass-pointers | FileCheck %s

// CHECK-LABEL: gpu.func @copy
// CHECK-SAME:    (%[[X:.*]]: !llvm.ptr<1> {llvm.align = 16 : i64}, %[[Y:.*]]: !llvm.ptr<1> {llvm.align = 16 : i64}, %[[BATCH:.*]]: index) kernel
// CHECK:         %[[EXTENT:.*]] = builtin.unrealized_conversion_cast %[[BATCH]] : index to i64
// CHECK:         %[[GENERIC:.*]] = llvm.addrspacecast %[[X]] : !llvm.ptr<1> to !llvm.ptr
// CHECK:         llvm.insertvalue %[[GENERIC]], %{{.*}}[1]
// CHECK:         llvm.insertvalue %[[EXTENT]], %{{.*}}[3, 0]
// CHECK:         %[[BUFFER:.*]] = builtin.unrealized_conversion_cast %{{.*}} to memref<?x3xi8>
// CHECK:         memref.load %[[BUFFER]][%[[BATCH]], %{{.*}}]
gpu.module @kernels {
  gpu.func @copy(%x: memref<?x3xi8>, %y: memref<?x3xi8>, %batch: index) kernel {
    %c0 = arith.constant 0 : index
    %value = memref.load %x[%batch, %c0] : memref<?x3xi8>
    memref.store %value, %y[%batch, %c0] : memref<?x3xi8>
    gpu.return
  }
}
