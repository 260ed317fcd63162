//===- Preprocessing.cpp - What happens to inputs before a network ------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Pipelines/Preprocessing.h"

#include "quantc/Dialect/NN/Transforms/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;
using namespace quantc;

/// Sets one option; `value` is of the list that `key` began, too.
static bool setOption(nn::PreprocessOptions &options, StringRef key,
                      StringRef value, std::string &error) {
  if (key.empty()) {
    error =
        "expected type=, layout=, mean= or std=, but got '" + value.str() + "'";
    return false;
  }
  if (key == "type" || key == "layout") {
    (key == "type" ? options.type : options.layout) = value.str();
    return true;
  }
  if (key != "mean" && key != "std") {
    error = "unknown '" + key.str() + "', expected type, layout, mean or std";
    return false;
  }
  double number;
  if (value.getAsDouble(number)) {
    error = "expected " + key.str() + " to be numbers, but got '" +
            value.str() + "'";
    return false;
  }
  (key == "mean" ? options.means : options.stds).push_back(number);
  return true;
}

bool quantc::addPreprocessing(OpPassManager &manager, StringRef text,
                              std::string &error) {
  nn::PreprocessOptions options;
  // The name of an input may have colons itself.
  size_t colon = text.take_front(text.find('=')).rfind(':');
  if (colon != StringRef::npos) {
    options.input = text.take_front(colon).str();
    text = text.drop_front(colon + 1);
  }
  StringRef key;
  for (StringRef part : llvm::split(text, ',')) {
    StringRef value = part;
    if (part.contains('='))
      std::tie(key, value) = part.split('=');
    if (!setOption(options, key, value, error))
      return false;
  }
  manager.addNestedPass<func::FuncOp>(nn::createPreprocess(options));
  return true;
}
