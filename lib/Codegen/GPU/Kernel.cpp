//===- Kernel.cpp - A kernel and its launch -------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Kernel.h"

#include "ImageBorder.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace quantc;

/// Static extents of `type`, multiplied.
static int64_t staticElements(ShapedType type) {
  int64_t product = 1;
  for (int64_t extent : type.getShape())
    if (!ShapedType::isDynamic(extent))
      product *= extent;
  return product;
}

FailureOr<int64_t> quantc::dynamicExtentPerSample(Value buffer) {
  auto fail = [&]() -> FailureOr<int64_t> {
    return emitError(buffer.getLoc(),
                     "expected the batch as the only dynamic dimension of a "
                     "buffer on a GPU, but got ")
           << buffer.getType();
  };
  auto type = cast<MemRefType>(buffer.getType());
  if (type.getNumDynamicDims() != 1)
    return fail();
  Operation *op = buffer.getDefiningOp();
  if (!op || isa<memref::AllocOp>(op))
    return type.isDynamicDim(0) ? FailureOr<int64_t>(1) : fail();
  auto view = dyn_cast<ViewLikeOpInterface>(op);
  if (!view)
    return fail();
  Value source = view.getViewSource();
  FailureOr<int64_t> ofSource = dynamicExtentPerSample(source);
  // A part of a buffer is one of each sample; a reshape has all elements.
  if (failed(ofSource) ||
      !isa<memref::ExpandShapeOp, memref::CollapseShapeOp>(op))
    return ofSource;
  int64_t elements =
      *ofSource * staticElements(cast<MemRefType>(source.getType()));
  return elements / staticElements(type);
}

/// A symbol of PTX from the name of a layer.
static std::string nameOf(Location location) {
  std::string symbol;
  if (auto name = location->findInstanceOf<NameLoc>())
    for (char character : name.getName().getValue())
      symbol += llvm::isAlnum(character) ? character : '_';
  if (symbol.empty() || llvm::isDigit(symbol.front()))
    symbol.insert(0, "op_");
  return symbol;
}

KernelModule::KernelModule(func::FuncOp network)
    : network(network), kernels([&] {
        auto module = network->getParentOfType<ModuleOp>();
        OpBuilder builder(network);
        module->setAttr(gpu::GPUDialect::getContainerModuleAttrName(),
                        builder.getUnitAttr());
        return gpu::GPUModuleOp::create(builder, network.getLoc(), "kernels");
      }()),
      symbols(kernels), constants(network->getParentOfType<ModuleOp>()) {
  auto builder = OpBuilder::atBlockBegin(&network.getBody().front());
  Location loc = network.getLoc();
  for (BlockArgument argument : network.getArguments())
    if (auto type = dyn_cast<MemRefType>(argument.getType());
        type && type.getRank() > 0 && type.isDynamicDim(0)) {
      networkBatch = memref::DimOp::create(builder, loc, argument, 0);
      return;
    }
  networkBatch = arith::ConstantIndexOp::create(builder, loc, 1);
}

gpu::GPUFuncOp KernelModule::create(OpBuilder &builder, Location location,
                                    ValueRange buffers,
                                    const LaunchShape &shape) {
  SmallVector<Type> types(buffers.getTypes());
  types.push_back(builder.getIndexType());
  auto threads = static_cast<int32_t>(shape.threads);
  SmallVector<NamedAttribute> attributes = {
      builder.getNamedAttr(kItemsPerSampleAttrName,
                           builder.getI64IntegerAttr(shape.itemsPerSample)),
      builder.getNamedAttr(kItemsPerBlockAttrName,
                           builder.getI64IntegerAttr(shape.itemsPerBlock)),
      builder.getNamedAttr(gpu::GPUDialect::getKernelFuncAttrName(),
                           builder.getUnitAttr())};
  if (shape.residentBlocks > 0)
    attributes.push_back(
        builder.getNamedAttr(kResidentBlocksAttrName,
                             builder.getI64IntegerAttr(shape.residentBlocks)));
  // Callers go through a network backwards.
  OpBuilder inModule = OpBuilder::atBlockBegin(kernels.getBody());
  auto kernel = gpu::GPUFuncOp::create(
      inModule, location, nameOf(location), builder.getFunctionType(types, {}),
      /*workgroupAttributions=*/TypeRange{},
      /*privateAttributions=*/TypeRange{}, attributes);
  kernel.setKnownBlockSizeAttr(builder.getDenseI32ArrayAttr({threads, 1, 1}));
  symbols.insert(kernel);
  auto atEnd = OpBuilder::atBlockEnd(&kernel.getBody().front());
  gpu::ReturnOp::create(atEnd, location);

  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(builder, location, value);
  };
  Value items = arith::MulIOp::create(builder, location, networkBatch,
                                      constant(shape.itemsPerSample));
  Value blocks = arith::CeilDivUIOp::create(builder, location, items,
                                            constant(shape.itemsPerBlock));
  Value one = constant(1);
  Value sharedBytes;
  if (shape.sharedBytes > 0)
    sharedBytes =
        arith::ConstantIntOp::create(builder, location, shape.sharedBytes, 32);
  SmallVector<Value> operands(buffers);
  operands.push_back(networkBatch);
  gpu::LaunchFuncOp::create(
      builder, location, kernel,
      gpu::KernelDim3{blocks, constant(shape.blocksY), one},
      gpu::KernelDim3{constant(threads), one, one}, sharedBytes, operands);
  return kernel;
}

Value KernelModule::createConstant(OpBuilder &builder, Location location,
                                   StringRef name, DenseElementsAttr value) {
  auto type = MemRefType::get(value.getType().getShape(),
                              value.getType().getElementType());
  OpBuilder detached(builder.getContext());
  auto global = memref::GlobalOp::create(
      detached, location, name, builder.getStringAttr("private"), type, value,
      /*constant=*/true, /*alignment=*/IntegerAttr());
  constants.insert(global);
  return memref::GetGlobalOp::create(builder, location, type,
                                     global.getSymName());
}

Value KernelModule::createRing(OpBuilder &builder, gpu::GPUFuncOp kernel,
                               int64_t bytes) {
  // Lines of shared memory, of which each bank has four bytes. Behind eight of
  // them the swizzles of boxes begin anew.
  constexpr unsigned kLine = 128, kBoxes = 8 * kLine;
  bool isStatic = bytes > 0;
  auto space = static_cast<unsigned>(NVVM::NVVMMemorySpace::Shared);
  OpBuilder detached(builder.getContext());
  auto global = LLVM::GlobalOp::create(
      detached, kernel.getLoc(),
      LLVM::LLVMArrayType::get(builder.getI8Type(), bytes),
      /*isConstant=*/false,
      isStatic ? LLVM::Linkage::Internal : LLVM::Linkage::External,
      (kernel.getName() + "_ring").str(), /*value=*/Attribute(),
      isStatic ? kLine : kBoxes, space);
  symbols.insert(global, kernels.getBody()->begin());
  return LLVM::AddressOfOp::create(builder, kernel.getLoc(), global);
}

/// A buffer that a kernel gets as an argument.
static bool isRoot(Value value) {
  Operation *op = value.getDefiningOp();
  return !op || isa<memref::AllocOp, memref::GetGlobalOp>(op);
}

LogicalResult KernelImports::add(Value value) {
  if (isRoot(value)) {
    roots.insert(value);
    return success();
  }
  Operation *op = value.getDefiningOp();
  if (auto dimension = dyn_cast<memref::DimOp>(op))
    return success(succeeded(dynamicExtentPerSample(dimension.getSource())));
  if (op->getNumRegions() > 0 || !isMemoryEffectFree(op))
    return op->emitOpError("cannot be computed in a kernel");
  for (Value operand : op->getOperands())
    if (failed(add(operand)))
      return failure();
  return success();
}

LogicalResult KernelImports::addMap(Value value, DenseI64ArrayAttr fields) {
  while (!isRoot(value)) {
    auto view = value.getDefiningOp<ViewLikeOpInterface>();
    if (!view)
      return emitError(value.getLoc(), "cannot be a tensor of a kernel");
    value = view.getViewSource();
  }
  maps.push_back({value, fields, Value()});
  return success();
}

SmallVector<Value> KernelImports::buffers() const {
  SmallVector<Value> all;
  for (const Map &map : maps)
    all.push_back(map.root);
  llvm::append_range(all, roots);
  return all;
}

void KernelImports::enter(gpu::GPUFuncOp kernel) {
  Block &block = kernel.getBody().front();
  kernelBatch = block.getArguments().back();
  for (auto [index, map] : llvm::enumerate(maps)) {
    map.argument = block.getArgument(index);
    kernel.setArgAttr(index, kTensorMapAttrName, map.fields);
  }
  for (auto [root, argument] :
       llvm::zip(roots, block.getArguments().drop_front(maps.size())))
    mapped.map(root, argument);
}

Value KernelImports::map(OpBuilder &builder, Location loc,
                         int64_t index) const {
  Value place = memref::ExtractAlignedPointerAsIndexOp::create(
      builder, loc, maps[index].argument);
  Value number =
      arith::IndexCastUIOp::create(builder, loc, builder.getI64Type(), place);
  return LLVM::IntToPtrOp::create(
      builder, loc, LLVM::LLVMPointerType::get(builder.getContext()), number);
}

Value KernelImports::get(OpBuilder &builder, Value value) {
  if (Value known = mapped.lookupOrNull(value))
    return known;
  Operation *op = value.getDefiningOp();
  if (auto dimension = dyn_cast<memref::DimOp>(op)) {
    Value extent = scaleBatch(builder, op->getLoc(),
                              *dynamicExtentPerSample(dimension.getSource()));
    mapped.map(value, extent);
    return extent;
  }
  for (Value operand : op->getOperands())
    get(builder, operand);
  builder.clone(*op, mapped);
  return mapped.lookup(value);
}

Value KernelImports::scaleBatch(OpBuilder &builder, Location loc,
                                int64_t perSample) {
  if (perSample == 1)
    return kernelBatch;
  Value factor = arith::ConstantIndexOp::create(builder, loc, perSample);
  return arith::MulIOp::create(builder, loc, kernelBatch, factor);
}

Value KernelImports::addressOf(OpBuilder &builder, Location loc, Value buffer) {
  Value view = get(builder, buffer);
  auto type = cast<MemRefType>(view.getType());
  SmallVector<int64_t> strides;
  int64_t offset;
  (void)type.getStridesAndOffset(strides, offset);
  Value begin = memref::ExtractAlignedPointerAsIndexOp::create(
      builder, loc, withoutBorder(view));
  if (offset == 0)
    return begin;
  int64_t bytes = offset * type.getElementTypeBitWidth() / 8;
  Value behind = arith::ConstantIndexOp::create(builder, loc, bytes);
  return arith::AddIOp::create(builder, loc, begin, behind);
}
