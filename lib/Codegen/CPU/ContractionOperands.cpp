//===- ContractionOperands.cpp - What tiles read ------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ContractionOperands.h"

#include "Codes.h"
#include "Steps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace quantc;

/// Where elements of the left operand are read so often, they are prepared
/// once, before.
static constexpr int64_t kReads = 2;

/// How often tiles read an element of the left operand, about.
static int64_t readsOfLeft(const Contraction &contraction,
                           const Kernel &kernel) {
  int64_t widest = kernel.maxRows.size() * kernel.columns();
  int64_t reads = contraction.parts() * contraction.depth() *
                  llvm::divideCeil(contraction.columns, widest);
  reads *= leastExtent(contraction.rows);
  int64_t elements = 1;
  for (int64_t extent : cast<MemRefType>(contraction.left.getType()).getShape())
    elements *= ShapedType::isDynamic(extent) ? 1 : extent;
  return reads / elements;
}

void quantc::convertLeft(OpBuilder &builder, Contraction &contraction,
                         const Kernel &kernel) {
  Location loc = contraction.op.getLoc();
  auto type = cast<MemRefType>(contraction.left.getType());
  bool widens = type.getElementTypeBitWidth() != kernel.dot->bits;
  if (!widens && (kernel.dot->leftOffset == 0 || contraction.isPrepared ||
                  readsOfLeft(contraction, kernel) < kReads))
    return;
  Type wide = builder.getIntegerType(kernel.dot->bits);
  SmallVector<Value> dynamic;
  if (!type.hasStaticShape())
    dynamic.push_back(memref::DimOp::create(builder, loc, contraction.left, 0));
  Value buffer = memref::AllocOp::create(
      builder, loc, MemRefType::get(type.getShape(), wide), dynamic);
  SmallVector<AffineMap> maps(2,
                              builder.getMultiDimIdentityMap(type.getRank()));
  SmallVector<utils::IteratorType> iterators(type.getRank(),
                                             utils::IteratorType::parallel);
  linalg::GenericOp::create(
      builder, loc, ValueRange{contraction.left}, ValueRange{buffer}, maps,
      iterators, [&](OpBuilder &nested, Location nestedLoc, ValueRange in) {
        Value converted =
            widens ? arith::ExtSIOp::create(nested, nestedLoc, wide, in[0])
                   : kernel.dot->prepare(nested, nestedLoc, in[0]);
        linalg::YieldOp::create(nested, nestedLoc, converted);
      });
  contraction.left = buffer;
  contraction.isPrepared = !widens;
  describeRows(contraction);
}

Panels quantc::chooseLines(Contraction &contraction, const Kernel &kernel) {
  Panels panels = choosePanels(contraction, kernel);
  SmallVector<RowDimension> &rows = contraction.rows;
  if (rows.size() < 2 || ShapedType::isDynamic(rows.back().extent) ||
      ShapedType::isDynamic(rows[rows.size() - 2].extent) ||
      (kernel.isMatrix() && rows.back().extent > kernel.registerRows))
    return panels;
  contraction.line = rows.pop_back_val();
  Panels ofLines = choosePanels(contraction, kernel);
  if (kernel.isMatrix() ||
      ofLines.cycles < rows.back().extent * panels.cycles) {
    return ofLines;
  }
  rows.push_back(*contraction.line);
  contraction.line.reset();
  return panels;
}

RightOperand quantc::createRight(OpBuilder &builder, Contraction &contraction,
                                 const Panels &panels, const Kernel &kernel,
                                 Constants &constants) {
  Location loc = contraction.op.getLoc();
  RightOperand operand;
  PanelLayout layout = layoutOf(contraction, panels, kernel.group());
  Steps plan;
  if (kernel.dot->saturates)
    plan = planSteps(contraction, panels, kernel);
  if (!kernel.dot->saturates || plan.areInOrder) {
    operand.panels = constants.createPanels(builder, contraction, layout);
    if (layout.codeBits)
      operand.levels = listLevels(contraction.right, layout.codeBits);
    return operand;
  }
  operand.stepsOfPanel = llvm::divideCeil(plan.offsets.size(),
                                          contraction.groups * panels.count());
  auto create = [&](StringRef name, auto values) {
    using Integer = typename decltype(values)::value_type;
    auto type = RankedTensorType::get(
        values.size(), builder.getIntegerType(8 * sizeof(Integer)));
    return constants.create(builder, loc, name,
                            DenseElementsAttr::get<Integer>(type, values));
  };
  bool areShort = llvm::all_of(plan.offsets, llvm::isUInt<16>);
  operand.steps =
      areShort ? create("steps", std::vector<uint16_t>(plan.offsets.begin(),
                                                       plan.offsets.end()))
               : create("steps", plan.offsets);
  operand.firstSteps = create("first_steps", plan.first);
  operand.panels =
      constants.createPanels(builder, contraction, layout, plan.taken);
  return operand;
}
