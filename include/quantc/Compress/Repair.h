//===- Repair.h - Weights for other inputs -------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_COMPRESS_REPAIR_H
#define QUANTC_COMPRESS_REPAIR_H

#include "quantc/Compress/Sensitivity.h"
#include "quantc/Compress/Windows.h"

#include <vector>

namespace quantc::compress {

/// A layer of which is known what it sees, and what it shall give.
struct ObservedLayer {
  const Geometry &geometry;
  const std::vector<float> &weight; // outputs x depth
  /// Windows of what the layer sees behind the layers that were changed, and
  /// what it shall give, at the same positions.
  const Observations &inputs, &targets;
  const Sensitivity &sensitivity;
};

struct RepairedLayer {
  std::vector<float> weight, bias;
};

/// The weights and the bias that give the targets best, by least squares which
/// hold on to the weights that there were. Where the inputs are constant, the
/// bias alone changes.
RepairedLayer repairLayer(const ObservedLayer &layer);

} // namespace quantc::compress

#endif // QUANTC_COMPRESS_REPAIR_H
