//===- Contraction.cpp - A contraction as loops around tiles ---------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Codegen/Common/Contraction.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

using namespace mlir;
using namespace quantc;

namespace {

bool isTransposedMatmul(linalg::MatmulOp op) {
  auto maps = op.getIndexingMapsArray();
  AffineExpr m, n, k;
  bindDims(op->getContext(), m, n, k);
  auto map = [&](AffineExpr row, AffineExpr column) {
    return AffineMap::get(3, 0, {row, column}, op->getContext());
  };
  return maps[0] == map(m, k) && maps[1] == map(n, k) && maps[2] == map(m, n);
}

/// What the accumulators start from; fails where it is no constant per column.
LogicalResult readStart(Contraction &contraction) {
  if (auto broadcast = dyn_cast<linalg::BroadcastOp>(contraction.start)) {
    contraction.bias = constantOf(broadcast.getInput());
    auto type = cast<MemRefType>(broadcast.getInit().getType());
    auto dimensions = broadcast.getDimensions();
    return success(contraction.bias && type.getRank() >= 2 &&
                   static_cast<int64_t>(dimensions.size()) ==
                       type.getRank() - 1 &&
                   !llvm::is_contained(dimensions, type.getRank() - 1));
  }
  auto fill = dyn_cast<linalg::FillOp>(contraction.start);
  Attribute value;
  return success(
      fill && matchPattern(fill.getInputs()[0], m_Constant(&value)) &&
      (matchPattern(value, m_Zero()) || matchPattern(value, m_PosZeroFloat())));
}

/// How many dimensions of the outputs are rows; the rest are columns.
size_t rowAxesOf(Operation *contraction) {
  return isa<linalg::MatmulOp>(contraction) ? 1 : 3;
}

/// Whether `output` has the rows of the accumulators; dimensions of columns may
/// be collapsed in it.
bool hasSameRows(Operation *contraction, Value accumulators, Value output) {
  size_t rowAxes = rowAxesOf(contraction);
  auto expected = cast<MemRefType>(accumulators.getType()).getShape();
  auto actual = cast<MemRefType>(output.getType()).getShape();
  return actual.size() > rowAxes &&
         actual.take_front(rowAxes) == expected.take_front(rowAxes);
}

/// Sorts the epilogue's inputs; fails where one is read in another way, or its
/// body is not elementwise.
LogicalResult readEpilogue(Contraction &contraction, Value accumulators) {
  linalg::GenericOp epilogue = contraction.epilogue;
  unsigned rank = epilogue.getNumLoops();
  if (!isElementwiseEpilogue(epilogue) ||
      !hasSameRows(contraction.op, contraction.op.getDpsInits()[0],
                   epilogue.getDpsInits()[0]))
    return failure();
  AffineMap perColumn = AffineMap::get(
      rank, 0, getAffineDimExpr(rank - 1, epilogue.getContext()));
  for (OpOperand *input : epilogue.getDpsInputOperands()) {
    AffineMap map = epilogue.getMatchingIndexingMap(input);
    bool isAccumulators = isViewOf(input->get(), accumulators);
    if (isAccumulators && input->getOperandNumber() != 0)
      return failure();
    if (map == perColumn && !isAccumulators) {
      DenseElementsAttr param = constantOf(input->get());
      // mk.tile takes params before inputs.
      if (!param || !contraction.inputs.empty())
        return failure();
      contraction.params.push_back(param);
    } else if (map.isIdentity()) {
      if (!isAccumulators)
        contraction.inputs.push_back(input->get());
    } else {
      return failure();
    }
  }
  contraction.output = epilogue.getDpsInits()[0];
  return success();
}

/// Neighbours in the left operand that are one dimension of the rows.
void mergeRows(SmallVector<RowDimension> &rows) {
  for (size_t outer = rows.size() - 1; outer-- > 0;) {
    RowDimension &first = rows[outer], &second = rows[outer + 1];
    auto isContiguous = [&](int64_t outerStep, int64_t innerStep) {
      return outerStep == second.extent * innerStep;
    };
    if (ShapedType::isDynamic(first.extent) ||
        !isContiguous(first.leftStep, second.leftStep) ||
        !llvm::all_of_zip(first.viewSteps, second.viewSteps, isContiguous))
      continue;
    second.extent *= first.extent;
    rows.erase(rows.begin() + outer);
  }
}

} // namespace

Value quantc::withoutReshapes(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (!isa<memref::ExpandShapeOp, memref::CollapseShapeOp>(op))
      break;
    value = op->getOperand(0);
  }
  return value;
}

SmallVector<int64_t> quantc::windowOf(Operation *op, StringRef attribute) {
  auto values = op->getAttrOfType<DenseIntElementsAttr>(attribute);
  if (!values)
    return {1, 1};
  return llvm::to_vector(values.getValues<int64_t>());
}

DenseElementsAttr quantc::constantOf(Value buffer) {
  auto access = buffer.getDefiningOp<memref::GetGlobalOp>();
  if (!access)
    return nullptr;
  auto global = SymbolTable::lookupNearestSymbolFrom<memref::GlobalOp>(
      access, access.getNameAttr());
  if (!global || !global.getConstant())
    return nullptr;
  return dyn_cast_or_null<DenseElementsAttr>(global.getInitialValueAttr());
}

std::optional<SmallVector<int64_t>> quantc::stridesOf(Value buffer) {
  SmallVector<int64_t> strides;
  int64_t offset;
  if (failed(cast<MemRefType>(buffer.getType())
                 .getStridesAndOffset(strides, offset)) ||
      ShapedType::isDynamicShape(strides) || ShapedType::isDynamic(offset) ||
      strides.empty() || strides.back() != 1)
    return std::nullopt;
  return strides;
}

bool quantc::haveStrides(const Contraction &contraction) {
  return stridesOf(contraction.left) && stridesOf(contraction.output) &&
         llvm::all_of(contraction.inputs,
                      [](Value input) { return stridesOf(input).has_value(); });
}

bool quantc::isArithmetic(Operation &op) {
  return isa<arith::ArithDialect, math::MathDialect>(op.getDialect());
}

bool quantc::isElementwiseBody(Block &body) {
  return llvm::all_of(body.without_terminator(), [](Operation &nested) {
    return isArithmetic(nested) ||
           OpTrait::hasElementwiseMappableTraits(&nested);
  });
}

bool quantc::isElementwiseEpilogue(linalg::GenericOp op) {
  return op.getNumLoops() == op.getNumParallelLoops() &&
         op.getNumDpsInits() == 1 &&
         op.getMatchingIndexingMap(op.getDpsInitOperand(0)).isIdentity() &&
         op.getMatchingBlockArgument(op.getDpsInitOperand(0)).use_empty() &&
         isElementwiseBody(*op.getBody());
}

Value quantc::rootOf(Value value) {
  while (auto view = value.getDefiningOp<ViewLikeOpInterface>())
    value = view.getViewSource();
  return value;
}

void quantc::collectUsers(Value root, SmallVector<Operation *> &users) {
  for (Operation *user : root.getUsers())
    if (auto view = dyn_cast<ViewLikeOpInterface>(user);
        view && view.getViewSource() == root)
      collectUsers(user->getResult(0), users);
    else if (!isa<memref::DimOp>(user))
      users.push_back(user);
  llvm::sort(users,
             [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
}

bool quantc::isViewOf(Value value, Value buffer) {
  return rootOf(value) == buffer;
}

LogicalResult quantc::findNeighbours(
    Contraction &contraction,
    function_ref<LogicalResult(Value accumulators)> readEpilogue) {
  linalg::LinalgOp op = contraction.op;
  // Without an epilogue the accumulators may be an output of the network.
  Value root = rootOf(op.getDpsInits()[0]);
  bool isAlloc = root.getDefiningOp<memref::AllocOp>() != nullptr;
  if (!isAlloc && !isa<BlockArgument>(root))
    return failure();
  SmallVector<Operation *> users;
  collectUsers(root, users);
  auto *position = llvm::find(users, op.getOperation());
  if (position == users.begin() || position == users.end())
    return failure();
  // Another part of a larger buffer may have been filled in between.
  contraction.start = *(position - 1);
  if (failed(readStart(contraction)) ||
      withoutReshapes(contraction.start->getOperand(1)) !=
          withoutReshapes(op.getDpsInits()[0]))
    return failure();

  if (users.size() == 3 && isAlloc)
    contraction.epilogue = dyn_cast<linalg::GenericOp>(users[2]);
  if (contraction.epilogue && succeeded(readEpilogue(root)))
    return success();
  contraction.epilogue = nullptr;
  contraction.params.clear();
  contraction.inputs.clear();
  contraction.output = op.getDpsInits()[0];
  return success();
}

bool quantc::isContraction(Operation *op) {
  return isProduct(op) ||
         isa<linalg::Conv2DNhwcFhwcOp, linalg::Conv2DNhwgcGfhwcOp>(op);
}

bool quantc::isProduct(Operation *op) {
  return isa<linalg::MatmulOp, linalg::BatchMatmulOp, linalg::ContractOp>(op);
}

int64_t quantc::leastExtent(const RowDimension &dimension) {
  return ShapedType::isDynamic(dimension.extent) ? 1 : dimension.extent;
}

int64_t quantc::leastExtent(ArrayRef<RowDimension> rows) {
  int64_t product = 1;
  for (const RowDimension &dimension : rows)
    product *= leastExtent(dimension);
  return product;
}

int64_t Contraction::depth() const {
  int64_t depth = run;
  for (int64_t count : counts)
    depth *= count;
  return depth;
}

SmallVector<int64_t> Contraction::offsetsOfRuns() const {
  SmallVector<int64_t> offsets = {0};
  for (auto [count, stride] : llvm::zip_equal(counts, strides)) {
    SmallVector<int64_t> outer = std::exchange(offsets, {});
    for (int64_t offset : outer)
      for (int64_t i = 0; i < count; ++i)
        offsets.push_back(offset + i * stride);
  }
  return offsets;
}

Type Contraction::element() const {
  return getElementTypeOrSelf(op->getOperand(1).getType());
}

int64_t Contraction::matrices() const {
  int64_t count = 1;
  for (const BatchDimension &dimension : batches)
    if (dimension.rightStep != 0)
      count *= leastExtent(dimension);
  return count;
}

int64_t Contraction::parts() const {
  int64_t count = groups;
  for (const BatchDimension &dimension : batches)
    count *= leastExtent(dimension);
  return count;
}

void quantc::describeRows(Contraction &contraction) {
  if (contraction.rightBuffer)
    return describeProduct(contraction);
  Operation *op = contraction.op;
  auto leftStrides = *stridesOf(contraction.left);
  SmallVector<SmallVector<int64_t>> views;
  for (Value view : contraction.inputs)
    views.push_back(*stridesOf(view));
  views.push_back(*stridesOf(contraction.output));
  SmallVector<int64_t> steps(leftStrides);
  if (!isa<linalg::MatmulOp>(op)) {
    SmallVector<int64_t> window = windowOf(op, "strides");
    steps[1] *= window[0];
    steps[2] *= window[1];
  }
  contraction.rows.clear();
  auto outputShape = cast<MemRefType>(contraction.output.getType()).getShape();
  for (size_t axis = 0, count = rowAxesOf(op); axis < count; ++axis) {
    RowDimension dimension = {outputShape[axis], steps[axis], {}};
    for (const SmallVector<int64_t> &strides : views)
      dimension.viewSteps.push_back(strides[axis]);
    contraction.rows.push_back(dimension);
  }
  mergeRows(contraction.rows);

  auto rightShape = contraction.right.getType().getShape();
  contraction.counts.clear();
  contraction.strides.clear();
  contraction.run = rightShape.back();
  if (isa<linalg::MatmulOp>(op))
    return;
  if (isa<linalg::Conv2DNhwgcGfhwcOp>(op))
    contraction.leftGroupStep = leftStrides[3];
  SmallVector<int64_t> dilations = windowOf(op, "dilations");
  ArrayRef<int64_t> kernel = rightShape.drop_back().take_back(2);
  // The columns of a row of the window are neighbours where nothing is between.
  bool isRun = dilations[1] == 1 && leftStrides[2] == contraction.run;
  if (isRun)
    contraction.run *= kernel[1];
  auto addLoop = [&](int64_t count, int64_t stride) {
    if (count == 1)
      return;
    contraction.counts.push_back(count);
    contraction.strides.push_back(stride);
  };
  addLoop(kernel[0], dilations[0] * leftStrides[1]);
  if (!isRun)
    addLoop(kernel[1], dilations[1] * leftStrides[2]);
}

std::optional<Contraction> quantc::analyzeContraction(linalg::LinalgOp op) {
  if (!isContraction(op))
    return std::nullopt;
  Contraction contraction;
  contraction.op = op;
  contraction.left = op.getDpsInputs()[0];
  contraction.right = constantOf(op.getDpsInputs()[1]);
  auto matmul = dyn_cast<linalg::MatmulOp>(op.getOperation());
  if (isProduct(op) &&
      !(contraction.right && matmul && isTransposedMatmul(matmul)))
    return analyzeProduct(op);
  if (!contraction.right ||
      failed(findNeighbours(contraction,
                            [&](Value accumulators) {
                              return readEpilogue(contraction, accumulators);
                            })) ||
      !haveStrides(contraction))
    return std::nullopt;
  auto rightShape = contraction.right.getType().getShape();
  bool isGrouped = isa<linalg::Conv2DNhwgcGfhwcOp>(op.getOperation());
  contraction.groups = isGrouped ? rightShape[0] : 1;
  contraction.columns = rightShape[isGrouped ? 1 : 0];
  contraction.isDepthwise =
      isGrouped && contraction.columns == 1 && rightShape.back() == 1;
  if (contraction.isDepthwise)
    std::swap(contraction.groups, contraction.columns);
  describeRows(contraction);
  return contraction;
}
