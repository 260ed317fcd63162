//===- AsyncCopy.cpp - Copies that end when they are awaited --------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// PTX ISA, section 9.7.9.25 (cp.async). The bytes come when a thread waits for
// them, and not before: what does not wait has what was there.
//
//===----------------------------------------------------------------------===//

#include "Apply.h"

using namespace standin;

namespace {

/// Operands: target, source, bytes to read; the offset of the source is in the
/// immediate, that of the target in `target`.
void executeCopy(Warp &warp, const Instruction &instruction, uint32_t lanes) {
  const uint64_t *target = warp.in(instruction, 0),
                 *source = warp.in(instruction, 1),
                 *valid = warp.in(instruction, 2);
  Instruction shared = instruction, global = instruction;
  shared.space = Space::Shared;
  global.space = Space::Global;
  uint32_t bytes = instruction.width;
  forLanes(lanes, [&](unsigned lane) {
    AsyncCopy copy;
    copy.target = target[lane] + instruction.target;
    copy.bytes = bytes;
    copy.valid = static_cast<uint32_t>(valid[lane]);
    copy.source = nullptr;
    if (copy.valid > bytes)
      warp.fault(kIllegalInstruction, instruction, lane,
                 "cp.async reads more than it writes");
    warp.resolve(shared, copy.target, bytes, /*isWrite=*/true, lane);
    uint64_t from = source[lane] + instruction.immediate;
    if (from % bytes)
      warp.fault(kMisalignedAddress, instruction, lane,
                 "cp.async from a misaligned address");
    // What is not read need not be there.
    if (copy.valid > 0) {
      for (uint32_t at = 0; at < copy.valid; ++at)
        warp.resolve(global, from + at, 1, /*isWrite=*/false, lane);
      copy.source = reinterpret_cast<const uint8_t *>(from);
    }
    warp.openCopies[lane].push_back(copy);
  });
}

void finish(Warp &warp, const std::vector<AsyncCopy> &copies) {
  for (const AsyncCopy &copy : copies) {
    uint8_t *target = warp.block->shared.data() + copy.target;
    if (copy.valid > 0)
      std::memcpy(target, copy.source, copy.valid);
    std::memset(target + copy.valid, 0, copy.bytes - copy.valid);
  }
}

void executeCommit(Warp &warp, const Instruction &, uint32_t lanes) {
  forLanes(lanes, [&](unsigned lane) {
    warp.copyGroups[lane].push_back(std::move(warp.openCopies[lane]));
    warp.openCopies[lane].clear();
  });
}

/// Until at most so many of the last groups are under way.
void executeWait(Warp &warp, const Instruction &instruction, uint32_t lanes) {
  forLanes(lanes, [&](unsigned lane) {
    auto &groups = warp.copyGroups[lane];
    size_t done = groups.size() > instruction.immediate
                      ? groups.size() - instruction.immediate
                      : 0;
    for (size_t group = 0; group < done; ++group)
      finish(warp, groups[group]);
    groups.erase(groups.begin(), groups.begin() + done);
  });
}

void executeWaitAll(Warp &warp, const Instruction &instruction,
                    uint32_t lanes) {
  executeCommit(warp, instruction, lanes);
  executeWait(warp, instruction, lanes);
}

void decodeCopy(Decoding &decoding) {
  decoding.allow({"async", "ca", "cg", "shared", "shared::cta", "global",
                  "L2::64B", "L2::128B", "L2::256B"});
  Instruction &instruction = decoding.instruction;
  decoding.addAddress(decoding.operand(0));
  instruction.target = static_cast<uint32_t>(instruction.immediate);
  decoding.addAddress(decoding.operand(1));
  uint64_t bytes = decoding.operand(2).value;
  if ((bytes != 4 && bytes != 8 && bytes != 16) ||
      (decoding.has("cg") && bytes != 16))
    decoding.fail("cp.async copies 4, 8 or 16 bytes, .cg 16");
  instruction.width = static_cast<uint8_t>(bytes);
  if (decoding.operandCount() > 3)
    decoding.addSlot(decoding.operand(3), "u32");
  else
    decoding.addConstant(bytes);
  instruction.execute = executeCopy;
}

} // namespace

bool standin::decodeAsync(Decoding &decoding) {
  if (decoding.name() != "cp" || !decoding.has("async") ||
      decoding.has("bulk") || decoding.has("mbarrier"))
    return false;
  if (decoding.has("commit_group")) {
    decoding.instruction.execute = executeCommit;
  } else if (decoding.has("wait_all")) {
    decoding.instruction.execute = executeWaitAll;
  } else if (decoding.has("wait_group")) {
    decoding.instruction.immediate = decoding.operand(0).value;
    decoding.instruction.execute = executeWait;
  } else {
    decodeCopy(decoding);
  }
  return true;
}
