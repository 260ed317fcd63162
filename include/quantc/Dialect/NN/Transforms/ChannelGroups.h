//===- ChannelGroups.h - Channels that come and go together ----*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A channel is an index of the last dimension of a tensor with a batch. What a
// layer gives in it goes on through activations, pools and depthwise
// convolutions, is added to a channel of another layer, is put at another index
// by a pad or a concatenation: all of these are one group, of which nothing can
// be taken away but all of it, from the layers that give it to those that sum
// over it.
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_DIALECT_NN_TRANSFORMS_CHANNELGROUPS_H
#define QUANTC_DIALECT_NN_TRANSFORMS_CHANNELGROUPS_H

#include "quantc/Dialect/NN/IR/NN.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseMap.h"

namespace quantc::nn {

/// Channels of `value`; 0 where its last dimension is none.
int64_t countChannels(mlir::Value value);

/// Whether `op` is a convolution without groups or a dense layer, and its
/// weights and bias are constants: it can do without an input or an output.
bool isPrunableLayer(mlir::Operation *op);

/// Whether `op` gives each channel of its input a number of its own.
bool isDepthwise(mlir::Operation *op);

struct ChannelGroup {
  /// A prunable layer, and an index of its outputs or inputs.
  struct Member {
    mlir::Operation *layer;
    int64_t channel;
  };
  llvm::SmallVector<Member> producers, consumers; // in program order
  /// Why it has to stay, and where that is so; empty: it can be removed.
  llvm::StringRef reason;
  std::optional<mlir::Location> place;

  bool isRemovable() const { return reason.empty() && !producers.empty(); }
};

/// The groups of a network at stage `float`. Ops that are not understood keep
/// what they take and give, and so do inputs and outputs of the network.
class ChannelGroups {
public:
  explicit ChannelGroups(mlir::func::FuncOp function);

  llvm::ArrayRef<ChannelGroup> all() const { return groups; }

  /// The number of the group; requires that `value` is no constant.
  unsigned find(mlir::Value value, int64_t channel) const {
    return classes[firsts.lookup(value) + channel];
  }

private:
  llvm::SmallVector<ChannelGroup> groups;
  llvm::SmallVector<unsigned> classes; // the group, by the number of a channel
  llvm::DenseMap<mlir::Value, unsigned> firsts; // the number of channel 0
};

} // namespace quantc::nn

#endif // QUANTC_DIALECT_NN_TRANSFORMS_CHANNELGROUPS_H
