//===- Driver.cpp - GPUs, contexts and modules of the stand-in ---------===//
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

#include "Decode.h"
#include "World.h"

#include <cstdio>
#include <cstring>
#include <memory>

using namespace standin;

namespace {

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

bool isDevice(int32_t device) {
  return device >= 0 &&
         device < static_cast<int32_t>(world().machine.capabilities.size());
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

World &standin::world() {
  static World *instance = new World; // used until the very end
  return *instance;
}

std::vector<ContextObject *> &standin::currentContexts() {
  static thread_local std::vector<ContextObject *> contexts;
  return contexts;
}

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
  constexpr int32_t kMultiprocessors = 16, kMajor = 75, kMinor = 76;
  if (!isDevice(device))
    return kInvalidDevice;
  auto capability = static_cast<int32_t>(world().machine.capabilities[device]);
  if (attribute == kMajor)
    *value = capability / 10;
  else if (attribute == kMinor)
    *value = capability % 10;
  else if (attribute == kMultiprocessors)
    *value = world().machine.multiprocessors;
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
  *context = currentContexts().empty() ? nullptr : currentContexts().back();
  return kSuccess;
}

API cuCtxGetDevice(int32_t *device) {
  if (currentContexts().empty())
    return kInvalidContext;
  *device = currentContexts().back()->device;
  return kSuccess;
}

API cuCtxPushCurrent_v2(ContextObject *context) {
  if (!context || context->references == 0)
    return kInvalidContext;
  currentContexts().push_back(context);
  return kSuccess;
}

API cuCtxPopCurrent_v2(ContextObject **context) {
  if (currentContexts().empty())
    return kInvalidContext;
  *context = currentContexts().back();
  currentContexts().pop_back();
  return kSuccess;
}

API cuModuleLoadDataEx(ModuleObject **module, const void *image, uint32_t count,
                       int32_t *options, void **values) {
  Guard guard(world().mutex);
  if (currentContexts().empty())
    return kInvalidContext;
  const char *text = static_cast<const char *>(image);
  if (std::memcmp(text, "\177ELF", 4) == 0)
    return kNoBinary; // machine code is for chips
  int32_t device = currentContexts().back()->device;
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
