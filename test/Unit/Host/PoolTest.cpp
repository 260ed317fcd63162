//===- PoolTest.cpp - Threads for the loops of a run --------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Runtime/Host/Pool.h"

#include <gtest/gtest.h>

#include <chrono>

using namespace quantc::host;

namespace {

std::unique_ptr<Pool> createPool(int threads) {
  std::string error;
  auto pool = Pool::create(threads, error);
  EXPECT_TRUE(pool) << error;
  return pool;
}

/// How often each iteration of a loop ran.
struct Visits {
  explicit Visits(int64_t count) : counts(count) {}

  static void visit(void *visits, int64_t begin, int64_t end) {
    EXPECT_LT(begin, end); // no call without iterations
    for (int64_t index = begin; index < end; ++index)
      ++static_cast<Visits *>(visits)->counts[index]; // no atomic: disjoint
  }

  std::vector<int> counts;
};

TEST(PoolTest, RunsEachIterationOnce) {
  for (int threads : {1, 2, 3, 7}) {
    auto pool = createPool(threads);
    for (int64_t count : {0, 1, 2, 3, 7, 27, 28, 29, 1000}) {
      Visits visits(count);
      pool->run(Visits::visit, &visits, count);
      EXPECT_EQ(visits.counts, std::vector<int>(count, 1));
    }
  }
}

TEST(PoolTest, WakesAfterSleep) {
  auto pool = createPool(3);
  for (int repetition = 0; repetition < 5; ++repetition) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    Visits visits(100);
    pool->run(Visits::visit, &visits, 100);
    EXPECT_EQ(visits.counts, std::vector<int>(100, 1));
  }
}

// The caller sees what all threads wrote, loop after loop.
TEST(PoolTest, LoopsFollowEachOther) {
  auto pool = createPool(4);
  Visits visits(64);
  for (int repetition = 0; repetition < 2000; ++repetition)
    pool->run(Visits::visit, &visits, 64);
  EXPECT_EQ(visits.counts, std::vector<int>(64, 2000));
}

TEST(PoolTest, NestedLoopsRunOnTheirCaller) {
  struct Outer {
    Pool *pool;
    std::atomic<int> others{0};
  } outer;
  auto pool = createPool(3);
  outer.pool = pool.get();
  pool->run(
      [](void *context, int64_t begin, int64_t end) {
        struct Inner {
          std::thread::id caller = std::this_thread::get_id();
          int64_t iterations = 0;
          int others = 0;
        };
        for (int64_t index = begin; index < end; ++index) {
          Inner inner;
          static_cast<Outer *>(context)->pool->run(
              [](void *context, int64_t begin, int64_t end) {
                auto *inner = static_cast<Inner *>(context);
                inner->others += std::this_thread::get_id() != inner->caller;
                inner->iterations += end - begin;
              },
              &inner, 10);
          if (inner.iterations != 10 || inner.others != 0)
            ++static_cast<Outer *>(context)->others;
        }
      },
      &outer, 50);
  EXPECT_EQ(outer.others, 0);
}

TEST(PoolTest, SeveralThreadsShareAPool) {
  auto pool = createPool(3);
  std::vector<std::thread> callers;
  std::atomic<int> failures{0};
  for (int caller = 0; caller < 4; ++caller)
    callers.emplace_back([&] {
      for (int repetition = 0; repetition < 300; ++repetition) {
        Visits visits(40);
        pool->run(Visits::visit, &visits, 40);
        failures += visits.counts != std::vector<int>(40, 1);
      }
    });
  for (std::thread &caller : callers)
    caller.join();
  EXPECT_EQ(failures, 0);
}

// Workers that never got a loop, and those that just had one, end.
TEST(PoolTest, Ends) {
  for (int repetition = 0; repetition < 100; ++repetition) {
    auto pool = createPool(3);
    Visits visits(9);
    if (repetition % 2)
      pool->run(Visits::visit, &visits, 9);
  }
}

TEST(PoolTest, RefusesBadNumbers) {
  for (int threads : {-1, 0, Pool::kMostThreads + 1}) {
    std::string error;
    EXPECT_FALSE(Pool::create(threads, error));
    EXPECT_EQ(error,
              "expected 1 to 1024 threads, but got " + std::to_string(threads));
  }
}

} // namespace
