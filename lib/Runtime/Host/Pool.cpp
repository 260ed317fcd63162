//===- Pool.cpp - Threads for the loops of a run ------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A loop is cut into more parts than there are threads. Each thread begins with
// the same share of every loop, as what it wrote in one it mostly reads in the
// next, and then helps the others. The caller waits for parts that were taken,
// never for threads: one that sleeps, or that the system has interrupted,
// delays no loop in which it has no part.
//
//===----------------------------------------------------------------------===//

#include "quantc/Runtime/Host/Pool.h"

#include <algorithm>
#include <chrono>
#include <system_error>

using namespace quantc::host;

/// How long a thread without work spins: longer than the serial code between
/// two loops of a network, shorter than what a scheduler gives.
static constexpr std::chrono::microseconds kSpin(50);

/// After which it lets others have its core meanwhile, of which one may be the
/// thread that it waits for: where all cores are busy, giving the core away
/// costs a time slice.
static constexpr std::chrono::microseconds kSpinAlone(10);

/// Looks at the condition between two at the clock, which takes as long.
static constexpr int kLooksPerTime = 16;

/// So that threads which are not equally fast finish at about the same time.
static constexpr int64_t kPartsPerThread = 4;

/// Tells the CPU that a loop waits for another thread.
static void relax() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("isb"); // "yield" returns at once on most cores
#endif
}

template <typename Condition> void Event::wait(Condition isTrue) {
  auto start = std::chrono::steady_clock::now();
  for (auto elapsed = kSpin.zero(); elapsed < kSpin;
       elapsed = std::chrono::duration_cast<std::chrono::microseconds>(
           std::chrono::steady_clock::now() - start)) {
    for (int look = 0; look < kLooksPerTime; ++look) {
      if (isTrue())
        return;
      relax();
    }
    if (elapsed > kSpinAlone)
      std::this_thread::yield();
  }
  // Either the condition is seen below, or `notify` sees the sleeper.
  std::unique_lock<std::mutex> lock(mutex);
  ++sleepers;
  changed.wait(lock, isTrue);
  --sleepers;
}

void Event::notify() {
  if (sleepers == 0)
    return;
  {
    std::lock_guard<std::mutex> lock(mutex);
  } // all of them really sleep
  changed.notify_all();
}

std::unique_ptr<Pool> Pool::create(int threads, std::string &error) {
  if (threads < 1 || threads > kMostThreads) {
    error = "expected 1 to " + std::to_string(kMostThreads) +
            " threads, but got " + std::to_string(threads);
    return nullptr;
  }
  std::unique_ptr<Pool> pool(new Pool(threads));
  try {
    for (int thread = 1; thread < threads; ++thread)
      pool->workers.emplace_back(&Pool::work, pool.get(), thread);
  } catch (const std::system_error &failure) {
    error = "cannot create " + std::to_string(threads) +
            " threads: " + failure.what();
    return nullptr; // the destructor stops those that are there
  }
  return pool;
}

Pool::~Pool() {
  isStopping = true;
  hasWork.notify();
  for (std::thread &worker : workers)
    worker.join();
}

void Pool::work(int64_t thread) {
  std::atomic<Ticket> &mine = shares[thread].ticket;
  while (!isStopping) {
    hasWork.wait([&] { return mine.load().isLeft() || isStopping; });
    takeParts(thread);
  }
}

void Pool::takeParts(int64_t thread) {
  auto threads = static_cast<int64_t>(shares.size());
  for (int64_t distance = 0; distance < threads; ++distance)
    takeShare((thread + distance) % threads);
}

/// Where an even cut of `size` into `pieces` puts the beginning of a piece.
static int64_t beginOf(int64_t piece, int64_t pieces, int64_t size) {
  return piece * (size / pieces) + std::min(piece, size % pieces);
}

void Pool::takeShare(int64_t owner) {
  std::atomic<Ticket> &share = shares[owner].ticket;
  for (Ticket ticket = share.load(); ticket.isLeft();) {
    quantc_body loopBody = body.load(std::memory_order_relaxed);
    void *context = bodyContext.load(std::memory_order_relaxed);
    int64_t iterations = count.load(std::memory_order_relaxed);
    int64_t allParts = parts.load(std::memory_order_relaxed);
    // Where this succeeds the loop had a part left, so that what was read is
    // still what belongs to it.
    if (!share.compare_exchange_weak(ticket, ticket.next()))
      continue;
    auto threads = static_cast<int64_t>(shares.size());
    int64_t part = beginOf(owner, threads, allParts) + ticket.part();
    loopBody(context, beginOf(part, allParts, iterations),
             beginOf(part + 1, allParts, iterations));
    if (--unfinishedParts == 0)
      isFinished.notify();
    ticket = share.load();
  }
}

void Pool::run(quantc_body loopBody, void *context, int64_t iterations) {
  if (iterations <= 0)
    return;
  if (workers.empty() || iterations == 1 || isBusy.exchange(true))
    return loopBody(context, 0, iterations);
  auto threads = static_cast<int64_t>(shares.size());
  int64_t allParts = std::min(iterations, kPartsPerThread * threads);
  body.store(loopBody, std::memory_order_relaxed);
  bodyContext.store(context, std::memory_order_relaxed);
  count.store(iterations, std::memory_order_relaxed);
  parts.store(allParts, std::memory_order_relaxed);
  unfinishedParts = allParts;
  ++loop;
  for (int64_t thread = 0; thread < threads; ++thread) {
    int64_t size = beginOf(thread + 1, threads, allParts) -
                   beginOf(thread, threads, allParts);
    shares[thread].ticket = Ticket(loop, static_cast<uint16_t>(size));
  }
  hasWork.notify();
  takeParts(0);
  isFinished.wait([&] { return unfinishedParts == 0; });
  isBusy = false;
}

void Pool::attachTo(quantc_run_args &args) {
  args.parallel_for = [](void *pool, quantc_body body, void *bodyContext,
                         int64_t count) {
    static_cast<Pool *>(pool)->run(body, bodyContext, count);
  };
  args.parallel_context = this;
}
