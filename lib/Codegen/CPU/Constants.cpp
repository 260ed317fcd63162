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
                              const PanelLayout &layout) {
  constexpr StringRef kName = "panels";
  Location loc = contraction.op->getLoc();
  if (!packsAtLoad)
    return create(builder, loc, kName, packRight(contraction, layout));
  auto type = MemRefType::get(layout.packedBytes() / layout.elementBytes,
                              contraction.right.getElementType());
  Value panels = insert(builder, loc, kName, type, /*value=*/{});
  std::array<int64_t, PanelLayout::kFields> fields;
  layout.toArray(fields.data());
  std::vector<int8_t> weights = bytesOf(contraction.right);
  SmallVector<Attribute> all;
  if (auto earlier = module->getAttrOfType<ArrayAttr>(kPanelsAttrName))
    llvm::append_range(all, earlier);
  all.push_back(builder.getDictionaryAttr(
      {builder.getNamedAttr(
           "panels", panels.getDefiningOp<memref::GetGlobalOp>().getNameAttr()),
       builder.getNamedAttr("weights", builder.getDenseI8ArrayAttr(weights)),
       builder.getNamedAttr("layout", builder.getDenseI64ArrayAttr(fields))}));
  module->setAttr(kPanelsAttrName, builder.getArrayAttr(all));
  return panels;
}
