// RUN: quant-opt %s -codegen-list-launches | FileCheck %s

// Where the buffers of each launch lie; no code is left for the host.
// CHECK:      module attributes {
// CHECK-SAME: quantc.launches = [
// CHECK-SAME: {arguments = [{index = 0 : i64, space = "input"}, {space = "constant", symbol = @weights}, {offset = 512 : i64, space = "workspace"}],
// CHECK-SAME:  blocks_y = 2 : i64, items_per_block = 64 : i64, items_per_sample = 100 : i64, kernel = "first", shared_bytes = 1024 : i64, threads = 128 : i64},
// CHECK-SAME: {arguments = [{map = array<i64: 0, 0, 1, 0, 9, 1, 16, 1, 0, 0, 1, 16, 8, 1, 0, 0>, offset = 0 : i64, space = "workspace"}, {index = 0 : i64, space = "output"}],
// CHECK-SAME:  kernel = "second", resident_blocks = 2 : i64, shared_bytes = 0 : i64
// CHECK-NOT:  func.func
module attributes {gpu.container_module, quantc.inputs = [{}],
                   quantc.workspace_fixed = 0 : i64,
                   quantc.workspace_per_sample = 768 : i64} {
  memref.global "private" constant @weights : memref<4xi8> = dense<1>
  gpu.module @kernels {
    gpu.func @first(%x: memref<?x4xi8>, %w: memref<4xi8>, %y: memref<?x9xi8>, %batch: index) kernel
        attributes {quantc.items_per_sample = 100 : i64, quantc.items_per_block = 64 : i64} {
      gpu.return
    }
    gpu.func @second(%x: memref<?x9xi8> {quantc.tensor_map = array<i64: 0, 0, 1, 0, 9, 1, 16, 1, 0, 0, 1, 16, 8, 1, 0, 0>}, %y: memref<?x4xi8>, %batch: index) kernel
        attributes {quantc.items_per_sample = 4 : i64, quantc.items_per_block = 256 : i64, quantc.resident_blocks = 2 : i64} {
      gpu.return
    }
  }
  func.func @network(%x: memref<?x4xi8>, %y: memref<?x4xi8>, %workspace: memref<?xi8>) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c128 = arith.constant 128 : index
    %c512 = arith.constant 512 : index
    %shared = arith.constant 1024 : i32
    %batch = memref.dim %x, %c0 : memref<?x4xi8>
    %weights = memref.get_global @weights : memref<4xi8>
    %offset = arith.muli %batch, %c512 : index
    %a = memref.view %workspace[%offset][%batch] : memref<?xi8> to memref<?x9xi8>
    %b = memref.view %workspace[%c0][%batch] : memref<?xi8> to memref<?x9xi8>
    gpu.launch_func @kernels::@first blocks in (%batch, %c2, %c1)
        threads in (%c128, %c1, %c1) dynamic_shared_memory_size %shared
        args(%x : memref<?x4xi8>, %weights : memref<4xi8>, %a : memref<?x9xi8>, %batch : index)
    gpu.launch_func @kernels::@second blocks in (%batch, %c1, %c1)
        threads in (%c128, %c1, %c1)
        args(%b : memref<?x9xi8>, %y : memref<?x4xi8>, %batch : index)
    return
  }
}
