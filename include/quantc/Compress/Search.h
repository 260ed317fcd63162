//===- Search.h - The price of a bit ----------------------------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_COMPRESS_SEARCH_H
#define QUANTC_COMPRESS_SEARCH_H

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace quantc::compress {

/// What a network came to at one price of a bit.
struct Outcome {
  double price = 0; // nats of divergence a bit
  double bytes = 0;
  double divergence = 0; // nats
  double agreement = 0;  // a part of 1
};

/// What has to hold, of which as little as possible is given away.
struct Goal {
  enum Kind { Bytes, Divergence, Agreement };
  Kind kind = Bytes;
  double limit = 0; // at most so many; of the agreement, at least so much

  bool isReached(const Outcome &outcome) const;
};

/// Tries prices until the goal is almost missed: with fewest bytes, or, of a
/// number of bytes, the least divergence. Calls `tryPrice` a few times; the
/// outcomes in this order, and which of them is best: none where the goal was
/// never reached. Ends where `tryPrice` fails.
struct SearchResult {
  std::vector<Outcome> outcomes;
  std::optional<size_t> best;
};
SearchResult
searchPrice(const Goal &goal,
            const std::function<std::optional<Outcome>(double)> &tryPrice);

} // namespace quantc::compress

#endif // QUANTC_COMPRESS_SEARCH_H
