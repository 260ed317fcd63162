//===- ConfigureRegisters.cpp - Shapes of matrix registers --------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Codegen/CPU/Passes.h"

#include "quantc/Dialect/MK/IR/MK.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/CallInterfaces.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

namespace quantc {
#define GEN_PASS_DEF_CONFIGUREREGISTERS
#include "quantc/Codegen/CPU/Passes.h.inc"
} // namespace quantc

using namespace mlir;
using namespace quantc;

static bool areEqual(mk::RegistersOp a, mk::RegistersOp b) {
  return a->getAttrDictionary() == b->getAttrDictionary();
}

/// Whether behind `op` registers may have another shape than `shape`: a
/// function that is called may load its own.
static bool mayChange(Operation *op, mk::RegistersOp shape) {
  return op
      ->walk([&](Operation *nested) {
        auto other = dyn_cast<mk::RegistersOp>(nested);
        bool isAnother =
            other ? !areEqual(shape, other) : isa<CallOpInterface>(nested);
        return isAnother ? WalkResult::interrupt() : WalkResult::advance();
      })
      .wasInterrupted();
}

/// The outermost op around `op`, below its function, in which all registers
/// have its shape.
static Operation *outermostWith(mk::RegistersOp op) {
  Operation *outermost = op;
  for (Operation *parent = op->getParentOp();
       !isa<FunctionOpInterface>(parent) && !mayChange(parent, op);
       parent = parent->getParentOp())
    outermost = parent;
  return outermost;
}

/// Erases what repeats the shape before it, with nothing between that may
/// change it.
static void eraseRepeated(Block &block) {
  mk::RegistersOp current;
  for (Operation &op : llvm::make_early_inc_range(block)) {
    auto next = dyn_cast<mk::RegistersOp>(op);
    if (next && current && areEqual(current, next))
      next.erase();
    else if (next)
      current = next;
    else if (current && mayChange(&op, current))
      current = nullptr;
  }
}

/// The operand of ldtilecfg (Intel 64 and IA-32 Architectures Software
/// Developer's Manual, volume 1, section 18.2), for the registers of
/// MatrixTile.cpp: 0 to 3 accumulators, 4 and 5 of the left operand, 6 and 7 of
/// the right one.
static SmallVector<int8_t> packConfiguration(mk::RegistersOp op) {
  SmallVector<int8_t> bytes(64, 0);
  bytes[0] = 1; // palette
  auto set = [&](int64_t number, int64_t rows, int64_t bytesOfRow) {
    bytes[16 + 2 * number] = static_cast<int8_t>(bytesOfRow);
    bytes[48 + number] = static_cast<int8_t>(rows);
  };
  for (auto [part, rows] : llvm::enumerate(op.getRows())) {
    set(2 * part, rows, 64);
    set(2 * part + 1, rows, 64);
    set(4 + part, rows, op.getDepth());
  }
  set(6, op.getDepth() / 4, 64);
  set(7, op.getDepth() / 4, 64);
  return bytes;
}

namespace {

struct ConfigureRegisters
    : quantc::impl::ConfigureRegistersBase<ConfigureRegisters> {
  void runOnOperation() override {
    SmallVector<mk::RegistersOp> ops;
    getOperation().walk([&](mk::RegistersOp op) { ops.push_back(op); });
    for (mk::RegistersOp op : ops)
      op->moveBefore(outermostWith(op));
    getOperation().walk([](Block *block) { eraseRepeated(*block); });
    ops.clear();
    getOperation().walk([&](mk::RegistersOp op) { ops.push_back(op); });
    SymbolTable symbols(getOperation());
    for (mk::RegistersOp op : ops)
      load(op, symbols);
  }

private:
  void load(mk::RegistersOp op, SymbolTable &symbols) {
    SmallVector<int8_t> bytes = packConfiguration(op);
    OpBuilder builder(op);
    auto type = LLVM::LLVMArrayType::get(builder.getI8Type(), bytes.size());
    LLVM::GlobalOp &global = globals[op->getAttrDictionary()];
    if (!global) {
      OpBuilder detached(&getContext());
      global = LLVM::GlobalOp::create(
          detached, op.getLoc(), type, /*isConstant=*/true,
          LLVM::Linkage::Private, "registers",
          DenseElementsAttr::get(
              RankedTensorType::get(bytes.size(), builder.getI8Type()),
              ArrayRef(bytes)),
          /*alignment=*/64);
      symbols.insert(global);
    }
    Value address = LLVM::AddressOfOp::create(builder, op.getLoc(), global);
    LLVM::CallIntrinsicOp::create(builder, op.getLoc(),
                                  builder.getStringAttr("llvm.x86.ldtilecfg"),
                                  address);
    op.erase();
  }

  DenseMap<Attribute, LLVM::GlobalOp> globals;
};

} // namespace
