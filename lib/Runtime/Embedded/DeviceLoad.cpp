//===- DeviceLoad.cpp - Brings a network to a GPU -------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Opens the driver, chooses a GPU, loads the code and uploads the constants;
// gives all of it back. Where something fails, nothing is left.
//
//===----------------------------------------------------------------------===//

#include "DeviceState.h"

using namespace quantc;

extern "C" {

// Of the program that the binary is in: null in one without a dynamic loader.
[[gnu::weak]] void *dlopen(const char *path, int mode);
[[gnu::weak]] void *dlsym(void *handle, const char *name);

} // extern "C"

namespace {

constexpr uint64_t kMiB = 1 << 20;

/// Rounded up: less is needed than is said, and more missing.
uint64_t toMiB(uint64_t bytes) { return (bytes + kMiB - 1) / kMiB; }

/// 12000 as 12.0.
void appendVersion(Message &message, uint32_t version) {
  message << version / 1000 << "." << version % 1000 / 10;
}

void appendCapability(Message &message, uint32_t capability) {
  message << capability / 10 << "." << capability % 10;
}

/// A GPU that may be chosen.
struct Candidate {
  cuda::Device device;
  uint32_t capability;
};

class Loader {
public:
  Loader(DeviceState &state, const DeviceProgram &program, Message &message)
      : state(state), driver(state.driver), program(program), message(message) {
  }

  quantc_status load();

private:
  quantc_status openDriver();
  quantc_status chooseDevice();
  quantc_status loadModule();
  quantc_status findKernels();
  quantc_status uploadConstants();

  bool fits(uint32_t architecture, uint32_t capability) const {
    if (program.specific)
      return capability == architecture;
    return capability >= architecture;
  }
  bool isCubinFor(const DeviceCubin &cubin) const {
    // Machine code runs on later minor versions of its major one.
    return fits(cubin.architecture, capability) &&
           cubin.architecture / 10 == capability / 10;
  }
  Candidate candidateOf(cuda::Device device) const;
  void explainUnfit(Candidate found);
  cuda::Result loadImage(const void *image);
  quantc_status fail(const char *what, cuda::Result result) {
    message << what << ": ";
    describe(message, driver, result);
    return QUANTC_ERROR_DEVICE;
  }

  DeviceState &state;
  cuda::Driver &driver;
  const DeviceProgram &program;
  Message &message;
  uint32_t capability = 0;
  char log[kReasonBytes / 2];
};

quantc_status Loader::openDriver() {
  if (!dlopen || !dlsym) {
    message << "this program has no dynamic loader, which opens the driver of "
               "the GPU: link the program dynamically";
    return QUANTC_ERROR_TARGET;
  }
  constexpr int kNow = 2; // RTLD_NOW; symbols stay local
  void *library = dlopen("libcuda.so.1", kNow);
  if (!library) {
    message << "this machine has no driver for NVIDIA GPUs (libcuda.so.1 "
               "cannot be opened): install it, or compile the network for a "
               "CPU";
    return QUANTC_ERROR_TARGET;
  }
  for (const cuda::DriverSymbol &symbol : cuda::kDriverSymbols) {
    void *address = dlsym(library, symbol.name);
    if (!address && symbol.since <= program.driver) {
      message << "the driver of the GPU has no " << symbol.name
              << ": install one for CUDA ";
      appendVersion(message, symbol.since);
      message << " or later";
      return QUANTC_ERROR_TARGET;
    }
    __builtin_memcpy(reinterpret_cast<char *>(&driver) + symbol.offset,
                     &address, sizeof(address));
  }
  cuda::Result result = driver.cuInit(0);
  if (result == cuda::kNoDevice) {
    message << "the driver finds no NVIDIA GPU: look what nvidia-smi and the "
               "variable CUDA_VISIBLE_DEVICES say";
    return QUANTC_ERROR_TARGET;
  }
  int32_t version = 0;
  if (result == cuda::kSuccess)
    result = driver.cuDriverGetVersion(&version);
  if (result != cuda::kSuccess) {
    fail("the driver of the GPU does not start", result);
    return QUANTC_ERROR_TARGET;
  }
  if (static_cast<uint32_t>(version) < program.driver) {
    message << "the driver of the GPU is for CUDA ";
    appendVersion(message, static_cast<uint32_t>(version));
    message << ", but the network needs ";
    appendVersion(message, program.driver);
    message << ": install a newer driver";
    return QUANTC_ERROR_TARGET;
  }
  return QUANTC_OK;
}

Candidate Loader::candidateOf(cuda::Device device) const {
  int32_t major = 0, minor = 0;
  driver.cuDeviceGetAttribute(&major, cuda::kCapabilityMajor, device);
  driver.cuDeviceGetAttribute(&minor, cuda::kCapabilityMinor, device);
  return {device, static_cast<uint32_t>(major * 10 + minor)};
}

void Loader::explainUnfit(Candidate found) {
  char name[96] = "";
  driver.cuDeviceGetName(name, sizeof(name), found.device);
  message << "GPU '" << name << "' has compute capability ";
  appendCapability(message, found.capability);
  message << ", but the network was compiled for ";
  appendCapability(message, program.capability);
  message << (program.specific ? " alone" : " and later")
          << ": compile it with --target=nvidia-sm_" << found.capability;
}

/// The GPU of the calling thread's context if it has one and it fits; else the
/// first that fits.
quantc_status Loader::chooseDevice() {
  cuda::Context current = nullptr;
  cuda::Device device;
  if (driver.cuCtxGetCurrent(&current) == cuda::kSuccess && current &&
      driver.cuCtxGetDevice(&device) == cuda::kSuccess) {
    Candidate mine = candidateOf(device);
    if (fits(program.capability, mine.capability)) {
      state.device = device;
      capability = mine.capability;
      return QUANTC_OK;
    }
  }
  int32_t count = 0;
  driver.cuDeviceGetCount(&count);
  Candidate best = {0, 0};
  for (int32_t index = 0; index < count; ++index) {
    if (driver.cuDeviceGet(&device, index) != cuda::kSuccess)
      continue;
    Candidate candidate = candidateOf(device);
    if (fits(program.capability, candidate.capability)) {
      state.device = device;
      capability = candidate.capability;
      return QUANTC_OK;
    }
    if (candidate.capability > best.capability)
      best = candidate;
  }
  explainUnfit(best);
  return QUANTC_ERROR_TARGET;
}

cuda::Result Loader::loadImage(const void *image) {
  log[0] = 0;
  cuda::JitOption options[] = {cuda::kErrorLog, cuda::kErrorLogBytes};
  void *values[] = {log, reinterpret_cast<void *>(sizeof(log))};
  return driver.cuModuleLoadDataEx(&state.module, image, 2, options, values);
}

/// From machine code for this GPU, or from the PTX, which the driver compiles.
quantc_status Loader::loadModule() {
  for (uint32_t index = 0; index < program.cubinCount; ++index)
    if (isCubinFor(program.cubins[index]) &&
        loadImage(program.cubins[index].data) == cuda::kSuccess)
      return QUANTC_OK;
  state.module = nullptr;
  cuda::Result result = loadImage(program.ptx);
  if (result == cuda::kSuccess)
    return QUANTC_OK;
  state.module = nullptr;
  fail("the driver does not load the network's code", result);
  if (result == cuda::kUnsupportedPTXVersion)
    message << ": install a newer driver";
  else if (log[0])
    message << ": " << log;
  return result == cuda::kOutOfMemory ? QUANTC_ERROR_MEMORY
                                      : QUANTC_ERROR_TARGET;
}

quantc_status Loader::findKernels() {
  // CUDA Programming Guide: what a kernel may use without asking for more.
  constexpr uint32_t kUsualSharedBytes = 48 * 1024;
  for (uint32_t index = 0; index < program.launchCount; ++index) {
    const DeviceLaunch &launch = program.launches[index];
    cuda::Function &function = state.functions()[index];
    cuda::Result result =
        driver.cuModuleGetFunction(&function, state.module, launch.kernel);
    if (result == cuda::kSuccess && launch.sharedBytes > kUsualSharedBytes)
      result =
          driver.cuFuncSetAttribute(function, cuda::kMaxDynamicSharedBytes,
                                    static_cast<int32_t>(launch.sharedBytes));
    if (result == cuda::kSuccess)
      continue;
    message << "kernel '" << launch.kernel << "': ";
    return fail("the GPU cannot run it", result);
  }
  return QUANTC_OK;
}

quantc_status Loader::uploadConstants() {
  if (program.constantsBytes == 0)
    return QUANTC_OK;
  cuda::Result result =
      driver.cuMemAlloc_v2(&state.constants, program.constantsBytes);
  if (result == cuda::kOutOfMemory) {
    state.constants = 0;
    message << "the GPU has no room for the network's weights, "
            << toMiB(program.constantsBytes)
            << " MiB: end other programs that use it, or compile the network "
               "for a CPU";
    return QUANTC_ERROR_MEMORY;
  }
  if (result == cuda::kSuccess)
    result = driver.cuMemcpyHtoD_v2(state.constants, program.constants,
                                    program.constantsBytes);
  if (result != cuda::kSuccess)
    return fail("the network's weights do not come to the GPU", result);
  return QUANTC_OK;
}

quantc_status Loader::load() {
  state.program = &program;
  quantc_status status = openDriver();
  if (status == QUANTC_OK)
    status = chooseDevice();
  if (status != QUANTC_OK)
    return status;
  cuda::Result result =
      driver.cuDevicePrimaryCtxRetain(&state.context, state.device);
  if (result != cuda::kSuccess) {
    state.context = nullptr;
    fail("the GPU cannot be used", result);
    return result == cuda::kOutOfMemory ? QUANTC_ERROR_MEMORY
                                        : QUANTC_ERROR_DEVICE;
  }
  int32_t multiprocessors = 0;
  driver.cuDeviceGetAttribute(&multiprocessors, cuda::kMultiprocessors,
                              state.device);
  state.multiprocessors = static_cast<uint32_t>(multiprocessors);
  ContextScope scope(state);
  result = scope.result;
  if (result == cuda::kSuccess)
    result = driver.cuStreamCreate(&state.stream, 0);
  if (result == cuda::kSuccess)
    result = driver.cuEventCreate(&state.done, cuda::kWithoutTime);
  if (result != cuda::kSuccess)
    return fail("the GPU cannot be used", result);
  status = loadModule();
  if (status == QUANTC_OK)
    status = findKernels();
  if (status == QUANTC_OK)
    status = uploadConstants();
  // Too little memory for the least run is told now.
  if (status == QUANTC_OK)
    status = reserveArena(
        state,
        program.fixedBatch > 0 ? static_cast<uint64_t>(program.fixedBatch) : 1,
        message);
  return status;
}

} // namespace

quantc_status quantc::reserveArena(DeviceState &state, uint64_t batch,
                                   Message &message) {
  if (batch <= state.arenaBatch)
    return QUANTC_OK;
  const cuda::Driver &driver = state.driver;
  driver.cuEventSynchronize(state.done);
  dropGraphs(state);
  if (state.arena)
    driver.cuMemFree_v2(state.arena);
  state.arena = 0;
  state.arenaBatch = 0;
  uint64_t bytes = placeOfTensor(*state.program, batch, state.tensorCount());
  cuda::Result result = cuda::kSuccess;
  if (bytes > 0)
    result = driver.cuMemAlloc_v2(&state.arena, bytes);
  if (result == cuda::kSuccess) {
    state.arenaBatch = batch;
    return QUANTC_OK;
  }
  state.arena = 0;
  if (result != cuda::kOutOfMemory) {
    message << "the GPU gives no memory: ";
    describe(message, driver, result);
    return QUANTC_ERROR_DEVICE;
  }
  size_t available = 0, total = 0;
  driver.cuMemGetInfo_v2(&available, &total);
  message << "a run of batch " << batch << " needs " << toMiB(bytes)
          << " MiB of the GPU's memory, of which " << available / kMiB
          << " MiB are free: use a smaller batch, or end other programs";
  return QUANTC_ERROR_MEMORY;
}

void quantc::dropGraph(DeviceState &state, DeviceGraph &graph) {
  if (graph.exec)
    state.driver.cuGraphExecDestroy(graph.exec);
  if (graph.graph)
    state.driver.cuGraphDestroy(graph.graph);
  graph = {};
}

void quantc::dropGraphs(DeviceState &state) {
  for (DeviceGraph &graph : state.graphs)
    dropGraph(state, graph);
}

extern "C" {

void quantc_device_release(void *memory) {
  DeviceState &state = DeviceState::of(memory);
  if (!state.context)
    return;
  const cuda::Driver &driver = state.driver;
  {
    ContextScope scope(state);
    if (state.done)
      driver.cuEventSynchronize(state.done);
    dropGraphs(state);
    if (state.arena)
      driver.cuMemFree_v2(state.arena);
    if (state.constants)
      driver.cuMemFree_v2(state.constants);
    if (state.module)
      driver.cuModuleUnload(state.module);
    if (state.done)
      driver.cuEventDestroy_v2(state.done);
    if (state.stream)
      driver.cuStreamDestroy_v2(state.stream);
  }
  driver.cuDevicePrimaryCtxRelease_v2(state.device);
  __builtin_memset(&state, 0, sizeof(state));
}

quantc_status quantc_device_prepare(void *memory,
                                    const quantc_prepare_args *args) {
  DeviceState &state = DeviceState::of(memory);
  __builtin_memset(&state, 0, sizeof(state));
  Message message;
  quantc_status status =
      Loader(state, *static_cast<State *>(memory)->variant->program, message)
          .load();
  if (status == QUANTC_OK)
    return QUANTC_OK;
  quantc_device_release(memory);
  if (args->report_error)
    args->report_error(args->error_context, status, message.get());
  return status;
}

} // extern "C"
