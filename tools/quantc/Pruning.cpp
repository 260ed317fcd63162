//===- Pruning.cpp - A network of fewer channels -------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Pruning.h"

#include "Driver.h"
#include "Student.h"
#include "Teacher.h"

#include "quantc/Compress/Removal.h"
#include "quantc/Compress/Widths.h"
#include "quantc/Pipelines/Prunable.h"

#include "llvm/ADT/SmallVectorExtras.h"
#include "llvm/Support/Format.h"

using namespace mlir;
using namespace quantc;

/// Channels go by so many, as dot products of bytes take as many neighbours:
/// what is left of pixels is aligned as it was.
static constexpr size_t kStep = 4;

namespace {

/// A network that may lose channels, as numbers.
class PrunableNetwork {
public:
  PrunableNetwork(ArrayRef<CompressibleLayer> layers,
                  std::vector<ChannelSet> sets)
      : sets(std::move(sets)) {
    for (const CompressibleLayer &layer : layers)
      geometries.push_back(layer.geometry);
  }

  ArrayRef<ChannelSet> getSets() const { return sets; }
  ArrayRef<compress::Geometry> getLayers() const { return geometries; }

  /// The layers without so many groups of each set.
  std::vector<compress::Geometry> shrink(ArrayRef<size_t> removed) const {
    std::vector<compress::Geometry> layers = geometries;
    for (auto [set, count] : llvm::zip_equal(sets, removed)) {
      for (const ChannelSet::Part &part : set.inputs)
        layers[part.layer].channels -= count * part.channels.front().size();
      for (const ChannelSet::Part &part : set.outputs) {
        compress::Geometry &layer = layers[part.layer];
        const compress::Geometry &whole = geometries[part.layer];
        layer.outputs -= count * part.channels.front().size();
        if (whole.groups > 1)
          layer.groups = layer.channels = layer.outputs / whole.rowsOfGroup();
      }
    }
    return layers;
  }

private:
  std::vector<ChannelSet> sets;
  std::vector<compress::Geometry> geometries;
};

double sumOver(ArrayRef<compress::Geometry> layers,
               const EstimateLayer &estimate) {
  double sum = 0;
  for (const compress::Geometry &layer : layers)
    sum += estimate(layer);
  return sum;
}

double countMultiplyAdds(ArrayRef<compress::Geometry> layers) {
  return sumOver(layers, [](const compress::Geometry &layer) {
    return static_cast<double>(layer.multiplyAdds());
  });
}

} // namespace

std::optional<PruningGoal> quantc::parsePruningGoal(PruningGoal::Kind kind,
                                                    StringRef text,
                                                    std::string &error) {
  bool isPart = kind == PruningGoal::MultiplyAdds;
  double limit = 0;
  bool isNumber = !text.getAsDouble(limit);
  if (!isNumber ||
      !(isPart ? limit > 0 && limit < 1 : limit > 1 && limit <= 100)) {
    error = std::string("expected ") +
            (isPart ? "a part of the multiply-adds between 0 and 1"
                    : "a speedup above 1, and at most 100") +
            ", but got '" + text.str() + "'";
    return std::nullopt;
  }
  return PruningGoal{kind, limit};
}

int64_t Pruning::countMultiplyAdds() const {
  int64_t sum = 0;
  for (const Layer &layer : layers)
    sum += layer.before.multiplyAdds();
  return sum;
}

int64_t Pruning::countKeptMultiplyAdds() const {
  int64_t sum = 0;
  for (const Layer &layer : layers)
    sum += layer.after.multiplyAdds();
  return sum;
}

/// What the layers with weights sum over, in the network as it is; those with
/// groups keep what they have.
static std::optional<std::vector<compress::SummingLayer>>
observeSums(Network &network, ArrayRef<CompressibleLayer> layers,
            const Teacher &teacher, Scratch &scratch) {
  std::unique_ptr<Student> student =
      Student::create(network.copy(), layers, teacher, scratch);
  if (!student)
    return std::nullopt;
  std::vector<compress::SummingLayer> sums;
  std::string error;
  host::Progress progress("observing inputs", layers.size(), "layers");
  auto answers = student->run(
      [&](size_t index, const compress::ObservedLayer &layer) {
        sums.push_back(layer.geometry.groups == 1
                           ? compress::describeSums(layer)
                           : compress::SummingLayer());
        return compress::RepairedLayer{layer.weight, layers[index].bias};
      },
      &progress, error);
  if (answers)
    return sums;
  emitDriverError(&network.context) << error;
  return std::nullopt;
}

/// Indices along the depth of a filter of `taps` in which `channels` are
/// summed.
static std::vector<int64_t> listColumns(const compress::Geometry &geometry,
                                        ArrayRef<int64_t> channels) {
  std::vector<int64_t> columns;
  for (int64_t tap = 0; tap < geometry.taps(); ++tap)
    for (int64_t channel : channels)
      columns.push_back(tap * geometry.channels + channel);
  return columns;
}

/// The order in which the channels of a set go, and what that should cost.
static compress::Removal orderRemovals(ArrayRef<CompressibleLayer> layers,
                                       const ChannelSet &set,
                                       ArrayRef<compress::SummingLayer> sums) {
  compress::RemovalProblem problem;
  problem.channels = static_cast<int64_t>(set.size);
  for (const ChannelSet::Part &part : set.inputs) {
    auto &summed = problem.parts.emplace_back();
    summed.layer = &sums[part.layer];
    for (const std::vector<int64_t> &channels : part.channels)
      summed.columns.push_back(
          listColumns(layers[part.layer].geometry, channels));
  }
  return compress::orderRemovals(problem);
}

/// Runs the whole network without the first `count` channels of a set, for
/// which the layers behind them make up, on the samples of `teacher`; the
/// divergence.
static std::optional<double>
probeRemoval(Student &student, ArrayRef<CompressibleLayer> layers,
             const ChannelSet &set, ArrayRef<compress::SummingLayer> sums,
             ArrayRef<int64_t> removed, const Teacher &teacher,
             std::string &error) {
  auto answers = student.run(
      [&](size_t index, const compress::ObservedLayer &layer) {
        std::vector<int64_t> columns;
        for (const ChannelSet::Part &part : set.inputs)
          for (int64_t group : removed)
            if (part.layer == index)
              llvm::append_range(
                  columns, listColumns(layer.geometry, part.channels[group]));
        return columns.empty()
                   ? compress::RepairedLayer{layer.weight, layers[index].bias}
                   : compress::makeUpFor(sums[index], columns,
                                         layers[index].bias);
      },
      /*progress=*/nullptr, error);
  if (!answers)
    return std::nullopt;
  return compress::divergence(teacher.answers, *answers, teacher.temperature);
}

/// Of each set the order in which its channels go, and what that costs: as it
/// was probed with a quarter, a half and three quarters of them gone.
static std::optional<std::vector<compress::Removal>>
compareChannels(Network &network, ArrayRef<CompressibleLayer> layers,
                ArrayRef<ChannelSet> sets,
                ArrayRef<compress::SummingLayer> sums, const Teacher &teacher,
                Scratch &scratch) {
  Teacher few = takeSamples(teacher, kProbedSamples);
  std::unique_ptr<Student> student =
      Student::create(network.copy(), layers, few, scratch);
  if (!student)
    return std::nullopt;
  host::Progress progress("probing channels", sets.size(), "sets");
  std::vector<compress::Removal> removals;
  for (const ChannelSet &set : sets) {
    compress::Removal &removal =
        removals.emplace_back(orderRemovals(layers, set, sums));
    std::vector<compress::MeasuredLoss> measured;
    for (size_t quarter : {1, 2, 3}) {
      size_t count = set.size * quarter / 4;
      if (count == 0)
        continue;
      std::string error;
      auto loss =
          probeRemoval(*student, layers, set, sums,
                       ArrayRef(removal.order).take_front(count), few, error);
      if (!loss) {
        emitDriverError(&network.context) << error;
        return std::nullopt;
      }
      measured.push_back({count, *loss});
    }
    compress::adjustLosses(measured, removal.losses);
    progress.report(static_cast<int64_t>(removals.size()));
  }
  return removals;
}

/// What is left of values of `size` channels.
static compress::Observations choose(const compress::Observations &from,
                                     ArrayRef<int64_t> kept) {
  compress::Observations chosen;
  chosen.size = static_cast<int64_t>(kept.size());
  auto take = [&](const std::vector<float> &values, std::vector<float> &into) {
    for (size_t row = 0; row < values.size(); row += from.size)
      for (int64_t channel : kept)
        into.push_back(values[row + channel]);
  };
  take(from.values, chosen.values);
  take(from.means, chosen.means);
  return chosen;
}

/// Lets the teacher ask for nothing but the outputs that are kept.
static void chooseOutputs(Teacher &teacher,
                          ArrayRef<std::vector<int64_t>> kept) {
  for (auto [layer, outputs] : llvm::zip_equal(teacher.layers, kept)) {
    layer.outputs = choose(layer.outputs, outputs);
    if (layer.shortcut.size != 0)
      layer.shortcut = choose(layer.shortcut, outputs);
    std::vector<double> sensitivity(outputs.size());
    for (auto [value, channel] : llvm::zip_equal(sensitivity, outputs))
      value = layer.sensitivity.perChannel[channel];
    layer.sensitivity.perChannel = std::move(sensitivity);
  }
}

/// Gives the layers of the pruned `network` weights that make up for what is
/// gone; what it answers then.
static std::optional<compress::Answers>
repairLayers(Network &network, const Teacher &teacher, Scratch &scratch) {
  std::vector<CompressibleLayer> layers =
      describeNumberedLayers(*network.module);
  std::unique_ptr<Student> student =
      Student::create(network.copy(), layers, teacher, scratch);
  if (!student)
    return std::nullopt;
  std::vector<compress::RepairedLayer> repaired;
  std::string error;
  host::Progress progress("repairing weights", layers.size(), "layers");
  auto answers = student->run(
      [&](size_t, const compress::ObservedLayer &layer) {
        return repaired.emplace_back(compress::repairLayer(layer));
      },
      &progress, error);
  if (!answers) {
    emitDriverError(&network.context) << error;
    return std::nullopt;
  }
  for (auto [op, layer] :
       llvm::zip_equal(findNumberedLayers(*network.module), repaired)) {
    setWeights(op, layer.weight, layer.bias);
    op->removeAttr(kLayerNumberAttrName);
  }
  return answers;
}

FailureOr<Pruning> quantc::pruneChannels(Network &network,
                                         const PipelineOptions &options,
                                         const PruningGoal &goal,
                                         const std::string &data,
                                         Scratch &scratch) {
  std::vector<CompressibleLayer> layers = numberLayers(*network.module);
  PrunableNetwork prunable(layers, findChannelSets(*network.module));
  ArrayRef<ChannelSet> sets = prunable.getSets();
  if (sets.empty())
    return emitDriverError(&network.context)
           << goal.option()
           << " found no channel that can be removed: all reach inputs or "
              "outputs of the network, or ops that need all of them";
  FailureOr<Teacher> teacher = askTeacher(network, layers, data, scratch);
  if (failed(teacher))
    return failure();
  auto sums = observeSums(network, layers, *teacher, scratch);
  if (!sums)
    return failure();
  auto compared =
      compareChannels(network, layers, sets, *sums, *teacher, scratch);
  if (!compared)
    return failure();
  const std::vector<compress::Removal> &removals = *compared;

  EstimateLayer estimate = estimateLayersFor(&network.context, options);
  double multiplyAdds = countMultiplyAdds(prunable.getLayers());
  double time = sumOver(prunable.getLayers(), estimate);
  compress::WidthProblem problem;
  problem.step = kStep;
  for (const compress::Removal &removal : removals)
    problem.losses.push_back(removal.losses);
  problem.time = [&](const std::vector<size_t> &removed) {
    return sumOver(prunable.shrink(removed), estimate);
  };
  problem.isEnough = [&](const std::vector<size_t> &removed) {
    return goal.kind == PruningGoal::MultiplyAdds
               ? countMultiplyAdds(prunable.shrink(removed)) <=
                     (1 - goal.limit) * multiplyAdds
               : problem.time(removed) * goal.limit <= time;
  };
  auto counts = compress::chooseWidths(problem);
  if (!counts) {
    std::vector<size_t> most;
    for (const std::vector<double> &losses : problem.losses)
      most.push_back(losses.size() / kStep * kStep);
    std::string text;
    llvm::raw_string_ostream(text) << llvm::format(
        "with the fewest channels the network would have %.2f %% of the "
        "multiply-adds and be %.2f times as fast, by the estimates",
        100 * countMultiplyAdds(prunable.shrink(most)) / multiplyAdds,
        time / problem.time(most));
    return emitDriverError(&network.context)
           << goal.option() << ": too much: " << text;
  }

  std::vector<std::vector<int64_t>> removed;
  for (auto [removal, count] : llvm::zip_equal(removals, *counts))
    removed.emplace_back(removal.order.begin(), removal.order.begin() + count);
  std::vector<std::vector<int64_t>> kept =
      findKeptOutputs(prunable.getLayers(), sets, removed);
  if (failed(keepOutputs(*network.module, kept)))
    return failure();
  chooseOutputs(*teacher, kept);
  auto answers = repairLayers(network, *teacher, scratch);
  if (!answers)
    return failure();

  Pruning pruning;
  pruning.samples = teacher->samples;
  pruning.temperature = teacher->temperature;
  pruning.divergence =
      compress::divergence(teacher->answers, *answers, teacher->temperature);
  pruning.agreement = compress::agreement(teacher->answers, *answers);
  pruning.speedup = time / problem.time(*counts);
  for (auto [layer, left] : llvm::zip_equal(layers, prunable.shrink(*counts)))
    pruning.layers.push_back({layer.name, layer.geometry, left});
  return pruning;
}
