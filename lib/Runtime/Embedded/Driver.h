//===- Driver.h - The part of the CUDA driver API that is called ----------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Own declarations of a C interface whose symbols keep their meaning: libcuda
// of every driver since CUDA 11.4 has these, and of 12.0 those for tensor maps,
// which only code for later drivers needs. Nothing of a toolkit is needed to
// build, and none to run. Names and numbers: CUDA Driver API reference.
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_RUNTIME_EMBEDDED_DRIVER_H
#define QUANTC_LIB_RUNTIME_EMBEDDED_DRIVER_H

#include <stddef.h>
#include <stdint.h>

namespace quantc {
namespace cuda {

using Result = int32_t;
enum : Result {
  kSuccess = 0,
  kInvalidValue = 1,
  kOutOfMemory = 2,
  kNoDevice = 100,
  kNoBinaryForGPU = 209,
  kUnsupportedPTXVersion = 222,
};

using Device = int32_t;
using Address = uint64_t;
using Context = struct ContextTag *;
using Module = struct ModuleTag *;
using Function = struct FunctionTag *;
using Stream = struct StreamTag *;
using Event = struct EventTag *;
using Graph = struct GraphTag *;
using GraphNode = struct GraphNodeTag *;
using GraphExec = struct GraphExecTag *;

enum DeviceAttribute : int32_t {
  kMultiprocessors = 16,
  kCapabilityMajor = 75,
  kCapabilityMinor = 76,
};
enum FunctionAttribute : int32_t { kMaxDynamicSharedBytes = 8 };
enum JitOption : int32_t { kErrorLog = 5, kErrorLogBytes = 6 };
enum PointerAttribute : int32_t { kMemoryType = 2, kDeviceOrdinal = 9 };
enum MemoryType : uint32_t { kHostMemory = 1 };
enum EventFlags : uint32_t { kWithoutTime = 2 };
enum TensorMapElement : int32_t { kBytes = 0 };
enum TensorMapInterleave : int32_t { kNotInterleaved = 0 };
enum TensorMapSwizzle : int32_t {
  kNoSwizzle = 0,
  kSwizzle32 = 1,
  kSwizzle64 = 2,
  kSwizzle128 = 3,
};
enum TensorMapPromotion : int32_t { kPromoteTo256 = 3 };
enum TensorMapFill : int32_t { kFillZeros = 0 };

/// CUtensorMap.
struct alignas(64) TensorMap {
  uint8_t opaque[128];
};

/// CUDA_KERNEL_NODE_PARAMS of version 1.
struct KernelNode {
  Function function;
  uint32_t gridX, gridY, gridZ;
  uint32_t blockX, blockY, blockZ;
  uint32_t sharedBytes;
  void **parameters;
  void **extra;
};

// Symbol and parameters; all return a Result.
#define QUANTC_DRIVER_FUNCTIONS(F)                                             \
  F(cuInit, (uint32_t))                                                        \
  F(cuDriverGetVersion, (int32_t *))                                           \
  F(cuGetErrorName, (Result, const char **))                                   \
  F(cuGetErrorString, (Result, const char **))                                 \
  F(cuDeviceGetCount, (int32_t *))                                             \
  F(cuDeviceGet, (Device *, int32_t))                                          \
  F(cuDeviceGetName, (char *, int32_t, Device))                                \
  F(cuDeviceGetAttribute, (int32_t *, DeviceAttribute, Device))                \
  F(cuDevicePrimaryCtxRetain, (Context *, Device))                             \
  F(cuDevicePrimaryCtxRelease_v2, (Device))                                    \
  F(cuCtxGetCurrent, (Context *))                                              \
  F(cuCtxGetDevice, (Device *))                                                \
  F(cuCtxPushCurrent_v2, (Context))                                            \
  F(cuCtxPopCurrent_v2, (Context *))                                           \
  F(cuModuleLoadDataEx,                                                        \
    (Module *, const void *, uint32_t, JitOption *, void **))                  \
  F(cuModuleUnload, (Module))                                                  \
  F(cuModuleGetFunction, (Function *, Module, const char *))                   \
  F(cuFuncSetAttribute, (Function, FunctionAttribute, int32_t))                \
  F(cuMemGetInfo_v2, (size_t *, size_t *))                                     \
  F(cuMemAlloc_v2, (Address *, size_t))                                        \
  F(cuMemFree_v2, (Address))                                                   \
  F(cuMemcpyHtoD_v2, (Address, const void *, size_t))                          \
  F(cuMemcpyHtoDAsync_v2, (Address, const void *, size_t, Stream))             \
  F(cuMemcpyDtoHAsync_v2, (void *, Address, size_t, Stream))                   \
  F(cuMemcpyDtoDAsync_v2, (Address, Address, size_t, Stream))                  \
  F(cuMemGetAddressRange_v2, (Address *, size_t *, Address))                   \
  F(cuPointerGetAttribute, (void *, PointerAttribute, Address))                \
  F(cuStreamCreate, (Stream *, uint32_t))                                      \
  F(cuStreamDestroy_v2, (Stream))                                              \
  F(cuStreamSynchronize, (Stream))                                             \
  F(cuStreamWaitEvent, (Stream, Event, uint32_t))                              \
  F(cuEventCreate, (Event *, uint32_t))                                        \
  F(cuEventDestroy_v2, (Event))                                                \
  F(cuEventRecord, (Event, Stream))                                            \
  F(cuEventSynchronize, (Event))                                               \
  F(cuGraphCreate, (Graph *, uint32_t))                                        \
  F(cuGraphDestroy, (Graph))                                                   \
  F(cuGraphAddKernelNode,                                                      \
    (GraphNode *, Graph, const GraphNode *, size_t, const KernelNode *))       \
  F(cuGraphInstantiateWithFlags, (GraphExec *, Graph, uint64_t))               \
  F(cuGraphExecDestroy, (GraphExec))                                           \
  F(cuGraphExecKernelNodeSetParams,                                            \
    (GraphExec, GraphNode, const KernelNode *))                                \
  F(cuGraphLaunch, (GraphExec, Stream))

// Since CUDA 12.0.
#define QUANTC_DRIVER_FUNCTIONS_12(F)                                          \
  F(cuTensorMapEncodeTiled,                                                    \
    (TensorMap *, TensorMapElement, uint32_t, Address, const uint64_t *,       \
     const uint64_t *, const uint32_t *, const uint32_t *,                     \
     TensorMapInterleave, TensorMapSwizzle, TensorMapPromotion,                \
     TensorMapFill))                                                           \
  F(cuTensorMapEncodeIm2col,                                                   \
    (TensorMap *, TensorMapElement, uint32_t, Address, const uint64_t *,       \
     const uint64_t *, const int32_t *, const int32_t *, uint32_t, uint32_t,   \
     const uint32_t *, TensorMapInterleave, TensorMapSwizzle,                  \
     TensorMapPromotion, TensorMapFill))

/// The functions of libcuda.
struct Driver {
#define QUANTC_DRIVER_FIELD(NAME, PARAMETERS) Result(*NAME) PARAMETERS;
  QUANTC_DRIVER_FUNCTIONS(QUANTC_DRIVER_FIELD)
  QUANTC_DRIVER_FUNCTIONS_12(QUANTC_DRIVER_FIELD)
#undef QUANTC_DRIVER_FIELD
};

/// Their names, and places in a Driver. No addresses, which would be relocated.
struct DriverSymbol {
  char name[32];
  uint32_t offset;
  uint32_t since; // as `driver` of a DeviceProgram
};
constexpr DriverSymbol kDriverSymbols[] = {
#define QUANTC_DRIVER_ROW(NAME, PARAMETERS)                                    \
  {#NAME, offsetof(Driver, NAME), 11040},
    QUANTC_DRIVER_FUNCTIONS(QUANTC_DRIVER_ROW)
#undef QUANTC_DRIVER_ROW
#define QUANTC_DRIVER_ROW(NAME, PARAMETERS)                                    \
  {#NAME, offsetof(Driver, NAME), 12000},
        QUANTC_DRIVER_FUNCTIONS_12(QUANTC_DRIVER_ROW)
#undef QUANTC_DRIVER_ROW
};

} // namespace cuda
} // namespace quantc

#endif // QUANTC_LIB_RUNTIME_EMBEDDED_DRIVER_H
