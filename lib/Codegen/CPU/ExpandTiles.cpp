//===- ExpandTiles.cpp - Tiles to vector code ------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Codegen/CPU/Passes.h"

#include "TileBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace quantc {
#define GEN_PASS_DEF_EXPANDTILES
#include "quantc/Codegen/CPU/Passes.h.inc"
} // namespace quantc

using namespace mlir;
using namespace quantc;

namespace {

struct ExpandTiles : quantc::impl::ExpandTilesBase<ExpandTiles> {
  void runOnOperation() override {
    if (failed(expandAll<mk::TileOp>()) || failed(expandAll<mk::DepthwiseOp>()))
      signalPassFailure();
  }

private:
  template <typename OpT> LogicalResult expandAll() {
    SmallVector<OpT> tiles;
    getOperation()->walk([&](OpT op) { tiles.push_back(op); });
    for (OpT op : tiles) {
      const Strategy *strategy = findStrategy(op.getStrategy());
      if (!strategy)
        return op.emitOpError("unknown strategy '")
               << op.getStrategy() << "', expected " << listStrategies();
      const Kernel &kernel = strategy->kernelFor(
          cast<MemRefType>(op.getInit().getType()).getElementType(),
          std::is_same_v<OpT, mk::DepthwiseOp>);
      if (failed(verify(op, kernel)))
        return failure();
      if constexpr (std::is_same_v<OpT, mk::TileOp>) {
        FailureOr<const CodeLookup *> lookup = findLookup(op, kernel);
        if (failed(lookup))
          return failure();
        kernel.isMatrix() ? expandMatrixTile(op, kernel)
                          : expandTile(op, kernel, *lookup);
      } else {
        expandDepthwise(op, kernel);
      }
      op.erase();
    }
    return success();
  }

  /// What replaces the codes of a panel, or null where there are none.
  static FailureOr<const CodeLookup *> findLookup(mk::TileOp op,
                                                  const Kernel &kernel) {
    if (op.getLevels().empty())
      return static_cast<const CodeLookup *>(nullptr);
    int64_t bytes = kernel.columns() * kernel.group();
    auto target =
        op->getParentOfType<ModuleOp>()->getAttrOfType<LLVM::TargetAttr>(
            LLVM::LLVMDialect::getTargetAttrName());
    const CodeLookup *lookup =
        target ? selectCodeLookup(target, bytes) : nullptr;
    if (!lookup || kernel.isMatrix())
      return op.emitOpError("strategy '")
             << op.getStrategy()
             << "' takes no codes of levels: the target has to look up "
             << bytes << " bytes at once";
    return lookup;
  }

  template <typename OpT>
  static LogicalResult verify(OpT op, const Kernel &kernel) {
    Type left = cast<MemRefType>(op.getA().getType()).getElementType();
    if (!kernel.dot)
      return op.emitOpError("strategy '")
             << op.getStrategy() << "' has no kernel for " << left;
    unsigned leftBits = std::is_same_v<OpT, mk::TileOp>
                            ? kernel.dot->bits
                            : kernel.depthwiseBits();
    if (left.getIntOrFloatBitWidth() != leftBits)
      return op.emitOpError("strategy '")
             << op.getStrategy() << "' requires a left operand of " << leftBits
             << " bits, but got " << left;
    if (static_cast<int64_t>(op.getGroup()) != kernel.group() ||
        op.getWidth() % kernel.columns() != 0)
      return op.emitOpError("strategy '")
             << op.getStrategy() << "' requires groups of " << kernel.group()
             << " and a width that is a multiple of " << kernel.columns()
             << ", but got " << op.getGroup() << " and " << op.getWidth();
    if constexpr (std::is_same_v<OpT, mk::TileOp>) {
      if (op.getSteps() && !kernel.dot->saturates)
        return op.emitOpError("strategy '")
               << op.getStrategy() << "' takes no list of steps";
      if (kernel.isMatrix() &&
          (!op.getScratch() || kernel.depthOf(op.getRun()) == 0))
        return op.emitOpError("strategy '")
               << op.getStrategy()
               << "' requires scratch and a run in steps of " << kernel.group()
               << ", but got a run of " << op.getRun()
               << (op.getScratch() ? "" : " without scratch");
    }
    return success();
  }
};

} // namespace
