//===- MemRefs.cpp - Buffers at addresses ---------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Codegen/Common/MemRefs.h"

#include "mlir/Conversion/LLVMCommon/MemRefBuilder.h"

using namespace mlir;

Value quantc::createMemRef(OpBuilder &builder, Location loc,
                           const LLVMTypeConverter &converter, MemRefType type,
                           Value pointer, Value extent) {
  auto descriptor =
      MemRefDescriptor::poison(builder, loc, converter.convertType(type));
  descriptor.setAllocatedPtr(builder, loc, pointer);
  descriptor.setAlignedPtr(builder, loc, pointer);
  descriptor.setConstantOffset(builder, loc, 0);
  int64_t stride = 1;
  for (int64_t dimension = type.getRank() - 1; dimension >= 0; --dimension) {
    descriptor.setConstantStride(builder, loc, dimension, stride);
    if (type.isDynamicDim(dimension))
      descriptor.setSize(builder, loc, dimension, extent);
    else
      descriptor.setConstantSize(builder, loc, dimension,
                                 type.getDimSize(dimension));
    if (!type.isDynamicDim(dimension)) // only the leading one may be
      stride *= type.getDimSize(dimension);
  }
  return UnrealizedConversionCastOp::create(builder, loc, type,
                                            Value(descriptor))
      .getResult(0);
}

Value quantc::getPointer(OpBuilder &builder, Location loc,
                         const LLVMTypeConverter &converter, Value buffer) {
  Value descriptor =
      UnrealizedConversionCastOp::create(
          builder, loc, converter.convertType(buffer.getType()), buffer)
          .getResult(0);
  return MemRefDescriptor(descriptor).alignedPtr(builder, loc);
}
