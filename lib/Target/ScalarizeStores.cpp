//===- ScalarizeStores.cpp - Masked stores of one element ---------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ScalarizeStores.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"

#include <optional>

using namespace llvm;

/// The only element that is stored, where the mask says that it is one.
static std::optional<unsigned> findElement(const Value *mask) {
  auto *constant = dyn_cast<Constant>(mask);
  auto *type = dyn_cast<FixedVectorType>(mask->getType());
  if (!constant || !type)
    return std::nullopt;
  std::optional<unsigned> found;
  for (unsigned index = 0; index < type->getNumElements(); ++index) {
    Constant *element = constant->getAggregateElement(index);
    if (!element ||
        (!element->isNullValue() && (found || !element->isOneValue())))
      return std::nullopt;
    if (element->isOneValue())
      found = index;
  }
  return found;
}

PreservedAnalyses quantc::ScalarizeStores::run(Function &function,
                                               FunctionAnalysisManager &) {
  bool isChanged = false;
  for (Instruction &instruction :
       llvm::make_early_inc_range(llvm::instructions(function))) {
    auto *store = dyn_cast<IntrinsicInst>(&instruction);
    if (!store || store->getIntrinsicID() != Intrinsic::masked_store)
      continue;
    Value *vector = store->getArgOperand(0);
    std::optional<unsigned> element = findElement(store->getArgOperand(2));
    if (!element)
      continue;
    IRBuilder<> builder(store);
    Type *type = vector->getType()->getScalarType();
    Value *address =
        builder.CreateConstGEP1_32(type, store->getArgOperand(1), *element);
    builder.CreateAlignedStore(builder.CreateExtractElement(vector, *element),
                               address, Align(1));
    store->eraseFromParent();
    isChanged = true;
  }
  if (!isChanged)
    return PreservedAnalyses::all();
  PreservedAnalyses preserved;
  preserved.preserveSet<CFGAnalyses>();
  return preserved;
}
