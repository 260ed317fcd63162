//===- World.h - What the driver of the stand-in keeps -----------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_TEST_DEVICE_STANDIN_WORLD_H
#define QUANTC_TEST_DEVICE_STANDIN_WORLD_H

#include "Device.h"
#include "Launch.h"
#include "Memory.h"

#include <chrono>
#include <deque>
#include <functional>
#include <mutex>
#include <set>

namespace standin {

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

World &world();

/// Those of the calling thread, the current one last.
std::vector<ContextObject *> &currentContexts();

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
  if (currentContexts().empty())
    return kInvalidContext;
  *result = new T;
  live.insert(*result);
  return kSuccess;
}

inline void enqueue(std::function<void()> task) {
  world().work.push_back(std::move(task));
}

inline bool isStream(StreamObject *stream) {
  constexpr uintptr_t kLast = 2; // null, legacy and per thread
  return reinterpret_cast<uintptr_t>(stream) <= kLast ||
         world().streams.count(stream);
}

#define API extern "C" __attribute__((visibility("default"))) standin::Result

} // namespace standin

#endif // QUANTC_TEST_DEVICE_STANDIN_WORLD_H
