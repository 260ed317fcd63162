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
    SmallVector<Unsigned> unsignedTensors = findUnsigned();
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
    populateLayerNormPatterns(converter, patterns);
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
    for (Unsigned &tensors : unsignedTensors)
      convertUnsigned(tensors);
  }

private:
  /// Inputs and outputs of a function that the host sees as bytes, by index.
  struct Unsigned {
    func::FuncOp function;
    SmallVector<unsigned> inputs, outputs;
  };
  SmallVector<Unsigned> findUnsigned() {
    StringRef name = nn::NNDialect::getUnsignedAttrName();
    SmallVector<Unsigned> found;
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      Unsigned &tensors = found.emplace_back(Unsigned{function, {}, {}});
      for (unsigned index = 0; index < function.getNumArguments(); ++index)
        if (function.getArgAttr(index, name))
          tensors.inputs.push_back(index);
      for (unsigned index = 0; index < function.getNumResults(); ++index)
        if (function.getResultAttr(index, name))
          tensors.outputs.push_back(index);
    }
    return found;
  }

  static void convertUnsigned(Unsigned &tensors) {
    if (tensors.function.isExternal())
      return;
    Block &block = tensors.function.getBody().front();
    OpBuilder builder = OpBuilder::atBlockBegin(&block);
    for (unsigned index : tensors.inputs) {
      BlockArgument argument = block.getArgument(index);
      SmallVector<Operation *> users(argument.getUsers());
      Value stored = flipHighestBit(builder, argument);
      argument.replaceUsesWithIf(stored, [&](OpOperand &use) {
        return llvm::is_contained(users, use.getOwner());
      });
    }
    Operation *terminator = block.getTerminator();
    builder.setInsertionPoint(terminator);
    for (unsigned index : tensors.outputs)
      terminator->setOperand(
          index, flipHighestBit(builder, terminator->getOperand(index)));
  }

  /// Bytes as the signed integers 128 below them, and these as bytes.
  static Value flipHighestBit(OpBuilder &builder, Value integers) {
    constexpr int8_t kHighestBit = std::numeric_limits<int8_t>::min();
    return createElementwise(
        builder, integers.getLoc(), cast<RankedTensorType>(integers.getType()),
        integers,
        [](OpBuilder &builder, Location loc, ValueRange arguments) -> Value {
          Value bit =
              createConstant(builder, loc, arguments[0].getType(), kHighestBit);
          return arith::XOrIOp::create(builder, loc, arguments[0], bit);
        });
  }

  /// The binary's table describes only ranked tensors whose leading dimension
  /// may be the batch.
  LogicalResult verifyNetwork() {
    bool isFound = false;
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      if (function.isExternal())
        continue;
      isFound = true;
      FunctionType type = function.getFunctionType();
      for (Type tensor :
           llvm::concat<const Type>(type.getInputs(), type.getResults())) {
        if (!isa<RankedTensorType>(tensor))
          return function.emitOpError("expected inputs and outputs to be "
                                      "ranked tensors, but got ")
                 << tensor;
        ArrayRef<int64_t> shape = cast<RankedTensorType>(tensor).getShape();
        if (llvm::any_of(shape.drop_front(!shape.empty()),
                         ShapedType::isDynamic))
          return function.emitOpError("expected only the first dimension of "
                                      "inputs and outputs, the batch, to be "
                                      "dynamic, but got ")
                 << tensor;
      }
    }
    if (!isFound)
      return getOperation().emitError(
          "expected one network function, but there is none");
    return success();
  }
};

} // namespace
