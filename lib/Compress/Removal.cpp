//===- Removal.cpp - What it costs to remove channels --------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Without the inputs S a row w of weights is best corrected by
// d = -w_S (H^-1_SS)^-1 H^-1_S: (Hassibi and Stork 1993, for blocks), which
// adds w_S (H^-1_SS)^-1 w_S' to the mean square of the error. What is left of
// H^-1 is then H^-1 - H^-1_:S (H^-1_SS)^-1 H^-1_S:.
//
//===----------------------------------------------------------------------===//

#include "quantc/Compress/Removal.h"

#include "Metric.h"
#include "RepairGroup.h"

#include <Eigen/Cholesky>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <map>

using namespace quantc::compress;

namespace {

/// One layer, while its inputs go.
class Part {
public:
  explicit Part(const RemovalProblem::Part &part) : columns(part.columns) {
    const SummingLayer &layer = *part.layer;
    int64_t depth = layer.depth();
    auto outputs = static_cast<int64_t>(layer.sensitivity.size());
    weights = Eigen::Map<const Matrix>(layer.weight.data(), outputs, depth);
    for (int64_t output = 0; output < outputs; ++output)
      weights.row(output) *= std::sqrt(layer.sensitivity[output]);
    Matrix metric = Eigen::Map<const Matrix>(layer.metric.data(), depth, depth);
    inverse = Eigen::LLT<Matrix>(metric).solve(Matrix::Identity(depth, depth));
  }

  double lossOf(int64_t channel) const {
    const std::vector<int64_t> &ofChannel = columns[channel];
    if (ofChannel.empty())
      return 0;
    Matrix removed = weights(Eigen::all, ofChannel);
    Matrix solved = factorOf(channel).solve(removed.transpose());
    return removed.cwiseProduct(solved.transpose()).sum();
  }

  void remove(int64_t channel) {
    const std::vector<int64_t> &ofChannel = columns[channel];
    if (ofChannel.empty())
      return;
    Matrix rows = inverse(ofChannel, Eigen::all);
    Matrix solved = factorOf(channel).solve(rows);
    Matrix removed = weights(Eigen::all, ofChannel);
    weights.noalias() -= removed * solved;
    inverse.noalias() -= rows.transpose() * solved;
    // But for roundings they are 0 now.
    for (int64_t column : ofChannel) {
      weights.col(column).setZero();
      inverse.row(column).setZero();
      inverse.col(column).setZero();
    }
  }

private:
  Eigen::LLT<Matrix> factorOf(int64_t channel) const {
    return Eigen::LLT<Matrix>(
        Matrix(inverse(columns[channel], columns[channel])));
  }

  const std::vector<std::vector<int64_t>> &columns;
  Matrix weights; // times the roots of the sensitivities
  Matrix inverse; // of the metric of what is left
};

} // namespace

SummingLayer quantc::compress::describeSums(const ObservedLayer &layer) {
  double coherence = coherenceOf(layer.geometry, layer.sensitivity);
  int64_t depth = layer.geometry.depth();
  auto toMatrix = [&](const std::vector<float> &values) {
    return FloatMatrix(Eigen::Map<const FloatMatrix>(
        values.data(), values.size() / depth, depth));
  };
  Columns inputs = {toMatrix(layer.inputs.values), {}};
  Vector mean = center(inputs.values);
  if (coherence > 0) {
    inputs.means = toMatrix(layer.inputs.means);
    center(inputs.means);
  }
  Matrix metric = computeMetric(inputs, coherence);
  // Constant inputs can go: the bias makes up for them.
  if (isConstant(metric, mean))
    metric.setIdentity() *= std::numeric_limits<float>::min();
  metric.diagonal().array() += chooseRidge(metric, inputs.values.rows());
  SummingLayer result;
  result.weight.assign(layer.weight.begin(), layer.weight.end());
  result.metric.assign(metric.data(), metric.data() + metric.size());
  result.sensitivity = layer.sensitivity.perChannel;
  result.inputMean.assign(mean.begin(), mean.end());
  return result;
}

Removal quantc::compress::orderRemovals(const RemovalProblem &problem) {
  std::vector<Part> parts;
  parts.reserve(problem.parts.size());
  for (const RemovalProblem::Part &part : problem.parts)
    parts.emplace_back(part);
  std::vector<bool> isRemoved(problem.channels);
  Removal removal;
  double sum = 0;
  for (int64_t step = 0; step + 1 < problem.channels; ++step) {
    double least = std::numeric_limits<double>::infinity();
    int64_t best = -1;
    for (int64_t channel = 0; channel < problem.channels; ++channel) {
      if (isRemoved[channel])
        continue;
      double loss = 0;
      for (const Part &part : parts)
        loss += part.lossOf(channel);
      if (best < 0 || loss < least) {
        least = loss;
        best = channel;
      }
    }
    for (Part &part : parts)
      part.remove(best);
    isRemoved[best] = true;
    sum += std::max(least, 0.0);
    removal.order.push_back(best);
    removal.losses.push_back(sum);
  }
  return removal;
}

RepairedLayer quantc::compress::makeUpFor(const SummingLayer &layer,
                                          const std::vector<int64_t> &columns,
                                          const std::vector<float> &bias) {
  int64_t depth = layer.depth();
  auto outputs = static_cast<int64_t>(layer.sensitivity.size());
  Eigen::Map<const Matrix> weights(layer.weight.data(), outputs, depth);
  Eigen::Map<const Matrix> metric(layer.metric.data(), depth, depth);
  std::vector<bool> isGone(depth);
  for (int64_t column : columns)
    isGone[column] = true;
  std::vector<int64_t> kept;
  for (int64_t column = 0; column < depth; ++column)
    if (!isGone[column])
      kept.push_back(column);
  Matrix corrected = Matrix::Zero(outputs, depth);
  Eigen::LLT<Matrix> factor(Matrix(metric(kept, kept)));
  corrected(Eigen::all, kept) =
      factor.solve(metric(kept, Eigen::all) * weights.transpose()).transpose();
  Vector shift = (weights - corrected) *
                 Eigen::Map<const Vector>(layer.inputMean.data(), depth);
  RepairedLayer result = {std::vector<float>(weights.size()), bias};
  Eigen::Map<FloatMatrix>(result.weight.data(), outputs, depth) =
      corrected.cast<float>();
  for (int64_t output = 0; output < outputs; ++output)
    result.bias[output] += static_cast<float>(shift[output]);
  return result;
}

void quantc::compress::adjustLosses(const std::vector<MeasuredLoss> &measured,
                                    std::vector<double> &losses) {
  // Losses that are below this are those of roundings.
  constexpr double kLeastLoss = 1e-6; // nats
  // What losses are multiplied with, by the count of channels.
  std::map<std::size_t, double> factors;
  for (const MeasuredLoss &point : measured)
    if (losses[point.count - 1] > kLeastLoss)
      factors[point.count] = point.loss / losses[point.count - 1];
  if (factors.empty())
    return;
  double most = 0;
  for (std::size_t count = 1; count <= losses.size(); ++count) {
    auto next = factors.lower_bound(count);
    auto before = next == factors.begin() ? next : std::prev(next);
    if (next == factors.end())
      next = before;
    double factor = before->second;
    if (next != before)
      factor += (next->second - before->second) *
                static_cast<double>(count - before->first) /
                static_cast<double>(next->first - before->first);
    // Who loses more channels loses no less.
    most = std::max(most, losses[count - 1] * factor);
    losses[count - 1] = most;
  }
}
