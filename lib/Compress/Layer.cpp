//===- Layer.cpp - A layer in few bits ------------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Compress/Layer.h"

#include "Correction.h"
#include "InverseFactor.h"
#include "Metric.h"
#include "Rounding.h"
#include "Steps.h"

#include "quantc/Support/Quantization.h"

#include <algorithm>
#include <cmath>

using namespace quantc;
using namespace quantc::compress;

namespace {

/// Bits of a step that is stored by itself.
constexpr double kStepBits = 16;

/// A channel whose sensitivity was measured as almost none still has this part
/// of the mean.
constexpr double kLeastSensitivity = 0.03;

/// Parts of the mean of the metric's diagonal that are added to it: while
/// weights are corrected, and while they are rounded.
constexpr double kCorrectionRidge = 0.01, kRoundingRidge = 0.003;

/// So many samples for each weight of a row are enough to correct it; with
/// fewer the ridge grows.
constexpr double kSamplesPerWeight = 40;

constexpr int kRoundings = 2, kSweeps = 2;

/// The error of a bias, as a part of the mean error that weights cause.
constexpr double kBiasError = 0.03;

/// The columns of one group: of each tap of a window those of its channels.
FloatMatrix columnsOf(const std::vector<float> &values, int64_t size,
                      int64_t taps, int64_t group, int64_t groups) {
  int64_t channels = size / taps, ofGroup = channels / groups;
  Eigen::Map<const FloatMatrix> all(values.data(), values.size() / size, size);
  FloatMatrix result(all.rows(), taps * ofGroup);
  for (int64_t tap = 0; tap < taps; ++tap)
    result.middleCols(tap * ofGroup, ofGroup) =
        all.middleCols(tap * channels + group * ofGroup, ofGroup);
  return result;
}

/// One group of a layer: the weights that are to be rounded, and how errors of
/// them add up.
struct Group {
  Vector inputMean, targetMean;
  Matrix weights; // corrected
  Matrix metric;
  std::vector<Eigen::Index> order;
  Matrix factor;
  double scale = 0; // of errors; 0: the inputs are constant
};

Group prepareGroup(const LayerProblem &problem, int64_t index) {
  const Geometry &geometry = problem.geometry;
  double coherence =
      geometry.positions() == 1 ? 0 : problem.sensitivity.coherence;
  auto take = [&](const Observations &from, int64_t taps) {
    Columns columns;
    columns.values =
        columnsOf(from.values, from.size, taps, index, geometry.groups);
    if (coherence > 0)
      columns.means =
          columnsOf(from.means, from.size, taps, index, geometry.groups);
    return columns;
  };
  Columns inputs = take(problem.inputs, geometry.taps());
  Columns targets = take(problem.targets, 1);
  Group group;
  group.inputMean = center(inputs.values);
  group.targetMean = center(targets.values);
  center(inputs.means);
  center(targets.means);

  int64_t rows = geometry.rowsOfGroup(), depth = geometry.depth();
  group.weights = Eigen::Map<const FloatMatrix>(
                      problem.weight.data() + index * rows * depth, rows, depth)
                      .cast<double>();
  group.metric = computeMetric(inputs, coherence);
  double mean = group.metric.diagonal().mean();
  // Below the square of what is added to them.
  constexpr double kLeastVariance = 1e-12;
  double power = group.inputMean.squaredNorm() / static_cast<double>(depth);
  if (!(mean > kLeastVariance * power))
    return group;
  double samples = static_cast<double>(inputs.values.rows());
  double scarcity = kSamplesPerWeight * static_cast<double>(depth) / samples;
  group.weights = correctWeights(
      group.metric, computeCrossMetric(inputs, targets, coherence),
      group.weights, kCorrectionRidge * mean * std::max(1.0, scarcity));
  group.metric.diagonal().array() += kRoundingRidge * mean;
  group.order = orderColumns(group.metric);
  group.factor = factorInverse(permute(group.metric, group.order));
  group.scale = scaleOfErrors(group.factor);
  return group;
}

std::vector<int32_t> flatten(const Levels &levels) {
  return {levels.data(), levels.data() + levels.size()};
}

class Compressor {
public:
  Compressor(const LayerProblem &problem, double price)
      : problem(problem), geometry(problem.geometry), price(price) {}

  CompressedLayer run() {
    for (int64_t index = 0; index < geometry.groups; ++index)
      groups.push_back(prepareGroup(problem, index));
    chooseSteps();
    result.levels.resize(geometry.outputs * geometry.depth());
    errors.resize(geometry.outputs);
    for (int64_t index = 0; index < geometry.groups; ++index)
      roundGroup(index);
    chooseBias();
    return std::move(result);
  }

private:
  double sensitivityOf(int64_t output) const {
    const std::vector<double> &all = problem.sensitivity.perChannel;
    double sum = 0;
    for (double value : all)
      sum += value;
    return std::max(all[output],
                    kLeastSensitivity * sum / static_cast<double>(all.size()));
  }

  void chooseSteps() {
    std::vector<double> wanted, least, most;
    for (int64_t output = 0; output < geometry.outputs; ++output) {
      const Group &group = groups[output / geometry.rowsOfGroup()];
      auto row = group.weights.row(output % geometry.rowsOfGroup());
      double greatest = row.cwiseAbs().maxCoeff();
      double step = group.scale == 0
                        ? greatest
                        : chooseStep(price, sensitivityOf(output), group.scale);
      // So that the greatest weight can be had, or is not all zero.
      step =
          greatest == 0 ? 1 : std::clamp(step, greatest / kMostLevel, greatest);
      wanted.push_back(std::max(step, problem.leastSteps[output]));
      least.push_back(
          std::max(problem.leastSteps[output], greatest / kMostLevel));
      most.push_back(greatest);
    }
    if (geometry.isDepthwise()) {
      for (size_t channel = 0; channel < wanted.size(); ++channel) {
        float step = roundToShort(wanted[channel]);
        // Rounded down, it may be too small.
        if (step < problem.leastSteps[channel])
          step *= 1 + 0x1p-6f;
        result.steps.push_back(step);
      }
      result.otherBits += kStepBits * static_cast<double>(wanted.size());
      return;
    }
    StoredSteps steps = storeSteps(wanted, least, most);
    for (size_t channel = 0; channel < wanted.size(); ++channel)
      result.steps.push_back(steps.of(channel));
    result.exponents = std::move(steps.exponents);
    result.otherBits += kStepBits + entropyOf(result.exponents);
  }

  void roundGroup(int64_t index) {
    const Group &group = groups[index];
    int64_t rows = geometry.rowsOfGroup(), depth = geometry.depth();
    // Constant inputs: the bias alone matters.
    Levels levels = Levels::Zero(rows, depth);
    Vector steps(rows), sensitivity(rows);
    for (int64_t row = 0; row < rows; ++row) {
      steps[row] = result.steps[index * rows + row];
      sensitivity[row] = sensitivityOf(index * rows + row);
    }
    if (group.scale != 0) {
      RoundingProblem rounding = {group.weights, group.metric, steps,
                                  sensitivity, price};
      for (int64_t row = 0; row < rows; ++row)
        for (int64_t k = 0; k < depth; ++k)
          levels(row, k) = static_cast<int32_t>(
              roundEven(group.weights(row, k) / steps[row]));
      BitCosts bits = estimateBitCosts(flatten(levels));
      for (int pass = 0; pass < kRoundings; ++pass) {
        levels = roundWithFeedback(rounding, group.order, group.factor, bits);
        refineLevels(rounding, bits, kSweeps, levels);
        bits = estimateBitCosts(flatten(levels));
      }
      Matrix error = steps.asDiagonal() * levels.cast<double>() - group.weights;
      for (int64_t row = 0; row < rows; ++row) {
        errors[index * rows + row] =
            error.row(row).dot(error.row(row) * group.metric);
        result.loss += sensitivity[row] * errors[index * rows + row];
      }
    }
    std::transform(levels.data(), levels.data() + levels.size(),
                   result.levels.begin() + index * rows * depth,
                   [](int32_t level) { return static_cast<int8_t>(level); });
    result.weightBits += entropyOf(flatten(levels));
  }

  /// What the mean of the targets asks for.
  void chooseBias() {
    std::vector<double> wanted;
    double error = 0, greatest = 0;
    for (int64_t output = 0; output < geometry.outputs; ++output) {
      int64_t rows = geometry.rowsOfGroup(), depth = geometry.depth();
      const Group &group = groups[output / rows];
      double bias = group.targetMean[output % rows];
      for (int64_t k = 0; k < depth; ++k)
        bias -= static_cast<double>(result.steps[output]) *
                result.levels[output * depth + k] * group.inputMean[k];
      wanted.push_back(bias);
      greatest = std::max(greatest, std::fabs(bias));
      error += errors[output] / static_cast<double>(geometry.outputs);
    }
    // No finer than f32 has it.
    double step = std::max(std::sqrt(12 * kBiasError * error),
                           std::max(greatest * 0x1p-20, 0x1p-100));
    result.biasStep = roundToShort(step);
    for (double bias : wanted) {
      auto level = static_cast<int32_t>(roundEven(bias / result.biasStep));
      result.biasLevels.push_back(level);
      result.bias.push_back(static_cast<float>(level) * result.biasStep);
    }
    result.otherBits += kStepBits + entropyOf(result.biasLevels);
  }

  const LayerProblem &problem;
  const Geometry &geometry;
  double price;
  std::vector<Group> groups;
  std::vector<double> errors; // mean squares in the outputs, by weights
  CompressedLayer result;
};

} // namespace

CompressedLayer quantc::compress::compressLayer(const LayerProblem &problem,
                                                double price) {
  return Compressor(problem, price).run();
}
