// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PRUNE_PRUNEWEIGHTS_H
#define PRUNE_PRUNEWEIGHTS_H

/// Makes -prune-weights known to pipelines.
void registerPruneWeights();

#endif // PRUNE_PRUNEWEIGHTS_H
