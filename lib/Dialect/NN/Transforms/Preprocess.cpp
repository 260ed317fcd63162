//===- Preprocess.cpp - Raw images as inputs ----------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A network is trained on (x - mean) / std of an image x whose elements a
// camera or a decoder writes as bytes, channels last. This pass makes that
// image the input. What one scale and one zero point can say goes into the type
// of the input; what is left, factors and summands per channel, is a depthwise
// convolution of one element, which -nn-fold-scale-shift takes into the first
// layer where that is exact.
//
//===----------------------------------------------------------------------===//

#include "quantc/Dialect/NN/IR/NN.h"
#include "quantc/Dialect/NN/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>

namespace quantc::nn {
#define GEN_PASS_DEF_PREPROCESS
#include "quantc/Dialect/NN/Transforms/Passes.h.inc"
} // namespace quantc::nn

using namespace mlir;
using namespace quantc::nn;

namespace {

constexpr int64_t kToChannelsLast[] = {0, 2, 3, 1};
constexpr int64_t kToChannelsFirst[] = {0, 3, 1, 2};

/// An image of more channels is hardly one.
constexpr int64_t kMaxImageChannels = 4;

/// Bytes are stored as signed integers, 128 below.
constexpr int64_t kByteOffset = 128;
constexpr int64_t kLargestByte = 255;

/// real = (x - mean) / std, of every channel, or of all alike where there is
/// one element.
struct Normalization {
  SmallVector<double> means, stds;

  bool isIdentity() const {
    auto is = [](double expected) {
      return [=](double value) { return value == expected; };
    };
    return llvm::all_of(means, is(0)) && llvm::all_of(stds, is(1));
  }
};

/// The type of bytes, and in it what one scale and one zero point can say of
/// the normalization, which keeps the rest: a common std, and a common mean
/// that is a byte itself.
quant::UniformQuantizedType takeByteType(Builder &builder,
                                         Normalization &normalization) {
  auto &[means, stds] = normalization;
  double scale = 1;
  int64_t zeroPoint = 0;
  if (llvm::all_equal(means) && means[0] >= 0 && means[0] <= kLargestByte &&
      means[0] == std::floor(means[0])) {
    zeroPoint = static_cast<int64_t>(means[0]);
    means = {0};
  }
  if (llvm::all_equal(stds)) {
    scale = static_cast<float>(1 / stds[0]);
    for (double &mean : means)
      mean /= stds[0];
    stds = {1};
  }
  return quant::UniformQuantizedType::get(
      quant::QuantizationFlags::Signed, builder.getI8Type(),
      builder.getF32Type(), scale, zeroPoint - kByteOffset, -kByteOffset,
      kByteOffset - 1);
}

struct Preprocess : quantc::nn::impl::PreprocessBase<Preprocess> {
  using Base::Base;

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isExternal())
      return;
    std::optional<BlockArgument> argument = findInput(function);
    if (!argument || failed(verifyOptions(function)) ||
        failed(preprocess(function, *argument)))
      signalPassFailure();
  }

private:
  StringRef nameOf(func::FuncOp function, BlockArgument argument) {
    auto name = function.getArgAttrOfType<StringAttr>(
        argument.getArgNumber(), NNDialect::getNameAttrName());
    return name ? name.getValue() : StringRef();
  }

  std::optional<BlockArgument> findInput(func::FuncOp function) {
    SmallVector<StringRef> names;
    for (BlockArgument argument : function.getArguments()) {
      names.push_back(nameOf(function, argument));
      if (names.back() == input)
        return argument;
    }
    if (input.empty() && names.size() == 1)
      return function.getArgument(0);
    InFlightDiagnostic diagnostic = function.emitError("preprocessing: ");
    if (input.empty())
      diagnostic << "expected the name of one of the inputs ";
    else
      diagnostic << "no input '" << input << "' among ";
    diagnostic << "'" << llvm::join(names, "', '") << "'";
    return std::nullopt;
  }

  LogicalResult verifyOptions(func::FuncOp function) {
    if (type != "f32" && type != "u8")
      return function.emitError("preprocessing: expected type f32 or u8, but "
                                "got '")
             << type << "'";
    if (!layout.empty() && layout != "nhwc" && layout != "nchw")
      return function.emitError("preprocessing: expected layout nhwc or nchw, "
                                "but got '")
             << layout << "'";
    for (double value : means)
      if (!std::isfinite(static_cast<float>(value)))
        return function.emitError("preprocessing: expected finite means");
    for (double value : stds)
      if (!(value > 0) || !std::isnormal(static_cast<float>(1 / value)))
        return function.emitError("preprocessing: expected positive standard "
                                  "deviations, but got ")
               << llvm::formatv("{0}", value).str();
    return success();
  }

  /// The channels that the options speak of; 1 where they speak of none.
  int64_t channels() const { return std::max(means.size(), stds.size()); }

  /// Whether channels are the last dimension of an input of the model. Models
  /// keep them in dimension 1, but for some that come from TensorFlow.
  bool isChannelsLast(ArrayRef<int64_t> shape) const {
    if (channels() > 1)
      return shape[3] == channels() && shape[1] != channels();
    return shape[3] <= kMaxImageChannels && shape[1] > kMaxImageChannels;
  }

  LogicalResult preprocess(func::FuncOp function, BlockArgument argument) {
    auto modelType = dyn_cast<RankedTensorType>(argument.getType());
    if (!modelType || !modelType.getElementType().isF32())
      return function.emitError("preprocessing: expected an input of f32, but "
                                "got ")
             << argument.getType();
    if (modelType.getRank() == 0)
      return function.emitError(
          "preprocessing: expected an input with a batch");
    bool isImage = modelType.getRank() == 4;
    if (!isImage && (!layout.empty() || channels() > 1))
      return function.emitError(
                 "preprocessing: a layout and values per channel "
                 "require an input of rank 4, but got ")
             << modelType;
    bool isModelLast = isImage && isChannelsLast(modelType.getShape());
    bool isLast = layout.empty() ? isModelLast : layout == "nhwc";
    int64_t modelChannels =
        isImage ? modelType.getDimSize(isModelLast ? 3 : 1) : 1;
    for (size_t count : {means.size(), stds.size()})
      if (count > 1 && static_cast<int64_t>(count) != modelChannels)
        return function.emitError(
                   "preprocessing: expected one value or one for "
                   "each of ")
               << modelChannels << " channels, but got " << count;

    Normalization normalization{{means.begin(), means.end()},
                                {stds.begin(), stds.end()}};
    if (means.empty())
      normalization.means = {0};
    if (stds.empty())
      normalization.stds = {1};

    bool isModelTransposed = isImage && !isModelLast;
    bool isInputTransposed = isImage && !isLast;
    SmallVector<int64_t> imageShape(modelType.getShape());
    if (isModelTransposed)
      imageShape = permute(imageShape, kToChannelsLast);
    SmallVector<int64_t> inputShape =
        isInputTransposed ? permute(imageShape, kToChannelsFirst) : imageShape;

    OpBuilder builder = OpBuilder::atBlockBegin(&function.getBody().front());
    RankedTensorType realType =
        cast<RankedTensorType>(modelType.clone(inputShape));
    RankedTensorType inputType = realType;
    if (type == "u8")
      inputType = realType.clone(takeByteType(builder, normalization));

    // Uses of the old input wait at a place of their own.
    Location loc = argument.getLoc();
    auto placeholder = ReshapeOp::create(builder, loc, modelType, argument);
    argument.replaceAllUsesExcept(placeholder, placeholder);
    argument.setType(inputType);
    builder.setInsertionPoint(placeholder);
    Value value = argument;
    if (type == "u8") {
      function.setArgAttr(argument.getArgNumber(),
                          NNDialect::getUnsignedAttrName(),
                          builder.getUnitAttr());
      value = DequantizeOp::create(builder, loc, realType, value);
    }
    if (isInputTransposed)
      value = createTranspose(builder, loc, value, kToChannelsLast);
    if (!normalization.isIdentity())
      value = normalize(builder, loc, value, normalization);
    if (isModelTransposed)
      value = createTranspose(builder, loc, value, kToChannelsFirst);
    placeholder.replaceAllUsesWith(value);
    placeholder.erase();
    function.setType(builder.getFunctionType(
        function.getBody().getArgumentTypes(), function.getResultTypes()));
    return success();
  }

  static Value createTranspose(OpBuilder &builder, Location loc, Value value,
                               ArrayRef<int64_t> permutation) {
    auto type = cast<RankedTensorType>(value.getType());
    return TransposeOp::create(
        builder, loc, type.clone(permute(type.getShape(), permutation)), value,
        permutation);
  }

  static Value createConstant(OpBuilder &builder, Location loc,
                              ArrayRef<int64_t> shape, ArrayRef<float> values) {
    auto type = RankedTensorType::get(shape, builder.getF32Type());
    return arith::ConstantOp::create(builder, loc,
                                     DenseElementsAttr::get(type, values));
  }

  /// x / std - mean / std, as a depthwise convolution of one element. What is
  /// no image becomes one of a single channel.
  static Value normalize(OpBuilder &builder, Location loc, Value value,
                         const Normalization &normalization) {
    auto type = cast<RankedTensorType>(value.getType());
    SmallVector<int64_t> shape(type.getShape());
    if (shape.size() != 4) {
      int64_t elements =
          ShapedType::getNumElements(ArrayRef(shape).drop_front());
      shape = {shape[0], 1, elements, 1};
      value = ReshapeOp::create(builder, loc, type.clone(shape), value);
    }
    int64_t channels = shape.back();
    SmallVector<float> factors, shifts;
    for (int64_t channel = 0; channel < channels; ++channel) {
      auto of = [&](ArrayRef<double> values) {
        return values[values.size() == 1 ? 0 : channel];
      };
      double std = of(normalization.stds);
      factors.push_back(static_cast<float>(1 / std));
      shifts.push_back(static_cast<float>(-of(normalization.means) / std));
    }
    Value filter = createConstant(builder, loc, {channels, 1, 1, 1}, factors);
    Value bias = createConstant(builder, loc, {channels}, shifts);
    Value result = Conv2DOp::create(
        builder, loc, value.getType(), value, filter, bias,
        /*strides=*/ArrayRef<int64_t>{1, 1},
        /*pad=*/ArrayRef<int64_t>{0, 0, 0, 0},
        /*dilations=*/ArrayRef<int64_t>{1, 1}, /*groups=*/channels);
    if (type.getRank() != 4)
      result = ReshapeOp::create(builder, loc, type, result);
    return result;
  }

  static SmallVector<int64_t> permute(ArrayRef<int64_t> list,
                                      ArrayRef<int64_t> permutation) {
    return llvm::map_to_vector(permutation, [&](int64_t i) { return list[i]; });
  }
};

} // namespace
