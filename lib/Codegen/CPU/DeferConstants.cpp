//===- DeferConstants.cpp - Constants that are decoded at load ----------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Codegen/CPU/Passes.h"

#include "Constants.h"
#include "Panels.h"

namespace quantc {
#define GEN_PASS_DEF_DEFERCONSTANTS
#include "quantc/Codegen/CPU/Passes.h.inc"
} // namespace quantc

using namespace mlir;
using namespace quantc;

namespace {

/// To say where a constant goes takes as many bytes.
constexpr int64_t kLeastBytes = 64;

/// The value of a constant that is worth it, or null.
DenseElementsAttr findDeferrable(memref::GlobalOp global) {
  auto value =
      dyn_cast_or_null<DenseElementsAttr>(global.getInitialValueAttr());
  if (!global.getConstant() || !value)
    return nullptr;
  int64_t bits = value.getElementType().getIntOrFloatBitWidth();
  return bits % 8 == 0 && value.getNumElements() * bits / 8 >= kLeastBytes
             ? value
             : nullptr;
}

struct DeferConstants : quantc::impl::DeferConstantsBase<DeferConstants> {
  using Base::Base;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    Builder builder(&getContext());
    if (!llvm::is_contained({"rans", "context", "auto"}, encode)) {
      module.emitError("unknown encoding '")
          << encode << "', expected rans, context or auto";
      return signalPassFailure();
    }
    SmallVector<Attribute> entries;
    if (auto panels = module->getAttrOfType<ArrayAttr>(kPanelsAttrName))
      llvm::append_range(entries, panels);
    for (auto global : module.getOps<memref::GlobalOp>()) {
      DenseElementsAttr value = findDeferrable(global);
      if (!value)
        continue;
      NamedAttrList entry;
      entry.set("panels", FlatSymbolRefAttr::get(global.getSymNameAttr()));
      entry.set("weights", builder.getDenseI8ArrayAttr(bytesOf(value)));
      entry.set("element", TypeAttr::get(value.getElementType()));
      entry.set("shape", describeShape(value.getType()));
      entries.push_back(entry.getDictionary(&getContext()));
      global.removeInitialValueAttr();
      global.removeConstantAttr();
    }
    NamedAttrList encoding;
    encoding.set("coder", builder.getStringAttr(encode));
    encoding.set("max_load_ms", builder.getF64FloatAttr(maxLoad));
    module->setAttr(kEncodingAttrName, encoding.getDictionary(&getContext()));
    module->setAttr(kPanelsAttrName, builder.getArrayAttr(entries));
  }
};

} // namespace
