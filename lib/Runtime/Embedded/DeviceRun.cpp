//===- DeviceRun.cpp - Runs a network on a GPU ----------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A run copies what the caller has in host memory, and starts all launches at
// once, as a graph that is kept for each batch. Runs of any number of threads
// share the arena: they are one after the other on the GPU.
//
//===----------------------------------------------------------------------===//

#include "DeviceState.h"
#include "Lock.h"

using namespace quantc;

namespace {

class Runner {
public:
  Runner(DeviceState &state, const quantc_run_args &args, Message &message)
      : state(state), driver(state.driver), program(*state.program), args(args),
        message(message), batch(static_cast<uint64_t>(args.batch)),
        stream(args.stream ? static_cast<cuda::Stream>(args.stream)
                           : state.stream) {}

  quantc_status run();

private:
  quantc_status enqueue();
  quantc_status placeTensors(cuda::Address *tensors);
  quantc_status placeTensor(uint64_t index, cuda::Address &place);
  quantc_status verifyRange(const DeviceTensor &tensor, cuda::Address address);
  quantc_status copyInputs(const cuda::Address *tensors);
  quantc_status copyOutputs(const cuda::Address *tensors);
  quantc_status copy(cuda::Address to, cuda::Address from, uint64_t bytes);
  DeviceGraph &chooseGraph();
  quantc_status buildGraph(DeviceGraph &graph, const cuda::Address *tensors);
  quantc_status updateGraph(DeviceGraph &graph, const cuda::Address *tensors);

  cuda::Address callersAddress(uint64_t index) const {
    const void *pointer = index < program.inputCount
                              ? args.inputs[index]
                              : args.outputs[index - program.inputCount];
    return reinterpret_cast<cuda::Address>(pointer);
  }
  bool isHost(cuda::Address address) const {
    uint32_t type = 0;
    return driver.cuPointerGetAttribute(&type, cuda::kMemoryType, address) !=
               cuda::kSuccess ||
           type == cuda::kHostMemory;
  }
  cuda::Address staging(uint64_t index) const {
    return state.arena + placeOfTensor(program, state.arenaBatch, index);
  }
  quantc_status fail(const char *what, cuda::Result result) {
    message << what << ": ";
    describe(message, driver, result);
    return QUANTC_ERROR_DEVICE;
  }

  quantc_status failMap(uint32_t index, cuda::Result result) {
    message << "kernel '" << program.launches[index].kernel << "', batch of "
            << batch << ": ";
    return fail("its tensor cannot be described to the GPU", result);
  }

  DeviceState &state;
  const cuda::Driver &driver;
  const DeviceProgram &program;
  const quantc_run_args &args;
  Message &message;
  uint64_t batch;
  cuda::Stream stream;
  bool isAwaited = true; // a caller may use what it has in host memory
};

/// One launch of a graph with the addresses of its arguments.
class Launch {
public:
  Launch(DeviceState &state, uint32_t index, uint64_t batch,
         const cuda::Address *tensors)
      : batch(batch) {
    const DeviceLaunch &launch = state.program->launches[index];
    uint32_t mapCount = 0;
    for (uint32_t number = 0; number < launch.argumentCount; ++number) {
      const DevicePointer &argument = launch.arguments[number];
      addresses[number] = addressOf(state, argument, tensors);
      parameters[number] = &addresses[number];
      if (!argument.map)
        continue;
      cuda::TensorMap &map = maps[mapCount++];
      parameters[number] = &map;
      if (result == cuda::kSuccess)
        result = encode(state.driver, *argument.map, addresses[number], map);
    }
    parameters[launch.argumentCount] = &this->batch;
    uint64_t blocks =
        (batch * launch.itemsPerSample + launch.itemsPerBlock - 1) /
        launch.itemsPerBlock;
    node = {};
    node.function = state.functions()[index];
    node.gridY = launch.gridY;
    node.gridZ = launch.gridZ;
    if (launch.residentBlocks > 0) {
      blocks *= uint64_t{launch.gridY} * launch.gridZ;
      node.gridY = node.gridZ = 1;
    }
    node.gridX = gridAlongX(state, launch, blocks);
    node.blockX = launch.threads;
    node.blockY = node.blockZ = 1;
    node.sharedBytes = launch.sharedBytes;
    node.parameters = parameters;
    // CUDA Programming Guide: the largest grid.x is 2^31 - 1.
    isTooLarge = blocks > 0x7fffffff;
  }
  Launch(const Launch &) = delete;
  Launch &operator=(const Launch &) = delete;

  cuda::KernelNode node;
  bool isTooLarge;
  cuda::Result result = cuda::kSuccess; // of what the node needs

private:
  static uint32_t gridAlongX(const DeviceState &state,
                             const DeviceLaunch &launch, uint64_t tiles) {
    uint64_t resident = uint64_t{launch.residentBlocks} * state.multiprocessors;
    return static_cast<uint32_t>(resident > 0 && resident < tiles ? resident
                                                                  : tiles);
  }
  cuda::Result encode(const cuda::Driver &driver, const DeviceTensorMap &map,
                      cuda::Address address, cuda::TensorMap &result) const {
    uint64_t extents[kDeviceMapRank], strides[kDeviceMapRank];
    uint32_t box[kDeviceMapRank], steps[kDeviceMapRank];
    for (uint64_t axis = 0; axis < map.rank; ++axis) {
      const DeviceDimension &dimension = map.dimensions[axis];
      bool isSamples = map.isPerSample && axis + 1 == map.rank;
      extents[axis] = dimension.extent * (isSamples ? batch : 1);
      strides[axis] = dimension.stride;
      box[axis] = static_cast<uint32_t>(dimension.box);
      steps[axis] = static_cast<uint32_t>(dimension.step);
    }
    if (map.windows)
      return encodeWindows(driver, map, address, extents, strides + 1, steps,
                           result);
    return driver.cuTensorMapEncodeTiled(
        &result, cuda::kBytes, static_cast<uint32_t>(map.rank),
        address + map.offset, extents, strides + 1, box, steps,
        cuda::kNotInterleaved, swizzleOf(map), cuda::kPromoteTo256,
        cuda::kFillZeros);
  }
  /// Windows begin between two corners, which are from the first element of the
  /// image and from the last one.
  static cuda::Result
  encodeWindows(const cuda::Driver &driver, const DeviceTensorMap &map,
                cuda::Address address, const uint64_t *extents,
                const uint64_t *strides, const uint32_t *steps,
                cuda::TensorMap &result) {
    int32_t lower[kDeviceImageRank - 2], upper[kDeviceImageRank - 2];
    for (uint32_t axis = 0; axis < kDeviceImageRank - 2; ++axis) {
      const DeviceDimension &dimension = map.dimensions[axis + 1];
      lower[axis] = -static_cast<int32_t>(dimension.low);
      upper[axis] = 1 + static_cast<int32_t>(dimension.high) -
                    static_cast<int32_t>(dimension.box);
    }
    return driver.cuTensorMapEncodeIm2col(
        &result, cuda::kBytes, kDeviceImageRank, address + map.offset, extents,
        strides, lower, upper, static_cast<uint32_t>(map.dimensions[0].box),
        static_cast<uint32_t>(map.windows), steps, cuda::kNotInterleaved,
        swizzleOf(map), cuda::kPromoteTo256, cuda::kFillZeros);
  }
  static cuda::TensorMapSwizzle swizzleOf(const DeviceTensorMap &map) {
    return map.swizzle == 128  ? cuda::kSwizzle128
           : map.swizzle == 64 ? cuda::kSwizzle64
           : map.swizzle == 32 ? cuda::kSwizzle32
                               : cuda::kNoSwizzle;
  }
  cuda::Address addressOf(const DeviceState &state,
                          const DevicePointer &argument,
                          const cuda::Address *tensors) const {
    switch (argument.space) {
    case DeviceSpace::Constants:
      return state.constants + argument.offset;
    case DeviceSpace::Workspace:
      return state.arena + argument.offset * batch;
    case DeviceSpace::Input:
      return tensors[argument.index];
    case DeviceSpace::Output:
      return tensors[state.program->inputCount + argument.index];
    }
    return 0;
  }

  uint64_t batch;
  cuda::Address addresses[kDeviceArguments];
  cuda::TensorMap maps[kDeviceMaps];
  void *parameters[kDeviceArguments + 1];
};

bool usesTensors(const DeviceLaunch &launch) {
  for (uint32_t index = 0; index < launch.argumentCount; ++index)
    if (launch.arguments[index].space >= DeviceSpace::Input)
      return true;
  return false;
}

quantc_status Runner::verifyRange(const DeviceTensor &tensor,
                                  cuda::Address address) {
  int32_t device = state.device;
  driver.cuPointerGetAttribute(&device, cuda::kDeviceOrdinal, address);
  if (device != state.device) {
    message << "'" << tensor.name << "' is in the memory of GPU "
            << static_cast<uint64_t>(device)
            << ", but the network was prepared on GPU "
            << static_cast<uint64_t>(state.device)
            << ": copy it there, or prepare with a context of that GPU current";
    return QUANTC_ERROR_ARGUMENT;
  }
  // Memory may be mapped in pieces, one behind the other.
  uint64_t needed = tensorBytes(tensor, batch);
  cuda::Address end = address, begin = 0;
  size_t size = 0;
  while (end - address < needed &&
         driver.cuMemGetAddressRange_v2(&begin, &size, end) == cuda::kSuccess)
    end = begin + size;
  if (end == address || end - address >= needed)
    return QUANTC_OK;
  message << "'" << tensor.name << "' needs " << needed
          << " bytes of the GPU's memory for a batch of " << batch
          << ", but its pointer is to " << end - address;
  return QUANTC_ERROR_ARGUMENT;
}

/// In the GPU's memory kernels use a tensor where the caller has it.
quantc_status Runner::placeTensor(uint64_t index, cuda::Address &place) {
  place = callersAddress(index);
  if (isHost(place)) {
    place = staging(index);
    isAwaited = true;
    return QUANTC_OK;
  }
  quantc_status status = verifyRange(program.tensors[index], place);
  if (place % kTensorAlignment)
    place = staging(index);
  return status;
}

quantc_status Runner::placeTensors(cuda::Address *tensors) {
  isAwaited = !args.stream;
  for (uint64_t index = 0; index < state.tensorCount(); ++index)
    if (quantc_status status = placeTensor(index, tensors[index]))
      return status;
  return QUANTC_OK;
}

/// By the place of both; one of them is in the arena.
quantc_status Runner::copy(cuda::Address to, cuda::Address from,
                           uint64_t bytes) {
  if (to == from || bytes == 0)
    return QUANTC_OK;
  cuda::Result result;
  if (isHost(from))
    result = driver.cuMemcpyHtoDAsync_v2(
        to, reinterpret_cast<const void *>(from), bytes, stream);
  else if (isHost(to))
    result = driver.cuMemcpyDtoHAsync_v2(reinterpret_cast<void *>(to), from,
                                         bytes, stream);
  else
    result = driver.cuMemcpyDtoDAsync_v2(to, from, bytes, stream);
  if (result != cuda::kSuccess)
    return fail("an input or output is not copied", result);
  return QUANTC_OK;
}

quantc_status Runner::copyInputs(const cuda::Address *tensors) {
  for (uint64_t index = 0; index < program.inputCount; ++index)
    if (quantc_status status = copy(tensors[index], callersAddress(index),
                                    tensorBytes(program.tensors[index], batch)))
      return status;
  return QUANTC_OK;
}

quantc_status Runner::copyOutputs(const cuda::Address *tensors) {
  for (uint64_t index = program.inputCount; index < state.tensorCount();
       ++index)
    if (quantc_status status = copy(callersAddress(index), tensors[index],
                                    tensorBytes(program.tensors[index], batch)))
      return status;
  return QUANTC_OK;
}

/// That of this batch; else one to be built, in the place of the oldest.
DeviceGraph &Runner::chooseGraph() {
  for (DeviceGraph &graph : state.graphs)
    if (graph.batch == batch)
      return graph;
  DeviceGraph &oldest = state.graphs[state.nextGraph];
  state.nextGraph = (state.nextGraph + 1) % kDeviceGraphs;
  if (oldest.exec)
    driver.cuEventSynchronize(state.done);
  dropGraph(state, oldest);
  return oldest;
}

quantc_status Runner::buildGraph(DeviceGraph &graph,
                                 const cuda::Address *tensors) {
  cuda::Result result = driver.cuGraphCreate(&graph.graph, 0);
  cuda::GraphNode *nodes = state.nodes(graph);
  for (uint32_t index = 0;
       result == cuda::kSuccess && index < program.launchCount; ++index) {
    Launch launch(state, index, batch, tensors);
    if (launch.isTooLarge) {
      message << "kernel '" << program.launches[index].kernel
              << "' cannot run a batch of " << batch
              << " at once: use a smaller batch";
      return QUANTC_ERROR_BATCH;
    }
    if (launch.result != cuda::kSuccess)
      return failMap(index, launch.result);
    result = driver.cuGraphAddKernelNode(
        &nodes[index], graph.graph, index > 0 ? &nodes[index - 1] : nullptr,
        index > 0 ? 1 : 0, &launch.node);
  }
  if (result == cuda::kSuccess)
    result = driver.cuGraphInstantiateWithFlags(&graph.exec, graph.graph, 0);
  if (result == cuda::kOutOfMemory) {
    message << "the GPU has no memory left to start the network: end other "
               "programs that use it";
    return QUANTC_ERROR_MEMORY;
  }
  if (result != cuda::kSuccess)
    return fail("the network cannot be started", result);
  for (uint64_t index = 0; index < state.tensorCount(); ++index)
    state.tensors(graph)[index] = tensors[index];
  graph.batch = batch;
  return QUANTC_OK;
}

/// Where the caller brings other pointers than in the run before.
quantc_status Runner::updateGraph(DeviceGraph &graph,
                                  const cuda::Address *tensors) {
  cuda::Address *used = state.tensors(graph);
  bool isSame = true;
  for (uint64_t index = 0; index < state.tensorCount(); ++index)
    isSame &= used[index] == tensors[index];
  if (isSame)
    return QUANTC_OK;
  for (uint32_t index = 0; index < program.launchCount; ++index) {
    if (!usesTensors(program.launches[index]))
      continue;
    Launch launch(state, index, batch, tensors);
    cuda::Result result = launch.result;
    if (result == cuda::kSuccess)
      result = driver.cuGraphExecKernelNodeSetParams(
          graph.exec, state.nodes(graph)[index], &launch.node);
    if (result == cuda::kSuccess)
      continue;
    dropGraph(state, graph); // parts of it have the new pointers
    if (launch.result != cuda::kSuccess)
      return failMap(index, result);
    return fail("the network cannot be started", result);
  }
  for (uint64_t index = 0; index < state.tensorCount(); ++index)
    used[index] = tensors[index];
  return QUANTC_OK;
}

quantc_status Runner::enqueue() {
  if (quantc_status status = reserveArena(state, batch, message))
    return status;
  cuda::Address tensors[kDeviceTensors];
  quantc_status status = placeTensors(tensors);
  if (status != QUANTC_OK)
    return status;
  DeviceGraph &graph = chooseGraph();
  status =
      graph.exec ? updateGraph(graph, tensors) : buildGraph(graph, tensors);
  if (status != QUANTC_OK) {
    if (!graph.batch)
      dropGraph(state, graph);
    return status;
  }
  cuda::Result result = driver.cuStreamWaitEvent(stream, state.done, 0);
  if (result != cuda::kSuccess)
    return fail("the run's stream takes no work", result);
  status = copyInputs(tensors);
  if (status == QUANTC_OK) {
    result = driver.cuGraphLaunch(graph.exec, stream);
    if (result != cuda::kSuccess)
      status = fail("the network cannot be started", result);
  }
  if (status == QUANTC_OK)
    status = copyOutputs(tensors);
  driver.cuEventRecord(state.done, stream);
  return status;
}

quantc_status Runner::run() {
  ContextScope scope(state);
  if (scope.result != cuda::kSuccess)
    return fail("the GPU cannot be used", scope.result);
  quantc_status status;
  {
    Lock lock(state.lock);
    status = enqueue();
  }
  // After an error, too, nothing uses the caller's memory any more.
  if (!isAwaited && status == QUANTC_OK)
    return status;
  cuda::Result result = driver.cuStreamSynchronize(stream);
  if (status == QUANTC_OK && result != cuda::kSuccess)
    return fail("the network did not run to its end", result);
  return status;
}

quantc_status verify(const DeviceProgram &program, const quantc_run_args &args,
                     Message &message) {
  if (args.batch < 0) {
    message << "expected a batch of 0 or more";
    return QUANTC_ERROR_BATCH;
  }
  if (program.fixedBatch != QUANTC_DIM_BATCH &&
      args.batch != program.fixedBatch) {
    message << "expected the batch that the network was compiled for "
               "(fixed_batch of the model)";
    return QUANTC_ERROR_BATCH;
  }
  if (args.batch == 0)
    return QUANTC_OK;
  bool areThere = args.outputs && (args.inputs || program.inputCount == 0);
  for (uint32_t index = 0; areThere && index < program.inputCount; ++index)
    areThere = args.inputs[index];
  for (uint32_t index = 0; areThere && index < program.outputCount; ++index)
    areThere = args.outputs[index];
  if (areThere)
    return QUANTC_OK;
  message << "expected as many inputs and outputs as the model has, none of "
             "them null";
  return QUANTC_ERROR_ARGUMENT;
}

} // namespace

extern "C" {

// The memory is all on the GPU.
uint64_t quantc_device_workspace_bytes(const void *, int64_t) { return 0; }

quantc_status quantc_device_run(const void *memory,
                                const quantc_run_args *args) {
  // What changes is behind a lock.
  DeviceState &state = DeviceState::of(const_cast<void *>(memory));
  Message message;
  quantc_status status = verify(*state.program, *args, message);
  if (status == QUANTC_OK && args->batch > 0)
    status = Runner(state, *args, message).run();
  if (status != QUANTC_OK && args->report_error)
    args->report_error(args->error_context, status, message.get());
  return status;
}

} // extern "C"
