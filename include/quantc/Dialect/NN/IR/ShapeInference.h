//===- ShapeInference.h - Result shapes of nn ops ---------------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One place that knows how shapes follow from shapes: verifiers and importers
// call it. Shapes are lists of extents, mlir::ShapedType::kDynamic = batch. On
// failure a diagnostic made by `fail` says why.
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_DIALECT_NN_IR_SHAPEINFERENCE_H
#define QUANTC_DIALECT_NN_IR_SHAPEINFERENCE_H

#include "mlir/IR/Diagnostics.h"
#include "mlir/Support/LLVM.h"
#include "llvm/ADT/SmallVector.h"

namespace quantc::nn {

using Shape = llvm::SmallVector<int64_t>;
using EmitError = llvm::function_ref<mlir::InFlightDiagnostic()>;

/// How a window moves over the two spatial dimensions of an NHWC tensor.
struct Window {
  llvm::ArrayRef<int64_t> kernel;    // height, width
  llvm::ArrayRef<int64_t> strides;   // height, width
  llvm::ArrayRef<int64_t> pad;       // top, left, bottom, right
  llvm::ArrayRef<int64_t> dilations; // height, width
};

/// NHWC input, OHWI filter -> NHWC output. `window.kernel` is not read.
mlir::FailureOr<Shape> inferConv2DShape(llvm::ArrayRef<int64_t> input,
                                        llvm::ArrayRef<int64_t> filter,
                                        Window window, int64_t groups,
                                        EmitError fail);

/// NHWC input -> NHWC output.
mlir::FailureOr<Shape> inferPool2DShape(llvm::ArrayRef<int64_t> input,
                                        const Window &window, EmitError fail);

/// [N, K] input, [O, K] weight -> [N, O].
mlir::FailureOr<Shape> inferFullyConnectedShape(llvm::ArrayRef<int64_t> input,
                                                llvm::ArrayRef<int64_t> weight,
                                                EmitError fail);

/// [.., M, K] lhs, [.., K, N] rhs -> [.., M, N]; the dimensions in front are
/// broadcast.
mlir::FailureOr<Shape> inferMatmulShape(llvm::ArrayRef<int64_t> lhs,
                                        llvm::ArrayRef<int64_t> rhs,
                                        EmitError fail);

mlir::FailureOr<Shape> inferTransposeShape(llvm::ArrayRef<int64_t> input,
                                           llvm::ArrayRef<int64_t> permutation,
                                           EmitError fail);

/// Whether a transpose changes the order of elements: not where only dimensions
/// of extent 1 move.
bool movesElements(llvm::ArrayRef<int64_t> input,
                   llvm::ArrayRef<int64_t> permutation);

mlir::FailureOr<Shape> inferPadShape(llvm::ArrayRef<int64_t> input,
                                     llvm::ArrayRef<int64_t> low,
                                     llvm::ArrayRef<int64_t> high,
                                     EmitError fail);

/// Shapes of one rank; an extent of 1 becomes that of the other.
mlir::FailureOr<Shape> inferBroadcastShape(llvm::ArrayRef<int64_t> lhs,
                                           llvm::ArrayRef<int64_t> rhs,
                                           EmitError fail);

/// `input` without the dimensions `axes`, which ascend.
mlir::FailureOr<Shape> inferReduceShape(llvm::ArrayRef<int64_t> input,
                                        llvm::ArrayRef<int64_t> axes,
                                        EmitError fail);

mlir::FailureOr<Shape>
inferConcatShape(llvm::ArrayRef<llvm::ArrayRef<int64_t>> inputs, int64_t axis,
                 EmitError fail);

} // namespace quantc::nn

#endif // QUANTC_DIALECT_NN_IR_SHAPEINFERENCE_H
