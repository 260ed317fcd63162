//===- Product.cpp - A product of activations as loops around tiles -----===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Matrices that are both known only when the network runs, in batches. The
// loops of the op are over the batches, then m, n and k; maps say which
// dimension of an operand each of them is, so that operands and result may lie
// in memory in another order.
//
//===----------------------------------------------------------------------===//

#include "quantc/Codegen/Common/Contraction.h"

using namespace mlir;
using namespace quantc;

/// The step in a buffer, read through `map`, of loop `loop`; 0 where the loop
/// is none of its dimensions.
static int64_t stepOf(Value buffer, AffineMap map, unsigned loop) {
  SmallVector<int64_t> strides = *stridesOf(buffer);
  std::optional<unsigned> position =
      map.getResultPosition(getAffineDimExpr(loop, map.getContext()));
  return position ? strides[*position] : 0;
}

/// Whether the op has the loops of a product, each in the operands that it must
/// be in.
static bool hasLoopsOfProduct(linalg::LinalgOp op) {
  auto maps = op.getIndexingMapsArray();
  if (op.getNumReductionLoops() != 1 || op.getNumLoops() < 3 ||
      !llvm::all_of(maps,
                    [](AffineMap map) { return map.isProjectedPermutation(); }))
    return false;
  unsigned k = op.getNumLoops() - 1, n = k - 1, m = k - 2;
  auto has = [&](AffineMap map, unsigned loop) {
    return map.isFunctionOfDim(loop);
  };
  return has(maps[0], m) && !has(maps[0], n) && has(maps[0], k) &&
         !has(maps[1], m) && has(maps[1], n) && has(maps[1], k) &&
         maps[2].getNumResults() == k;
}

/// The inputs of the epilogue, whose loops are the dimensions of the result.
static LogicalResult readEpilogue(Contraction &contraction,
                                  Value accumulators) {
  linalg::GenericOp epilogue = contraction.epilogue;
  Value result = contraction.op.getDpsInits()[0];
  if (!isElementwiseEpilogue(epilogue))
    return failure();
  for (OpOperand *input : epilogue.getDpsInputOperands()) {
    AffineMap map = epilogue.getMatchingIndexingMap(input);
    bool isAccumulators = isViewOf(input->get(), accumulators);
    if (isAccumulators != (input->getOperandNumber() == 0) ||
        (isAccumulators && (input->get() != result || !map.isIdentity())) ||
        !map.isProjectedPermutation() || !stridesOf(input->get()))
      return failure();
    if (isAccumulators)
      continue;
    unsigned column = epilogue.getNumLoops() - 1;
    int64_t step = stepOf(input->get(), map, column);
    if (step > 1)
      return failure();
    if (step == 0)
      contraction.rowInputs.push_back(contraction.inputs.size());
    contraction.inputs.push_back(input->get());
    contraction.inputMaps.push_back(map);
  }
  contraction.output = epilogue.getDpsInits()[0];
  return success();
}

std::optional<Contraction> quantc::analyzeProduct(linalg::LinalgOp op) {
  Contraction contraction;
  contraction.op = op;
  contraction.left = op.getDpsInputs()[0];
  contraction.rightBuffer = op.getDpsInputs()[1];
  if (!hasLoopsOfProduct(op) || !stridesOf(contraction.rightBuffer) ||
      failed(findNeighbours(contraction, [&](Value accumulators) {
        return readEpilogue(contraction, accumulators);
      })))
    return std::nullopt;
  if (!contraction.epilogue) {
    contraction.inputMaps.clear();
    contraction.rowInputs.clear();
  }
  unsigned k = op.getNumLoops() - 1;
  auto maps = op.getIndexingMapsArray();
  // Tiles read rows of the left operand and write rows of the result.
  if (contraction.bias || !haveStrides(contraction) ||
      stepOf(contraction.left, maps[0], k) != 1 ||
      !maps[2].getResults().back().isFunctionOfDim(k - 1))
    return std::nullopt;
  contraction.columns = op.getStaticLoopRanges()[k - 1];
  contraction.run = op.getStaticLoopRanges()[k];
  if (ShapedType::isDynamic(contraction.columns) ||
      ShapedType::isDynamic(contraction.run) || contraction.run == 0)
    return std::nullopt;
  describeProduct(contraction);
  return contraction;
}

void quantc::describeProduct(Contraction &contraction) {
  linalg::LinalgOp op = contraction.op;
  auto maps = op.getIndexingMapsArray();
  SmallVector<int64_t> extents = op.getStaticLoopRanges();
  unsigned k = op.getNumLoops() - 1, n = k - 1, m = k - 2;
  auto describe = [&](unsigned loop) {
    RowDimension dimension = {
        extents[loop], stepOf(contraction.left, maps[0], loop), {}};
    // Loops of the epilogue are dimensions of the result.
    unsigned outer =
        *maps[2].getResultPosition(getAffineDimExpr(loop, op->getContext()));
    for (auto [input, map] :
         llvm::zip_equal(contraction.inputs, contraction.inputMaps))
      dimension.viewSteps.push_back(stepOf(input, map, outer));
    dimension.viewSteps.push_back((*stridesOf(contraction.output))[outer]);
    return dimension;
  };
  contraction.rows = {describe(m)};
  contraction.batches.clear();
  int64_t matrices = 1;
  for (unsigned loop = m; loop-- > 0;) {
    int64_t rightStep = stepOf(contraction.rightBuffer, maps[1], loop);
    BatchDimension dimension = {describe(loop), rightStep,
                                rightStep ? matrices : 0};
    if (rightStep)
      matrices *= leastExtent(dimension);
    contraction.batches.insert(contraction.batches.begin(), dimension);
  }
  contraction.rightColumnStep = stepOf(contraction.rightBuffer, maps[1], n);
  contraction.rightDepthStep = stepOf(contraction.rightBuffer, maps[1], k);
}
