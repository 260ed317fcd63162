//===- WriteFile.cpp - Files that appear whole or not at all ------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Target/WriteFile.h"

#include "llvm/Support/FileSystem.h"

#include <unistd.h>

using namespace llvm;

/// Prints to an open file. A stream that is destroyed with an error ends the
/// process, so the error is taken out of it.
static Error printTo(int descriptor, function_ref<void(raw_ostream &)> print) {
  raw_fd_ostream stream(descriptor, /*shouldClose=*/false);
  print(stream);
  stream.flush();
  std::error_code error = stream.error();
  stream.clear_error();
  return errorCodeToError(error);
}

static Error printToDevice(StringRef path,
                           function_ref<void(raw_ostream &)> print) {
  int descriptor = 0;
  if (std::error_code error =
          sys::fs::openFileForWrite(path, descriptor, sys::fs::CD_OpenExisting))
    return errorCodeToError(error);
  Error error = printTo(descriptor, print);
  ::close(descriptor);
  return error;
}

Error quantc::writeFile(StringRef path,
                        function_ref<void(raw_ostream &)> print) {
  if (path == "-")
    return printTo(STDOUT_FILENO, print);
  sys::fs::file_status status;
  if (!sys::fs::status(path, status) && sys::fs::is_other(status))
    return printToDevice(path, print);
  Expected<sys::fs::TempFile> file =
      sys::fs::TempFile::create(path + ".%%%%%%%%.tmp");
  if (!file)
    return file.takeError();
  if (Error error = printTo(file->FD, print))
    return joinErrors(std::move(error), file->discard());
  return file->keep(path);
}
