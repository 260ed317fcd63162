//===- Repair.cpp - Weights for other inputs -----------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Correction.h"
#include "Metric.h"
#include "RepairGroup.h"

#include <algorithm>

using namespace quantc::compress;

/// A part of the mean of the metric's diagonal that is added to it.
static constexpr double kRidge = 0.01;

/// So many samples for each weight of a row are enough to correct it; with
/// fewer the ridge grows.
static constexpr double kSamplesPerWeight = 40;

/// The columns of one group: of each tap of a window those of its channels.
static FloatMatrix columnsOf(const std::vector<float> &values, int64_t size,
                             int64_t taps, int64_t group, int64_t groups) {
  int64_t channels = size / taps, ofGroup = channels / groups;
  Eigen::Map<const FloatMatrix> all(values.data(), values.size() / size, size);
  FloatMatrix result(all.rows(), taps * ofGroup);
  for (int64_t tap = 0; tap < taps; ++tap)
    result.middleCols(tap * ofGroup, ofGroup) =
        all.middleCols(tap * channels + group * ofGroup, ofGroup);
  return result;
}

double quantc::compress::coherenceOf(const Geometry &geometry,
                                     const Sensitivity &sensitivity) {
  return geometry.positions() == 1 ? 0 : sensitivity.coherence;
}

bool quantc::compress::isConstant(const Matrix &metric,
                                  const Vector &inputMean) {
  // Below the square of what is added to them.
  constexpr double kLeastVariance = 1e-12;
  double power =
      inputMean.squaredNorm() / static_cast<double>(inputMean.size());
  return !(metric.diagonal().mean() > kLeastVariance * power);
}

double quantc::compress::chooseRidge(const Matrix &metric, int64_t samples) {
  double scarcity = kSamplesPerWeight * static_cast<double>(metric.rows()) /
                    static_cast<double>(samples);
  return kRidge * metric.diagonal().mean() * std::max(1.0, scarcity);
}

RepairedGroup quantc::compress::repairGroup(const ObservedLayer &layer,
                                            int64_t index) {
  const Geometry &geometry = layer.geometry;
  double coherence = coherenceOf(geometry, layer.sensitivity);
  auto take = [&](const Observations &from, int64_t taps) {
    Columns columns;
    columns.values =
        columnsOf(from.values, from.size, taps, index, geometry.groups);
    if (coherence > 0)
      columns.means =
          columnsOf(from.means, from.size, taps, index, geometry.groups);
    return columns;
  };
  Columns inputs = take(layer.inputs, geometry.taps());
  Columns targets = take(layer.targets, 1);
  RepairedGroup group;
  group.inputMean = center(inputs.values);
  group.targetMean = center(targets.values);
  center(inputs.means);
  center(targets.means);

  int64_t rows = geometry.rowsOfGroup(), depth = geometry.depth();
  group.weights = Eigen::Map<const FloatMatrix>(
                      layer.weight.data() + index * rows * depth, rows, depth)
                      .cast<double>();
  group.metric = computeMetric(inputs, coherence);
  group.isConstant = isConstant(group.metric, group.inputMean);
  if (!group.isConstant)
    group.weights = correctWeights(
        group.metric, computeCrossMetric(inputs, targets, coherence),
        group.weights, chooseRidge(group.metric, inputs.values.rows()));
  return group;
}

RepairedLayer quantc::compress::repairLayer(const ObservedLayer &layer) {
  RepairedLayer result;
  for (int64_t index = 0; index < layer.geometry.groups; ++index) {
    RepairedGroup group = repairGroup(layer, index);
    Vector bias = group.targetMean - group.weights * group.inputMean;
    for (double value : group.weights.reshaped<Eigen::RowMajor>())
      result.weight.push_back(static_cast<float>(value));
    for (double value : bias)
      result.bias.push_back(static_cast<float>(value));
  }
  return result;
}
