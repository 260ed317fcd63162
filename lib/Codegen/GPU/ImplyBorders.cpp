//===- ImplyBorders.cpp - Padded tensors without their borders ------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// On a CPU a border costs its bytes. On a GPU what fills it costs a launch,
// more than most layers take, and kernels that copy a part of an image need not
// read what is constant.
//
//===----------------------------------------------------------------------===//

#include "ImageBorder.h"

#include "quantc/Codegen/Common/Contraction.h"
#include "quantc/Codegen/GPU/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Matchers.h"

namespace quantc {
#define GEN_PASS_DEF_IMPLYBORDERS
#include "quantc/Codegen/GPU/Passes.h.inc"
} // namespace quantc

using namespace mlir;
using namespace quantc;

namespace {

/// Whether the kernel of the op that `use` belongs to reads borders.
bool readsBorders(OpOperand &use, mk::BorderOp border) {
  auto op = dyn_cast<linalg::LinalgOp>(use.getOwner());
  if (!op || !op.isDpsInput(&use) || op.getNumReductionLoops() == 0)
    return false;
  return !isContraction(op) ||
         (use.getOperandNumber() == 0 && isImageBorder(op, border));
}

/// A dimension of `expand` that is more than one has no border.
bool splitsBorder(tensor::ExpandShapeOp expand, mk::BorderOp border) {
  for (auto [axis, group] : llvm::enumerate(expand.getReassociationIndices()))
    if (group.size() > 1 &&
        (border.getLow()[axis] > 0 || border.getHigh()[axis] > 0))
      return true;
  return false;
}

struct ImplyBorders : quantc::impl::ImplyBordersBase<ImplyBorders> {
  void runOnOperation() override {
    SmallVector<tensor::PadOp> pads;
    getOperation().walk([&](tensor::PadOp op) { pads.push_back(op); });
    for (tensor::PadOp op : pads)
      replace(op);
  }

private:
  void replace(tensor::PadOp op) {
    TypedAttr value;
    Value padding = op.getConstantPaddingValue();
    if (!padding || !matchPattern(padding, m_Constant(&value)) ||
        ShapedType::isDynamicShape(op.getStaticLow()) ||
        ShapedType::isDynamicShape(op.getStaticHigh()))
      return; // stays for -codegen-place-results
    for (auto [axis, extent] : llvm::enumerate(op.getSourceType().getShape()))
      if (ShapedType::isDynamic(extent) &&
          op.getStaticLow()[axis] + op.getStaticHigh()[axis] > 0)
        return;
    OpBuilder builder(op);
    auto border =
        mk::BorderOp::create(builder, op.getLoc(), op.getSource(),
                             op.getStaticLow(), op.getStaticHigh(), value);
    op.replaceAllUsesWith(border.getResult());
    op.erase();
    expand(border);
    copyForOthers(border);
  }

  /// Channels in groups, as those of grouped convolutions: the border is put
  /// around what has them.
  void expand(mk::BorderOp border) {
    for (Operation *user : llvm::make_early_inc_range(border->getUsers())) {
      auto expand = dyn_cast<tensor::ExpandShapeOp>(user);
      if (!expand || splitsBorder(expand, border))
        continue;
      SmallVector<int64_t> low, high;
      for (auto [axis, group] :
           llvm::enumerate(expand.getReassociationIndices())) {
        low.append(group.size(), border.getLow()[axis]);
        high.append(group.size(), border.getHigh()[axis]);
      }
      SmallVector<int64_t> shape(expand.getResultType().getShape());
      SmallVector<OpFoldResult> sizes = expand.getMixedOutputShape();
      OpBuilder builder(expand);
      for (auto [axis, extent] : llvm::enumerate(shape))
        if (!ShapedType::isDynamic(extent)) {
          extent -= low[axis] + high[axis];
          sizes[axis] = builder.getIndexAttr(extent);
        }
      Value inside = tensor::ExpandShapeOp::create(
          builder, expand.getLoc(), expand.getResultType().clone(shape),
          border.getSource(), expand.getReassociationIndices(), sizes);
      auto outside = mk::BorderOp::create(builder, border.getLoc(), inside, low,
                                          high, border.getValue());
      expand.replaceAllUsesWith(outside.getResult());
      expand.erase();
      copyForOthers(outside);
    }
  }

  void copyForOthers(mk::BorderOp border) {
    SmallVector<OpOperand *> others;
    for (OpOperand &use : border->getUses())
      if (!readsBorders(use, border) && !isa<tensor::DimOp>(use.getOwner()))
        others.push_back(&use);
    if (others.empty())
      return;
    OpBuilder builder(border->getContext());
    builder.setInsertionPointAfter(border);
    ReifiedRankedShapedTypeDims shapes;
    (void)border.reifyResultShapes(builder, shapes);
    Value copied = border.getResult();
    Value empty =
        tensor::EmptyOp::create(builder, border.getLoc(), shapes.front(),
                                getElementTypeOrSelf(copied.getType()));
    Value copy = linalg::CopyOp::create(builder, border.getLoc(), copied, empty)
                     .getResult(0);
    for (OpOperand *use : others)
      use->set(copy);
  }
};

} // namespace
