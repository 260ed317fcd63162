//===- Exchange.cpp - Values that go between lanes ------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// PTX ISA, sections 9.7.9.6 (shfl) and 9.7.13 (vote, redux, activemask, elect).
//
//===----------------------------------------------------------------------===//

#include "Apply.h"

#include <algorithm>

using namespace standin;

namespace {

/// The lanes that an instruction names must all have come.
void verifyMembers(Warp &warp, const Instruction &instruction, uint32_t lanes,
                   const uint64_t *masks) {
  forLanes(lanes, [&](unsigned lane) {
    auto mask = static_cast<uint32_t>(masks[lane]);
    if (!(mask >> lane & 1) || (mask & warp.present & ~lanes))
      warp.fault(kIllegalInstruction, instruction, lane,
                 "lanes of the mask " + std::to_string(mask) +
                     " are not there: " + std::to_string(lanes));
  });
}

enum class Shuffle { Up, Down, Butterfly, Index };

/// Operands: d, a, b, c, mask, and the predicate.
template <Shuffle mode>
void executeShuffle(Warp &warp, const Instruction &instruction,
                    uint32_t lanes) {
  verifyMembers(warp, instruction, lanes, warp.in(instruction, 4));
  const uint64_t *a = warp.in(instruction, 1), *b = warp.in(instruction, 2),
                 *c = warp.in(instruction, 3);
  uint64_t moved[kLanes];
  uint32_t inRange = 0;
  forLanes(lanes, [&](unsigned lane) {
    auto own = static_cast<int>(lane);
    int segment = c[lane] >> 8 & 31, clamp = c[lane] & 31;
    int by = b[lane] & 31;
    int last = (own & segment) | (clamp & ~segment);
    int first = own & segment;
    int from = mode == Shuffle::Up          ? own - by
               : mode == Shuffle::Down      ? own + by
               : mode == Shuffle::Butterfly ? own ^ by
                                            : first | (by & ~segment);
    bool isInside = mode == Shuffle::Up ? from >= last : from <= last;
    if (!isInside)
      from = own;
    if (!(lanes >> from & 1))
      warp.fault(kIllegalInstruction, instruction, lane,
                 "shfl from lane " + std::to_string(from) +
                     ", which is not there");
    inRange |= uint32_t{isInside} << lane;
    moved[lane] = a[from];
  });
  uint64_t *result = warp.out(instruction, 0);
  forLanes(lanes, [&](unsigned lane) {
    result[lane] = static_cast<uint32_t>(moved[lane]);
  });
  uint32_t &predicate = warp.predicates[instruction.operands[5]];
  predicate = (predicate & ~lanes) | (inRange & lanes);
}

void decodeShuffle(Decoding &decoding) {
  decoding.allow({"sync", "up", "down", "bfly", "idx", "b32"});
  const Operand &result = decoding.operand(0);
  bool isPair = result.kind == Operand::Pair;
  decoding.addSlot(isPair ? result.parts[0] : result, "b32");
  decoding.addSlots({1, 2, 3, 4}, "b32");
  Operand sink{};
  sink.kind = Operand::Sink;
  decoding.addPredicate(isPair ? result.parts[1] : sink);
  decoding.instruction.execute =
      decoding.has("up")     ? executeShuffle<Shuffle::Up>
      : decoding.has("down") ? executeShuffle<Shuffle::Down>
      : decoding.has("bfly") ? executeShuffle<Shuffle::Butterfly>
                             : executeShuffle<Shuffle::Index>;
}

enum class Vote { All, Any, Uniform };

/// The lanes of the predicate of operand 1; the mask is operand 2.
uint32_t votesOf(Warp &warp, const Instruction &instruction, uint32_t lanes) {
  verifyMembers(warp, instruction, lanes, warp.in(instruction, 2));
  uint32_t votes = warp.predicates[instruction.operands[1]];
  return (instruction.saturate ? ~votes : votes) & lanes;
}

template <Vote mode>
void executeVote(Warp &warp, const Instruction &instruction, uint32_t lanes) {
  uint32_t votes = votesOf(warp, instruction, lanes);
  bool isAll = votes == lanes, isAny = votes != 0;
  bool value = mode == Vote::All   ? isAll
               : mode == Vote::Any ? isAny
                                   : isAll || !isAny;
  uint32_t &predicate = warp.predicates[instruction.operands[0]];
  predicate = (predicate & ~lanes) | (value ? lanes : 0);
}

void executeBallot(Warp &warp, const Instruction &instruction, uint32_t lanes) {
  uint32_t votes = votesOf(warp, instruction, lanes);
  uint64_t *result = warp.out(instruction, 0);
  forLanes(lanes, [&](unsigned lane) { result[lane] = votes; });
}

void decodeVote(Decoding &decoding) {
  decoding.allow({"sync", "all", "any", "uni", "ballot", "pred", "b32"});
  bool isBallot = decoding.has("ballot");
  if (isBallot)
    decoding.addSlot(decoding.operand(0), "b32");
  else
    decoding.addPredicate(decoding.operand(0));
  decoding.addPredicate(decoding.operand(1));
  decoding.instruction.saturate = decoding.operand(1).isNegated;
  decoding.addSlot(decoding.operand(2), "b32");
  decoding.instruction.execute = isBallot              ? executeBallot
                                 : decoding.has("all") ? executeVote<Vote::All>
                                 : decoding.has("any")
                                     ? executeVote<Vote::Any>
                                     : executeVote<Vote::Uniform>;
}

struct Add {
  uint32_t operator()(uint32_t a, uint32_t b) { return a + b; }
};
template <typename T> struct Minimum {
  uint32_t operator()(uint32_t a, uint32_t b) {
    return static_cast<T>(a) < static_cast<T>(b) ? a : b;
  }
};
template <typename T> struct Maximum {
  uint32_t operator()(uint32_t a, uint32_t b) {
    return static_cast<T>(a) > static_cast<T>(b) ? a : b;
  }
};

template <typename F>
void executeReduction(Warp &warp, const Instruction &instruction,
                      uint32_t lanes) {
  verifyMembers(warp, instruction, lanes, warp.in(instruction, 2));
  const uint64_t *a = warp.in(instruction, 1);
  auto value = static_cast<uint32_t>(a[__builtin_ctz(lanes)]);
  forLanes(lanes & (lanes - 1), [&](unsigned lane) {
    value = F()(value, static_cast<uint32_t>(a[lane]));
  });
  uint64_t *result = warp.out(instruction, 0);
  forLanes(lanes, [&](unsigned lane) { result[lane] = value; });
}

void decodeReduction(Decoding &decoding) {
  decoding.allow({"sync", "add", "min", "max", "s32", "u32"});
  bool isSigned = decoding.type() == "s32";
  decoding.addSlots({0, 1, 2}, "b32");
  decoding.instruction.execute =
      decoding.has("add")   ? executeReduction<Add>
      : decoding.has("min") ? (isSigned ? executeReduction<Minimum<int32_t>>
                                        : executeReduction<Minimum<uint32_t>>)
                            : (isSigned ? executeReduction<Maximum<int32_t>>
                                        : executeReduction<Maximum<uint32_t>>);
}

void executeActiveMask(Warp &warp, const Instruction &instruction,
                       uint32_t lanes) {
  uint64_t *result = warp.out(instruction, 0);
  forLanes(lanes, [&](unsigned lane) { result[lane] = lanes; });
}

/// d|p, mask: the first lane is it.
void executeElect(Warp &warp, const Instruction &instruction, uint32_t lanes) {
  verifyMembers(warp, instruction, lanes, warp.in(instruction, 2));
  uint64_t *result = warp.out(instruction, 0);
  unsigned leader = __builtin_ctz(lanes);
  forLanes(lanes, [&](unsigned lane) { result[lane] = leader; });
  uint32_t &predicate = warp.predicates[instruction.operands[1]];
  predicate = (predicate & ~lanes) | uint32_t{1} << leader;
}

} // namespace

bool standin::decodeExchange(Decoding &decoding) {
  const std::string &name = decoding.name();
  if (name == "shfl" && decoding.has("sync"))
    decodeShuffle(decoding);
  else if (name == "vote" && decoding.has("sync"))
    decodeVote(decoding);
  else if (name == "redux")
    decodeReduction(decoding);
  else if (name == "activemask") {
    decoding.addSlot(decoding.operand(0), "b32");
    decoding.instruction.execute = executeActiveMask;
  } else if (name == "elect") {
    decoding.addSlot(decoding.operand(0).parts.at(0), "b32");
    decoding.addPredicate(decoding.operand(0).parts.at(1));
    decoding.addSlot(decoding.operand(1), "b32");
    decoding.instruction.execute = executeElect;
  } else {
    return false;
  }
  return true;
}
