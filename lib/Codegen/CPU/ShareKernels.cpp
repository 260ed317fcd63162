//===- ShareKernels.cpp - One function for equal loops -------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Networks repeat layers of one shape, whose loops differ in their buffers,
// zero points and scales. What differs becomes an argument.
//
//===----------------------------------------------------------------------===//

#include "quantc/Codegen/CPU/Passes.h"
#include "quantc/Codegen/Common/MemRefs.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/OperationSupport.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/SetVector.h"

namespace quantc {
#define GEN_PASS_DEF_SHAREKERNELS
#include "quantc/Codegen/CPU/Passes.h.inc"
} // namespace quantc

using namespace mlir;
using namespace quantc;

namespace {

/// A loop, and what it reads from around it, in the order in which it does.
class Kernel {
public:
  explicit Kernel(Operation *loop) : loop(loop) {
    loop->walk<WalkOrder::PreOrder>([&](Operation *op) {
      for (Value operand : op->getOperands())
        if (!loop->isAncestor(operand.getParentBlock()->getParentOp()))
          capture(operand);
    });
  }

  /// Whether a function can take what it reads.
  bool isShareable() const;

  Operation *loop;
  /// Memory that no other of these overlaps: while an op runs, all that it
  /// reads and writes is alive (-codegen-plan-workspace).
  llvm::SetVector<Value> buffers;
  llvm::SetVector<Value> values;
  llvm::SetVector<Operation *> repeated; // pure ops, as constants and views

private:
  void capture(Value value);
};

/// A buffer itself, not a view of a part, and no constant.
bool isBuffer(Value value) {
  Operation *op = value.getDefiningOp();
  return isa<MemRefType>(value.getType()) &&
         !isa_and_nonnull<memref::GetGlobalOp>(op) &&
         (isa_and_nonnull<memref::ViewOp>(op) ||
          !isa_and_nonnull<ViewLikeOpInterface>(op));
}

void Kernel::capture(Value value) {
  Operation *op = value.getDefiningOp();
  if (isBuffer(value)) {
    buffers.insert(value);
  } else if (!op || op->getNumRegions() > 0 || !isPure(op)) {
    values.insert(value);
  } else {
    for (Value operand : op->getOperands())
      capture(operand);
    repeated.insert(op);
  }
}

bool Kernel::isShareable() const {
  return llvm::all_of(buffers, [](Value buffer) {
    auto type = cast<MemRefType>(buffer.getType());
    return type.getLayout().isIdentity() &&
           (type.getRank() == 0 ||
            !llvm::is_contained(type.getShape().drop_front(),
                                ShapedType::kDynamic));
  });
}

/// The one element of a constant, where an argument can take its place.
TypedAttr findScalar(Operation *op) {
  auto constant = dyn_cast<arith::ConstantOp>(op);
  if (!constant || llvm::any_of(op->getUsers(), [](Operation *user) {
        return isa<LLVM::CallIntrinsicOp>(user); // may want an immediate
      }))
    return nullptr;
  Attribute value = constant.getValue();
  if (auto splat = dyn_cast<SplatElementsAttr>(value))
    value = splat.getSplatValue<Attribute>();
  auto scalar = dyn_cast<TypedAttr>(value);
  bool isNumber =
      scalar && (scalar.getType().isF32() || scalar.getType().isInteger(8) ||
                 scalar.getType().isInteger(32));
  return isNumber ? scalar : nullptr;
}

/// Whether an argument can take the place of the constant.
bool isReplaceable(Operation *op) {
  return isa<memref::GetGlobalOp>(op) || findScalar(op);
}

/// Compares `first` with others and notes in which constants they differ.
class Comparison {
public:
  Comparison(const Kernel &first, const Kernel &other)
      : first(first), other(other), differences(first.repeated.size()) {}

  bool areEqual();

  const Kernel &first, &other;
  llvm::BitVector differences; // of `repeated`

private:
  bool haveEqualTypes(ArrayRef<Value> left, ArrayRef<Value> right);
  bool compare(Operation *left, Operation *right);

  DenseMap<Value, Value> equals;
};

bool Comparison::haveEqualTypes(ArrayRef<Value> left, ArrayRef<Value> right) {
  if (left.size() != right.size())
    return false;
  for (auto [a, b] : llvm::zip_equal(left, right)) {
    if (a.getType() != b.getType())
      return false;
    equals[a] = b;
  }
  return true;
}

bool Comparison::compare(Operation *left, Operation *right) {
  return OperationEquivalence::isEquivalentTo(
      left, right,
      [&](Value a, Value b) { return success(equals.lookup(a) == b); },
      [&](Value a, Value b) { equals[a] = b; },
      OperationEquivalence::IgnoreLocations);
}

bool Comparison::areEqual() {
  if (!haveEqualTypes(first.buffers.getArrayRef(),
                      other.buffers.getArrayRef()) ||
      !haveEqualTypes(first.values.getArrayRef(), other.values.getArrayRef()) ||
      first.repeated.size() != other.repeated.size())
    return false;
  for (auto [index, left] : llvm::enumerate(first.repeated)) {
    Operation *right = other.repeated[index];
    if (compare(left, right))
      continue;
    if (left->getName() != right->getName() || !isReplaceable(left) ||
        !isReplaceable(right) ||
        left->getResultTypes() != right->getResultTypes())
      return false;
    equals[left->getResult(0)] = right->getResult(0);
    differences.set(index);
  }
  return compare(first.loop, other.loop);
}

/// Kernels that are equal but for some constants.
struct Group {
  SmallVector<Kernel> kernels;
  llvm::BitVector differences;
};

/// Makes the function of a group and calls of it.
class FunctionBuilder {
public:
  FunctionBuilder(ModuleOp module, const Group &group)
      : module(module), group(group), converter(module.getContext()) {}

  void create(StringRef name);
  void replaceByCall(const Kernel &kernel, Value context);

private:
  SmallVector<Type> listTypes();

  ModuleOp module;
  const Group &group;
  LLVMTypeConverter converter;
  LLVM::LLVMFuncOp function;
};

Value convert(ImplicitLocOpBuilder &builder, Type type, Value value) {
  if (value.getType() == type)
    return value;
  if (isa<IndexType>(type) || isa<IndexType>(value.getType()))
    return arith::IndexCastOp::create(builder, type, value);
  return UnrealizedConversionCastOp::create(builder, type, value).getResult(0);
}

bool hasExtent(Value buffer) {
  return !cast<MemRefType>(buffer.getType()).hasStaticShape();
}

Value findExtent(ImplicitLocOpBuilder &builder, Value buffer) {
  if (auto view = buffer.getDefiningOp<memref::ViewOp>())
    return view.getSizes().front();
  return memref::DimOp::create(builder, buffer, 0);
}

/// Whether LLVM shall know that no store changes what the loop loads: then it
/// vectorizes without checks. Of vector code it would move parameters in front
/// of loops that have no registers left, and of lookups make gathers, which
/// take longer than a load for each element.
bool isLeftToVectorizer(Operation *loop) {
  return !loop->walk([](Operation *op) {
                auto load = dyn_cast<memref::LoadOp>(op);
                bool isLookup =
                    load && llvm::any_of(load.getIndices(), [](Value index) {
                      return isa_and_nonnull<arith::IndexCastOp,
                                             arith::IndexCastUIOp>(
                          index.getDefiningOp());
                    });
                bool isVector = llvm::any_of(op->getResultTypes(),
                                             llvm::IsaPred<VectorType>);
                return isLookup || isVector ? WalkResult::interrupt()
                                            : WalkResult::advance();
              })
              .wasInterrupted();
}

/// Of the argument that takes the place of a constant.
Type argumentTypeOf(Operation *constant) {
  TypedAttr scalar = findScalar(constant);
  return scalar ? scalar.getType()
                : LLVM::LLVMPointerType::get(constant->getContext());
}

/// (buffers with their extents..., values..., constants that differ...,
/// context)
SmallVector<Type> FunctionBuilder::listTypes() {
  const Kernel &kernel = group.kernels.front();
  Type pointer = LLVM::LLVMPointerType::get(module.getContext());
  SmallVector<Type> types;
  for (Value buffer : kernel.buffers) {
    types.push_back(pointer);
    if (hasExtent(buffer))
      types.push_back(IntegerType::get(module.getContext(), 64));
  }
  for (Value value : kernel.values)
    types.push_back(converter.convertType(value.getType()));
  for (unsigned index : group.differences.set_bits())
    types.push_back(argumentTypeOf(kernel.repeated[index]));
  types.push_back(pointer);
  return types;
}

void FunctionBuilder::create(StringRef name) {
  const Kernel &kernel = group.kernels.front();
  auto builder =
      ImplicitLocOpBuilder::atBlockEnd(kernel.loop->getLoc(), module.getBody());
  function = LLVM::LLVMFuncOp::create(
      builder, name,
      LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(builder.getContext()),
                                  listTypes()),
      LLVM::Linkage::Internal);
  Block *entry = function.addEntryBlock(builder);
  if (isLeftToVectorizer(kernel.loop))
    for (BlockArgument argument : entry->getArguments().drop_back())
      if (isa<LLVM::LLVMPointerType>(argument.getType()))
        function.setArgAttr(argument.getArgNumber(),
                            LLVM::LLVMDialect::getNoAliasAttrName(),
                            builder.getUnitAttr());

  builder.setInsertionPointToStart(entry);
  auto next = [entry, index = 0u]() mutable -> Value {
    return entry->getArgument(index++);
  };
  auto nextBuffer = [&](Type type, bool isGrowing) {
    Value pointer = next();
    return createMemRef(builder, builder.getLoc(), converter,
                        cast<MemRefType>(type), pointer,
                        isGrowing ? next() : Value());
  };
  IRMapping mapping;
  for (Value buffer : kernel.buffers)
    mapping.map(buffer, nextBuffer(buffer.getType(), hasExtent(buffer)));
  for (Value value : kernel.values)
    mapping.map(value, convert(builder, value.getType(), next()));
  for (auto [index, op] : llvm::enumerate(kernel.repeated)) {
    if (!group.differences[index]) {
      builder.clone(*op, mapping);
      continue;
    }
    Type type = op->getResultTypes().front();
    Value constant = isa<MemRefType>(type) ? nextBuffer(type, false) : next();
    if (isa<VectorType>(type))
      constant = vector::BroadcastOp::create(builder, type, constant);
    mapping.map(op->getResult(0), constant);
  }
  builder.clone(*kernel.loop, mapping);
  LLVM::ReturnOp::create(builder, ValueRange{});
}

void FunctionBuilder::replaceByCall(const Kernel &kernel, Value context) {
  ImplicitLocOpBuilder builder(kernel.loop->getLoc(), kernel.loop);
  SmallVector<Value> arguments;
  auto pass = [&](Value value) {
    arguments.push_back(
        convert(builder, converter.convertType(value.getType()), value));
  };
  auto passPointer = [&](Value buffer) {
    pass(getPointer(builder, builder.getLoc(), converter, buffer));
  };
  for (Value buffer : kernel.buffers) {
    passPointer(buffer);
    if (hasExtent(buffer))
      pass(findExtent(builder, buffer));
  }
  for (Value value : kernel.values)
    pass(value);
  for (unsigned index : group.differences.set_bits()) {
    Operation *op = kernel.repeated[index];
    if (TypedAttr scalar = findScalar(op))
      pass(arith::ConstantOp::create(builder, scalar));
    else
      passPointer(op->getResult(0));
  }
  pass(context);
  LLVM::CallOp::create(builder, function, arguments);
  kernel.loop->erase();
}

struct ShareKernels : quantc::impl::ShareKernelsBase<ShareKernels> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto network = module.lookupSymbol<func::FuncOp>(kBodyName);
    if (!network) {
      module.emitError("requires the function '")
          << kBodyName << "': run -codegen-create-entry first";
      return signalPassFailure();
    }
    Value context = network.getArguments().back();
    unsigned count = 0;
    for (Group &group : findGroups(network)) {
      FunctionBuilder builder(module, group);
      builder.create(("quantc_kernel_" + Twine(count++)).str());
      for (const Kernel &kernel : group.kernels)
        builder.replaceByCall(kernel, context);
    }
  }

private:
  std::vector<Group> findGroups(func::FuncOp network) {
    std::vector<Group> groups;
    for (Operation &op : network.getBody().front()) {
      if (!isa<scf::ForOp, scf::ForallOp>(op) || op.getNumResults() > 0)
        continue;
      Kernel kernel(&op);
      if (kernel.isShareable())
        addTo(groups, std::move(kernel));
    }
    return groups;
  }

  static void addTo(std::vector<Group> &groups, Kernel kernel) {
    for (Group &group : groups) {
      Comparison comparison(group.kernels.front(), kernel);
      if (!comparison.areEqual())
        continue;
      group.differences |= comparison.differences;
      group.kernels.push_back(std::move(kernel));
      return;
    }
    unsigned constants = kernel.repeated.size();
    groups.push_back({{std::move(kernel)}, llvm::BitVector(constants)});
  }
};

} // namespace
