//===- Decode.cpp - Constants that are decoded at load ------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Machine.h"
#include "Variant.h"

#include "quantc/Support/Coding/RansVectors.h"
#include "quantc/Support/Coding/Section.h"

using namespace quantc;

// Made with the network.
extern "C" const CodedConstants quantc_coded;

namespace {

#if defined(__x86_64__)
/// The bit of a row of CPUFeatures.def.
constexpr uint64_t bitOf(const char *name) {
  for (const Feature &feature : kFeatures) {
    const char *a = feature.name, *b = name;
    while (*a && *a == *b)
      ++a, ++b;
    if (*a == *b)
      return uint64_t{1} << (&feature - kFeatures);
  }
  return 0;
}

constexpr uint64_t kVectors = bitOf("avx512f") | bitOf("avx512bw");
static_assert((kVectors & (kVectors - 1)) != 0, "CPUFeatures.def has both");

SectionDecoder::DecodeRounds chooseDecoder() {
  return findMissing(kVectors) ? decodeRounds : decodeRoundsAVX512;
}
#else
SectionDecoder::DecodeRounds chooseDecoder() { return decodeRounds; }
#endif

void unpack(State *state, const Unpacking &unpacking, const int8_t *plain,
            uint64_t bytes) {
  auto *base = reinterpret_cast<int8_t *>(state);
  int8_t *packed = base + unpacking.offset;
  if (unpacking.panel >= 0)
    state->panels()[unpacking.panel] = packed;
  int64_t fields[PanelLayout::kFields];
  for (int64_t field = 0; field < PanelLayout::kFields; ++field)
    fields[field] = unpacking.layout[field];
  auto layout = PanelLayout::fromArray(fields);
  if (layout.elementBytes == 0)
    __builtin_memcpy(packed, plain, bytes);
  else if (unpacking.stepsOffset)
    packSteps(layout, base + unpacking.stepsOffset, plain, packed);
  else
    packPanels(layout, plain, packed);
}

} // namespace

extern "C" quantc_status quantc_unpack(State *state, const Variant *variant,
                                       const char **error) {
  auto *base = reinterpret_cast<uint8_t *>(state);
  SectionDecoder decoder(
      quantc_coded.section, quantc_coded.bytes,
      base + quantc_coded.memoryOffset,
      SectionDecoder::countMemoryBytes(quantc_coded.scratchBytes),
      chooseDecoder());
  auto *plain = reinterpret_cast<int8_t *>(base + quantc_coded.plainOffset);
  const Unpacking *next = variant->unpackings;
  const Unpacking *end = next + variant->unpackingCount;
  bool isIntact = true;
  for (uint64_t tensor = 0; isIntact && tensor < quantc_coded.tensorCount;
       ++tensor) {
    uint64_t bytes = quantc_coded.tensorBytes[tensor];
    isIntact = decoder.read(plain, bytes);
    for (; isIntact && next != end && next->tensor == tensor; ++next)
      unpack(state, *next, plain, bytes);
  }
  if (isIntact && decoder.isComplete())
    return QUANTC_OK;
  *error = "the coded weights are damaged: take another copy of the binary, or "
           "compile it again";
  return QUANTC_ERROR_WEIGHTS;
}
