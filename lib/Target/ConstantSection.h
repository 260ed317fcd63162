//===- ConstantSection.h - Constants of all variants, coded as one -------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_TARGET_CONSTANTSECTION_H
#define QUANTC_LIB_TARGET_CONSTANTSECTION_H

#include "Variants.h"

#include "quantc/Support/Coding/SectionEncoder.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/ADT/CachedHashString.h"
#include "llvm/ADT/DenseMap.h"

namespace quantc {

/// The entries of `quantc.panels` of all variants for CPUs as a section of
/// tensors, of which those that several have are in it once.
class ConstantSection {
public:
  /// Null where the variants do not say that their constants are coded
  /// (`quantc.encoding`).
  static std::unique_ptr<ConstantSection>
  create(llvm::ArrayRef<Variant> variants);

  /// What becomes of a tensor in the state of one variant.
  struct Use {
    uint32_t tensor;
    int32_t panel;                  // -1: it is the steps of others
    llvm::ArrayRef<int64_t> layout; // empty: a copy
    uint64_t offset, stepsOffset;
  };
  /// In the order of the tensors.
  llvm::ArrayRef<Use> usesOf(size_t variant) const {
    return usesOfVariants[variant];
  }
  const CodedSection &section() const { return coded; }
  llvm::ArrayRef<uint64_t> tensorBytes() const { return sizes; }

  /// What the tensors of an encoding take, before and after.
  struct Share {
    llvm::StringRef name;
    uint64_t plainBytes, bytes;
  };
  llvm::SmallVector<Share> listShares() const;

  /// Where the decoder's memory and a plain tensor lie in the state, behind the
  /// panels of all variants, and where they end.
  uint64_t memoryOffset = 0, plainOffset = 0, stateBytes = 0;

private:
  ConstantSection() = default;
  uint32_t addTensor(llvm::ArrayRef<int8_t> bytes, mlir::Type element,
                     llvm::ArrayRef<int64_t> shape);
  uint32_t addSteps(llvm::ArrayRef<int8_t> steps, mlir::MLIRContext *context);
  void addSteps(const Variant &variant);
  void addUses(const Variant &variant);
  void code(mlir::DictionaryAttr encoding);

  std::vector<PlainTensor> tensors; // in the order of the network
  std::vector<uint64_t> sizes;
  std::vector<Encoding> chosen;
  llvm::DenseMap<llvm::CachedHashStringRef, uint32_t> numbers;
  llvm::SmallVector<llvm::SmallVector<Use>> usesOfVariants;
  CodedSection coded;
};

} // namespace quantc

#endif // QUANTC_LIB_TARGET_CONSTANTSECTION_H
