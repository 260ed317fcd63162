//===- Device.cpp - What the stand-in is like -----------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Device.h"

#include "Ptx.h"

#include <cstdlib>
#include <sstream>

using namespace standin;

static std::string read(const char *name, const char *usual) {
  const char *value = std::getenv(name);
  return value ? value : usual;
}

Machine Machine::fromEnvironment() {
  Machine machine;
  std::istringstream list(read("STANDIN_CAPABILITIES", "90"));
  for (std::string item; std::getline(list, item, ',');)
    machine.capabilities.push_back(std::stoul(item));
  machine.driver = std::stoi(read("STANDIN_DRIVER", "13000"));
  // 8.0 with 12.0, 7.0 with 11.0.
  int32_t ptx = (machine.driver / 1000 - 4) * 10 + machine.driver % 1000 / 10;
  machine.ptx = std::stoul(read("STANDIN_PTX", std::to_string(ptx).c_str()));
  machine.memory = std::stoull(read("STANDIN_MEMORY", "4294967296"));
  machine.multiprocessors = std::stoi(read("STANDIN_MULTIPROCESSORS", "3"));
  machine.piece = std::stoull(read("STANDIN_PIECE", "0"));
  machine.init = std::stoi(read("STANDIN_INIT", "0"));
  machine.tellsTime = read("STANDIN_TIME", "0") != "0";
  return machine;
}

bool standin::runsOn(const std::string &target, uint32_t capability) {
  if (target.compare(0, 3, "sm_") != 0)
    throw PtxError(1, "unknown target '" + target + "'");
  char *end;
  unsigned long needed = std::strtoul(target.c_str() + 3, &end, 10);
  std::string suffix = end;
  if (suffix == "a")
    return capability == needed;
  if (!suffix.empty())
    throw PtxError(1, "unknown target '" + target + "'");
  return capability >= needed;
}
