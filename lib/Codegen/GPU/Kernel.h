//===- Kernel.h - A kernel and its launch -----------------------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_CODEGEN_GPU_KERNEL_H
#define QUANTC_LIB_CODEGEN_GPU_KERNEL_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/SetVector.h"

namespace quantc {

/// How the work of a kernel is cut into blocks of threads. The attributes of a
/// kernel say it, too, for the table of launches.
struct LaunchShape {
  int64_t itemsPerSample; // blocks along x cut batch * itemsPerSample items
  int64_t itemsPerBlock;
  int64_t threads;
  int64_t blocksY = 1;
  int64_t sharedBytes = 0; // dynamic shared memory
  /// Blocks of a multiprocessor that share the tiles of the grid, which is
  /// along x alone then; 0: a block for each tile.
  int64_t residentBlocks = 0;
};

constexpr llvm::StringLiteral kItemsPerSampleAttrName =
    "quantc.items_per_sample";
constexpr llvm::StringLiteral kItemsPerBlockAttrName = "quantc.items_per_block";

constexpr llvm::StringLiteral kResidentBlocksAttrName =
    "quantc.resident_blocks";

/// Of an argument of a kernel that is a tensor map of a buffer in place of it:
/// the fields of a DeviceTensorMap but for its rank, as many as there are
/// dimensions.
constexpr llvm::StringLiteral kTensorMapAttrName = "quantc.tensor_map";
/// Of a kernel: how many arguments are such, the first.
constexpr llvm::StringLiteral kTensorMapsAttrName = "quantc.tensor_maps";

/// How many elements per sample the dynamic dimension of a buffer has: a
/// collapsed batch and another dimension are more than one. Failure after a
/// diagnostic where it does not come from the batch.
mlir::FailureOr<int64_t> dynamicExtentPerSample(mlir::Value buffer);

/// The network function and the module that its kernels go to.
class KernelModule {
public:
  explicit KernelModule(mlir::func::FuncOp network);

  /// The batch of a run, in the network function: the leading dimension of an
  /// argument, or 1 where none is dynamic.
  mlir::Value batch() const { return networkBatch; }

  /// An empty kernel, named after `location`, that takes `buffers` and then the
  /// batch, and its launch at the place of `builder`.
  mlir::gpu::GPUFuncOp create(mlir::OpBuilder &builder, mlir::Location location,
                              mlir::ValueRange buffers,
                              const LaunchShape &shape);

  /// A constant of the network, at the place of `builder`.
  mlir::Value createConstant(mlir::OpBuilder &builder, mlir::Location location,
                             llvm::StringRef name,
                             mlir::DenseElementsAttr value);

  /// A pointer to `bytes` of shared memory that blocks of `kernel` have, at the
  /// place of `builder`; of none to what the launch asks for.
  mlir::Value createRing(mlir::OpBuilder &builder, mlir::gpu::GPUFuncOp kernel,
                         int64_t bytes);

private:
  mlir::func::FuncOp network;
  mlir::gpu::GPUModuleOp kernels;
  mlir::SymbolTable symbols, constants;
  mlir::Value networkBatch;
};

/// What a kernel takes over from the network function: buffers become
/// arguments, views of them and index arithmetic are cloned.
class KernelImports {
public:
  /// Finds the buffers behind `value`. Failure, after a diagnostic, where it is
  /// computed by something else than views and arithmetic.
  mlir::LogicalResult add(mlir::Value value);

  /// Lets the kernel take a map of the tensor in a buffer, of which `value` is
  /// a view.
  mlir::LogicalResult addMap(mlir::Value value, mlir::DenseI64ArrayAttr fields);

  /// Those of maps, then those of which the kernel has the address.
  llvm::SmallVector<mlir::Value> buffers() const;

  /// Makes the arguments of `kernel` those buffers, and the last the batch.
  void enter(mlir::gpu::GPUFuncOp kernel);

  /// The map that was added as this, a generic pointer.
  mlir::Value map(mlir::OpBuilder &builder, mlir::Location loc,
                  int64_t index) const;

  /// `value` in the kernel, cloned at the place of `builder` on first use,
  /// which must dominate later ones.
  mlir::Value get(mlir::OpBuilder &builder, mlir::Value value);

  /// The address of the first element of `buffer`, in global memory, an index.
  mlir::Value addressOf(mlir::OpBuilder &builder, mlir::Location loc,
                        mlir::Value buffer);

  /// The batch, times `perSample`, in the kernel.
  mlir::Value scaleBatch(mlir::OpBuilder &builder, mlir::Location loc,
                         int64_t perSample);
  mlir::IRMapping &mapping() { return mapped; }

private:
  struct Map {
    mlir::Value root;
    mlir::DenseI64ArrayAttr fields;
    mlir::Value argument;
  };
  llvm::SmallVector<Map> maps;
  llvm::SetVector<mlir::Value> roots;
  mlir::IRMapping mapped;
  mlir::Value kernelBatch;
};

} // namespace quantc

#endif // QUANTC_LIB_CODEGEN_GPU_KERNEL_H
