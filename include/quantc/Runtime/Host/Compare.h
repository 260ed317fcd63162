//===- Compare.h - How far one network is from another ------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_RUNTIME_HOST_COMPARE_H
#define QUANTC_RUNTIME_HOST_COMPARE_H

#include "quantc-rt/quantc_rt.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace quantc::host {

/// A tensor of two networks: sums over all elements, as real numbers.
struct TensorDistance {
  std::string name;  // in the reference
  double signal = 0; // of its squares in the reference
  double noise = 0;  // of the squared differences

  /// Signal-to-quantization-noise ratio in dB; infinite without noise.
  double sqnr() const;
};

struct Comparison {
  int64_t samples = 0;
  /// The edges that both observe, in the reference's order; empty where one of
  /// them observes nothing.
  std::vector<TensorDistance> layers;
  std::vector<TensorDistance> outputs;
};

/// Runs both networks on the data in the file `path`, or the first `most`
/// samples. Nothing, and why in `error`, where they cannot be compared.
std::optional<Comparison> compare(const quantc_model &model,
                                  const quantc_model &reference,
                                  const std::string &path, int64_t most,
                                  std::string &error);

} // namespace quantc::host

#endif // QUANTC_RUNTIME_HOST_COMPARE_H
