//===- Divergence.h - Answers of two networks -------------------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_COMPRESS_DIVERGENCE_H
#define QUANTC_COMPRESS_DIVERGENCE_H

#include <cstdint>
#include <vector>

namespace quantc::compress {

/// What a network answers: for each row the logits of its classes, in which
/// the logarithms of probabilities count as such.
struct Answers {
  int64_t classes = 0;
  std::vector<double> logits; // rows x classes

  int64_t rows() const {
    return classes == 0 ? 0 : static_cast<int64_t>(logits.size()) / classes;
  }
  /// The likeliest class of each row, the first of equals.
  std::vector<int64_t> choose() const;
};

/// What logits are divided by so that the answers are no certainties, which
/// would have no curvature: the median distance of the two greatest, over 6; at
/// least 1.
double chooseTemperature(const Answers &teacher);

/// Mean over the rows of KL(softmax(teacher / T) || softmax(student / T)), in
/// nats. Requires as many rows and classes in both.
double divergence(const Answers &teacher, const Answers &student,
                  double temperature);

/// The part of the rows in which both choose the same class.
double agreement(const Answers &teacher, const Answers &student);

} // namespace quantc::compress

#endif // QUANTC_COMPRESS_DIVERGENCE_H
