//===- PanelTable.cpp - What prepare makes panels of --------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PanelTable.h"

#include "quantc-rt/quantc_rt.h"
#include "quantc/Runtime/Embedded/StateLayout.h"
#include "quantc/Support/PanelLayout.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace quantc;

SmallVector<DictionaryAttr> quantc::listPanels(const Variant &variant) {
  SmallVector<DictionaryAttr> entries;
  if (auto panels =
          ModuleOp(variant.module)->getAttrOfType<ArrayAttr>("quantc.panels"))
    llvm::append_range(entries, panels.getAsRange<DictionaryAttr>());
  return entries;
}

ArrayRef<int64_t> quantc::layoutOf(DictionaryAttr entry) {
  auto fields = entry.getAs<DenseI64ArrayAttr>("layout");
  return fields ? fields.asArrayRef() : ArrayRef<int64_t>();
}

ArrayRef<int8_t> quantc::bytesOf(DictionaryAttr entry, StringRef name) {
  auto bytes = entry.getAs<DenseI8ArrayAttr>(name);
  return bytes ? bytes.asArrayRef() : ArrayRef<int8_t>();
}

static int64_t countPanelBytes(DictionaryAttr entry) {
  if (layoutOf(entry).empty())
    return bytesOf(entry, "weights").size();
  auto layout = PanelLayout::fromArray(layoutOf(entry).data());
  int64_t steps = bytesOf(entry, "steps").size();
  return steps > 0 ? steps * layout.width * layout.groupBytes()
                   : layout.packedBytes();
}

SmallVector<uint64_t> quantc::placePanels(const Variant &variant) {
  SmallVector<DictionaryAttr> panels = listPanels(variant);
  SmallVector<uint64_t> offsets = {
      llvm::alignTo(kStateBytes + panels.size() * sizeof(uint64_t),
                    QUANTC_WORKSPACE_ALIGNMENT)};
  for (DictionaryAttr entry : panels)
    offsets.push_back(llvm::alignTo(offsets.back() + countPanelBytes(entry),
                                    QUANTC_WORKSPACE_ALIGNMENT));
  return offsets;
}
