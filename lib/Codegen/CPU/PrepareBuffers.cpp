//===- PrepareBuffers.cpp - Buffers as dots take them ---------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PrepareBuffers.h"

#include "quantc/Dialect/MK/IR/MK.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace quantc;

/// What the elements of an i8 gain as u8.
static constexpr int64_t kOffset = 128;

namespace {

class BufferPreparer {
public:
  explicit BufferPreparer(MutableArrayRef<PlannedContraction> contractions) {
    for (auto &[contraction, strategy] : contractions) {
      const Kernel &kernel =
          strategy->kernelFor(contraction.element(), contraction.isDepthwise);
      if (kernel.dot->leftOffset != kOffset || kernel.dot->bits != 8)
        continue;
      contractionOf[contraction.op] = &contraction;
      roots.insert(rootOf(contraction.left));
    }
  }

  void prepare() {
    for (Value root : roots)
      if (!changed.contains(root))
        prepareWith(root);
  }

private:
  /// Changes the buffer and those that it takes maxima of, or becomes maxima
  /// in, if all of them can be.
  void prepareWith(Value root) {
    llvm::SetVector<Value> buffers;
    llvm::SetVector<Operation *> users;
    buffers.insert(root);
    for (size_t index = 0; index < buffers.size(); ++index) {
      Value buffer = buffers[index];
      SmallVector<Operation *> ofBuffer;
      collectUsers(buffer, ofBuffer);
      if (!buffer.getDefiningOp<memref::AllocOp>() ||
          !llvm::all_of(ofBuffer, [&](Operation *user) {
            return canChange(user, buffer);
          }))
        return;
      users.insert_range(ofBuffer);
      for (Operation *user : ofBuffer)
        if (auto pool = dyn_cast<linalg::PoolingNhwcMaxOp>(user)) {
          buffers.insert(rootOf(pool.getInputs()[0]));
          buffers.insert(rootOf(pool.getOutputs()[0]));
        }
    }
    changed.insert_range(buffers);
    for (Operation *user : users)
      change(user, buffers);
  }

  bool canChange(Operation *user, Value root) {
    if (isa<linalg::FillOp, linalg::PoolingNhwcMaxOp>(user))
      return true;
    // Loops that reduce to bytes have vectors of their own.
    if (auto generic = dyn_cast<linalg::GenericOp>(user))
      return generic.getNumReductionLoops() == 0 ||
             llvm::none_of(generic.getDpsInits(),
                           [&](Value init) { return rootOf(init) == root; });
    // A copy onto itself does nothing.
    if (auto copy = dyn_cast<memref::CopyOp>(user))
      return copy.getSource() == copy.getTarget();
    Contraction *contraction = contractionOf.lookup(user);
    return contraction && rootOf(contraction->left) == root &&
           !(contraction->rightBuffer &&
             rootOf(contraction->rightBuffer) == root);
  }

  void change(Operation *user, const llvm::SetVector<Value> &buffers) {
    OpBuilder builder(user);
    if (Contraction *contraction = contractionOf.lookup(user)) {
      contraction->isPrepared = true;
    } else if (auto fill = dyn_cast<linalg::FillOp>(user)) {
      fill->setOperand(0, flip(builder, fill.getLoc(), fill.getInputs()[0]));
    } else if (auto generic = dyn_cast<linalg::GenericOp>(user)) {
      for (OpOperand &operand : generic->getOpOperands())
        if (buffers.contains(rootOf(operand.get())))
          changeElements(generic, operand);
    } else if (auto pool = dyn_cast<linalg::PoolingNhwcMaxOp>(user)) {
      linalg::PoolingNhwcMaxUnsignedOp::create(
          builder, pool.getLoc(), TypeRange(), pool.getInputs(),
          pool.getOutputs(), pool.getStridesAttr(), pool.getDilationsAttr());
      pool.erase();
    }
  }

  /// Reads what `operand` has, + 128, and writes it so where it is an output.
  static void changeElements(linalg::GenericOp generic, OpOperand &operand) {
    OpBuilder builder = OpBuilder::atBlockBegin(generic.getBody());
    Location loc = generic.getLoc();
    BlockArgument element = generic.getMatchingBlockArgument(&operand);
    for (OpOperand &use : llvm::make_early_inc_range(element.getUses())) {
      if (auto lookup = dyn_cast<mk::LookupOp>(use.getOwner())) {
        lookup.setTableAttr(mapTable(lookup, [](auto entries, size_t index) {
          return entries[index ^ kOffset];
        }));
        continue;
      }
      // What is extended at once needs no i8.
      auto extend = dyn_cast<arith::ExtSIOp>(use.getOwner());
      if (!extend) {
        use.set(flip(builder, loc, element));
        continue;
      }
      Value wide =
          arith::ExtUIOp::create(builder, loc, extend.getType(), element);
      Value offset =
          arith::ConstantIntOp::create(builder, loc, extend.getType(), kOffset);
      extend.replaceAllUsesWith(
          arith::SubIOp::create(builder, loc, wide, offset).getResult());
      extend.erase();
    }
    if (!generic.isDpsInit(&operand))
      return;
    Operation *yield = generic.getBody()->getTerminator();
    OpOperand *result = generic.getMatchingYieldValue(&operand);
    builder.setInsertionPoint(yield);
    result->set(flip(builder, loc, result->get()));
  }

  /// The table of `lookup` with other entries.
  template <typename Function>
  static DenseIntElementsAttr mapTable(mk::LookupOp lookup, Function entryOf) {
    auto entries = llvm::to_vector(lookup.getTable().getValues<int8_t>());
    std::vector<int8_t> mapped;
    for (size_t index = 0; index < entries.size(); ++index)
      mapped.push_back(entryOf(ArrayRef<int8_t>(entries), index));
    return DenseIntElementsAttr::get(lookup.getTable().getType(), mapped);
  }

  /// Adds 128 to the bits of a byte, or subtracts it.
  static Value flip(OpBuilder &builder, Location loc, Value byte) {
    if (auto lookup = byte.getDefiningOp<mk::LookupOp>()) {
      DenseIntElementsAttr table =
          mapTable(lookup, [](auto entries, size_t index) {
            return static_cast<int8_t>(entries[index] ^ kOffset);
          });
      return mk::LookupOp::create(builder, loc, lookup.getType(),
                                  lookup.getBytes(), table);
    }
    return builder.createOrFold<arith::XOrIOp>(
        loc, byte,
        arith::ConstantIntOp::create(builder, loc, byte.getType(), -kOffset));
  }

  llvm::SmallDenseMap<Operation *, Contraction *> contractionOf;
  llvm::SetVector<Value> roots; // of their left operands
  llvm::SmallDenseSet<Value> changed;
};

} // namespace

void quantc::prepareBuffers(MutableArrayRef<PlannedContraction> contractions) {
  BufferPreparer(contractions).prepare();
}
