//===- Coded.h - Constants that a binary holds coded --------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_RUNTIME_EMBEDDED_CODED_H
#define QUANTC_LIB_RUNTIME_EMBEDDED_CODED_H

#include "quantc/Support/PanelLayout.h"

namespace quantc {

/// What `prepare` makes of a decoded tensor for one CPU. Places are in the
/// state.
struct Unpacking {
  int32_t layout[PanelLayout::kFields]; // all 0: it is copied
  uint32_t tensor;                      // of the section
  int32_t panel;        // of the variant, whose address this is; -1: of none
  uint64_t offset;      // where it goes
  uint64_t stepsOffset; // of what packSteps takes; 0: as the layout alone says
};

/// The section, and the places in the state that decoding it takes.
struct CodedConstants {
  const uint8_t *section;
  uint64_t bytes;
  const uint64_t *tensorBytes;
  uint64_t tensorCount;
  uint64_t scratchBytes; // as SectionDecoder::countMemoryBytes takes it
  uint64_t memoryOffset; // of these and more
  uint64_t plainOffset;  // of the largest tensor
};

} // namespace quantc

#endif // QUANTC_LIB_RUNTIME_EMBEDDED_CODED_H
