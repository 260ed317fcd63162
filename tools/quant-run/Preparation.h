//===- Preparation.h - A model that is ready to run ---------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_TOOLS_QUANT_RUN_PREPARATION_H
#define QUANTC_TOOLS_QUANT_RUN_PREPARATION_H

#include "quantc/Runtime/Host/Session.h"

#include <memory>
#include <string>

namespace quantc {

/// What preparing a model on this machine comes to.
struct Preparation {
  explicit Preparation(const quantc_model &model);

  std::unique_ptr<host::Session> session; // null: `error` says why
  std::string error;
  double milliseconds = 0;
  int64_t batch = 0; // the smallest
  uint64_t workspaceBytes = 0;
};

} // namespace quantc

#endif // QUANTC_TOOLS_QUANT_RUN_PREPARATION_H
