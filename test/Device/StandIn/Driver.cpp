//===- Driver.cpp - The driver API on memory of the process ---------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The functions of libcuda that the embedded runtime calls, with the results
// that the CUDA Driver API reference promises. Work is put off until somebody
// waits for it: who reads too early has what was there before. An error of a
// kernel stays, as on a GPU, and is told on stderr.
//
//===----------------------------------------------------------------------===//

#include "Decode.h"
#include "Device.h"
#include "Launch.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <set>

using namespace standin;

namespace {

using Result = int32_t;
enum : Result {
  kSuccess = 0,
  kInvalidValue = 1,
  kOutOfMemory = 2,
  kNotInitialized = 3,
  kNoDevice = 100,
  kInvalidDevice = 101,
  kInvalidContext = 201,
  kNoBinary = 209,
  kInvalidPTX = 218,
  kUnsupportedPTXVersion = 222,
  kInvalidHandle = 400,
  kNotFound = 500,
  kLaunchOutOfResources = 701,
};

struct ResultText {
  Result result;
  const char *name, *text;
};
constexpr ResultText kTexts[] = {
    {kSuccess, "CUDA_SUCCESS", "no error"},
    {kInvalidValue, "CUDA_ERROR_INVALID_VALUE", "invalid argument"},
    {kOutOfMemory, "CUDA_ERROR_OUT_OF_MEMORY", "out of memory"},
    {kNotInitialized, "CUDA_ERROR_NOT_INITIALIZED", "initialization error"},
    {kNoDevice, "CUDA_ERROR_NO_DEVICE", "no CUDA-capable device is detected"},
    {kInvalidDevice, "CUDA_ERROR_INVALID_DEVICE", "invalid device ordinal"},
    {kInvalidContext, "CUDA_ERROR_INVALID_CONTEXT", "invalid device context"},
    {kNoBinary, "CUDA_ERROR_NO_BINARY_FOR_GPU",
     "no kernel image is available for execution on the device"},
    {kInvalidPTX, "CUDA_ERROR_INVALID_PTX", "a PTX JIT compilation failed"},
    {kUnsupportedPTXVersion, "CUDA_ERROR_UNSUPPORTED_PTX_VERSION",
     "the provided PTX was compiled with an unsupported toolchain."},
    {kInvalidHandle, "CUDA_ERROR_INVALID_HANDLE", "invalid resource handle"},
    {kNotFound, "CUDA_ERROR_NOT_FOUND", "named symbol not found"},
    {kIllegalAddress, "CUDA_ERROR_ILLEGAL_ADDRESS",
     "an illegal memory access was encountered"},
    {kLaunchOutOfResources, "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES",
     "too many resources requested for launch"},
    {kLaunchTimeout, "CUDA_ERROR_LAUNCH_TIMEOUT",
     "the launch timed out and was terminated"},
    {kIllegalInstruction, "CUDA_ERROR_ILLEGAL_INSTRUCTION",
     "an illegal instruction was encountered"},
    {kMisalignedAddress, "CUDA_ERROR_MISALIGNED_ADDRESS", "misaligned address"},
    {kLaunchFailed, "CUDA_ERROR_LAUNCH_FAILED", "unspecified launch failure"},
    {802, "CUDA_ERROR_SYSTEM_NOT_READY", "system not yet initialized"},
};

struct ContextObject {
  int32_t device;
  uint32_t references = 0;
};
struct ModuleObject;
struct FunctionObject {
  ModuleObject *module;
  const Kernel *kernel;
  uint64_t maxDynamicShared = 48 * 1024;
};
struct ModuleObject {
  Program program;
  std::deque<FunctionObject> functions;
  int32_t device;
};
struct StreamObject {};
struct EventObject {
  std::chrono::steady_clock::time_point time; // when it was come to
};

/// CUDA_KERNEL_NODE_PARAMS_v1.
struct NodeParameters {
  FunctionObject *function;
  uint32_t blocks[3], threads[3];
  uint32_t sharedBytes;
  void **parameters;
  void **extra;
};
struct NodeObject {
  FunctionObject *function;
  Grid grid;
  std::vector<uint8_t> parameters;
};
struct GraphObject {
  std::deque<NodeObject> nodes;
};
struct ExecObject {
  GraphObject *graph;
  std::vector<NodeObject> nodes; // in order
};

/// All that there is, behind one lock.
struct World {
  std::recursive_mutex mutex;
  Machine machine = Machine::fromEnvironment();
  bool isInitialized = false;
  Memory memory;
  std::vector<ContextObject> contexts;
  std::deque<std::function<void()>> work;
  Result sticky = kSuccess;
  std::set<void *> modules, streams, events, graphs, execs;

  size_t liveObjects() const {
    size_t count = modules.size() + streams.size() + events.size() +
                   graphs.size() + execs.size() + memory.count();
    for (const ContextObject &context : contexts)
      count += context.references;
    return count;
  }
  /// Does all that was put off.
  Result drain() {
    while (!work.empty()) {
      std::function<void()> next = std::move(work.front());
      work.pop_front();
      if (sticky == kSuccess)
        next();
    }
    return sticky;
  }
};

World &world() {
  static World *instance = new World; // used until the very end
  return *instance;
}

thread_local std::vector<ContextObject *> currentContexts;

using Guard = std::lock_guard<std::recursive_mutex>;

template <typename T> Result destroy(std::set<void *> &live, T *object) {
  Guard guard(world().mutex);
  if (live.erase(object) == 0)
    return kInvalidHandle;
  world().drain();
  delete object;
  return kSuccess;
}

template <typename T> Result create(std::set<void *> &live, T **result) {
  Guard guard(world().mutex);
  if (currentContexts.empty())
    return kInvalidContext;
  *result = new T;
  live.insert(*result);
  return kSuccess;
}

bool isDevice(int32_t device) {
  return device >= 0 &&
         device < static_cast<int32_t>(world().machine.capabilities.size());
}

void enqueue(std::function<void()> task) {
  world().work.push_back(std::move(task));
}

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

/// A message for CU_JIT_ERROR_LOG_BUFFER among the options.
void writeLog(uint32_t count, const int32_t *options, void **values,
              const std::string &text) {
  constexpr int32_t kBuffer = 5, kBytes = 6;
  char *buffer = nullptr;
  size_t bytes = 0;
  for (uint32_t index = 0; index < count; ++index) {
    if (options[index] == kBuffer)
      buffer = static_cast<char *>(values[index]);
    if (options[index] == kBytes)
      bytes = reinterpret_cast<size_t>(values[index]);
  }
  if (buffer && bytes > 0)
    std::snprintf(buffer, bytes, "%s", text.c_str());
}

} // namespace

#define API extern "C" __attribute__((visibility("default"))) Result

/// For tests: what was not given back.
extern "C" __attribute__((visibility("default"))) size_t standinLiveObjects() {
  Guard guard(world().mutex);
  world().drain();
  return world().liveObjects();
}

API cuInit(uint32_t flags) {
  Guard guard(world().mutex);
  if (flags)
    return kInvalidValue;
  if (world().machine.init)
    return world().machine.init;
  if (world().machine.capabilities.empty())
    return kNoDevice;
  world().contexts.resize(world().machine.capabilities.size());
  for (size_t index = 0; index < world().contexts.size(); ++index)
    world().contexts[index].device = static_cast<int32_t>(index);
  world().isInitialized = true;
  return kSuccess;
}

API cuDriverGetVersion(int32_t *version) {
  *version = world().machine.driver;
  return kSuccess;
}

API cuGetErrorName(Result result, const char **name) {
  for (const ResultText &row : kTexts)
    if (row.result == result) {
      *name = row.name;
      return kSuccess;
    }
  *name = nullptr;
  return kInvalidValue;
}

API cuGetErrorString(Result result, const char **text) {
  for (const ResultText &row : kTexts)
    if (row.result == result) {
      *text = row.text;
      return kSuccess;
    }
  *text = nullptr;
  return kInvalidValue;
}

API cuDeviceGetCount(int32_t *count) {
  *count = static_cast<int32_t>(world().machine.capabilities.size());
  return world().isInitialized ? kSuccess : kNotInitialized;
}

API cuDeviceGet(int32_t *device, int32_t ordinal) {
  if (!isDevice(ordinal))
    return kInvalidDevice;
  *device = ordinal;
  return kSuccess;
}

API cuDeviceGetName(char *name, int32_t length, int32_t device) {
  if (!isDevice(device))
    return kInvalidDevice;
  std::snprintf(name, length, "Stand-in %d", device);
  return kSuccess;
}

API cuDeviceGetAttribute(int32_t *value, int32_t attribute, int32_t device) {
  constexpr int32_t kMajor = 75, kMinor = 76;
  if (!isDevice(device))
    return kInvalidDevice;
  auto capability = static_cast<int32_t>(world().machine.capabilities[device]);
  if (attribute == kMajor)
    *value = capability / 10;
  else if (attribute == kMinor)
    *value = capability % 10;
  else
    return kInvalidValue;
  return kSuccess;
}

API cuDevicePrimaryCtxRetain(ContextObject **context, int32_t device) {
  Guard guard(world().mutex);
  if (!world().isInitialized)
    return kNotInitialized;
  if (!isDevice(device))
    return kInvalidDevice;
  *context = &world().contexts[device];
  ++(*context)->references;
  return kSuccess;
}

API cuDevicePrimaryCtxRelease_v2(int32_t device) {
  Guard guard(world().mutex);
  if (!isDevice(device) || world().contexts[device].references == 0)
    return kInvalidContext;
  --world().contexts[device].references;
  return kSuccess;
}

API cuCtxGetCurrent(ContextObject **context) {
  *context = currentContexts.empty() ? nullptr : currentContexts.back();
  return kSuccess;
}

API cuCtxGetDevice(int32_t *device) {
  if (currentContexts.empty())
    return kInvalidContext;
  *device = currentContexts.back()->device;
  return kSuccess;
}

API cuCtxPushCurrent_v2(ContextObject *context) {
  if (!context || context->references == 0)
    return kInvalidContext;
  currentContexts.push_back(context);
  return kSuccess;
}

API cuCtxPopCurrent_v2(ContextObject **context) {
  if (currentContexts.empty())
    return kInvalidContext;
  *context = currentContexts.back();
  currentContexts.pop_back();
  return kSuccess;
}

API cuModuleLoadDataEx(ModuleObject **module, const void *image, uint32_t count,
                       int32_t *options, void **values) {
  Guard guard(world().mutex);
  if (currentContexts.empty())
    return kInvalidContext;
  const char *text = static_cast<const char *>(image);
  if (std::memcmp(text, "\177ELF", 4) == 0)
    return kNoBinary; // machine code is for chips
  int32_t device = currentContexts.back()->device;
  auto loaded = std::make_unique<ModuleObject>();
  loaded->device = device;
  try {
    Ptx ptx = parsePtx(text);
    if (ptx.version > world().machine.ptx)
      return kUnsupportedPTXVersion;
    if (!runsOn(ptx.target, world().machine.capabilities[device]))
      return kNoBinary;
    loaded->program = decode(ptx, world().memory, device);
  } catch (const PtxError &error) {
    writeLog(count, options, values, error.what());
    return kInvalidPTX;
  }
  for (const Kernel &kernel : loaded->program.kernels)
    loaded->functions.push_back({loaded.get(), &kernel});
  world().modules.insert(loaded.get());
  *module = loaded.release();
  return kSuccess;
}

API cuModuleUnload(ModuleObject *module) {
  Guard guard(world().mutex);
  if (!world().modules.count(module))
    return kInvalidHandle;
  world().drain();
  for (uint64_t address : module->program.globals)
    world().memory.release(address);
  return destroy(world().modules, module);
}

API cuModuleGetFunction(FunctionObject **function, ModuleObject *module,
                        const char *name) {
  Guard guard(world().mutex);
  if (!world().modules.count(module))
    return kInvalidHandle;
  for (FunctionObject &candidate : module->functions)
    if (candidate.kernel->name == name) {
      *function = &candidate;
      return kSuccess;
    }
  return kNotFound;
}

API cuFuncSetAttribute(FunctionObject *function, int32_t attribute,
                       int32_t value) {
  // CUDA Programming Guide, technical specifications: of 9.0 and 8.0.
  constexpr int32_t kMaxDynamicShared = 8;
  uint32_t capability = world().machine.capabilities[function->module->device];
  int32_t most = capability >= 90   ? 227 * 1024
                 : capability == 80 ? 163 * 1024
                 : capability >= 86 ? 99 * 1024
                                    : 64 * 1024;
  if (attribute != kMaxDynamicShared || value < 0 ||
      value + function->kernel->sharedBytes > static_cast<uint64_t>(most))
    return kInvalidValue;
  function->maxDynamicShared = value;
  return kSuccess;
}

API cuMemGetInfo_v2(size_t *available, size_t *total) {
  Guard guard(world().mutex);
  if (currentContexts.empty())
    return kInvalidContext;
  *total = world().machine.memory;
  *available = *total - world().memory.used(currentContexts.back()->device);
  return kSuccess;
}

API cuMemAlloc_v2(uint64_t *address, size_t bytes) {
  Guard guard(world().mutex);
  if (currentContexts.empty())
    return kInvalidContext;
  if (bytes == 0)
    return kInvalidValue;
  *address = world().memory.allocate(bytes, currentContexts.back()->device,
                                     world().machine.memory);
  return *address ? kSuccess : kOutOfMemory;
}

API cuMemFree_v2(uint64_t address) {
  Guard guard(world().mutex);
  Result result = world().drain();
  if (!world().memory.release(address))
    return kInvalidValue;
  return result;
}

/// Whether all bytes are in one allocation.
static bool isOnDevice(uint64_t address, size_t bytes) {
  const Allocation *found = world().memory.find(address);
  return found && found->holds(address, bytes);
}

static Result copyLater(void *to, const void *from, size_t bytes) {
  enqueue([=] { std::memcpy(to, from, bytes); });
  return world().sticky;
}

static void *asPointer(uint64_t address) {
  return reinterpret_cast<void *>(address);
}

API cuMemcpyHtoD_v2(uint64_t to, const void *from, size_t bytes) {
  Guard guard(world().mutex);
  if (!isOnDevice(to, bytes))
    return kInvalidValue;
  Result result = world().drain();
  std::memcpy(asPointer(to), from, bytes);
  return result;
}

API cuMemcpyDtoH_v2(void *to, uint64_t from, size_t bytes) {
  Guard guard(world().mutex);
  if (!isOnDevice(from, bytes))
    return kInvalidValue;
  Result result = world().drain();
  std::memcpy(to, asPointer(from), bytes);
  return result;
}

API cuMemcpyHtoDAsync_v2(uint64_t to, const void *from, size_t bytes,
                         StreamObject *) {
  Guard guard(world().mutex);
  if (!isOnDevice(to, bytes) || isOnDevice(reinterpret_cast<uint64_t>(from), 1))
    return kInvalidValue;
  return copyLater(asPointer(to), from, bytes);
}

API cuMemcpyDtoHAsync_v2(void *to, uint64_t from, size_t bytes,
                         StreamObject *) {
  Guard guard(world().mutex);
  if (!isOnDevice(from, bytes) || isOnDevice(reinterpret_cast<uint64_t>(to), 1))
    return kInvalidValue;
  return copyLater(to, asPointer(from), bytes);
}

API cuMemcpyDtoDAsync_v2(uint64_t to, uint64_t from, size_t bytes,
                         StreamObject *) {
  Guard guard(world().mutex);
  if (!isOnDevice(from, bytes) || !isOnDevice(to, bytes))
    return kInvalidValue;
  return copyLater(asPointer(to), asPointer(from), bytes);
}

API cuMemsetD8Async(uint64_t to, uint8_t value, size_t bytes, StreamObject *) {
  Guard guard(world().mutex);
  if (!isOnDevice(to, bytes))
    return kInvalidValue;
  enqueue([=] { std::memset(asPointer(to), value, bytes); });
  return world().sticky;
}

API cuMemGetAddressRange_v2(uint64_t *begin, size_t *size, uint64_t address) {
  Guard guard(world().mutex);
  const Allocation *found = world().memory.find(address);
  if (!found)
    return kNotFound;
  *begin = found->begin;
  *size = found->size;
  if (uint64_t piece = world().machine.piece) {
    *begin += (address - found->begin) / piece * piece;
    *size = std::min(piece, found->begin + found->size - *begin);
  }
  return kSuccess;
}

API cuPointerGetAttribute(void *value, int32_t attribute, uint64_t address) {
  constexpr int32_t kMemoryType = 2, kOrdinal = 9;
  constexpr uint32_t kDeviceMemory = 2;
  Guard guard(world().mutex);
  const Allocation *found = world().memory.find(address);
  if (!found)
    return kInvalidValue;
  if (attribute == kMemoryType)
    *static_cast<uint32_t *>(value) = kDeviceMemory;
  else if (attribute == kOrdinal)
    *static_cast<int32_t *>(value) = found->device;
  else
    return kInvalidValue;
  return kSuccess;
}

API cuStreamCreate(StreamObject **stream, uint32_t) {
  return create(world().streams, stream);
}

API cuStreamDestroy_v2(StreamObject *stream) {
  return destroy(world().streams, stream);
}

static bool isStream(StreamObject *stream) {
  constexpr uintptr_t kLast = 2; // null, legacy and per thread
  return reinterpret_cast<uintptr_t>(stream) <= kLast ||
         world().streams.count(stream);
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
