//===- Vectors.cpp - Codewords of several weights -------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Vectors.h"

#include "Random.h"

#include <Eigen/Cholesky>
#include <algorithm>

using namespace quantc::compress;

/// Rows of errors that are compared at once.
static constexpr Eigen::Index kBlock = 1024;

/// Of each row the column of the least value, the first of equals.
static std::vector<Eigen::Index> findLeast(const Matrix &costs) {
  std::vector<Eigen::Index> places(costs.rows());
  for (Eigen::Index row = 0; row < costs.rows(); ++row)
    costs.row(row).minCoeff(&places[row]);
  return places;
}

/// Of each sample the nearest of `words`.
static std::vector<Eigen::Index> assign(const VectorSamples &samples,
                                        const Matrix &words) {
  std::vector<Eigen::Index> places;
  Matrix squares = words.cwiseAbs2();
  for (Eigen::Index begin = 0; begin < samples.values.rows(); begin += kBlock) {
    Eigen::Index count = std::min(kBlock, samples.values.rows() - begin);
    auto weights = samples.weights.middleRows(begin, count);
    Matrix moments =
        weights.cwiseProduct(samples.values.middleRows(begin, count));
    // Without what all words have alike.
    Matrix costs =
        weights * squares.transpose() - 2 * moments * words.transpose();
    std::vector<Eigen::Index> found = findLeast(costs);
    places.insert(places.end(), found.begin(), found.end());
  }
  return places;
}

/// What each sample adds to the error if `word` stands for it.
static Vector errorsOf(const VectorSamples &samples,
                       const Eigen::RowVectorXd &word) {
  return (samples.values.rowwise() - word)
      .cwiseAbs2()
      .cwiseProduct(samples.weights)
      .rowwise()
      .sum();
}

/// Each the more likely the further it is from those before it.
static Matrix chooseFirst(const VectorSamples &samples, Eigen::Index count) {
  Random random(samples.values.rows());
  Matrix words(count, samples.values.cols());
  words.row(0) = samples.values.row(0);
  Vector errors = errorsOf(samples, words.row(0));
  for (Eigen::Index place = 1; place < count; ++place) {
    constexpr double kUnit = 0x1p-64;
    double left = static_cast<double>(random.next()) * kUnit * errors.sum();
    Eigen::Index chosen = 0;
    while (chosen + 1 < errors.size() && left >= errors[chosen])
      left -= errors[chosen++];
    words.row(place) = samples.values.row(chosen);
    errors = errors.cwiseMin(errorsOf(samples, words.row(place)));
  }
  return words;
}

Matrix quantc::compress::fitCodewords(const VectorSamples &samples,
                                      Eigen::Index count) {
  constexpr int kRounds = 16;
  Matrix words = chooseFirst(samples, std::min(count, samples.values.rows()));
  for (int round = 0; round < kRounds; ++round) {
    std::vector<Eigen::Index> places = assign(samples, words);
    Matrix sums = Matrix::Zero(words.rows(), words.cols()), weights = sums;
    for (Eigen::Index row = 0; row < samples.values.rows(); ++row) {
      sums.row(places[row]) +=
          samples.weights.row(row).cwiseProduct(samples.values.row(row));
      weights.row(places[row]) += samples.weights.row(row);
    }
    // One that nothing is next to stays where it is.
    words = (weights.array() > 0).select(sums.cwiseQuotient(weights), words);
  }
  return words;
}

/// Of each row of `targets` the nearest of `words`, where an error e counts as
/// |e transform|^2.
static std::vector<Eigen::Index> findNearest(const Matrix &targets,
                                             const Matrix &words,
                                             const Matrix &transform) {
  Matrix ofWords = words * transform;
  Matrix costs = -2 * targets * transform * ofWords.transpose();
  costs.rowwise() += ofWords.rowwise().squaredNorm().transpose();
  return findLeast(costs);
}

/// Those at `places`.
static Matrix takeWords(const Matrix &words,
                        const std::vector<Eigen::Index> &places) {
  Matrix taken(places.size(), words.cols());
  for (size_t row = 0; row < places.size(); ++row)
    taken.row(row) = words.row(places[row]);
  return taken;
}

Levels
quantc::compress::roundToCodewords(const RoundingProblem &problem,
                                   const std::vector<Eigen::Index> &order,
                                   const Matrix &factor, const Matrix &words) {
  Eigen::Index rows = problem.weights.rows(), size = problem.weights.cols();
  Matrix rest(rows, size);
  for (Eigen::Index j = 0; j < size; ++j)
    rest.col(j) = problem.weights.col(order[j]);
  Levels levels(rows, size);
  for (Eigen::Index begin = 0; begin < size;) {
    // The last columns may be fewer, and anywhere.
    Eigen::Index columns = std::min(words.cols(), size - order[begin]);
    Matrix some = words.leftCols(columns);
    Matrix inverse = factor.block(begin, begin, columns, columns)
                         .triangularView<Eigen::Upper>()
                         .solve(Matrix::Identity(columns, columns));
    auto targets = rest.middleCols(begin, columns);
    Matrix taken = takeWords(
        some, findNearest(problem.steps.cwiseInverse().asDiagonal() * targets,
                          some, inverse));
    levels.middleCols(order[begin], columns) = taken.cast<int32_t>();
    Matrix errors = (targets - problem.steps.asDiagonal() * taken) * inverse;
    begin += columns;
    rest.rightCols(size - begin) -=
        errors * factor.block(begin - columns, begin, columns, size - begin);
  }
  return levels;
}

void quantc::compress::refineCodewords(const RoundingProblem &problem,
                                       const Matrix &words, int sweeps,
                                       Levels &levels) {
  const Matrix &metric = problem.metric;
  Eigen::Index size = metric.cols();
  Matrix gradient =
      (problem.steps.asDiagonal() * levels.cast<double>() - problem.weights) *
      metric;
  for (int sweep = 0; sweep < sweeps; ++sweep)
    for (Eigen::Index begin = 0; begin < size; begin += words.cols()) {
      Eigen::Index columns = std::min(words.cols(), size - begin);
      Matrix some = words.leftCols(columns);
      Eigen::LLT<Matrix> part(metric.block(begin, begin, columns, columns));
      auto current = levels.middleCols(begin, columns);
      Matrix before = current.cast<double>();
      // Where the slope is none.
      Matrix wanted =
          before -
          problem.steps.cwiseInverse().asDiagonal() *
              part.solve(gradient.middleCols(begin, columns).transpose())
                  .transpose();
      Matrix taken = takeWords(some, findNearest(wanted, some, part.matrixL()));
      current = taken.cast<int32_t>();
      gradient += problem.steps.asDiagonal() * (taken - before) *
                  metric.middleRows(begin, columns);
    }
}
