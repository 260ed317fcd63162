//===- Removal.h - What it costs to remove channels ----------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_COMPRESS_REMOVAL_H
#define QUANTC_COMPRESS_REMOVAL_H

#include "quantc/Compress/Repair.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace quantc::compress {

/// A layer without groups that sums over inputs some of which may go.
struct SummingLayer {
  std::vector<double> weight;      // outputs x depth
  std::vector<double> metric;      // depth x depth, positive definite
  std::vector<double> sensitivity; // of each output, nats per mean square
  std::vector<double> inputMean;   // along the depth

  int64_t depth() const {
    return static_cast<int64_t>(weight.size() / sensitivity.size());
  }
};

/// Of a layer without groups what `layer` says, its targets aside.
SummingLayer describeSums(const ObservedLayer &layer);

/// Channels that may be removed, and what they are to the layers behind.
struct RemovalProblem {
  struct Part {
    const SummingLayer *layer;
    /// Of each channel the indices along the depth.
    std::vector<std::vector<int64_t>> columns;
  };
  int64_t channels = 0;
  std::vector<Part> parts;
};

/// Which channels go first, and what the first 1, 2, ... of them add together
/// to the divergence, in nats, where what remains makes up for them as well as
/// it can.
struct Removal {
  std::vector<int64_t> order;
  std::vector<double> losses;
};

/// Removes channel after channel, each time that which costs least behind those
/// before, until one is left.
Removal orderRemovals(const RemovalProblem &problem);

/// The layer with weights of 0 in `columns`, for which the others and the bias
/// make up.
RepairedLayer makeUpFor(const SummingLayer &layer,
                        const std::vector<int64_t> &columns,
                        const std::vector<float> &bias);

/// What it really costs to remove the first so many channels.
struct MeasuredLoss {
  std::size_t count;
  double loss; // nats
};

/// Brings the losses, of the first 1, 2, ... channels, to those that were
/// measured, in ascending order of counts, and what is between them into
/// proportion.
void adjustLosses(const std::vector<MeasuredLoss> &measured,
                  std::vector<double> &losses);

} // namespace quantc::compress

#endif // QUANTC_COMPRESS_REMOVAL_H
