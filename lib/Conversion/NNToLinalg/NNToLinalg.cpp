//===- NNToLinalg.cpp - The nn dialect to linalg ------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The stage at which quantization ends: quantized types become their storage
// integers, and what scales and zero points meant becomes arithmetic.
//
//===----------------------------------------------------------------------===//

#include "Patterns.h"

#include "quantc/Conversion/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Func/Transforms/FuncConversions.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace quantc {
#define GEN_PASS_DEF_CONVERTNNTOLINALG
#include "quantc/Conversion/Passes.h.inc"
} // namespace quantc

using namespace mlir;
using namespace quantc;

namespace {

/// tensor<...x!quant> -> tensor of the storage integers
class StorageTypeConverter : public TypeConverter {
public:
  StorageTypeConverter() {
    addConversion([](Type type) { return type; });
    addConversion([](RankedTensorType type) -> Type {
      auto element = dyn_cast<quant::QuantizedType>(type.getElementType());
      return element ? type.clone(element.getStorageType()) : type;
    });
    auto cast = [](OpBuilder &builder, Type type, ValueRange inputs,
                   Location loc) -> Value {
      return quant::StorageCastOp::create(builder, loc, type, inputs[0]);
    };
    addSourceMaterialization(cast);
    addTargetMaterialization(cast);
  }
};

struct ConvertNNToLinalg
    : quantc::impl::ConvertNNToLinalgBase<ConvertNNToLinalg> {
  void runOnOperation() override {
    MLIRContext *context = &getContext();
    if (failed(verifyNetwork()))
      return signalPassFailure();
    auto inputs = findUnsignedInputs();
    describeInterface(getOperation());

    StorageTypeConverter converter;
    ConversionTarget target(*context);
    target.addLegalDialect<arith::ArithDialect, linalg::LinalgDialect,
                           math::MathDialect, tensor::TensorDialect>();
    target.addLegalOp<ModuleOp>();
    target.addIllegalDialect<nn::NNDialect, quant::QuantDialect>();
    target.addDynamicallyLegalOp<func::FuncOp>([&](func::FuncOp function) {
      return converter.isSignatureLegal(function.getFunctionType());
    });
    target.addDynamicallyLegalOp<func::ReturnOp, func::CallOp>(
        [&](Operation *op) { return converter.isLegal(op); });

    RewritePatternSet patterns(context);
    populateArithmeticPatterns(converter, patterns);
    populateContractionPatterns(converter, patterns);
    populateDataMovementPatterns(converter, patterns);
    populateElementwisePatterns(converter, patterns);
    populateMatmulPatterns(converter, patterns);
    populateObservePatterns(converter, patterns);
    populatePoolingPatterns(converter, patterns);
    populateSoftmaxPatterns(converter, patterns);
    populateUnaryPatterns(converter, patterns);
    populateFunctionOpInterfaceTypeConversionPattern<func::FuncOp>(patterns,
                                                                   converter);
    populateReturnOpTypeConversionPattern(patterns, converter);
    if (failed(
            applyFullConversion(getOperation(), target, std::move(patterns))))
      return signalPassFailure();
    for (auto [function, index] : inputs)
      readUnsigned(function.getArgument(index));
  }

private:
  /// Inputs that the host passes as bytes, by function and index.
  SmallVector<std::pair<func::FuncOp, unsigned>> findUnsignedInputs() {
    SmallVector<std::pair<func::FuncOp, unsigned>> inputs;
    for (auto function : getOperation().getOps<func::FuncOp>())
      for (unsigned index = 0; index < function.getNumArguments(); ++index)
        if (function.getArgAttr(index, nn::NNDialect::getUnsignedAttrName()))
          inputs.push_back({function, index});
    return inputs;
  }

  /// Bytes as the signed integers 128 below them: the highest bit changes.
  static void readUnsigned(BlockArgument argument) {
    OpBuilder builder = OpBuilder::atBlockBegin(argument.getOwner());
    Location loc = argument.getLoc();
    constexpr int8_t kHighestBit = std::numeric_limits<int8_t>::min();
    SmallVector<Operation *> users(argument.getUsers());
    Value stored = createElementwise(
        builder, loc, cast<RankedTensorType>(argument.getType()), argument,
        [](OpBuilder &builder, Location loc, ValueRange arguments) -> Value {
          Value bit =
              createConstant(builder, loc, arguments[0].getType(), kHighestBit);
          return arith::XOrIOp::create(builder, loc, arguments[0], bit);
        });
    argument.replaceUsesWithIf(stored, [&](OpOperand &use) {
      return llvm::is_contained(users, use.getOwner());
    });
  }

  /// The binary's table describes only ranked tensors.
  LogicalResult verifyNetwork() {
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      if (function.isExternal())
        continue;
      FunctionType type = function.getFunctionType();
      for (Type tensor :
           llvm::concat<const Type>(type.getInputs(), type.getResults())) {
        if (!isa<RankedTensorType>(tensor))
          return function.emitOpError("expected inputs and outputs to be "
                                      "ranked tensors, but got ")
                 << tensor;
      }
    }
    return success();
  }
};

} // namespace
