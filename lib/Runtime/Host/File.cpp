//===- File.cpp - Whole files -------------------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Runtime/Host/File.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <sys/stat.h>
#include <unistd.h>

using namespace quantc::host;

static std::string describe(const char *what, const std::string &path) {
  return std::string("cannot ") + what + " '" + path +
         "': " + std::strerror(errno);
}

std::optional<std::string> quantc::host::readFile(const std::string &path,
                                                  std::string &error) {
  std::FILE *file = std::fopen(path.c_str(), "rb");
  if (!file) {
    error = describe("read", path);
    return std::nullopt;
  }
  std::string contents;
  char buffer[1 << 16];
  while (size_t count = std::fread(buffer, 1, sizeof(buffer), file))
    contents.append(buffer, count);
  bool hasFailed = std::ferror(file);
  if (hasFailed)
    error = describe("read", path);
  std::fclose(file);
  if (hasFailed)
    return std::nullopt;
  return contents;
}

bool quantc::host::startsWith(const std::string &path,
                              std::string_view prefix) {
  std::FILE *file = std::fopen(path.c_str(), "rb");
  if (!file)
    return false;
  std::string begin(prefix.size(), '\0');
  bool isEqual =
      std::fread(begin.data(), 1, begin.size(), file) == begin.size() &&
      begin == prefix;
  std::fclose(file);
  return isEqual;
}

bool quantc::host::writeFile(const std::string &path, std::string_view contents,
                             std::string &error) {
  // A device or a pipe is written as it is.
  struct stat status;
  bool isSpecial = stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode);
  std::string place =
      isSpecial ? path : path + ".tmp" + std::to_string(getpid());
  std::FILE *file = std::fopen(place.c_str(), "wb");
  if (!file) {
    error = describe("write", path);
    return false;
  }
  bool isWritten =
      std::fwrite(contents.data(), 1, contents.size(), file) == contents.size();
  isWritten &= std::fclose(file) == 0;
  if (isWritten && !isSpecial)
    isWritten = std::rename(place.c_str(), path.c_str()) == 0;
  if (!isWritten) {
    error = describe("write", path);
    if (!isSpecial)
      std::remove(place.c_str());
  }
  return isWritten;
}
