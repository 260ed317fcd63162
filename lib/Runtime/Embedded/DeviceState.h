//===- DeviceState.h - A network on a GPU ---------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_RUNTIME_EMBEDDED_DEVICESTATE_H
#define QUANTC_LIB_RUNTIME_EMBEDDED_DEVICESTATE_H

#include "Driver.h"
#include "Message.h"
#include "Variant.h"

#include "quantc/Runtime/Embedded/DeviceProgram.h"

namespace quantc {

/// The launches of a run of one batch. Its nodes, and the addresses of inputs
/// and outputs that they have, are behind the DeviceState.
struct DeviceGraph {
  uint64_t batch; // 0: none
  cuda::Graph graph;
  cuda::GraphExec exec;
};

/// Behind the State, where a variant for a GPU is chosen. What is here changes
/// in runs, which hold `lock` while they give work to the GPU; there the event
/// `done` keeps one after the other, as they share the arena.
struct DeviceState {
  cuda::Driver driver;
  const DeviceProgram *program;
  cuda::Device device;
  uint32_t lock;
  uint32_t multiprocessors;
  cuda::Context context;
  cuda::Module module;
  cuda::Stream stream; // of runs that bring none
  cuda::Event done;    // the last run
  cuda::Address constants;
  cuda::Address arena;
  uint64_t arenaBatch; // the largest that it has memory for
  uint64_t nextGraph;  // to be replaced
  DeviceGraph graphs[kDeviceGraphs];

  uint64_t tensorCount() const {
    return uint64_t{program->inputCount} + program->outputCount;
  }
  cuda::Function *functions() {
    return reinterpret_cast<cuda::Function *>(reinterpret_cast<char *>(this) +
                                              kDeviceStateBytes);
  }
  cuda::GraphNode *nodes(const DeviceGraph &graph) {
    auto *first =
        reinterpret_cast<cuda::GraphNode *>(functions() + program->launchCount);
    return first + (&graph - graphs) * uint64_t{program->launchCount};
  }
  cuda::Address *tensors(const DeviceGraph &graph) {
    auto *first = reinterpret_cast<cuda::Address *>(
        nodes(graphs[0]) + kDeviceGraphs * program->launchCount);
    return first + (&graph - graphs) * tensorCount();
  }

  static DeviceState &of(void *memory) {
    return *reinterpret_cast<DeviceState *>(static_cast<State *>(memory) + 1);
  }
};

static_assert(sizeof(DeviceState) <= kDeviceStateBytes, "raise it");

/// Makes the context of a network that of the calling thread for a while.
class ContextScope {
public:
  explicit ContextScope(const DeviceState &state) : driver(state.driver) {
    result = driver.cuCtxPushCurrent_v2(state.context);
  }
  ~ContextScope() {
    cuda::Context popped;
    if (result == cuda::kSuccess)
      driver.cuCtxPopCurrent_v2(&popped);
  }
  ContextScope(const ContextScope &) = delete;
  ContextScope &operator=(const ContextScope &) = delete;

  cuda::Result result;

private:
  const cuda::Driver &driver;
};

/// What the driver says to a result that is no success.
inline void describe(Message &message, const cuda::Driver &driver,
                     cuda::Result result) {
  const char *name = nullptr, *text = nullptr;
  driver.cuGetErrorName(result, &name);
  driver.cuGetErrorString(result, &text);
  if (name)
    message << name;
  else
    message << "error " << static_cast<uint64_t>(result);
  if (text)
    message << ", " << text;
}

/// Where things are in the arena: first the workspace, then room for each
/// tensor that a caller has elsewhere.
inline uint64_t alignToDevice(uint64_t bytes) {
  return (bytes + kDeviceAlignment - 1) / kDeviceAlignment * kDeviceAlignment;
}

inline uint64_t tensorBytes(const DeviceTensor &tensor, uint64_t batch) {
  return tensor.bytes + tensor.bytesPerSample * batch;
}

/// Of the tensor with this index, or, of the index behind the last, the end.
inline uint64_t placeOfTensor(const DeviceProgram &program, uint64_t batch,
                              uint64_t index) {
  uint64_t place = alignToDevice(program.workspaceBytes * batch);
  for (uint64_t before = 0; before < index; ++before)
    place += alignToDevice(tensorBytes(program.tensors[before], batch));
  return place;
}

/// Allocates an arena for runs of up to `batch` samples, in place of the one
/// that is there, which no run uses any more.
quantc_status reserveArena(DeviceState &state, uint64_t batch,
                           Message &message);

/// Destroys the graphs, which have addresses in the arena.
void dropGraphs(DeviceState &state);
void dropGraph(DeviceState &state, DeviceGraph &graph);

} // namespace quantc

#endif // QUANTC_LIB_RUNTIME_EMBEDDED_DEVICESTATE_H
