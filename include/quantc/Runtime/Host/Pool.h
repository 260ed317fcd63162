//===- Pool.h - Threads for the loops of a run --------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_RUNTIME_HOST_POOL_H
#define QUANTC_RUNTIME_HOST_POOL_H

#include "quantc-rt/quantc_rt.h"

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace quantc::host {

/// Lets threads wait for what comes true within microseconds, mostly: they spin
/// first, and only then sleep.
class Event {
public:
  /// Returns once `isTrue()`. What it reads is written, sequentially
  /// consistent, before `notify`.
  template <typename Condition> void wait(Condition isTrue);
  void notify();

private:
  std::atomic<int> sleepers{0};
  std::mutex mutex;
  std::condition_variable changed;
};

/// Threads that share the iterations of one loop at a time.
class Pool {
public:
  static constexpr int kMostThreads = 1024;

  /// A pool of `threads`, the caller of a loop counted. Null, and why in
  /// `error`, where the number is not in 1..kMostThreads or the system gives no
  /// more threads.
  static std::unique_ptr<Pool> create(int threads, std::string &error);
  ~Pool();
  Pool(const Pool &) = delete;
  Pool &operator=(const Pool &) = delete;

  /// As quantc_parallel_for. A loop that begins while another runs, inside of
  /// it or on another thread, runs on its caller alone.
  void run(quantc_body body, void *bodyContext, int64_t count);

  /// Makes this pool run the loops of `args`.
  void attachTo(quantc_run_args &args);

private:
  Pool() = default;

  /// What is left of a thread's share of a loop, in one word: which loop it is
  /// (32 bits), the number of parts (16) and the first one that nobody has
  /// taken yet (16).
  class Ticket {
  public:
    Ticket() = default;
    Ticket(uint32_t loop, uint16_t parts)
        : bits(static_cast<uint64_t>(loop) << 32 | static_cast<uint64_t>(parts)
                                                       << 16) {}

    int64_t parts() const { return bits >> 16 & 0xffff; }
    int64_t part() const { return bits & 0xffff; }
    bool isLeft() const { return part() < parts(); }
    Ticket next() const {
      Ticket next = *this;
      ++next.bits;
      return next;
    }

  private:
    uint64_t bits = 0;
  };
  static_assert(std::atomic<Ticket>::is_always_lock_free);

  /// One per thread, apart from each other in the caches.
  struct alignas(64) Share {
    std::atomic<Ticket> ticket{Ticket()};
  };

  explicit Pool(int64_t threads) : shares(threads) {}

  void work(int64_t thread);
  void takeParts(int64_t thread);
  void takeShare(int64_t owner);

  std::vector<Share> shares; // the first is the caller's
  std::vector<std::thread> workers;
  std::atomic<bool> isBusy{false}, isStopping{false};
  Event hasWork, isFinished;

  // The current loop. A thread that comes late may read these while the next
  // loop is being written; it then fails to take a part.
  uint32_t loop = 0;
  std::atomic<quantc_body> body{nullptr};
  std::atomic<void *> bodyContext{nullptr};
  std::atomic<int64_t> count{0}, parts{0};
  alignas(64) std::atomic<int64_t> unfinishedParts{0};
};

} // namespace quantc::host

#endif // QUANTC_RUNTIME_HOST_POOL_H
