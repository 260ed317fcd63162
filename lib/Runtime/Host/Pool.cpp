//===- Pool.cpp - Threads for the loops of a run ------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A loop is cut into more parts than there are threads, and each thread takes
// the next one until none is left. The caller waits for parts that were taken,
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
static constexpr std::chrono::microseconds kSpinAlone(5);

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
  std::unique_ptr<Pool> pool(new Pool);
  try {
    for (int worker = 1; worker < threads; ++worker)
      pool->workers.emplace_back([pool = pool.get()] { pool->work(); });
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

void Pool::work() {
  while (!isStopping) {
    hasWork.wait([&] { return ticket.load().isLeft() || isStopping; });
    takeParts();
  }
}

void Pool::takeParts() {
  for (Ticket mine = ticket.load(); mine.isLeft();) {
    quantc_body loopBody = body.load(std::memory_order_relaxed);
    void *context = bodyContext.load(std::memory_order_relaxed);
    int64_t iterations = count.load(std::memory_order_relaxed);
    // Where this succeeds the loop had a part left, so that what was read is
    // still what belongs to it.
    if (!ticket.compare_exchange_weak(mine, mine.next()))
      continue;
    // The first `iterations % parts` parts have one iteration more.
    int64_t size = iterations / mine.parts();
    int64_t longer = iterations % mine.parts();
    int64_t begin = mine.part() * size + std::min(mine.part(), longer);
    loopBody(context, begin, begin + size + (mine.part() < longer));
    if (--unfinishedParts == 0)
      isFinished.notify();
    mine = ticket.load();
  }
}

void Pool::run(quantc_body loopBody, void *context, int64_t iterations) {
  if (iterations <= 0)
    return;
  if (workers.empty() || iterations == 1 || isBusy.exchange(true))
    return loopBody(context, 0, iterations);
  int64_t threads = static_cast<int64_t>(workers.size()) + 1;
  int64_t parts = std::min(iterations, kPartsPerThread * threads);
  body.store(loopBody, std::memory_order_relaxed);
  bodyContext.store(context, std::memory_order_relaxed);
  count.store(iterations, std::memory_order_relaxed);
  unfinishedParts = parts;
  ticket = Ticket(ticket.load().loop() + 1, static_cast<uint16_t>(parts));
  hasWork.notify();
  takeParts();
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
