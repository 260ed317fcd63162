//===- ConstantBuilder.h - Constant structs in LLVM IR --------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_TARGET_CONSTANTBUILDER_H
#define QUANTC_LIB_TARGET_CONSTANTBUILDER_H

#include "llvm/IR/Constants.h"
#include "llvm/IR/Module.h"

namespace quantc {

/// Builds values of C structs: natural alignment gives LLVM's struct types the
/// C layout.
class ConstantBuilder {
public:
  explicit ConstantBuilder(llvm::Module &llvmModule)
      : llvmModule(llvmModule), context(llvmModule.getContext()) {}

  llvm::Constant *i32(int64_t value) {
    return llvm::ConstantInt::getSigned(llvm::Type::getInt32Ty(context), value);
  }
  llvm::Constant *i64(int64_t value) {
    return llvm::ConstantInt::getSigned(llvm::Type::getInt64Ty(context), value);
  }
  llvm::Constant *null() {
    return llvm::ConstantPointerNull::get(llvm::PointerType::get(context, 0));
  }

  /// A private constant; its address.
  llvm::Constant *store(llvm::Constant *value) {
    auto *global = new llvm::GlobalVariable(
        llvmModule, value->getType(), /*isConstant=*/true,
        llvm::GlobalValue::PrivateLinkage, value, "quantc_table");
    return global;
  }
  llvm::Constant *text(llvm::StringRef value) {
    return store(llvm::ConstantDataArray::getString(context, value));
  }
  template <typename T> llvm::Constant *array(llvm::ArrayRef<T> values) {
    if (values.empty())
      return null();
    return store(llvm::ConstantDataArray::get(context, values));
  }
  llvm::Constant *structOf(llvm::ArrayRef<llvm::Constant *> fields) {
    return llvm::ConstantStruct::getAnon(context, fields);
  }
  /// The address of an array of structs of one type.
  llvm::Constant *arrayOf(llvm::ArrayRef<llvm::Constant *> structs) {
    if (structs.empty())
      return null();
    auto *type =
        llvm::ArrayType::get(structs.front()->getType(), structs.size());
    return store(llvm::ConstantArray::get(type, structs));
  }
  llvm::Constant *orNull(llvm::Constant *value) {
    return value ? value : null();
  }

  llvm::Module &llvmModule;
  llvm::LLVMContext &context;
};

} // namespace quantc

#endif // QUANTC_LIB_TARGET_CONSTANTBUILDER_H
