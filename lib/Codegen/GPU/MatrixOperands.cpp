//===- MatrixOperands.cpp - What a contraction's kernel reads -------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MatrixOperands.h"

#include "mlir/Transforms/RegionUtils.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace quantc;

static llvm::SetVector<Value> capturedBy(const Contraction &contraction) {
  llvm::SetVector<Value> captured;
  linalg::GenericOp epilogue = contraction.epilogue;
  if (epilogue)
    getUsedValuesDefinedAbove(epilogue.getRegion(), captured);
  return captured;
}

LogicalResult MatrixOperands::add(KernelModule &kernels,
                                  const Contraction &contraction,
                                  DenseElementsAttr packed, int64_t columns) {
  OpBuilder builder(contraction.op);
  auto constant = [&](StringRef name, DenseElementsAttr value) {
    return kernels.createConstant(builder, contraction.op->getLoc(), name,
                                  value);
  };
  weights = constant("weights", packed);
  if (border && border->hasClasses())
    bias = constant(
        "bias", border->startsOfClasses(
                    contraction, llvm::alignTo(contraction.columns, columns)));
  else if (contraction.bias)
    bias = constant("bias", padColumns(contraction.bias, columns));
  for (DenseElementsAttr values : contraction.params)
    params.push_back(constant("param", padColumns(values, columns)));
  SmallVector<Value> needed = {weights};
  if (bias)
    needed.push_back(bias);
  llvm::append_range(needed, params);
  llvm::append_range(needed, contraction.inputs);
  needed.push_back(contraction.output);
  llvm::append_range(needed, capturedBy(contraction));
  return success(llvm::all_of(
      needed, [&](Value value) { return succeeded(imports.add(value)); }));
}

Value MatrixOperands::startsOf(Emitter &emit, Value row) const {
  int64_t ofAll = cast<MemRefType>(bias.getType()).getNumElements();
  Value ofRow = emit.toIndex(border->classOf(emit, emit.toI32(row)));
  return emit.multiply(ofRow, ofAll / border->classes());
}

gpu::GPUFuncOp MatrixOperands::createKernel(KernelModule &kernels,
                                            const Contraction &contraction,
                                            const LaunchShape &shape) {
  Operation *last = contraction.op;
  if (contraction.epilogue)
    last = contraction.epilogue;
  OpBuilder builder(last);
  gpu::GPUFuncOp kernel = kernels.create(builder, contraction.op->getLoc(),
                                         imports.buffers(), shape);
  imports.enter(kernel);
  return kernel;
}

void MatrixOperands::importCaptured(OpBuilder &builder,
                                    const Contraction &contraction) {
  for (Value value : capturedBy(contraction))
    imports.get(builder, value);
}
