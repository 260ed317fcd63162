//===- ExpandLookups.cpp - Lookups to instructions ------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Codegen/CPU/Passes.h"

#include "Costs.h"
#include "Lookups.h"
#include "Strategy.h"

#include "quantc/Dialect/MK/IR/MK.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <limits>

namespace quantc {
#define GEN_PASS_DEF_EXPANDLOOKUPS
#include "quantc/Codegen/CPU/Passes.h.inc"
} // namespace quantc

using namespace mlir;
using namespace quantc;

namespace {

/// The tables of a module, each once.
class Tables {
public:
  explicit Tables(ModuleOp module) : module(module), symbols(module) {}

  Value create(OpBuilder &builder, Location loc, DenseElementsAttr entries) {
    auto type =
        MemRefType::get(entries.getType().getShape(), entries.getElementType());
    memref::GlobalOp &global = globals[entries];
    if (!global) {
      auto inModule = OpBuilder::atBlockBegin(module.getBody());
      global = memref::GlobalOp::create(inModule, module.getLoc(), "lookup",
                                        inModule.getStringAttr("private"), type,
                                        entries, /*constant=*/true,
                                        inModule.getI64IntegerAttr(kCacheLine));
      symbols.insert(global); // under a name that is free
    }
    return memref::GetGlobalOp::create(builder, loc, type, global.getName());
  }

private:
  ModuleOp module;
  SymbolTable symbols;
  llvm::DenseMap<Attribute, memref::GlobalOp> globals;
};

class Expander {
public:
  Expander(mk::LookupOp op, Tables &tables)
      : op(op), tables(tables), builder(op), loc(op.getLoc()) {}

  /// table[q + 128]
  Value expandScalar() {
    Type i32 = builder.getI32Type();
    Value wide = arith::ExtSIOp::create(builder, loc, i32, op.getBytes());
    Value least = arith::ConstantIntOp::create(
        builder, loc, -std::numeric_limits<int8_t>::min(), 32);
    Value entry = arith::AddIOp::create(builder, loc, wide, least);
    Value index =
        arith::IndexCastOp::create(builder, loc, builder.getIndexType(), entry);
    Value table = tables.create(builder, loc, tableOf(op));
    return memref::LoadOp::create(builder, loc, table, index);
  }

  /// As many bytes at once as `lookup` takes; zeros behind the last ones.
  Value expandVector(const ByteLookup &lookup) {
    DenseElementsAttr entries = tableOf(op);
    if (lookup.takesDifferences)
      entries = DenseElementsAttr::get(
          entries.getType(), ArrayRef(ByteLookup::differencesOf(llvm::to_vector(
                                 entries.getValues<int8_t>()))));
    auto type = cast<VectorType>(op.getType());
    int64_t size = type.getNumElements();
    Value result = zeros(size);
    for (int64_t first = 0; first < size; first += lookup.lanes) {
      int64_t count = std::min(lookup.lanes, size - first);
      Value bytes = extract(op.getBytes(), first, count);
      if (count < lookup.lanes)
        bytes = insert(bytes, zeros(lookup.lanes), 0);
      Value replaced =
          lookup.create(builder, loc, bytes, [&](int64_t entry) -> Value {
            return load(lookup, entries, entry);
          });
      result = insert(extract(replaced, 0, count), result, first);
    }
    return result;
  }

private:
  static DenseElementsAttr tableOf(mk::LookupOp op) {
    return cast<DenseElementsAttr>(op.getTable());
  }
  VectorType bytesOf(int64_t count) {
    return VectorType::get(count, builder.getI8Type());
  }
  Value zeros(int64_t count) {
    return arith::ConstantOp::create(builder, loc,
                                     builder.getZeroAttr(bytesOf(count)));
  }
  Value extract(Value bytes, int64_t first, int64_t count) {
    return vector::ExtractStridedSliceOp::create(
        builder, loc, bytes, ArrayRef<int64_t>{first}, ArrayRef<int64_t>{count},
        ArrayRef<int64_t>{1});
  }
  Value insert(Value part, Value whole, int64_t first) {
    return vector::InsertStridedSliceOp::create(builder, loc, part, whole,
                                                ArrayRef<int64_t>{first},
                                                ArrayRef<int64_t>{1});
  }

  /// A loop around nothing but vectors.
  static bool isInnermost(Operation *loop) {
    return isa_and_present<scf::ForOp>(loop) && loop->getNumResults() == 0 &&
           llvm::none_of(loop->getRegion(0).front(), [](Operation &nested) {
             return nested.getNumRegions() > 0;
           });
  }

  Value load(const ByteLookup &lookup, DenseElementsAttr entries,
             int64_t first) {
    OpBuilder::InsertionGuard guard(builder);
    if (!lookup.takesDifferences && isInnermost(op->getParentOp()))
      builder.setInsertionPoint(op->getParentOp());
    Value table = tables.create(builder, loc, entries);
    Value index = arith::ConstantIndexOp::create(builder, loc, first);
    Value part = vector::LoadOp::create(builder, loc, bytesOf(lookup.loaded),
                                        table, index);
    if (lookup.loaded == lookup.lanes)
      return part;
    // The same in all 128 bits.
    SmallVector<int64_t> mask;
    for (int64_t lane = 0; lane < lookup.lanes; ++lane)
      mask.push_back(lane % lookup.loaded);
    return vector::ShuffleOp::create(builder, loc, part, part, mask);
  }

  mk::LookupOp op;
  Tables &tables;
  OpBuilder builder;
  const Location loc;
};

struct ExpandLookups : quantc::impl::ExpandLookupsBase<ExpandLookups> {
  void runOnOperation() override {
    FailureOr<LLVM::TargetAttr> target = findTarget(getOperation());
    if (failed(target))
      return signalPassFailure();
    const ByteLookup *lookup = selectLookup(*target);
    Tables tables(getOperation());
    SmallVector<mk::LookupOp> ops;
    getOperation().walk([&](mk::LookupOp op) { ops.push_back(op); });
    for (mk::LookupOp op : ops) {
      bool isVector = isa<VectorType>(op.getType());
      if (isVector && !lookup) {
        op.emitOpError("requires a target that looks up vectors of bytes");
        return signalPassFailure();
      }
      Expander expander(op, tables);
      op.replaceAllUsesWith(isVector ? expander.expandVector(*lookup)
                                     : expander.expandScalar());
      op.erase();
    }
  }
};

} // namespace
