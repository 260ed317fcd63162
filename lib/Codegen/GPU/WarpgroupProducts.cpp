//===- WarpgroupProducts.cpp - Products by wgmma --------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// PTX ISA, "Register Fragments for wgmma.mma_async.m64nNk32" and "Matrix
// Descriptor Format".
//
//===----------------------------------------------------------------------===//

#include "WarpgroupBuilder.h"

using namespace mlir;
using namespace quantc;

static constexpr int64_t kProductDepth = 32; // bytes along K

static Type sumsType(Emitter &emit, const WarpgroupTile &tile) {
  return LLVM::LLVMStructType::getLiteral(
      emit.builder.getContext(),
      SmallVector<Type>(tile.sums(), emit.builder.getI32Type()));
}

Value WarpgroupProducts::start() {
  return LLVM::ZeroOp::create(emit.builder, emit.loc, sumsType(emit, tile));
}

/// Of rows that are swizzled by their own length. `address`, an i32, is in
/// chunks of 16 bytes.
Value WarpgroupProducts::descriptor(Value address) {
  constexpr int64_t kUnit = 16;
  uint64_t swizzle = tile.depth == 128 ? 1 : tile.depth == 64 ? 2 : 3;
  auto eightRows = static_cast<uint64_t>(8 * tile.depth / kUnit);
  uint64_t bits = swizzle << 62 | eightRows << 32 | uint64_t{1} << 16;
  Type i64 = emit.builder.getI64Type();
  Value start = LLVM::ZExtOp::create(emit.builder, emit.loc, i64, address);
  Value rest = arith::ConstantIntOp::create(emit.builder, emit.loc,
                                            static_cast<int64_t>(bits), 64);
  return LLVM::OrOp::create(emit.builder, emit.loc, start, rest);
}

Value WarpgroupProducts::multiply(Value stage, Value sums) {
  OpBuilder &builder = emit.builder;
  constexpr int64_t kUnit = 16;
  Value begin =
      LLVM::PtrToIntOp::create(builder, emit.loc, builder.getI32Type(), stage);
  Value left = emit.divide(
      emit.add(begin, emit.multiply(group, kGroupRows * tile.depth)), kUnit);
  Value right = emit.divide(emit.add(begin, tile.leftBytes()), kUnit);
  NVVM::WgmmaFenceAlignedOp::create(builder, emit.loc);
  auto shape =
      NVVM::MMAShapeAttr::get(builder.getContext(), kGroupRows,
                              static_cast<int>(tile.columns), kProductDepth);
  for (int64_t k = 0; k < tile.depth; k += kProductDepth)
    sums = NVVM::WgmmaMmaAsyncOp::create(
        builder, emit.loc, sums.getType(), sums,
        descriptor(emit.add(left, k / kUnit)),
        descriptor(emit.add(right, k / kUnit)), shape, NVVM::WGMMATypes::s8,
        NVVM::WGMMATypes::s8, NVVM::WGMMATypes::s32, NVVM::WGMMAScaleOut::one,
        NVVM::WGMMAScaleIn::one, NVVM::WGMMAScaleIn::one, NVVM::MMALayout::row,
        NVVM::MMALayout::col, /*satfinite=*/nullptr);
  NVVM::WgmmaGroupSyncAlignedOp::create(builder, emit.loc);
  return sums;
}

void WarpgroupProducts::wait(int64_t stages) {
  NVVM::WgmmaWaitGroupSyncOp::create(emit.builder, emit.loc,
                                     static_cast<uint64_t>(stages));
}

Value WarpgroupProducts::rowOf(int64_t half) {
  constexpr int64_t kWarp = 32, kWarpRows = 16, kLanesOfRow = 4;
  Value inWarp = emit.divide(emit.remainder(lane, kWarp), kLanesOfRow);
  Value inGroup =
      emit.add(emit.multiply(emit.divide(lane, kWarp), kWarpRows), inWarp);
  return emit.add(emit.add(emit.multiply(group, kGroupRows), inGroup),
                  half * kWarpRows / 2);
}

Value WarpgroupProducts::columnOf(int64_t part) {
  constexpr int64_t kLanesOfRow = 4;
  return emit.add(emit.multiply(emit.remainder(lane, kLanesOfRow),
                                tile.partColumns() / kLanesOfRow),
                  part * tile.partColumns());
}

/// Of each eight columns of an instruction a lane has two, in two rows.
SmallVector<Value> WarpgroupProducts::sumsOf(Value sums, int64_t part,
                                             int64_t half) {
  SmallVector<Value> values;
  int64_t eights = tile.partColumns() / 8;
  for (int64_t eight = part * eights; eight < (part + 1) * eights; ++eight)
    for (int64_t column = 0; column < 2; ++column)
      values.push_back(LLVM::ExtractValueOp::create(
          emit.builder, emit.loc, sums, eight * 4 + half * 2 + column));
  return values;
}
