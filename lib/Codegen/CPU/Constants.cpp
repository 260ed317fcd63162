//===- Constants.cpp - Constants that tiles read --------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Constants.h"
#include "Panels.h"

#include "quantc/Codegen/CPU/Passes.h"

using namespace mlir;
using namespace quantc;

DenseI64ArrayAttr quantc::describeShape(ShapedType type) {
  ArrayRef<int64_t> shape = type.getShape();
  constexpr size_t kFilterRank = 4; // F, H, W, C
  size_t taps = shape.size() >= kFilterRank ? 2 : 0;
  size_t channels = shape.empty() ? 0 : 1;
  auto count = [](ArrayRef<int64_t> extents) {
    return ShapedType::getNumElements(extents);
  };
  ArrayRef<int64_t> outer = shape.drop_back(channels);
  return DenseI64ArrayAttr::get(type.getContext(),
                                {count(outer.drop_back(taps)),
                                 count(outer.take_back(taps)),
                                 count(shape.take_back(channels))});
}

/// A global without a value is defined elsewhere.
Value Constants::insert(OpBuilder &builder, Location loc, StringRef name,
                        MemRefType type, Attribute value) {
  OpBuilder detached(builder.getContext());
  auto global = memref::GlobalOp::create(
      detached, loc, name, builder.getStringAttr("private"), type, value,
      /*constant=*/value != nullptr, builder.getI64IntegerAttr(kCacheLine));
  symbols.insert(global);
  return memref::GetGlobalOp::create(builder, loc, type, global.getSymName());
}

Value Constants::create(OpBuilder &builder, Location loc, StringRef name,
                        DenseElementsAttr value) {
  auto tensor = value.getType();
  auto type = MemRefType::get(tensor.getShape(), tensor.getElementType());
  return insert(builder, loc, name, type, value);
}

Value Constants::createPanels(OpBuilder &builder,
                              const Contraction &contraction,
                              const PanelLayout &layout,
                              ArrayRef<int8_t> steps) {
  constexpr StringRef kName = "panels";
  Location loc = contraction.op->getLoc();
  if (!packsAtLoad)
    return create(builder, loc, kName, packRight(contraction, layout, steps));
  auto type =
      MemRefType::get(countElements(layout, steps), contraction.element());
  Value panels = insert(builder, loc, kName, type, /*value=*/{});
  std::array<int64_t, PanelLayout::kFields> fields;
  layout.toArray(fields.data());
  NamedAttrList entry;
  entry.set("panels",
            panels.getDefiningOp<memref::GetGlobalOp>().getNameAttr());
  entry.set("weights", builder.getDenseI8ArrayAttr(bytesOf(contraction.right)));
  entry.set("element", TypeAttr::get(contraction.element()));
  entry.set("shape", describeShape(contraction.right.getType()));
  entry.set("layout", builder.getDenseI64ArrayAttr(fields));
  if (!steps.empty())
    entry.set("steps", builder.getDenseI8ArrayAttr(steps));
  SmallVector<Attribute> all;
  if (auto earlier = module->getAttrOfType<ArrayAttr>(kPanelsAttrName))
    llvm::append_range(all, earlier);
  all.push_back(entry.getDictionary(builder.getContext()));
  module->setAttr(kPanelsAttrName, builder.getArrayAttr(all));
  return panels;
}
