//===- InsertObservers.cpp - Marks edges that get a scale ---------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Calibration needs the values of every edge that will be quantized with a
// scale of its own; this pass marks them, and nothing else in the compiler
// decides which they are.
//
//===----------------------------------------------------------------------===//

#include "EdgeNames.h"

#include "quantc/Dialect/NN/Transforms/Passes.h"

#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SHA256.h"

namespace quantc::nn {
#define GEN_PASS_DEF_INSERTOBSERVERS
#include "quantc/Dialect/NN/Transforms/Passes.h.inc"
} // namespace quantc::nn

using namespace mlir;
using namespace quantc::nn;

namespace {

/// Whether `value` is computed by an op that gives it a range of its own.
bool isComputed(Value value) {
  auto op = value.getDefiningOp<QuantizableOpInterface>();
  return op && !op.sharesScale();
}

/// Whether `clamp` is the activation of the op before it: then only the
/// clamped values exist as integers.
bool isActivation(ClampOp clamp) {
  return isComputed(clamp.getInput()) && clamp.getInput().hasOneUse();
}

/// Whether no op on integers computes `value` or takes it.
bool staysFloat(Value value) {
  auto isInteger = [](Operation *op) {
    auto quantizable = dyn_cast<QuantizableOpInterface>(op);
    return quantizable && !quantizable.isFloatOnly();
  };
  return !isInteger(value.getDefiningOp()) &&
         llvm::none_of(value.getUsers(), isInteger);
}

/// Whether `value` combines others element by element, for ops that stay float
/// alone: computed in float it takes no longer, and is not rounded.
bool isOnlyForFloat(Value value) {
  auto op = value.getDefiningOp<QuantizableOpInterface>();
  return op->hasTrait<Elementwise>() && op.getActivationOperands().size() > 1 &&
         !value.use_empty() &&
         llvm::all_of(value.getUsers(), [](Operation *op) {
           auto quantizable = dyn_cast<QuantizableOpInterface>(op);
           return quantizable && quantizable.isFloatOnly();
         });
}

bool needsObserver(Value value) {
  if (!cast<RankedTensorType>(value.getType()).getElementType().isF32())
    return false;
  if (auto clamp = value.getDefiningOp<ClampOp>())
    return isActivation(clamp);
  if (!isComputed(value) || staysFloat(value) || isOnlyForFloat(value))
    return false;
  auto clamp =
      value.hasOneUse() ? dyn_cast<ClampOp>(*value.user_begin()) : ClampOp();
  return !clamp;
}

/// Hex SHA-256 of the module as bytecode, without locations. (The text would
/// depend on the printing options of the tool.)
std::string hashOf(ModuleOp module) {
  struct HashStream : llvm::raw_ostream {
    HashStream() { SetUnbuffered(); }
    void write_impl(const char *data, size_t size) override {
      hash.update(StringRef(data, size));
      position += size;
    }
    uint64_t current_pos() const override { return position; }
    llvm::SHA256 hash;
    uint64_t position = 0;
  };
  OwningOpRef<ModuleOp> copy = module.clone();
  Location unknown = UnknownLoc::get(module.getContext());
  copy->walk([&](Operation *op) {
    op->setLoc(unknown);
    for (Region &region : op->getRegions())
      for (Block &block : region)
        for (BlockArgument argument : block.getArguments())
          argument.setLoc(unknown);
  });
  HashStream stream;
  bool isWritten =
      succeeded(writeBytecodeToFile(*copy, stream, BytecodeWriterConfig("")));
  assert(isWritten && "only wanted versions can fail to be written");
  (void)isWritten;
  std::array<uint8_t, 32> digest = stream.hash.final();
  return llvm::toHex(digest, /*LowerCase=*/true);
}

struct InsertObservers
    : quantc::nn::impl::InsertObserversBase<InsertObservers> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    std::string hash = hashOf(module);
    module->setAttr(NNDialect::getNetworkHashAttrName(),
                    StringAttr::get(&getContext(), hash));
    for (auto function : module.getOps<func::FuncOp>())
      if (!function.isExternal())
        observe(function);
  }

private:
  void observe(func::FuncOp function) {
    OpBuilder builder(function.getBody());
    for (BlockArgument argument : function.getArguments()) {
      auto name = function.getArgAttrOfType<StringAttr>(
          argument.getArgNumber(), NNDialect::getNameAttrName());
      if (cast<RankedTensorType>(argument.getType()).getElementType().isF32())
        observe(builder, argument, name ? name.getValue() : StringRef("input"));
    }
    SmallVector<Value> edges;
    function.walk([&](QuantizableOpInterface op) {
      if (needsObserver(op->getResult(0)))
        edges.push_back(op->getResult(0));
    });
    for (Value edge : edges) {
      builder.setInsertionPointAfterValue(edge);
      observe(builder, edge, getLayerName(edge.getLoc()));
    }
  }

  void observe(OpBuilder &builder, Value edge, StringRef name) {
    // Without elements there is nothing to see: the edge stays float.
    auto type = cast<RankedTensorType>(edge.getType());
    if (llvm::is_contained(type.getShape(), 0))
      return;
    auto observer = ObserveOp::create(builder, edge.getLoc(), type, edge,
                                      nextId++, names.makeUnique(name),
                                      /*range=*/TypeAttr());
    edge.replaceAllUsesExcept(observer, observer);
  }

  int32_t nextId = 0;
  EdgeNames names;
};

} // namespace
