//===- QuantizeConstants.h - Integer weights and biases -----------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_DIALECT_NN_TRANSFORMS_QUANTIZECONSTANTS_H
#define QUANTC_LIB_DIALECT_NN_TRANSFORMS_QUANTIZECONSTANTS_H

#include "quantc/Dialect/NN/IR/NN.h"

#include "mlir/IR/Builders.h"

namespace quantc::nn {

/// An i8 constant of the f32 constant `weight`, with one scale per index along
/// `axis`, symmetric in -127..127, as a tensor of `!quant.uniform`. Scales are
/// max|w| / 127, but at least `leastScales[channel]`, which may be empty. With
/// `pairRun`, of a channel axis of 0, no pair saturates (PairSafeWeights.h),
/// and scales are up to twice that.
mlir::Value quantizeWeight(mlir::OpBuilder &builder, mlir::Location loc,
                           mlir::DenseElementsAttr weight, int64_t axis,
                           llvm::ArrayRef<float> leastScales,
                           std::optional<int64_t> pairRun = {});

/// An i8 constant of the f32 constant `weight`, whose elements are integers
/// from -127 to 127 times the scale of their index along `axis`, as a tensor of
/// `!quant.uniform`. Null where they are not.
mlir::Value quantizeMultiples(mlir::OpBuilder &builder, mlir::Location loc,
                              mlir::DenseElementsAttr weight, int64_t axis,
                              llvm::ArrayRef<float> scales);

/// The same as quantizeWeight with one scale for the whole tensor, at least
/// `leastScale`.
mlir::Value quantizeWeightPerTensor(mlir::OpBuilder &builder,
                                    mlir::Location loc,
                                    mlir::DenseElementsAttr weight,
                                    float leastScale,
                                    std::optional<int64_t> pairRun = {});

/// An i8 constant of the f32 constant `values`, an operand like an activation:
/// one scale for the whole tensor, as activations of its range have it. Null
/// where the values are not finite or all but zero.
mlir::Value quantizeOperand(mlir::OpBuilder &builder, mlir::Location loc,
                            mlir::DenseElementsAttr values, bool isSymmetric);

/// An i32 constant of the f32 constant `bias` in scales
/// `activationScale * weightScales[channel]`, as a tensor of `!quant.uniform`.
/// Null where a value does not fit into i32.
mlir::Value quantizeBias(mlir::OpBuilder &builder, mlir::Location loc,
                         mlir::DenseElementsAttr bias, float activationScale,
                         llvm::ArrayRef<float> weightScales);

} // namespace quantc::nn

#endif // QUANTC_LIB_DIALECT_NN_TRANSFORMS_QUANTIZECONSTANTS_H
