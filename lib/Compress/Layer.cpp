//===- Layer.cpp - A layer in few bits ------------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Compress/Layer.h"

#include "InverseFactor.h"
#include "RepairGroup.h"
#include "Rounding.h"
#include "Steps.h"
#include "Vectors.h"

#include "quantc/Support/Quantization.h"

#include <algorithm>
#include <cmath>

using namespace quantc;
using namespace quantc::compress;

namespace {

/// A channel whose sensitivity was measured as almost none still has this part
/// of the mean.
constexpr double kLeastSensitivity = 0.03;

/// A part of the mean of the metric's diagonal that is added to it while
/// weights are rounded.
constexpr double kRoundingRidge = 0.003;

constexpr int kRoundings = 2, kSweeps = 2;

/// The largest level of a codebook: two products with bytes up to 255 fit 16
/// bits, so that CPUs with nothing but AVX2 multiply such levels faster.
constexpr int kMostOfCodebook = 64;

/// The error of a bias, as a part of the mean error that weights cause.
constexpr double kBiasError = 0.03;

/// One group of a layer: the weights that are to be rounded, and in which
/// order.
struct Group : RepairedGroup {
  std::vector<Eigen::Index> order;
  Matrix factor;
  double scale = 0; // of errors; 0: the inputs are constant
};

Group prepareGroup(const LayerProblem &problem, int64_t index,
                   int64_t vectorSize) {
  Group group = {repairGroup(problem, index), {}, {}, 0};
  if (group.isConstant)
    return group;
  group.metric.diagonal().array() +=
      kRoundingRidge * group.metric.diagonal().mean();
  group.order = orderColumns(group.metric, vectorSize);
  group.factor = factorInverse(permute(group.metric, group.order));
  group.scale = scaleOfErrors(group.factor);
  return group;
}

class Compressor {
public:
  Compressor(const LayerProblem &problem, const WeightFormat &format)
      : problem(problem), geometry(problem.geometry), format(format) {
    bool isPriced = format.kind == WeightFormat::Priced;
    price = isPriced ? format.price : 0;
    if ((geometry.isDepthwise() && !isPriced) || hasFewVectors())
      this->format = {WeightFormat::Integers};
  }

  CompressedLayer run() {
    for (int64_t index = 0; index < geometry.groups; ++index)
      groups.push_back(prepareGroup(problem, index, format.vectorSize));
    switch (format.kind) {
    case WeightFormat::Priced:
      chooseSteps();
      break;
    case WeightFormat::Integers:
      alphabet = Alphabet::ofBits(format.bits);
      format.groupSize > 0 ? fitGroups() : fitSteps();
      break;
    case WeightFormat::Codebook:
      fitCodebook();
      break;
    case WeightFormat::Vectors:
      fitVectors();
      break;
    }
    roundGroups();
    chooseBias();
    return std::move(result);
  }

private:
  /// Whether codewords would take as much as what they stand for.
  bool hasFewVectors() const {
    int64_t vectors = geometry.outputs * (geometry.depth() / format.vectorSize);
    return format.kind == WeightFormat::Vectors && vectors < 2 * format.levels;
  }

  double sensitivityOf(int64_t output) const {
    const std::vector<double> &all = problem.sensitivity.perChannel;
    double sum = 0;
    for (double value : all)
      sum += value;
    return std::max(all[output],
                    kLeastSensitivity * sum / static_cast<double>(all.size()));
  }

  void chooseSteps() {
    std::vector<double> wanted, most;
    std::vector<double> least = problem.integers.leastSteps;
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
      wanted.push_back(std::max(step, least[output]));
      least[output] = std::max(least[output], greatest / kMostLevel);
      most.push_back(greatest);
    }
    StoredSteps steps = storeSteps(wanted, least, most);
    for (size_t channel = 0; channel < wanted.size(); ++channel)
      result.steps.push_back(steps.of(channel));
  }

  auto rowOf(int64_t output) const {
    int64_t rows = geometry.rowsOfGroup();
    return groups[output / rows].weights.row(output % rows);
  }
  Vector importanceOf(int64_t output) const {
    return groups[output / geometry.rowsOfGroup()].metric.diagonal();
  }

  void addStep(int64_t output, double step) {
    result.steps.push_back(static_cast<float>(
        std::max(step, problem.integers.leastSteps[output])));
  }

  void fitSteps() {
    for (int64_t output = 0; output < geometry.outputs; ++output) {
      auto row = rowOf(output);
      addStep(output,
              row.isZero(0) ? 1 : fitStep(row, importanceOf(output), alphabet));
    }
  }

  void fitGroups() {
    int64_t groupCount =
        (geometry.depth() + format.groupSize - 1) / format.groupSize;
    multipliers = Levels::Ones(geometry.outputs, groupCount);
    for (int64_t output = 0; output < geometry.outputs; ++output) {
      auto row = rowOf(output);
      if (row.isZero(0)) {
        addStep(output, 1);
        continue;
      }
      GroupedSteps steps =
          fitGroupedSteps(row, importanceOf(output), alphabet, format.groupSize,
                          WeightFormat::kMostMultiplier);
      addStep(output, steps.step);
      multipliers.row(output) = Eigen::Map<const Eigen::RowVectorXi>(
          steps.multipliers.data(), groupCount);
    }
  }

  double meanOf(int64_t output) const {
    auto row = rowOf(output);
    return std::sqrt(row.squaredNorm() / static_cast<double>(row.size()));
  }

  /// Steps by the root mean square of each channel, so that all have weights of
  /// one distribution, which the levels fit; so many of it have the outermost
  /// level.
  void addStepsByMeans(double widest) {
    for (int64_t output = 0; output < geometry.outputs; ++output) {
      double mean = meanOf(output);
      addStep(output,
              mean > 0 ? roundToShort(mean * widest / kMostOfCodebook) : 1);
    }
  }

  void fitCodebook() {
    double widest = 0;
    for (int64_t output = 0; output < geometry.outputs; ++output)
      if (double mean = meanOf(output); mean > 0)
        widest = std::max(widest, rowOf(output).cwiseAbs().maxCoeff() / mean);
    addStepsByMeans(widest);
    LevelWeights weights(2 * kMostLevel + 1);
    for (int64_t output = 0; output < geometry.outputs; ++output) {
      double step = result.steps[output];
      auto row = rowOf(output);
      Vector importance = importanceOf(output);
      for (Eigen::Index k = 0; k < row.size(); ++k)
        weights[Alphabet().nearest(row[k] / step) + kMostLevel] +=
            sensitivityOf(output) * step * step * importance[k];
    }
    alphabet = fitLevels(weights, format.levels);
  }

  /// Vectors of all channels, over their root mean squares, but for so many
  /// that few for each codeword are left.
  VectorSamples sampleVectors() const {
    constexpr int64_t kMostForEach = 128;
    int64_t size = format.vectorSize, ofRow = geometry.depth() / size;
    int64_t vectors = geometry.outputs * ofRow;
    int64_t most = kMostForEach * format.levels;
    int64_t stride = (vectors + most - 1) / most;
    int64_t count = (vectors + stride - 1) / stride;
    VectorSamples samples = {Matrix(count, size), Matrix(count, size)};
    for (int64_t index = 0; index < count; ++index) {
      int64_t output = index * stride / ofRow;
      int64_t begin = index * stride % ofRow * size;
      double mean = meanOf(output);
      samples.values.row(index) =
          rowOf(output).segment(begin, size) / (mean > 0 ? mean : 1);
      samples.weights.row(index) = sensitivityOf(output) * mean * mean *
                                   importanceOf(output).segment(begin, size);
    }
    return samples;
  }

  void fitVectors() {
    Matrix found = fitCodewords(sampleVectors(), format.levels);
    double widest = found.cwiseAbs().maxCoeff();
    addStepsByMeans(widest);
    words = found;
    if (widest > 0)
      words *= kMostOfCodebook / widest;
    for (double &level : words.reshaped())
      level = roundEven(level);
  }

  /// One group with its steps. Where the inputs are constant, the bias alone
  /// matters: all levels are 0, or the one next to it.
  struct Rounding {
    Vector steps, sensitivity;
    Levels multipliers; // none without groups of inputs
    Levels levels;
  };

  Levels multipliersOf(int64_t index) const {
    int64_t rows = geometry.rowsOfGroup();
    if (format.groupSize == 0)
      return {};
    return multipliers.middleRows(index * rows, rows);
  }

  Rounding beginRounding(int64_t index) const {
    const Group &group = groups[index];
    int64_t rows = geometry.rowsOfGroup(), depth = geometry.depth();
    Rounding rounding = {Vector(rows), Vector(rows), multipliersOf(index),
                         Levels::Constant(rows, depth, alphabet.nearest(0))};
    for (int64_t row = 0; row < rows; ++row) {
      rounding.steps[row] = result.steps[index * rows + row];
      rounding.sensitivity[row] = sensitivityOf(index * rows + row);
      for (int64_t k = 0; k < depth && group.scale != 0; ++k)
        rounding.levels(row, k) =
            alphabet.nearest(group.weights(row, k) / rounding.steps[row]);
    }
    return rounding;
  }

  /// By the histogram of the whole layer, as it is after the round before.
  void roundGroups() {
    std::vector<Rounding> roundings;
    roundings.reserve(groups.size());
    for (int64_t index = 0; index < geometry.groups; ++index)
      roundings.push_back(beginRounding(index));
    for (int pass = 0; pass < kRoundings; ++pass) {
      BitCosts bits = estimateBitCosts(joinLevels(roundings));
      for (auto [group, rounding] =
               std::pair(groups.begin(), roundings.begin());
           group != groups.end(); ++group, ++rounding) {
        if (group->scale == 0)
          continue;
        RoundingProblem problem = {
            group->weights,        group->metric,   rounding->steps,
            rounding->sensitivity, price,           alphabet,
            rounding->multipliers, format.groupSize};
        if (format.kind == WeightFormat::Vectors) {
          rounding->levels =
              roundToCodewords(problem, group->order, group->factor, words);
          refineCodewords(problem, words, kSweeps, rounding->levels);
          continue;
        }
        rounding->levels =
            roundWithFeedback(problem, group->order, group->factor, bits);
        refineLevels(problem, bits, kSweeps, rounding->levels);
      }
    }
    for (int32_t level : joinLevels(roundings))
      result.levels.push_back(static_cast<int8_t>(level));
    for (int64_t index = 0; index < geometry.groups; ++index)
      measureErrors(groups[index], roundings[index]);
  }

  static std::vector<int32_t>
  joinLevels(const std::vector<Rounding> &roundings) {
    std::vector<int32_t> levels;
    for (const Rounding &rounding : roundings)
      levels.insert(levels.end(), rounding.levels.data(),
                    rounding.levels.data() + rounding.levels.size());
    return levels;
  }

  void measureErrors(const Group &group, const Rounding &rounding) {
    for (Eigen::Index row = 0; row < rounding.levels.rows(); ++row) {
      Eigen::RowVectorXd error =
          rounding.steps[row] * rounding.levels.row(row).cast<double>() -
          group.weights.row(row);
      errors.push_back(group.scale == 0 ? 0 : error.dot(error * group.metric));
      result.loss += rounding.sensitivity[row] * errors.back();
    }
  }

  /// The bias that the mean of the targets asks for, in units of the sums that
  /// it is added to.
  double wantedBias(int64_t output) const {
    int64_t rows = geometry.rowsOfGroup(), depth = geometry.depth();
    const Group &group = groups[output / rows];
    double bias = group.targetMean[output % rows] / result.steps[output];
    for (int64_t k = 0; k < depth; ++k)
      bias -= result.levels[output * depth + k] * group.inputMean[k];
    return bias / problem.integers.scale;
  }

  /// So many bits of the starts may be 0: the error of a bias is to be a part
  /// of the error of the weights, both as the mean over the channels.
  int countZeroBits() const {
    double error = 0, unit = 0;
    for (int64_t output = 0; output < geometry.outputs; ++output) {
      double scale = problem.integers.scale * result.steps[output];
      error += errors[output];
      unit += scale * scale;
    }
    int bits = 0;
    constexpr int kMostZeroBits = 20;
    // A bias is off by a twelfth of the square of its unit.
    while (bits < kMostZeroBits &&
           std::ldexp(unit, 2 * bits + 2) <= 12 * kBiasError * error)
      ++bits;
    return bits;
  }

  void chooseBias() {
    int64_t depth = geometry.depth();
    int zeros = countZeroBits();
    for (int64_t output = 0; output < geometry.outputs; ++output) {
      double sum = 0;
      for (int64_t k = 0; k < depth; ++k)
        sum += result.levels[output * depth + k];
      double ofZeroPoint = problem.integers.zeroPoint * sum;
      double start = std::ldexp(
          roundEven(std::ldexp(wantedBias(output) - ofZeroPoint, -zeros)),
          zeros);
      // As the least steps have it, with the rounding of a start.
      constexpr double kMost = 0x1p30;
      start = std::clamp(start, -kMost, kMost);
      result.starts.push_back(static_cast<int32_t>(start));
      float unit =
          static_cast<float>(problem.integers.scale) * result.steps[output];
      result.bias.push_back(static_cast<float>(start + ofZeroPoint) * unit);
    }
  }

  const LayerProblem &problem;
  const Geometry &geometry;
  WeightFormat format;
  double price;
  Alphabet alphabet;
  Levels multipliers; // outputs x groups of inputs
  Matrix words;       // of vectors
  std::vector<Group> groups;
  std::vector<double> errors; // mean squares in the outputs, by weights
  CompressedLayer result;
};

} // namespace

CompressedLayer quantc::compress::compressLayer(const LayerProblem &problem,
                                                const WeightFormat &format) {
  return Compressor(problem, format).run();
}
