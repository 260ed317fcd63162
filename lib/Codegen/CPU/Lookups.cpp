//===- Lookups.cpp - Tables of bytes by what a CPU has for them ---------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Lookups.h"

#include "Strategy.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace quantc;

static Value splat(OpBuilder &builder, Location loc, Type type, int8_t value) {
  auto vector = cast<VectorType>(type);
  return arith::ConstantOp::create(builder, loc,
                                   DenseElementsAttr::get(vector, value));
}

// vpermi2b takes the seven low bits of a byte, so that one is for the negative
// bytes and one for the others.
static Value createPermutes512(OpBuilder &builder, Location loc, Value bytes,
                               ByteLookup::LoadTable load) {
  auto permute = [&](int64_t first) {
    return callIntrinsic(builder, loc, "llvm.x86.avx512.vpermi2var.qi.512",
                         bytes.getType(),
                         {load(first), bytes, load(first + 64)});
  };
  Value isNegative =
      arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt, bytes,
                            splat(builder, loc, bytes.getType(), 0));
  Value negative = permute(0), other = permute(128);
  return arith::SelectOp::create(builder, loc, isNegative, negative, other);
}

// pshufb takes four bits of a byte, and gives 0 for a negative one. Of a byte
// that is lowered by 16 before each next 16 entries all are taken up to its
// own, and of these differences its entry is left.
static Value createShuffles(OpBuilder &builder, Location loc, StringRef name,
                            Value bytes, ByteLookup::LoadTable load) {
  Type type = bytes.getType();
  Value step = splat(builder, loc, type, 16);
  auto addHalf = [&](Value sum, Value index, int64_t first) {
    for (int64_t entry = first; entry < first + 128; entry += 16) {
      if (entry > first)
        index = LLVM::SSubSat::create(builder, loc, type, index, step);
      Value part =
          callIntrinsic(builder, loc, name, type, {load(entry), index});
      sum = sum ? arith::XOrIOp::create(builder, loc, sum, part) : part;
    }
    return sum;
  };
  Value positive = addHalf(nullptr, bytes, 128);
  Value flipped = arith::XOrIOp::create(
      builder, loc, bytes, splat(builder, loc, type, int8_t(-128)));
  return addHalf(positive, flipped, 0);
}

static Value createShuffles256(OpBuilder &builder, Location loc, Value bytes,
                               ByteLookup::LoadTable load) {
  return createShuffles(builder, loc, "llvm.x86.avx2.pshuf.b", bytes, load);
}

static Value createShuffles512(OpBuilder &builder, Location loc, Value bytes,
                               ByteLookup::LoadTable load) {
  return createShuffles(builder, loc, "llvm.x86.avx512.pshuf.b.512", bytes,
                        load);
}

// tbl gives 0 for what is behind its 64 entries, and tbx what was there.
static Value createTableLookups128(OpBuilder &builder, Location loc,
                                   Value bytes, ByteLookup::LoadTable load) {
  Type type = bytes.getType();
  Value index = arith::XOrIOp::create(builder, loc, bytes,
                                      splat(builder, loc, type, int8_t(-128)));
  Value result;
  for (int64_t first = 0; first < 256; first += 64) {
    SmallVector<Value> operands;
    if (result)
      operands.push_back(result);
    for (int64_t entry = first; entry < first + 64; entry += 16)
      operands.push_back(load(entry));
    operands.push_back(
        first == 0 ? index
                   : arith::SubIOp::create(
                         builder, loc, index,
                         splat(builder, loc, type, static_cast<int8_t>(first)))
                         .getResult());
    result = callIntrinsic(builder, loc,
                           result ? "llvm.aarch64.neon.tbx4.v16i8"
                                  : "llvm.aarch64.neon.tbl4.v16i8",
                           type, operands);
  }
  return result;
}

#define LOOKUP(NAME, CYCLES) static constexpr double kCyclesOf##NAME = CYCLES;
#include "Costs.def"

// Behind all that it is better than. The many shuffles of MobileNetV3-Large are
// faster in a pass of their own (0.96 of the network's time by 256 bits, 0.95
// by 512). On AArch64 neither was measured.
static constexpr ByteLookup kLookups[] = {
    {"x86-64-v3", 32, 16, kCyclesOfShuffles256, createShuffles256,
     /*takesDifferences=*/true},
    {"x86-64-v4", 64, 16, kCyclesOfShuffles512, createShuffles512,
     /*takesDifferences=*/true},
    {"x86-64-v4+avx512vbmi", 64, 64, kCyclesOfPermutes512, createPermutes512,
     /*takesDifferences=*/false, /*isForEpilogues=*/true},
    {"aarch64", 16, 16, kCyclesOfTableLookups128, createTableLookups128},
};

SmallVector<int8_t> ByteLookup::differencesOf(ArrayRef<int8_t> entries) {
  SmallVector<int8_t> differences(entries);
  for (int64_t half : {0, 128})
    for (int64_t entry = half + 16; entry < half + 128; ++entry)
      differences[entry] =
          static_cast<int8_t>(entries[entry] ^ entries[entry - 16]);
  return differences;
}

const ByteLookup *quantc::selectLookup(LLVM::TargetAttr target) {
  auto found =
      llvm::find_if(llvm::reverse(kLookups), [&](const ByteLookup &row) {
        return hasOneOf(target, row.needs);
      });
  return found == std::rend(kLookups) ? nullptr : &*found;
}
