//===- Targets.cpp - Several targets for one binary -----------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Pipelines/Pipelines.h"

#include "quantc/Codegen/Common/Passes.h"
#include "quantc/Target/Target.h"

using namespace mlir;
using namespace quantc;

FailureOr<std::vector<std::string>>
quantc::parseTargets(MLIRContext *context, StringRef list,
                     function_ref<InFlightDiagnostic()> emitError) {
  context->loadDialect<LLVM::LLVMDialect>();
  SmallVector<StringRef> names;
  list.split(names, ',');
  SmallVector<LLVM::TargetAttr> targets;
  for (StringRef name : names) {
    auto target = parseTarget(context, name, emitError);
    if (failed(target))
      return failure();
    targets.push_back(*target);
  }
  auto order = orderTargets(targets, emitError);
  if (failed(order))
    return failure();
  std::vector<std::string> sorted;
  for (size_t index : *order)
    sorted.push_back(names[index].str());
  return sorted;
}
