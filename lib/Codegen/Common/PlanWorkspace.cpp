//===- PlanWorkspace.cpp - Buffers into one workspace -------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A network runs in straight-line code, so that the lifetime of a buffer is an
// interval of ops, and a run needs no allocator: every offset is known here.
//
//===----------------------------------------------------------------------===//

#include "quantc/Codegen/Common/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/Support/MathExtras.h"

namespace quantc {
#define GEN_PASS_DEF_PLANWORKSPACE
#include "quantc/Codegen/Common/Passes.h.inc"
} // namespace quantc

using namespace mlir;

namespace {

/// Alignment of every buffer, a cache line; the ABI asks the same of the
/// workspace. A GPU reads two of its lines at once.
constexpr uint64_t kAlignment = 64;
constexpr uint64_t kLinearAlignment = 256;

struct Buffer {
  memref::AllocOp alloc;
  uint64_t bytes = 0; // of one sample where the batch is dynamic
  int64_t begin = 0;  // first and last op of the lifetime
  int64_t end = 0;
  uint64_t offset = 0;

  bool isBatched() { return !alloc.getType().hasStaticShape(); }
};

/// Position of the last op in `block` that uses `value` or a view of it. Fails
/// at a user that is no view but has a buffer as a result: it may be an alias.
FailureOr<int64_t> lastUse(Value value, Block *block,
                           const DenseMap<Operation *, int64_t> &positions) {
  int64_t last = positions.lookup(value.getDefiningOp());
  for (Operation *user : value.getUsers()) {
    last =
        std::max(last, positions.lookup(block->findAncestorOpInBlock(*user)));
    bool hasBuffers =
        llvm::any_of(user->getResultTypes(), llvm::IsaPred<BaseMemRefType>);
    if (!hasBuffers)
      continue;
    if (!isa<ViewLikeOpInterface>(user))
      return user->emitOpError("expected only views to make buffers of "
                               "buffers");
    FailureOr<int64_t> lastOfView =
        lastUse(user->getResult(0), block, positions);
    if (failed(lastOfView))
      return failure();
    last = std::max(last, *lastOfView);
  }
  return last;
}

uint64_t bytesOf(MemRefType type, uint64_t alignment) {
  ArrayRef<int64_t> shape = type.getShape();
  if (!type.hasStaticShape())
    shape = shape.drop_front();
  uint64_t elementBytes = llvm::divideCeil(type.getElementTypeBitWidth(), 8);
  return llvm::alignTo(ShapedType::getNumElements(shape) * elementBytes,
                       alignment);
}

/// Places the largest buffers first, each at the lowest offset that none of the
/// placed ones with an overlapping lifetime uses. Returns the bytes of all.
uint64_t place(MutableArrayRef<Buffer *> buffers) {
  llvm::sort(buffers, [](Buffer *a, Buffer *b) {
    return std::make_pair(b->bytes, a->begin) <
           std::make_pair(a->bytes, b->begin);
  });
  uint64_t total = 0;
  SmallVector<Buffer *> placed; // by offset
  for (Buffer *buffer : buffers) {
    uint64_t offset = 0;
    for (Buffer *other : placed) {
      bool together =
          other->begin <= buffer->end && buffer->begin <= other->end;
      if (together && other->offset < offset + buffer->bytes)
        offset = std::max(offset, other->offset + other->bytes);
    }
    buffer->offset = offset;
    total = std::max(total, offset + buffer->bytes);
    placed.insert(llvm::upper_bound(placed, buffer,
                                    [](Buffer *a, Buffer *b) {
                                      return a->offset < b->offset;
                                    }),
                  buffer);
  }
  return total;
}

struct PlanWorkspace : quantc::impl::PlanWorkspaceBase<PlanWorkspace> {
  using Base::Base;

  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (!function.isExternal())
        if (failed(plan(function)))
          return signalPassFailure();
  }

private:
  LogicalResult plan(func::FuncOp function) {
    FailureOr<SmallVector<Buffer>> collected = collect(function);
    if (failed(collected))
      return failure();
    SmallVector<Buffer *> fixed, batched;
    for (Buffer &buffer : *collected)
      (linear || buffer.isBatched() ? batched : fixed).push_back(&buffer);
    uint64_t fixedBytes = place(fixed);
    uint64_t sampleBytes = place(batched);

    OpBuilder builder(&getContext());
    ModuleOp module = getOperation();
    module->setAttr("quantc.workspace_fixed",
                    builder.getI64IntegerAttr(fixedBytes));
    module->setAttr("quantc.workspace_per_sample",
                    builder.getI64IntegerAttr(sampleBytes));
    auto workspaceType =
        MemRefType::get({ShapedType::kDynamic}, builder.getI8Type());
    unsigned index = function.getNumArguments();
    if (failed(function.insertArgument(index, workspaceType, {},
                                       function.getLoc())))
      return failure();
    for (Buffer *buffer : fixed)
      replace(builder, *buffer, function.getArgument(index), 0, {});
    Value batch = createBatch(builder, function);
    for (Buffer *buffer : batched)
      replace(builder, *buffer, function.getArgument(index), fixedBytes, batch);
    return success();
  }

  /// The buffers of `function`, with lifetimes, in program order.
  FailureOr<SmallVector<Buffer>> collect(func::FuncOp function) {
    Block *block = &function.getBody().front();
    DenseMap<Operation *, int64_t> positions;
    for (auto [position, op] : llvm::enumerate(*block))
      positions[&op] = position;
    SmallVector<Buffer> buffers;
    WalkResult walk = function.walk([&](memref::AllocOp op) {
      ArrayRef<int64_t> shape = op.getType().getShape();
      bool isBatched = !shape.empty() && ShapedType::isDynamic(shape[0]);
      if (op->getBlock() != block ||
          ShapedType::isDynamicShape(shape.drop_front(isBatched))) {
        op.emitOpError("expected a buffer outside of loops whose only dynamic "
                       "dimension is the leading one, but got ")
            << op.getType() << (op->getBlock() == block ? "" : " in a loop");
        return WalkResult::interrupt();
      }
      Buffer buffer;
      buffer.alloc = op;
      buffer.bytes =
          bytesOf(op.getType(), linear ? kLinearAlignment : kAlignment);
      buffer.begin = positions.lookup(op);
      FailureOr<int64_t> end = lastUse(op, block, positions);
      if (failed(end))
        return WalkResult::interrupt();
      buffer.end = *end;
      buffers.push_back(buffer);
      return WalkResult::advance();
    });
    if (walk.wasInterrupted())
      return failure();
    return buffers;
  }

  /// The leading dimension of the first argument where that is dynamic; null
  /// where none is, or each buffer knows its own.
  Value createBatch(OpBuilder &builder, func::FuncOp function) {
    if (!linear)
      return {};
    builder.setInsertionPointToStart(&function.getBody().front());
    for (BlockArgument argument : function.getArguments().drop_back())
      if (auto type = dyn_cast<MemRefType>(argument.getType());
          type && type.getRank() > 0 && type.isDynamicDim(0))
        return memref::DimOp::create(builder, function.getLoc(), argument, 0);
    return {};
  }

  /// alloc(batch) -> view workspace[base + batch * offset][batch]
  void replace(OpBuilder &builder, Buffer &buffer, Value workspace,
               uint64_t base, Value batch) {
    memref::AllocOp alloc = buffer.alloc;
    Location loc = alloc.getLoc();
    builder.setInsertionPoint(alloc);
    auto index = [&](uint64_t value) -> Value {
      return arith::ConstantIndexOp::create(builder, loc, value);
    };
    Value offset = index(buffer.offset);
    if (!batch && buffer.isBatched())
      batch = alloc.getDynamicSizes()[0];
    if (batch) {
      Value scaled = arith::MulIOp::create(builder, loc, batch, offset);
      offset = arith::AddIOp::create(builder, loc, index(base), scaled);
    }
    Value view =
        memref::ViewOp::create(builder, loc, alloc.getType(), workspace, offset,
                               alloc.getDynamicSizes());
    alloc.replaceAllUsesWith(view);
    alloc.erase();
  }
};

} // namespace
