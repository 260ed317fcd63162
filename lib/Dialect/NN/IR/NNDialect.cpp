//===- NNDialect.cpp - The nn dialect -----------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Dialect/NN/IR/NN.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace quantc::nn;

#include "quantc/Dialect/NN/IR/NNDialect.cpp.inc"
#include "quantc/Dialect/NN/IR/NNEnums.cpp.inc"

#include "quantc/Dialect/NN/IR/NNInterfaces.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "quantc/Dialect/NN/IR/NNAttributes.cpp.inc"

namespace {

/// Short names for quantized types, so that the scales of a type with one per
/// channel print once: `!bias` for i32 storage, `!weight` for other per-axis
/// types, `!activation` for the rest.
struct NNAsmInterface : OpAsmDialectInterface {
  using OpAsmDialectInterface::OpAsmDialectInterface;

  AliasResult getAlias(Type type, raw_ostream &os) const override {
    auto quantized = dyn_cast<quant::QuantizedType>(type);
    if (!quantized || isa<quant::CalibratedQuantizedType>(type))
      return AliasResult::NoAlias;
    auto perAxis = dyn_cast<quant::UniformQuantizedPerAxisType>(type);
    if (quantized.getStorageTypeIntegralWidth() == 32)
      os << (perAxis && perAxis.getQuantizedDimension() ? "accumulator"
                                                        : "bias");
    else if (perAxis)
      os << "weight";
    else
      os << "activation";
    return AliasResult::OverridableAlias;
  }
};

} // namespace

void NNDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "quantc/Dialect/NN/IR/NNOps.cpp.inc"
      >();
  addAttributes<
#define GET_ATTRDEF_LIST
#include "quantc/Dialect/NN/IR/NNAttributes.cpp.inc"
      >();
  addInterfaces<NNAsmInterface>();
}

int64_t quantc::nn::countElements(Value tensor) {
  int64_t elements = 1;
  for (int64_t extent : cast<RankedTensorType>(tensor.getType()).getShape())
    elements *= ShapedType::isDynamic(extent) ? 1 : extent;
  return elements;
}

StringRef quantc::nn::getLayerName(Location location) {
  StringRef name;
  location->walk([&](Location part) {
    if (auto named = dyn_cast<NameLoc>(part)) {
      name = named.getName();
      return WalkResult::interrupt();
    }
    return WalkResult::advance();
  });
  return name;
}

LogicalResult NNDialect::verifyOperationAttribute(Operation *op,
                                                  NamedAttribute attribute) {
  if (attribute.getName() != getUnsignedAttrName() ||
      (isa<FunctionOpInterface>(op) && isa<UnitAttr>(attribute.getValue())))
    return success();
  return op->emitOpError("expected '")
         << getUnsignedAttrName()
         << "' as a unit attribute of a function, its arguments or results";
}

Operation *NNDialect::materializeConstant(OpBuilder &builder, Attribute value,
                                          Type type, Location loc) {
  return arith::ConstantOp::materialize(builder, value, type, loc);
}
