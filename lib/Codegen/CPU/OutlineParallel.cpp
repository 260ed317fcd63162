//===- OutlineParallel.cpp - Functions for the loops that threads share -===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Codegen/CPU/Passes.h"

#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/Transforms/RegionUtils.h"

namespace quantc {
#define GEN_PASS_DEF_OUTLINEPARALLEL
#include "quantc/Codegen/CPU/Passes.h.inc"
} // namespace quantc

using namespace mlir;

namespace {

constexpr StringRef kParallel = "quantc_parallel"; // of the embedded runtime

/// What a loop reads from around it: pure ops, as constants and views, which
/// its function repeats, so that LLVM sees there, too, which buffers are apart;
/// and what these start from, which it gets in a struct.
class Captures {
public:
  Captures(scf::ForallOp loop, const LLVMTypeConverter &converter) {
    llvm::SetVector<Value> used;
    getUsedValuesDefinedAbove(loop.getRegion(), used);
    used.insert_range(loop.getDynamicUpperBound());
    for (Value value : used)
      capture(value);
    SmallVector<Type> fields;
    for (Value value : values)
      fields.push_back(converter.convertType(value.getType()));
    type = LLVM::LLVMStructType::getLiteral(loop.getContext(), fields);
  }

  llvm::SetVector<Operation *> repeated; // in an order of their uses
  llvm::SetVector<Value> values;
  LLVM::LLVMStructType type;

private:
  void capture(Value value) {
    Operation *op = value.getDefiningOp();
    if (!op || op->getNumRegions() > 0 || !isPure(op)) {
      values.insert(value);
      return;
    }
    for (Value operand : op->getOperands())
      capture(operand);
    repeated.insert(op);
  }
};

Value cast(ImplicitLocOpBuilder &builder, Type type, Value value) {
  if (value.getType() == type)
    return value;
  return UnrealizedConversionCastOp::create(builder, type, value).getResult(0);
}

/// Whether `value` is a pointer to memory that no other pointer leads to.
bool isAlone(Value value) {
  auto argument = dyn_cast<BlockArgument>(value);
  auto function =
      argument
          ? dyn_cast<FunctionOpInterface>(argument.getOwner()->getParentOp())
          : FunctionOpInterface();
  return function &&
         function.getArgAttr(argument.getArgNumber(),
                             LLVM::LLVMDialect::getNoAliasAttrName());
}

/// The upper bounds of `loop`, as values where `mapping` has their operands.
SmallVector<Value> createBounds(ImplicitLocOpBuilder &builder,
                                scf::ForallOp loop, const IRMapping &mapping) {
  SmallVector<Value> bounds;
  for (OpFoldResult bound : loop.getMixedUpperBound())
    if (auto value = dyn_cast<Value>(bound))
      bounds.push_back(mapping.lookupOrDefault(value));
    else
      bounds.push_back(
          arith::ConstantIndexOp::create(builder, *getConstantIntValue(bound)));
  return bounds;
}

struct OutlineParallel : quantc::impl::OutlineParallelBase<OutlineParallel> {
  void runOnOperation() override {
    SmallVector<scf::ForallOp> loops;
    getOperation().walk<WalkOrder::PreOrder>([&](scf::ForallOp loop) {
      loops.push_back(loop);
      return WalkResult::skip();
    });
    if (loops.empty())
      return;
    declareParallel();
    for (auto [index, loop] : llvm::enumerate(loops))
      if (failed(outline(loop, index)))
        return signalPassFailure();
  }

private:
  void declareParallel() {
    auto builder = OpBuilder::atBlockBegin(getOperation().getBody());
    Type pointer = LLVM::LLVMPointerType::get(&getContext());
    LLVM::LLVMFuncOp::create(
        builder, getOperation().getLoc(), kParallel,
        LLVM::LLVMFunctionType::get(
            LLVM::LLVMVoidType::get(&getContext()),
            {pointer, pointer, pointer, builder.getI64Type()}));
  }

  LogicalResult outline(scf::ForallOp loop, size_t index) {
    auto network = loop->getParentOfType<FunctionOpInterface>();
    if (!network || network.getNumArguments() == 0 ||
        !isa<LLVM::LLVMPointerType>(network.getArgumentTypes().back()))
      return loop.emitOpError("requires a network with the context of the run "
                              "as last argument: run -codegen-create-entry "
                              "first");
    if (!loop.isNormalized() || !loop.getOutputs().empty())
      return loop.emitOpError(
          "expected a loop from 0 by steps of 1 that has no "
          "results");
    Captures captures(loop, converter());
    LLVM::LLVMFuncOp body = createBody(loop, captures, index);
    replaceByCall(loop, captures, network, body);
    return success();
  }

  LLVMTypeConverter converter() { return LLVMTypeConverter(&getContext()); }

  LLVM::LLVMFuncOp createFunction(ImplicitLocOpBuilder &builder,
                                  const Twine &name, ArrayRef<Type> types) {
    return LLVM::LLVMFuncOp::create(
        builder, name.str(),
        LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(&getContext()),
                                    types),
        LLVM::Linkage::Internal);
  }

  /// void body(void *captures, int64_t begin, int64_t end), which calls the
  /// loop.
  LLVM::LLVMFuncOp createBody(scf::ForallOp loop, const Captures &captures,
                              size_t index) {
    LLVM::LLVMFuncOp loopFunction = createLoop(loop, captures, index);
    auto builder = ImplicitLocOpBuilder::atBlockEnd(loop.getLoc(),
                                                    getOperation().getBody());
    Type i64 = builder.getI64Type();
    LLVM::LLVMFuncOp function =
        createFunction(builder, "quantc_share_" + Twine(index),
                       {LLVM::LLVMPointerType::get(&getContext()), i64, i64});
    // Once, behind the pointer that threads get, and not in the serial way,
    // too.
    function.setNoInline(true);
    Block *entry = function.addEntryBlock(builder);
    builder.setInsertionPointToStart(entry);
    Value fields =
        LLVM::LoadOp::create(builder, captures.type, entry->getArgument(0));
    SmallVector<Value> arguments;
    for (unsigned field = 0; field < captures.values.size(); ++field)
      arguments.push_back(LLVM::ExtractValueOp::create(
          builder, fields, ArrayRef<int64_t>{field}));
    llvm::append_range(arguments, entry->getArguments().drop_front());
    LLVM::CallOp::create(builder, loopFunction, arguments);
    LLVM::ReturnOp::create(builder, ValueRange{});
    return function;
  }

  /// void loop(captures..., int64_t begin, int64_t end)
  LLVM::LLVMFuncOp createLoop(scf::ForallOp loop, const Captures &captures,
                              size_t index) {
    auto builder = ImplicitLocOpBuilder::atBlockEnd(loop.getLoc(),
                                                    getOperation().getBody());
    Type i64 = builder.getI64Type();
    SmallVector<Type> types(captures.type.getBody());
    types.append(2, i64);
    LLVM::LLVMFuncOp function =
        createFunction(builder, "quantc_loop_" + Twine(index), types);
    Block *entry = function.addEntryBlock(builder);
    builder.setInsertionPointToStart(entry);
    IRMapping mapping;
    for (auto [position, value] : llvm::enumerate(captures.values)) {
      mapping.map(value,
                  cast(builder, value.getType(), entry->getArgument(position)));
      if (isAlone(value))
        function.setArgAttr(position, LLVM::LLVMDialect::getNoAliasAttrName(),
                            builder.getUnitAttr());
    }
    for (Operation *op : captures.repeated)
      builder.clone(*op, mapping);
    auto toIndex = [&](Value value) -> Value {
      return arith::IndexCastOp::create(builder, builder.getIndexType(), value);
    };
    SmallVector<Value> bounds = createBounds(builder, loop, mapping);
    auto iterations =
        scf::ForOp::create(builder, toIndex(*std::prev(entry->args_end(), 2)),
                           toIndex(entry->getArguments().back()),
                           arith::ConstantIndexOp::create(builder, 1));
    LLVM::ReturnOp::create(builder, ValueRange{});

    builder.setInsertionPointToStart(iterations.getBody());
    mapInductionVariables(builder, loop, iterations.getInductionVar(), bounds,
                          mapping);
    for (Operation &op : loop.getBody()->without_terminator())
      builder.clone(op, mapping);
    // An alloca in a loop would grow the stack.
    iterations.walk(
        [&](memref::AllocaOp op) { op->moveBefore(entry, entry->begin()); });
    return function;
  }

  /// %linear -> (%linear / (d1 * d2), %linear / d2 % d1, %linear % d2)
  void mapInductionVariables(ImplicitLocOpBuilder &builder, scf::ForallOp loop,
                             Value linear, ArrayRef<Value> bounds,
                             IRMapping &mapping) {
    for (unsigned dimension = bounds.size() - 1; dimension > 0; --dimension) {
      mapping.map(loop.getInductionVars()[dimension],
                  arith::RemUIOp::create(builder, linear, bounds[dimension])
                      .getResult());
      linear = arith::DivUIOp::create(builder, linear, bounds[dimension]);
    }
    mapping.map(loop.getInductionVars().front(), linear);
  }

  void replaceByCall(scf::ForallOp loop, const Captures &captures,
                     FunctionOpInterface network, LLVM::LLVMFuncOp body) {
    ImplicitLocOpBuilder builder(loop.getLoc(), loop);
    Type pointer = LLVM::LLVMPointerType::get(&getContext());
    Value fields = LLVM::PoisonOp::create(builder, captures.type);
    for (auto [position, value] : llvm::enumerate(captures.values))
      fields = LLVM::InsertValueOp::create(
          builder, fields,
          cast(builder, captures.type.getBody()[position], value),
          ArrayRef<int64_t>{static_cast<int64_t>(position)});
    Value count;
    for (Value bound : createBounds(builder, loop, IRMapping()))
      count = count ? arith::MulIOp::create(builder, count, bound) : bound;
    count = arith::IndexCastOp::create(builder, builder.getI64Type(), count);

    // At the start of the function: an alloca in a loop would grow the stack.
    OpBuilder::InsertPoint here = builder.saveInsertionPoint();
    builder.setInsertionPointToStart(&network.getFunctionBody().front());
    Value one = LLVM::ConstantOp::create(builder, builder.getI64Type(),
                                         builder.getI64IntegerAttr(1));
    Value memory = LLVM::AllocaOp::create(builder, pointer, captures.type, one);
    builder.restoreInsertionPoint(here);

    LLVM::StoreOp::create(builder, fields, memory);
    Value address = LLVM::AddressOfOp::create(builder, pointer, body.getName());
    LLVM::CallOp::create(
        builder, TypeRange{}, kParallel,
        ValueRange{network.getArguments().back(), address, memory, count});
    loop.erase();
  }
};

} // namespace
