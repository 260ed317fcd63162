//===- DriverWork.cpp - Streams, events, graphs and launches -----------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// All streams are one queue, in the order in which work comes: that is one of
// the orders that there may be.
//
//===----------------------------------------------------------------------===//

#include "World.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

using namespace standin;

namespace {

/// What a launch may ask of the GPU.
Result verifyLaunch(const FunctionObject &function, const Grid &grid) {
  uint64_t threads =
      uint64_t{grid.threads[0]} * grid.threads[1] * grid.threads[2];
  const Kernel &kernel = *function.kernel;
  constexpr uint64_t kMaxThreads = 1024, kMaxGridYZ = 65535;
  if (threads == 0 || threads > kMaxThreads || grid.blocks[0] == 0 ||
      grid.blocks[0] > 0x7fffffff || grid.blocks[1] == 0 ||
      grid.blocks[1] > kMaxGridYZ || grid.blocks[2] == 0 ||
      grid.blocks[2] > kMaxGridYZ ||
      grid.sharedBytes > function.maxDynamicShared ||
      (kernel.requiredThreads && threads != kernel.requiredThreads))
    return kInvalidValue;
  if (kernel.maxThreads && threads > kernel.maxThreads)
    return kLaunchOutOfResources;
  return kSuccess;
}

void runNode(const NodeObject &node) {
  const Kernel &kernel = *node.function->kernel;
  auto start = std::chrono::steady_clock::now();
  try {
    uint64_t executed =
        runGrid(kernel, node.grid, world().memory, node.parameters.data());
    std::chrono::duration<double> seconds =
        std::chrono::steady_clock::now() - start;
    if (world().machine.tellsTime)
      std::fprintf(stderr, "stand-in: %s: %llu lane-instructions in %.3f s\n",
                   kernel.name.c_str(),
                   static_cast<unsigned long long>(executed), seconds.count());
  } catch (const Fault &fault) {
    std::fprintf(stderr, "stand-in: %s\n", fault.what());
    world().sticky = fault.code;
  }
}

Result fillNode(NodeObject &node, const NodeParameters &parameters) {
  node.function = parameters.function;
  if (!node.function || parameters.extra)
    return kInvalidValue;
  std::copy(parameters.blocks, parameters.blocks + 3, node.grid.blocks);
  std::copy(parameters.threads, parameters.threads + 3, node.grid.threads);
  node.grid.sharedBytes = parameters.sharedBytes;
  const Kernel &kernel = *node.function->kernel;
  node.parameters.assign(kernel.parameterBytes, 0);
  for (size_t index = 0; index < kernel.parameterOffsets.size(); ++index)
    std::memcpy(node.parameters.data() + kernel.parameterOffsets[index],
                parameters.parameters[index], kernel.parameterSizes[index]);
  return verifyLaunch(*node.function, node.grid);
}

} // namespace

API cuStreamCreate(StreamObject **stream, uint32_t) {
  return create(world().streams, stream);
}

API cuStreamDestroy_v2(StreamObject *stream) {
  return destroy(world().streams, stream);
}

API cuStreamSynchronize(StreamObject *stream) {
  Guard guard(world().mutex);
  return isStream(stream) ? world().drain() : kInvalidHandle;
}

// All streams are one queue: what waits for an event is behind it already.
API cuStreamWaitEvent(StreamObject *stream, EventObject *event, uint32_t) {
  Guard guard(world().mutex);
  if (!isStream(stream) || !world().events.count(event))
    return kInvalidHandle;
  return world().sticky;
}

API cuEventCreate(EventObject **event, uint32_t) {
  return create(world().events, event);
}

API cuEventDestroy_v2(EventObject *event) {
  return destroy(world().events, event);
}

API cuEventRecord(EventObject *event, StreamObject *stream) {
  Guard guard(world().mutex);
  if (!isStream(stream) || !world().events.count(event))
    return kInvalidHandle;
  enqueue([event] { event->time = std::chrono::steady_clock::now(); });
  return world().sticky;
}

API cuEventElapsedTime(float *milliseconds, EventObject *begin,
                       EventObject *end) {
  Guard guard(world().mutex);
  if (!world().events.count(begin) || !world().events.count(end))
    return kInvalidHandle;
  *milliseconds =
      std::chrono::duration<float, std::milli>(end->time - begin->time).count();
  return world().drain();
}

API cuEventSynchronize(EventObject *event) {
  Guard guard(world().mutex);
  return world().events.count(event) ? world().drain() : kInvalidHandle;
}

API cuGraphCreate(GraphObject **graph, uint32_t) {
  return create(world().graphs, graph);
}

API cuGraphDestroy(GraphObject *graph) {
  return destroy(world().graphs, graph);
}

API cuGraphAddKernelNode(NodeObject **node, GraphObject *graph,
                         NodeObject *const *dependencies, size_t count,
                         const NodeParameters *parameters) {
  Guard guard(world().mutex);
  if (!world().graphs.count(graph))
    return kInvalidHandle;
  // A chain: nodes are kept in the order in which they may run.
  bool isChain = graph->nodes.empty()
                     ? count == 0
                     : count == 1 && dependencies[0] == &graph->nodes.back();
  if (!isChain)
    return kInvalidValue;
  NodeObject filled;
  if (Result result = fillNode(filled, *parameters))
    return result;
  graph->nodes.push_back(std::move(filled));
  *node = &graph->nodes.back();
  return kSuccess;
}

API cuGraphInstantiateWithFlags(ExecObject **exec, GraphObject *graph,
                                uint64_t) {
  Guard guard(world().mutex);
  if (!world().graphs.count(graph))
    return kInvalidHandle;
  *exec = new ExecObject{graph, {graph->nodes.begin(), graph->nodes.end()}};
  world().execs.insert(*exec);
  return kSuccess;
}

API cuGraphExecDestroy(ExecObject *exec) {
  return destroy(world().execs, exec);
}

API cuGraphExecKernelNodeSetParams(ExecObject *exec, NodeObject *node,
                                   const NodeParameters *parameters) {
  Guard guard(world().mutex);
  if (!world().execs.count(exec) || !world().graphs.count(exec->graph))
    return kInvalidHandle;
  size_t index = 0;
  for (NodeObject &candidate : exec->graph->nodes) {
    if (&candidate == node)
      return fillNode(exec->nodes[index], *parameters);
    ++index;
  }
  return kInvalidValue;
}

API cuGraphLaunch(ExecObject *exec, StreamObject *stream) {
  Guard guard(world().mutex);
  if (!isStream(stream) || !world().execs.count(exec))
    return kInvalidHandle;
  // As it is now: later changes are for later launches.
  enqueue([nodes = exec->nodes] {
    for (const NodeObject &node : nodes)
      if (world().sticky == kSuccess)
        runNode(node);
  });
  return world().sticky;
}

API cuLaunchKernel(FunctionObject *function, uint32_t x, uint32_t y, uint32_t z,
                   uint32_t threadsX, uint32_t threadsY, uint32_t threadsZ,
                   uint32_t sharedBytes, StreamObject *stream,
                   void **parameters, void **extra) {
  Guard guard(world().mutex);
  if (!isStream(stream))
    return kInvalidHandle;
  NodeObject node;
  if (Result result = fillNode(node, {function,
                                      {x, y, z},
                                      {threadsX, threadsY, threadsZ},
                                      sharedBytes,
                                      parameters,
                                      extra}))
    return result;
  enqueue([node] { runNode(node); });
  return world().sticky;
}
