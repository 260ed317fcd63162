//===- DeviceProgram.h - A network as launches on a GPU -----------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a binary with code for a GPU holds: lib/Target writes these constants,
// field by field, and the embedded runtime walks through them. No host code is
// generated for a launch. Freestanding.
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_RUNTIME_EMBEDDED_DEVICEPROGRAM_H
#define QUANTC_RUNTIME_EMBEDDED_DEVICEPROGRAM_H

#include <stdint.h>

namespace quantc {

/// Where a kernel's argument points to. The numbers are in binaries.
enum class DeviceSpace : uint32_t {
  Constants = 0, // at `offset`
  Workspace = 1, // at `offset` times the batch of the run
  Input = 2,     // of the network: its first byte, and `offset` is 0
  Output = 3,    // as Input
};

/// Bytes that whatever a pointer of a kernel's arguments names is aligned to,
/// inputs and outputs of the caller excepted, which have kTensorAlignment.
constexpr uint64_t kDeviceAlignment = 256;
constexpr uint64_t kTensorAlignment = 16;

/// Most arguments of a kernel, of which tensor maps, and most inputs and
/// outputs of a network: what a run has room for on its stack.
constexpr uint32_t kDeviceArguments = 64;
constexpr uint32_t kDeviceMaps = 4;
constexpr uint32_t kDeviceTensors = 256;

/// A dimension of a tensor of bytes, and of boxes of it. Of windows of an image
/// the box of lines and columns is what a window reaches over.
struct DeviceDimension {
  uint64_t extent;
  uint64_t stride; // bytes; of the innermost 1
  uint64_t box;
  uint64_t step; // from window to window; else 1
  /// How far the first window begins in front of the tensor, and the last one
  /// reaches over its end; else 0.
  uint64_t low, high;

  static constexpr uint64_t kFields = 6;
};
constexpr uint32_t kDeviceMapRank = 5, kDeviceImageRank = 4;

/// What a kernel copies boxes of, by a CUtensorMap, which each batch has of its
/// own. Bytes outside of the tensor are 0. Binaries hold it as an array of its
/// fields.
struct DeviceTensorMap {
  uint64_t offset;      // bytes from where the argument points to
  uint64_t swizzle;     // bytes of a row of a box: 32, 64, 128; 0: none
  uint64_t isPerSample; // 1: the outermost extent is that of a sample
  uint64_t windows;     // of images that a copy takes in turn; 0: boxes of all
  uint64_t rank;
  DeviceDimension dimensions[kDeviceMapRank]; // the innermost first

  static constexpr uint64_t kFields =
      5 + DeviceDimension::kFields * kDeviceMapRank;
};
static_assert(sizeof(DeviceTensorMap) ==
                  DeviceTensorMap::kFields * sizeof(uint64_t),
              "it is read as an array");

/// An argument of a kernel: an address in global memory, or a map of the tensor
/// there.
struct DevicePointer {
  DeviceSpace space;
  uint32_t index;             // of the input or output; else 0
  uint64_t offset;            // bytes; in the workspace bytes per sample
  const DeviceTensorMap *map; // null: the address
};

/// A kernel, started once in a run. Its parameters are a 64-bit pointer or a
/// CUtensorMap for each argument, in order, and then the batch as a 64-bit
/// integer.
struct DeviceLaunch {
  const char *kernel;      // entry in the PTX module
  uint64_t itemsPerSample; // grid.x = ceil(batch * itemsPerSample
  uint64_t itemsPerBlock;  //               / itemsPerBlock)
  uint32_t gridY, gridZ;
  /// Blocks of a multiprocessor that share the tiles of the grid, which is
  /// along x alone then, and not larger than needed; 0: a block for each tile.
  uint32_t residentBlocks;
  uint32_t threads;     // block.x
  uint32_t sharedBytes; // dynamic shared memory of a block
  uint32_t argumentCount;
  const DevicePointer *arguments;
};

/// Machine code for one architecture.
struct DeviceCubin {
  uint32_t architecture; // as `capability` of the program
  const void *data;
  uint64_t bytes;
};

/// An input or output, whose extent may have the batch.
struct DeviceTensor {
  const char *name;
  uint64_t bytes; // beside those of the samples
  uint64_t bytesPerSample;
};

/// The code for one GPU target.
struct DeviceProgram {
  const char *ptx; // ends with a NUL
  uint64_t ptxBytes;
  uint32_t cubinCount; // what has none runs from the PTX
  const DeviceCubin *cubins;
  uint32_t capability; // 75, 80, 90: the least compute capability that runs it
  uint32_t specific;   // 1: only that capability does (sm_90a)
  uint32_t driver;     // the first version that reads the PTX: 12000 for 12.0
  const void *constants; // weights, tables: entries aligned to kDeviceAlignment
  uint64_t constantsBytes;
  uint64_t workspaceBytes; // per sample, a multiple of kDeviceAlignment
  uint32_t launchCount;    // in the order of the network
  const DeviceLaunch *launches;
  uint32_t inputCount, outputCount;
  const DeviceTensor *tensors; // the inputs, then the outputs
  int64_t fixedBatch;          // as in quantc_model
};

} // namespace quantc

#endif // QUANTC_RUNTIME_EMBEDDED_DEVICEPROGRAM_H
