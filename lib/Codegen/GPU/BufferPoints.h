//===- BufferPoints.h - Elements of buffers, by coordinates -------*- C++
//-*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_CODEGEN_GPU_BUFFERPOINTS_H
#define QUANTC_LIB_CODEGEN_GPU_BUFFERPOINTS_H

#include "mlir/Dialect/Utils/ReshapeOpsUtils.h"
#include "mlir/IR/AffineMap.h"
#include "mlir/IR/Builders.h"

#include <optional>

namespace quantc {

/// Dimensions of a buffer, some of which are one of another.
struct Collapse {
  llvm::SmallVector<mlir::ReassociationIndices> groups;
  llvm::SmallVector<int64_t> extents;
};

/// How coordinates in `from` become those in `to`, the same buffer in another
/// shape; nothing where that is not by collapsing dimensions.
std::optional<llvm::SmallVector<Collapse>> collapsesBetween(mlir::Value from,
                                                            mlir::Value to);

/// `point` behind all of `path`.
llvm::SmallVector<mlir::Value>
collapsePoint(mlir::OpBuilder &builder, mlir::Location loc,
              llvm::ArrayRef<Collapse> path,
              llvm::SmallVector<mlir::Value> point);

/// The results of `map` at `coordinates`.
llvm::SmallVector<mlir::Value>
applyMap(mlir::OpBuilder &builder, mlir::Location loc, mlir::AffineMap map,
         llvm::ArrayRef<mlir::Value> coordinates);

/// `count` neighbours of `buffer` from `indices` on, at a multiple of their
/// bytes; of one the element, of more a vector. Of a border (mk.border) its
/// value.
mlir::Value loadWithin(mlir::OpBuilder &builder, mlir::Location loc,
                       mlir::Value buffer,
                       llvm::SmallVector<mlir::Value> indices, int64_t count);

} // namespace quantc

#endif // QUANTC_LIB_CODEGEN_GPU_BUFFERPOINTS_H
