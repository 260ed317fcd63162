//===- DotPairs.cpp - Pairs of 16-bit products -----------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Strategy.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace quantc;

static Value extend(OpBuilder &builder, Location loc, Value elements) {
  auto type = cast<VectorType>(elements.getType());
  if (type.getElementTypeBitWidth() == 16)
    return elements;
  return arith::ExtSIOp::create(
      builder, loc,
      VectorType::get(type.getNumElements(), builder.getI16Type()), elements);
}

// The multiplication of extended i16 and the addition of even and odd products
// is what LLVM recognises (X86ISelLowering: combineAddToPMADDWD).
static Value multiplyPairs(OpBuilder &builder, Location loc, Value left,
                           Value right) {
  int64_t lanes = cast<VectorType>(left.getType()).getNumElements() / 2;
  auto wide = VectorType::get(2 * lanes, builder.getI32Type());
  Value product = arith::MulIOp::create(
      builder, loc, arith::ExtSIOp::create(builder, loc, wide, left),
      arith::ExtSIOp::create(builder, loc, wide, extend(builder, loc, right)));
  auto everySecond = [&](int64_t first) -> Value {
    SmallVector<int64_t> mask;
    for (int64_t lane = 0; lane < lanes; ++lane)
      mask.push_back(2 * lane + first);
    return vector::ShuffleOp::create(builder, loc, product, product, mask);
  };
  return arith::AddIOp::create(builder, loc, everySecond(0), everySecond(1));
}

static Value addPairs(OpBuilder &builder, Location loc, Value acc, Value left,
                      Value right) {
  return arith::AddIOp::create(builder, loc, acc,
                               multiplyPairs(builder, loc, left, right));
}

/// The same vector, by an instruction that is none but needs `others` as well.
static Value computeBehind(OpBuilder &builder, Location loc, Value vector,
                           ArrayRef<Value> others) {
  SmallVector<Value> operands = {vector};
  llvm::append_range(operands, others);
  std::string constraints = "=x,0"; // in place
  for (size_t index = 0; index < others.size(); ++index)
    constraints += ",x";
  return LLVM::InlineAsmOp::create(
             builder, loc, vector.getType(), operands, /*asm_string=*/"",
             constraints, /*has_side_effects=*/false, /*is_align_stack=*/false,
             LLVM::TailCallKind::None, /*asm_dialect=*/nullptr,
             /*operand_attrs=*/nullptr)
      .getResult(0);
}

// LLVM's scheduler would put each sum behind its product. On Zen 4 a tile of 6
// x 2 with data in the L1 cache takes 0.96 of the time this way.
static void addPairsProductsFirst(OpBuilder &builder, Location loc,
                                  MutableArrayRef<Value> accs, ValueRange lefts,
                                  ValueRange rights) {
  SmallVector<Value> products;
  for (auto [left, right] : llvm::zip_equal(lefts, rights))
    products.push_back(multiplyPairs(builder, loc, left, right));
  // The first waits for all others, they wait for the first.
  Value &first = products.front();
  auto others = MutableArrayRef<Value>(products).drop_front();
  if (!others.empty())
    first = computeBehind(builder, loc, first, others);
  for (Value &other : others)
    other = computeBehind(builder, loc, other, first);
  for (auto [acc, product] : llvm::zip_equal(accs, products))
    acc = arith::AddIOp::create(builder, loc, acc, product);
}

// vpmaddubsw, vpmaddwd by 1 and vpaddd: half again as many bytes as by vpmaddwd
// of extended ones.
static Value addSaturatingPairs(OpBuilder &builder, Location loc, Value acc,
                                Value left, Value right) {
  auto words = VectorType::get(16, builder.getI16Type());
  Value pairs = callIntrinsic(builder, loc, "llvm.x86.avx2.pmadd.ub.sw", words,
                              {left, right});
  Value ones = arith::ConstantOp::create(
      builder, loc,
      DenseElementsAttr::get(words, builder.getI16IntegerAttr(1)));
  Value quads = callIntrinsic(builder, loc, "llvm.x86.avx2.pmadd.wd",
                              acc.getType(), {pairs, ones});
  return arith::AddIOp::create(builder, loc, acc, quads);
}

const Dot quantc::kDotPairs = {2, 1, 16, 0, extend, addEach<addPairs>};
const Dot quantc::kDotPairsProductsFirst = {2, 1,      16,
                                            0, extend, addPairsProductsFirst};
const Dot quantc::kDotSaturatingPairs = {4,
                                         1,
                                         8,
                                         128,
                                         addOffset,
                                         addEach<addSaturatingPairs>,
                                         /*saturates=*/true};
