//===- Canary.cpp - Does what sanitizers must notice ----------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include <cstdio>
#include <cstring>
#include <limits>
#include <vector>

int main(int argc, char **argv) {
  const char *what = argc == 2 ? argv[1] : "";
  if (std::strcmp(what, "address") == 0) {
    std::vector<char> bytes(static_cast<size_t>(argc));
    const volatile char *behind = bytes.data() + bytes.size();
    std::printf("%d\n", *behind);
  } else if (std::strcmp(what, "undefined") == 0) {
    volatile int largest = std::numeric_limits<int>::max();
    std::printf("%d\n", largest + argc);
  }
  return 0;
}
