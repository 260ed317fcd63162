//===- Library.h - Loads compiled networks ------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_RUNTIME_HOST_LIBRARY_H
#define QUANTC_RUNTIME_HOST_LIBRARY_H

#include "quantc-rt/quantc_rt.h"

#include <memory>
#include <string>

namespace quantc::host {

/// A shared library that quantc wrote, loaded as long as this lives.
class Library {
public:
  /// Null, and why in `error`, where `path` is no such library.
  static std::unique_ptr<Library> load(const std::string &path,
                                       std::string &error);
  ~Library();
  Library(const Library &) = delete;
  Library &operator=(const Library &) = delete;

  const quantc_model &getModel() const { return *model; }

private:
  Library(void *handle, const quantc_model *model)
      : handle(handle), model(model) {}

  void *handle;
  const quantc_model *model;
};

} // namespace quantc::host

#endif // QUANTC_RUNTIME_HOST_LIBRARY_H
