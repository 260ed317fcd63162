//===- Compressible.cpp - Layers whose weights may change -----------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Pipelines/Compressible.h"

#include "quantc/Dialect/NN/IR/NN.h"
#include "quantc/Dialect/NN/IR/QuantTypes.h"
#include "quantc/Pipelines/Layers.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace quantc;

/// The extent of a sample, or of the whole run, along a dimension.
static int64_t extentOf(RankedTensorType type, unsigned dimension) {
  int64_t extent = type.getDimSize(dimension);
  return ShapedType::isDynamic(extent) ? 1 : extent;
}

static compress::Geometry geometryOf(nn::Conv2DOp op) {
  auto input = cast<RankedTensorType>(op.getInput().getType());
  auto output = cast<RankedTensorType>(op.getType());
  auto filter = cast<RankedTensorType>(op.getFilter().getType());
  compress::Geometry geometry;
  geometry.height = extentOf(input, 1);
  geometry.width = extentOf(input, 2);
  geometry.channels = extentOf(input, 3);
  geometry.outHeight = extentOf(output, 1);
  geometry.outWidth = extentOf(output, 2);
  geometry.outputs = extentOf(output, 3);
  geometry.kernelHeight = filter.getDimSize(1);
  geometry.kernelWidth = filter.getDimSize(2);
  geometry.strideHeight = op.getStrides()[0];
  geometry.strideWidth = op.getStrides()[1];
  geometry.dilationHeight = op.getDilations()[0];
  geometry.dilationWidth = op.getDilations()[1];
  geometry.padTop = op.getPad()[0];
  geometry.padLeft = op.getPad()[1];
  geometry.groups = op.getGroups();
  return geometry;
}

/// Rows of a dense layer are positions of a line.
static compress::Geometry geometryOf(nn::FullyConnectedOp op) {
  auto input = cast<RankedTensorType>(op.getInput().getType());
  compress::Geometry geometry;
  geometry.width = geometry.outWidth = extentOf(input, 0);
  geometry.channels = extentOf(input, 1);
  geometry.outputs = extentOf(cast<RankedTensorType>(op.getType()), 1);
  return geometry;
}

static std::optional<compress::Geometry> geometryOf(Operation *op) {
  if (auto conv = dyn_cast<nn::Conv2DOp>(op))
    return geometryOf(conv);
  if (auto dense = dyn_cast<nn::FullyConnectedOp>(op))
    return geometryOf(dense);
  return std::nullopt;
}

static std::vector<float> valuesOf(Value constant) {
  DenseElementsAttr values;
  if (!matchPattern(constant, m_Constant(&values)))
    return {};
  auto range = values.getValues<float>();
  return {range.begin(), range.end()};
}

/// Constant weights in f32, with a constant bias or none.
static bool isCandidate(nn::QuantizableOpInterface op) {
  OpOperand *weight = op.getWeightOperand(), *bias = op.getBiasOperand();
  return weight && geometryOf(op) && !valuesOf(weight->get()).empty() &&
         (!bias || !valuesOf(bias->get()).empty());
}

SmallVector<Operation *> quantc::findNumberedLayers(ModuleOp module) {
  SmallVector<Operation *> layers;
  module.walk([&](Operation *op) {
    if (op->hasAttr(kLayerNumberAttrName))
      layers.push_back(op);
  });
  return layers;
}

/// The input of `op` at stage `qdq`. Steps are at least such that they are
/// normal numbers, as is, with the scale of the input, that of sums, and the
/// bias fits.
static compress::IntegerInput findIntegers(nn::QuantizableOpInterface op,
                                           ArrayRef<float> bias) {
  constexpr float kLeastNormal = std::numeric_limits<float>::min();
  // Of an i32; half of it, and a little less, is for the bias.
  constexpr double kBiasLimit = 0x1p29;
  auto source = cast<nn::DequantizeOp>(
      op.getActivationOperands()[0]->get().getDefiningOp());
  auto type = cast<quant::UniformQuantizedType>(
      getElementTypeOrSelf(source.getInput()));
  compress::IntegerInput input;
  input.scale = type.getScale();
  input.zeroPoint = static_cast<int32_t>(type.getZeroPoint());
  for (float value : bias)
    input.leastSteps.push_back(
        std::max({2 * kLeastNormal / input.scale, double(kLeastNormal),
                  std::fabs(value) / kBiasLimit / input.scale}));
  return input;
}

static CompressibleLayer describe(nn::QuantizableOpInterface op) {
  CompressibleLayer layer;
  layer.name = nameOfLayer(op->getLoc());
  layer.op = op->getName().stripDialect().str();
  layer.geometry = *geometryOf(op);
  layer.weight = valuesOf(op.getWeightOperand()->get());
  layer.bias = op.getBiasOperand() ? valuesOf(op.getBiasOperand()->get())
                                   : std::vector<float>(layer.geometry.outputs);
  return layer;
}

std::vector<CompressibleLayer> quantc::describeNumberedLayers(ModuleOp module) {
  std::vector<CompressibleLayer> layers;
  for (Operation *op : findNumberedLayers(module))
    layers.push_back(describe(cast<nn::QuantizableOpInterface>(op)));
  return layers;
}

std::vector<CompressibleLayer> quantc::numberLayers(ModuleOp module) {
  Builder builder(module.getContext());
  int64_t count = 0;
  module.walk([&](nn::QuantizableOpInterface op) {
    if (isCandidate(op))
      op->setAttr(kLayerNumberAttrName, builder.getI64IntegerAttr(count++));
  });
  return describeNumberedLayers(module);
}

FailureOr<std::vector<CompressibleLayer>>
quantc::numberCompressibleLayers(ModuleOp module,
                                 const PipelineOptions &options) {
  Builder builder(module.getContext());
  std::vector<CompressibleLayer> candidates = numberLayers(module), layers;
  // Where -nn-insert-qdq leaves the weights, they stay as they are.
  OwningOpRef<ModuleOp> quantized = module.clone();
  if (failed(runPasses(*quantized, Stage::Calibrated, Stage::QDQ, options)))
    return failure();
  for (auto [layer, op, other] :
       llvm::zip_equal(candidates, findNumberedLayers(module),
                       findNumberedLayers(*quantized))) {
    auto integer = cast<nn::QuantizableOpInterface>(other);
    op->removeAttr(kLayerNumberAttrName);
    if (!integer.getWeightOperand()->get().getDefiningOp<nn::DequantizeOp>())
      continue;
    layer.integers = findIntegers(integer, layer.bias);
    op->setAttr(kLayerNumberAttrName, builder.getI64IntegerAttr(layers.size()));
    layers.push_back(std::move(layer));
  }
  if (layers.empty())
    return module.emitError("found no layer with integer weights to choose");
  return layers;
}

void quantc::setWeights(Operation *layer, ArrayRef<float> weight,
                        ArrayRef<float> bias) {
  auto op = cast<nn::QuantizableOpInterface>(layer);
  OpBuilder builder(layer);
  OpOperand *operand = op.getWeightOperand();
  auto create = [&](Location loc, RankedTensorType type,
                    ArrayRef<float> values) {
    return arith::ConstantOp::create(builder, loc,
                                     DenseElementsAttr::get(type, values));
  };
  operand->set(create(operand->get().getLoc(),
                      cast<RankedTensorType>(operand->get().getType()),
                      weight));
  auto biasType = RankedTensorType::get(bias.size(), builder.getF32Type());
  Value constant = create(layer->getLoc(), biasType, bias);
  if (auto conv = dyn_cast<nn::Conv2DOp>(layer))
    conv.getBiasMutable().assign(constant);
  else
    cast<nn::FullyConnectedOp>(layer).getBiasMutable().assign(constant);
}

void quantc::setCompressed(Operation *layer, ArrayRef<int8_t> levels,
                           ArrayRef<float> steps, ArrayRef<float> bias) {
  size_t depth = levels.size() / steps.size();
  std::vector<float> weight;
  for (auto [index, level] : llvm::enumerate(levels))
    weight.push_back(static_cast<float>(level) * steps[index / depth]);
  setWeights(layer, weight, bias);
  layer->setAttr(nn::NNDialect::getWeightScalesAttrName(),
                 Builder(layer->getContext()).getDenseF32ArrayAttr(steps));
  layer->removeAttr(kLayerNumberAttrName);
}
