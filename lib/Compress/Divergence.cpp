//===- Divergence.cpp - Answers of two networks ---------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Compress/Divergence.h"

#include "quantc/Support/Real.h"

#include <algorithm>

using namespace quantc;
using namespace quantc::compress;

std::vector<int64_t> Answers::choose() const {
  std::vector<int64_t> chosen;
  for (auto row = logits.begin(); row != logits.end(); row += classes)
    chosen.push_back(std::max_element(row, row + classes) - row);
  return chosen;
}

double quantc::compress::chooseTemperature(const Answers &teacher) {
  // At this distance of the median the second class still has 1/400.
  constexpr double kDistance = 6;
  std::vector<double> distances;
  for (int64_t row = 0; row < teacher.rows(); ++row) {
    auto begin = teacher.logits.begin() + row * teacher.classes;
    std::vector<double> sorted(begin, begin + teacher.classes);
    std::partial_sort(sorted.begin(), sorted.begin() + 2, sorted.end(),
                      std::greater<>());
    distances.push_back(sorted[0] - sorted[1]);
  }
  if (distances.empty())
    return 1;
  auto median = distances.begin() + distances.size() / 2;
  std::nth_element(distances.begin(), median, distances.end());
  return std::max(1.0, *median / kDistance);
}

/// The logarithms of the softmax of a row.
static std::vector<double> logSoftmax(const Answers &answers, int64_t row,
                                      double temperature) {
  auto begin = answers.logits.begin() + row * answers.classes;
  std::vector<double> result(begin, begin + answers.classes);
  double greatest = result.front(), sum = 0;
  for (double value : result)
    greatest = std::max(greatest, value);
  for (double &value : result) {
    value = (value - greatest) / temperature;
    sum += exp(Real(value)).value;
  }
  double shift = log(Real(sum)).value;
  for (double &value : result)
    value -= shift;
  return result;
}

double quantc::compress::divergence(const Answers &teacher,
                                    const Answers &student,
                                    double temperature) {
  double sum = 0;
  for (int64_t row = 0; row < teacher.rows(); ++row) {
    std::vector<double> p = logSoftmax(teacher, row, temperature);
    std::vector<double> q = logSoftmax(student, row, temperature);
    for (size_t index = 0; index < p.size(); ++index)
      sum += exp(Real(p[index])).value * (p[index] - q[index]);
  }
  return sum / static_cast<double>(std::max<int64_t>(teacher.rows(), 1));
}

double quantc::compress::agreement(const Answers &teacher,
                                   const Answers &student) {
  std::vector<int64_t> a = teacher.choose(), b = student.choose();
  int64_t equal = 0;
  for (size_t row = 0; row < a.size(); ++row)
    equal += a[row] == b[row];
  return static_cast<double>(equal) /
         static_cast<double>(std::max<size_t>(a.size(), 1));
}
