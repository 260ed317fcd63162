//===- Prunable.cpp - Channels that a network may lose -------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Pipelines/Prunable.h"

#include "quantc/Codegen/CPU/OpCosts.h"
#include "quantc/Codegen/Common/Passes.h"
#include "quantc/Dialect/NN/Transforms/ChannelGroups.h"
#include "quantc/Dialect/NN/Transforms/Passes.h"
#include "quantc/Pipelines/Compressible.h"
#include "quantc/Target/DeviceCode.h"

#include "mlir/Pass/PassManager.h"

#include <map>
#include <tuple>

using namespace mlir;
using namespace quantc;

namespace {

/// The channels of one layer that belong to one group.
struct Share {
  size_t layer;
  bool isInput;
  std::vector<int64_t> channels;
};

/// The shares of each group, by its number.
std::vector<std::vector<Share>> findShares(ArrayRef<Operation *> layers,
                                           const nn::ChannelGroups &groups) {
  std::vector<std::vector<Share>> shares(groups.all().size());
  auto add = [&](size_t layer, bool isInput, Value value) {
    for (int64_t channel = 0; channel < nn::countChannels(value); ++channel) {
      std::vector<Share> &ofGroup = shares[groups.find(value, channel)];
      if (ofGroup.empty() || ofGroup.back().layer != layer ||
          ofGroup.back().isInput != isInput)
        ofGroup.push_back({layer, isInput, {}});
      ofGroup.back().channels.push_back(channel);
    }
  };
  for (auto [index, layer] : llvm::enumerate(layers)) {
    if (nn::isPrunableLayer(layer))
      add(index, /*isInput=*/true, layer->getOperand(0));
    if (nn::isPrunableLayer(layer) || nn::isDepthwise(layer))
      add(index, /*isInput=*/false, layer->getResult(0));
  }
  return shares;
}

} // namespace

std::vector<ChannelSet> quantc::findChannelSets(ModuleOp module) {
  SmallVector<Operation *> layers = findNumberedLayers(module);
  std::vector<ChannelSet> sets;
  for (auto function : module.getOps<func::FuncOp>()) {
    nn::ChannelGroups groups(function);
    std::vector<std::vector<Share>> shares = findShares(layers, groups);
    using Key = std::vector<std::tuple<size_t, bool, size_t>>;
    std::map<Key, size_t> numbers;
    for (auto [group, ofGroup] : llvm::zip_equal(groups.all(), shares)) {
      if (!group.isRemovable())
        continue;
      Key key;
      for (const Share &share : ofGroup)
        key.emplace_back(share.layer, share.isInput, share.channels.size());
      auto [found, isNew] = numbers.try_emplace(key, sets.size());
      if (isNew) {
        ChannelSet &set = sets.emplace_back();
        for (const Share &share : ofGroup)
          (share.isInput ? set.inputs : set.outputs)
              .push_back({share.layer, {}});
      }
      ChannelSet &set = sets[found->second];
      ++set.size;
      auto input = set.inputs.begin(), output = set.outputs.begin();
      for (Share &share : ofGroup)
        (share.isInput ? input++ : output++)
            ->channels.push_back(std::move(share.channels));
    }
  }
  return sets;
}

std::vector<std::vector<int64_t>>
quantc::findKeptOutputs(ArrayRef<compress::Geometry> layers,
                        ArrayRef<ChannelSet> sets,
                        ArrayRef<std::vector<int64_t>> removed) {
  std::vector<std::vector<bool>> isRemoved;
  for (const compress::Geometry &layer : layers)
    isRemoved.emplace_back(layer.outputs);
  for (auto [set, ofSet] : llvm::zip_equal(sets, removed))
    for (const ChannelSet::Part &part : set.outputs)
      for (int64_t group : ofSet)
        for (int64_t channel : part.channels[group])
          isRemoved[part.layer][channel] = true;
  std::vector<std::vector<int64_t>> kept(layers.size());
  for (auto [ofLayer, outputs] : llvm::zip_equal(isRemoved, kept))
    for (auto [channel, isGone] : llvm::enumerate(ofLayer))
      if (!isGone)
        outputs.push_back(static_cast<int64_t>(channel));
  return kept;
}

LogicalResult quantc::keepOutputs(ModuleOp module,
                                  ArrayRef<std::vector<int64_t>> kept) {
  Builder builder(module.getContext());
  for (auto [layer, outputs] :
       llvm::zip_equal(findNumberedLayers(module), kept))
    if (nn::isPrunableLayer(layer))
      layer->setAttr(nn::NNDialect::getKeptChannelsAttrName(),
                     builder.getDenseI64ArrayAttr(outputs));
  PassManager manager(module.getContext());
  manager.addNestedPass<func::FuncOp>(nn::createPruneChannels());
  return manager.run(module);
}

EstimateLayer quantc::estimateLayersFor(MLIRContext *context,
                                        const PipelineOptions &options) {
  context->loadDialect<LLVM::LLVMDialect>();
  auto target = parseTarget(context, options.target, [&] {
    return emitError(UnknownLoc::get(context));
  });
  if (failed(target) || isDeviceTarget(*target))
    return [](const compress::Geometry &layer) {
      return static_cast<double>(layer.multiplyAdds());
    };
  bool isNamed = !options.strategy.empty() && options.strategy != "naive";
  std::string strategy =
      isNamed ? options.strategy : findBestStrategy(*target).str();
  return [strategy](const compress::Geometry &layer) {
    // Taps side by side are neighbours where they are in the image, too.
    bool isDense = layer.dilationWidth == 1 && !layer.isDepthwise();
    SumWork work;
    work.rows = layer.positions() * layer.groups;
    work.columns = layer.rowsOfGroup();
    work.runs = isDense ? layer.kernelHeight : layer.taps();
    work.run = layer.depth() / work.runs;
    work.isDepthwise = layer.isDepthwise();
    if (work.isDepthwise) {
      work.rows = layer.positions();
      work.columns = layer.outputs;
    }
    return estimate(strategy, work);
  };
}
