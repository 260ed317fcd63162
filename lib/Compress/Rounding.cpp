//===- Rounding.cpp - Weights to levels -----------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Rounding.h"

#include "quantc/Support/Quantization.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>

using namespace quantc;
using namespace quantc::compress;

std::vector<Eigen::Index>
quantc::compress::orderColumns(const Matrix &metric, Eigen::Index vectorSize) {
  std::vector<double> means;
  for (Eigen::Index begin = 0; begin < metric.cols(); begin += vectorSize) {
    Eigen::Index size = std::min(vectorSize, metric.cols() - begin);
    double mean = metric.diagonal().segment(begin, size).mean();
    means.insert(means.end(), size, mean);
  }
  std::vector<Eigen::Index> order(metric.cols());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(
      order.data(), order.data() + order.size(),
      [&](Eigen::Index a, Eigen::Index b) { return means[a] > means[b]; });
  return order;
}

Matrix quantc::compress::permute(const Matrix &metric,
                                 const std::vector<Eigen::Index> &order) {
  Matrix result(metric.rows(), metric.cols());
  for (Eigen::Index row = 0; row < metric.rows(); ++row)
    for (Eigen::Index column = 0; column < metric.cols(); ++column)
      result(row, column) = metric(order[row], order[column]);
  return result;
}

/// The level, of those near `target` or nearer to 0, at which the square of
/// the error, times `weight`, and the price of the bits are least.
static int32_t chooseLevel(double target, double weight, double price,
                           const BitCosts &bits) {
  double nearest = roundEven(target);
  double towardsZero = nearest - (nearest > 0) + (nearest < 0);
  int32_t best = 0;
  double least = INFINITY;
  for (double candidate : {nearest, std::trunc(target), towardsZero, 0.0}) {
    int32_t level = Alphabet().nearest(candidate);
    double error = target - level;
    double cost = weight * error * error + price * bits[std::abs(level)];
    if (cost < least) {
      least = cost;
      best = level;
    }
  }
  return best;
}

Levels quantc::compress::roundWithFeedback(
    const RoundingProblem &problem, const std::vector<Eigen::Index> &order,
    const Matrix &factor, const BitCosts &bits) {
  Eigen::Index rows = problem.weights.rows(), size = problem.weights.cols();
  Levels levels(rows, size);
  Eigen::RowVectorXd rest(size);
  // Rows do not depend on each other.
  for (Eigen::Index row = 0; row < rows; ++row) {
    for (Eigen::Index j = 0; j < size; ++j)
      rest[j] = problem.weights(row, order[j]);
    for (Eigen::Index j = 0; j < size; ++j) {
      int32_t multiplier = problem.multiplierOf(row, order[j]);
      double step = problem.steps[row] * multiplier;
      double pivot = factor(j, j);
      double weight = problem.sensitivity[row] * step * step / (pivot * pivot);
      int32_t level =
          problem.price > 0
              ? chooseLevel(rest[j] / step, weight, problem.price, bits)
              : problem.alphabet.nearest(rest[j] / step);
      levels(row, order[j]) = level * multiplier;
      double error = (rest[j] - level * step) / pivot;
      Eigen::Index left = size - j - 1;
      rest.tail(left) -= error * factor.row(j).tail(left);
    }
  }
  return levels;
}

void quantc::compress::refineLevels(const RoundingProblem &problem,
                                    const BitCosts &bits, int sweeps,
                                    Levels &levels) {
  // A change has to gain more than the roundings of its cost.
  constexpr double kLeastGain = 1e-15;
  const Matrix &metric = problem.metric;
  Eigen::Index size = metric.cols();
  // The gradient of the error, (q D - w) H.
  Matrix gradient =
      (problem.steps.asDiagonal() * levels.cast<double>() - problem.weights) *
      metric;
  for (Eigen::Index row = 0; row < levels.rows(); ++row) {
    double weight = problem.sensitivity[row];
    for (int sweep = 0; sweep < sweeps; ++sweep)
      for (Eigen::Index j = 0; j < size; ++j) {
        int32_t multiplier = problem.multiplierOf(row, j);
        double step = problem.steps[row] * multiplier;
        int32_t current = levels(row, j) / multiplier, best = current;
        double slope = gradient(row, j), curvature = metric(j, j);
        double least = problem.price * bits[std::abs(current)];
        double nearest = roundEven(current - slope / (curvature * step));
        auto towardsZero = [](double level) {
          return level - (level > 0) + (level < 0);
        };
        for (double candidate :
             {nearest, towardsZero(nearest), 0.0, towardsZero(current),
              static_cast<double>(problem.alphabet.above(current)),
              static_cast<double>(problem.alphabet.below(current))}) {
          int32_t level = problem.alphabet.nearest(candidate);
          double change = (level - current) * step;
          double cost = weight * change * (2 * slope + change * curvature) +
                        problem.price * bits[std::abs(level)];
          if (cost < least - kLeastGain) {
            least = cost;
            best = level;
          }
        }
        if (best == current)
          continue;
        gradient.row(row) += (best - current) * step * metric.row(j);
        levels(row, j) = best * multiplier;
      }
  }
}
