// RUN: quant-opt %s -codegen-pass-pointers -canonicalize | FileCheck %s --check-prefix=POINTERS
// RUN: quant-opt %s \
// RUN:   -pass-pipeline='builtin.module(codegen-pass-pointers,gpu.module(convert-gpu-to-nvvm,codegen-pass-tensor-maps))' | FileCheck %s

// POINTERS-LABEL: gpu.func @copy(%{{.*}}: !llvm.ptr, %{{.*}}: !llvm.ptr<1> {llvm.align = 16 : i64}, %{{.*}}: index) kernel
// POINTERS-SAME:    quantc.tensor_maps = 1 : i64

// CHECK-LABEL: llvm.func @copy
// CHECK-SAME:    (%[[MAP:.*]]: !llvm.ptr {llvm.align = 64 : i64, llvm.byval = !llvm.array<128 x i8>, nvvm.grid_constant}, %{{.*}}: !llvm.ptr<1> {llvm.align = 16 : i64}, %{{.*}}: i64)
// CHECK-NOT:     quantc.tensor_maps
// CHECK:         %[[NUMBER:.*]] = llvm.ptrtoint %[[MAP]]
// CHECK:         %[[POINTER:.*]] = llvm.inttoptr %[[NUMBER]]
// CHECK:         nvvm.prefetch tensormap, %[[POINTER]]
gpu.module @kernels {
  gpu.func @copy(%x: memref<?x32xi8> {quantc.tensor_map = array<i64: 0, 32, 1, 0, 32, 1, 32, 1, 0, 0, 1, 32, 8, 1, 0, 0>}, %y: memref<?x32xi8>, %batch: index) kernel {
    %place = memref.extract_aligned_pointer_as_index %x : memref<?x32xi8> -> index
    %number = arith.index_castui %place : index to i64
    %map = llvm.inttoptr %number : i64 to !llvm.ptr
    nvvm.prefetch tensormap, %map : !llvm.ptr
    gpu.return
  }
}
