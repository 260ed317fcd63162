//===- Handlers.h - The import handlers ---------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_IMPORT_ONNX_OPS_HANDLERS_H
#define QUANTC_LIB_IMPORT_ONNX_OPS_HANDLERS_H

#include "../NodeImporter.h"

#include "quantc/Dialect/NN/IR/NN.h"

namespace quantc::onnx {

// Arithmetic.cpp
mlir::LogicalResult importAdd(NodeImporter &node);
mlir::LogicalResult importDiv(NodeImporter &node);
mlir::LogicalResult importSub(NodeImporter &node);
mlir::LogicalResult importMul(NodeImporter &node);
mlir::LogicalResult importSum(NodeImporter &node);
// Convolution.cpp
mlir::LogicalResult importConv(NodeImporter &node);
// Dense.cpp
mlir::LogicalResult importGemm(NodeImporter &node);
mlir::LogicalResult importMatMul(NodeImporter &node);
// Elementwise.cpp
mlir::LogicalResult importRelu(NodeImporter &node);
mlir::LogicalResult importClip(NodeImporter &node);
mlir::LogicalResult importIdentity(NodeImporter &node);
mlir::LogicalResult importCast(NodeImporter &node);
mlir::LogicalResult importConstant(NodeImporter &node);
// Movement.cpp
mlir::LogicalResult importConcat(NodeImporter &node);
mlir::LogicalResult importGather(NodeImporter &node);
mlir::LogicalResult importPad(NodeImporter &node);
mlir::LogicalResult importSlice(NodeImporter &node);
mlir::LogicalResult importSplit(NodeImporter &node);
mlir::LogicalResult importTranspose(NodeImporter &node);
// Normalization.cpp
mlir::LogicalResult importBatchNormalization(NodeImporter &node);
mlir::LogicalResult importLayerNormalization(NodeImporter &node);
mlir::LogicalResult importSoftmax(NodeImporter &node);
// Pooling.cpp
mlir::LogicalResult importAveragePool(NodeImporter &node);
mlir::LogicalResult importMaxPool(NodeImporter &node);
// QLinear.cpp
mlir::LogicalResult importQGemm(NodeImporter &node);
mlir::LogicalResult importQLinearAdd(NodeImporter &node);
mlir::LogicalResult importQLinearAveragePool(NodeImporter &node);
mlir::LogicalResult importQLinearConcat(NodeImporter &node);
mlir::LogicalResult importQLinearConv(NodeImporter &node);
mlir::LogicalResult importQLinearGlobalAveragePool(NodeImporter &node);
mlir::LogicalResult importQLinearMatMul(NodeImporter &node);
mlir::LogicalResult importQLinearMul(NodeImporter &node);
mlir::LogicalResult importQLinearSoftmax(NodeImporter &node);
// Quantization.cpp
mlir::LogicalResult importDequantizeLinear(NodeImporter &node);
mlir::LogicalResult importQuantizeLinear(NodeImporter &node);
// Reduction.cpp
mlir::LogicalResult importGlobalAveragePool(NodeImporter &node);
mlir::LogicalResult importGlobalMaxPool(NodeImporter &node);
mlir::LogicalResult importReduceMax(NodeImporter &node);
mlir::LogicalResult importReduceMean(NodeImporter &node);
mlir::LogicalResult importReduceSum(NodeImporter &node);
// Shape.cpp
mlir::LogicalResult importConstantOfShape(NodeImporter &node);
mlir::LogicalResult importExpand(NodeImporter &node);
mlir::LogicalResult importFlatten(NodeImporter &node);
mlir::LogicalResult importReshape(NodeImporter &node);
mlir::LogicalResult importShape(NodeImporter &node);
mlir::LogicalResult importSqueeze(NodeImporter &node);
mlir::LogicalResult importUnsqueeze(NodeImporter &node);

// Unary.cpp
void addUnaryHandlers(llvm::StringMap<Handler> &handlers);

/// `axis` as one of `rank` dimensions; negative ones count from the end.
mlir::FailureOr<int64_t> toAxis(NodeImporter &node, int64_t axis, int64_t rank);
/// The attribute `axis`, as toAxis.
mlir::FailureOr<int64_t> readAxis(NodeImporter &node, int64_t fallback,
                                  int64_t rank);
/// The axes of an operator that has them as an attribute in older opsets and as
/// operand 1 in newer ones. Sorted; empty where left out.
mlir::FailureOr<llvm::SmallVector<int64_t>> readAxes(NodeImporter &node,
                                                     int64_t rank);

/// Fails where no constant of this shape may be made: it has the batch, or more
/// elements than constants that are computed have.
mlir::LogicalResult verifyConstantShape(NodeImporter &node,
                                        llvm::ArrayRef<int64_t> shape);

/// Both reshaped to the larger of their ranks, by leading dimensions of 1.
mlir::FailureOr<std::pair<mlir::Value, mlir::Value>>
toSameRank(NodeImporter &node, mlir::Value lhs, mlir::Value rhs);

/// An op on two tensors that broadcast to each other.
template <typename OpT>
mlir::FailureOr<mlir::Value> createBinary(NodeImporter &node, mlir::Value lhs,
                                          mlir::Value rhs) {
  auto operands = toSameRank(node, lhs, rhs);
  if (failed(operands))
    return mlir::failure();
  auto [left, right] = *operands;
  auto shape = nn::inferBroadcastShape(shapeOf(left), shapeOf(right),
                                       [&] { return node.fail(); });
  if (failed(shape))
    return mlir::failure();
  return OpT::create(node.builder, node.loc, node.tensorType(*shape), left,
                     right)
      .getResult();
}

/// A part of a tensor, as nn.slice takes it.
struct Part {
  llvm::SmallVector<int64_t> shape, offsets, strides;
  /// All of a tensor of this shape.
  explicit Part(llvm::ArrayRef<int64_t> shape);
};
mlir::Value createSlice(NodeImporter &node, mlir::Value input,
                        const Part &part);

// Spatial operators take [N, C, W] or [N, C, H, W].

/// As NHWC, where H is 1 for an input of rank 3.
mlir::FailureOr<mlir::Value> toImage(NodeImporter &node, mlir::Value input);
/// Back to the layout of an input of `rank` dimensions.
mlir::FailureOr<mlir::Value> fromImage(NodeImporter &node, mlir::Value image,
                                       int64_t rank);

/// How a 2-D window moves, from the attributes that Conv and the pools share.
struct WindowAttributes {
  llvm::SmallVector<int64_t> kernel, strides, pad, dilations;
  nn::Window toWindow() const { return {kernel, strides, pad, dilations}; }
};

/// `image` is NHWC, of an input of `rank` dimensions; `kernel` the extents
/// where the operator has none of its own (Conv: those of the filter).
mlir::FailureOr<WindowAttributes> readWindow(NodeImporter &node,
                                             llvm::ArrayRef<int64_t> image,
                                             int64_t rank,
                                             llvm::ArrayRef<int64_t> kernel);

} // namespace quantc::onnx

#endif // QUANTC_LIB_IMPORT_ONNX_OPS_HANDLERS_H
