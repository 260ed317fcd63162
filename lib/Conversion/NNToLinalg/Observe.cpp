//===- Observe.cpp - nn.observe to a call of the host -------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Patterns.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace quantc;

namespace {

/// The declaration of `void quantc_observe_T(i32 id, tensor<?xT> values)`,
/// which reads the values and keeps nothing.
func::FuncOp declareObserver(OpBuilder &builder, Operation *user,
                             Type element) {
  auto module = user->getParentOfType<ModuleOp>();
  std::string name =
      isa<FloatType>(element) ? "quantc_observe_f32" : "quantc_observe_i8";
  if (auto declared = module.lookupSymbol<func::FuncOp>(name))
    return declared;
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(module.getBody());
  auto values = RankedTensorType::get(ShapedType::kDynamic, element);
  auto function = func::FuncOp::create(
      builder, module.getLoc(), name,
      builder.getFunctionType({builder.getI32Type(), values}, {}));
  function.setPrivate();
  function.setArgAttr(1, "bufferization.access", builder.getStringAttr("read"));
  return function;
}

/// observe(x) -> x, with a call before its users
struct LowerObserve : OpConversionPattern<nn::ObserveOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(nn::ObserveOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value input = adaptor.getInput();
    auto type = cast<RankedTensorType>(input.getType());
    func::FuncOp observer =
        declareObserver(rewriter, op, type.getElementType());
    Value flat = input;
    if (type.getRank() == 0)
      flat = tensor::ExpandShapeOp::create(
          rewriter, loc, RankedTensorType::get({1}, type.getElementType()),
          input, ArrayRef<ReassociationIndices>());
    else if (type.getRank() > 1)
      flat = tensor::CollapseShapeOp::create(
          rewriter, loc, input,
          ArrayRef<ReassociationIndices>{
              llvm::to_vector<2>(llvm::seq<int64_t>(0, type.getRank()))});
    flat = tensor::CastOp::create(rewriter, loc, observer.getArgumentTypes()[1],
                                  flat);
    Value id = arith::ConstantOp::create(rewriter, loc, op.getIdAttr());
    func::CallOp::create(rewriter, loc, observer, ValueRange{id, flat});
    rewriter.replaceOp(op, input);
    return success();
  }
};

} // namespace

void quantc::populateObservePatterns(const TypeConverter &converter,
                                     RewritePatternSet &patterns) {
  patterns.add<LowerObserve>(converter, patterns.getContext());
}
