//===- Scratch.cpp - Files in between ----------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Scratch.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Signals.h"

using namespace quantc;

std::string Scratch::createFile(llvm::StringRef suffix) {
  llvm::SmallString<128> path;
  if (llvm::sys::fs::createTemporaryFile("quantc", suffix, path))
    return {};
  add(path);
  return files.back();
}

void Scratch::add(llvm::StringRef path) {
  llvm::sys::RemoveFileOnSignal(path);
  files.push_back(path.str());
}

void Scratch::release() {
  for (const std::string &file : files)
    llvm::sys::DontRemoveFileOnSignal(file);
  files.clear();
}

Scratch::~Scratch() {
  for (const std::string &file : files) {
    (void)llvm::sys::fs::remove(file);
    llvm::sys::DontRemoveFileOnSignal(file);
  }
}
