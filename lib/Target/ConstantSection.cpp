//===- ConstantSection.cpp - Constants of all variants, coded as one ----===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ConstantSection.h"

#include "PanelTable.h"

#include "quantc-rt/quantc_rt.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace quantc;

static DictionaryAttr findEncoding(ArrayRef<Variant> variants) {
  for (const Variant &variant : variants)
    if (auto encoding = ModuleOp(variant.module)
                            ->getAttrOfType<DictionaryAttr>("quantc.encoding"))
      return encoding;
  return nullptr;
}

std::unique_ptr<ConstantSection>
ConstantSection::create(ArrayRef<Variant> variants) {
  DictionaryAttr encoding = findEncoding(variants);
  if (!encoding)
    return nullptr;
  std::unique_ptr<ConstantSection> section(new ConstantSection);
  // They are decoded before the weights that they cut.
  for (const Variant &variant : variants)
    section->addSteps(variant);
  for (const Variant &variant : variants)
    section->addUses(variant);
  section->code(encoding);
  return section;
}

uint32_t ConstantSection::addTensor(ArrayRef<int8_t> bytes, Type element,
                                    ArrayRef<int64_t> shape) {
  StringRef key(reinterpret_cast<const char *>(bytes.data()), bytes.size());
  auto [found, isNew] =
      numbers.try_emplace(llvm::CachedHashStringRef(key), sizes.size());
  if (!isNew)
    return found->second;
  int64_t elementBytes = element.getIntOrFloatBitWidth() / 8;
  auto count = static_cast<uint32_t>(bytes.size() / elementBytes);
  PlainTensor tensor = {PlainTensor::Type::I8, {count, 1, 1}, bytes.data()};
  if (element.isF32())
    tensor.type = PlainTensor::Type::F32;
  else if (element.isInteger(32))
    tensor.type = PlainTensor::Type::I32;
  else if (elementBytes == 1)
    tensor.shape = {static_cast<uint32_t>(shape[0]),
                    static_cast<uint32_t>(shape[1]),
                    static_cast<uint32_t>(shape[2])};
  else
    tensor.shape.taps = static_cast<uint32_t>(elementBytes);
  tensors.push_back(tensor);
  sizes.push_back(bytes.size());
  return found->second;
}

uint32_t ConstantSection::addSteps(ArrayRef<int8_t> steps,
                                   MLIRContext *context) {
  return addTensor(steps, IntegerType::get(context, 8),
                   {1, 1, static_cast<int64_t>(steps.size())});
}

void ConstantSection::addSteps(const Variant &variant) {
  for (DictionaryAttr entry : listPanels(variant))
    if (ArrayRef<int8_t> steps = bytesOf(entry, "steps"); !steps.empty())
      addSteps(steps, entry.getContext());
}

void ConstantSection::addUses(const Variant &variant) {
  SmallVector<Use> &uses = usesOfVariants.emplace_back();
  SmallVector<uint64_t> places = placePanels(variant);
  uint64_t end = places.back();
  for (auto [index, entry] : llvm::enumerate(listPanels(variant))) {
    Use use = {0, static_cast<int32_t>(index), layoutOf(entry), places[index],
               0};
    if (ArrayRef<int8_t> steps = bytesOf(entry, "steps"); !steps.empty()) {
      use.stepsOffset = end;
      uses.push_back({addSteps(steps, entry.getContext()),
                      /*panel=*/-1,
                      {},
                      end,
                      0});
      end = llvm::alignTo(end + steps.size(), QUANTC_WORKSPACE_ALIGNMENT);
    }
    use.tensor = addTensor(
        bytesOf(entry, "weights"), entry.getAs<TypeAttr>("element").getValue(),
        entry.getAs<DenseI64ArrayAttr>("shape").asArrayRef());
    uses.push_back(use);
  }
  llvm::sort(uses, [](const Use &a, const Use &b) {
    return std::tie(a.tensor, a.offset) < std::tie(b.tensor, b.offset);
  });
  memoryOffset = std::max(memoryOffset, end);
}

void ConstantSection::code(DictionaryAttr encoding) {
  StringRef coder = encoding.getAs<StringAttr>("coder").getValue();
  if (coder == "auto")
    chosen = chooseEncodings(
        tensors, encoding.getAs<FloatAttr>("max_load_ms").getValueAsDouble());
  else
    chosen = listEncodings(tensors, coder == "rans" ? Encoding::Rans
                                                    : Encoding::Context);
  coded = encodeSection(tensors, chosen);
  auto align = [](uint64_t place) {
    return llvm::alignTo(place, QUANTC_WORKSPACE_ALIGNMENT);
  };
  plainOffset = align(memoryOffset +
                      SectionDecoder::countMemoryBytes(coded.scratchBytes));
  uint64_t largest = 0;
  for (uint64_t size : sizes)
    largest = std::max(largest, size);
  stateBytes = align(plainOffset + largest);
}

static StringRef nameOf(Encoding encoding) {
  switch (encoding) {
  case Encoding::Context:
    return "context";
  case Encoding::Rans:
    return "rans";
  case Encoding::Integers:
  case Encoding::Reals:
    return "words";
  }
  llvm_unreachable("all encodings have a name");
}

SmallVector<ConstantSection::Share> ConstantSection::listShares() const {
  SmallVector<Share> shares;
  for (StringRef name : {"context", "rans", "words"}) {
    Share share = {name, 0, 0};
    double bytes = 0;
    for (auto [encoding, plain, part] :
         llvm::zip_equal(chosen, sizes, coded.tensorBytes)) {
      if (nameOf(encoding) != name)
        continue;
      share.plainBytes += plain;
      bytes += part;
    }
    share.bytes = static_cast<uint64_t>(bytes); // parts of bytes are shared
    shares.push_back(share);
  }
  return shares;
}
