//===- PanelTable.h - What prepare makes panels of ----------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_TARGET_PANELTABLE_H
#define QUANTC_LIB_TARGET_PANELTABLE_H

#include "Variants.h"

#include "mlir/IR/BuiltinAttributes.h"

namespace quantc {

/// The entries of `quantc.panels` of a variant; none for a GPU.
llvm::SmallVector<mlir::DictionaryAttr> listPanels(const Variant &variant);

/// The fields of an entry's PanelLayout; none where it is taken as it is.
llvm::ArrayRef<int64_t> layoutOf(mlir::DictionaryAttr entry);

/// Its `weights` or `steps`, where it has any.
llvm::ArrayRef<int8_t> bytesOf(mlir::DictionaryAttr entry,
                               llvm::StringRef name);

/// Where the panels of a variant lie in a quantc::State
/// (lib/Runtime/Embedded/Variant.h), and where the last ends. All are multiples
/// of the alignment of a workspace.
llvm::SmallVector<uint64_t> placePanels(const Variant &variant);

} // namespace quantc

#endif // QUANTC_LIB_TARGET_PANELTABLE_H
