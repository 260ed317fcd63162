//===- Library.cpp - Loads compiled networks ----------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Runtime/Host/Library.h"

#include "Elf.h"

#include <dlfcn.h>

using namespace quantc::host;

std::unique_ptr<Library> Library::load(const std::string &path,
                                       std::string &error) {
  if (!verifyElf(path, error))
    return nullptr;
  // Without a slash dlopen would search the system's folders.
  std::string place = path.find('/') == path.npos ? "./" + path : path;
  void *handle = dlopen(place.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle) {
    error = "cannot load '" + path + "': " + dlerror();
    return nullptr;
  }
  auto *model =
      static_cast<const quantc_model *>(dlsym(handle, "quantc_model"));
  if (!model)
    error = "'" + path +
            "' is not a library that quantc wrote: it has no "
            "symbol quantc_model";
  else if (model->abi_version != QUANTC_ABI_VERSION)
    error = "'" + path + "' has version " + std::to_string(model->abi_version) +
            " of the binary interface, but this program knows version " +
            std::to_string(QUANTC_ABI_VERSION) +
            ": compile the network with the same version of quantc";
  else
    return std::unique_ptr<Library>(new Library(handle, model));
  dlclose(handle);
  return nullptr;
}

Library::~Library() { dlclose(handle); }
