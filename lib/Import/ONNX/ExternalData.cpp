//===- ExternalData.cpp - Weights beside the model ----------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ExternalData.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace quantc::onnx;
using llvm::StringRef;
namespace path = llvm::sys::path;

/// Whether `file` lies in `folder` or below; both without links and dots.
static bool isInside(StringRef file, StringRef folder) {
  return file.consume_front(folder) &&
         (folder.ends_with("/") || file.starts_with("/"));
}

std::optional<StringRef> ExternalFiles::map(StringRef location,
                                            std::string &error) {
  auto known = files.find(location);
  if (known != files.end())
    return known->second->getBuffer();
  llvm::SmallString<256> folder, file, joined(path::parent_path(modelPath));
  auto fail = [&](std::error_code code) {
    error = "cannot read its weights from '" + joined.str().str() +
            "': " + code.message() + ": place the file beside the model";
    return std::nullopt;
  };
  if (joined.empty())
    joined = ".";
  std::error_code code = llvm::sys::fs::real_path(joined, folder);
  path::append(joined, location);
  if (!code)
    code = llvm::sys::fs::real_path(joined, file);
  bool isOutside =
      path::is_absolute(location) || (!code && !isInside(file, folder));
  if (code && !isOutside)
    return fail(code);
  if (isOutside) {
    error = "its weights are to be read from '" + location.str() +
            "', which is not in the folder of the model: place them beside it";
    return std::nullopt;
  }
  auto buffer = llvm::MemoryBuffer::getFile(file, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!buffer)
    return fail(buffer.getError());
  return files.insert({location, std::move(*buffer)})
      .first->second->getBuffer();
}

std::optional<std::string_view> ExternalFiles::read(const ExternalData &data,
                                                    std::string &error) {
  uint64_t offset = 0;
  if (!data.offset.empty() && !llvm::to_integer(data.offset, offset, 10)) {
    error =
        "malformed offset of external data, '" + std::string(data.offset) + "'";
    return std::nullopt;
  }
  std::optional<StringRef> bytes = map(data.location, error);
  if (!bytes)
    return std::nullopt;
  uint64_t length = offset < bytes->size() ? bytes->size() - offset : 0;
  if (!data.length.empty() && !llvm::to_integer(data.length, length, 10)) {
    error =
        "malformed length of external data, '" + std::string(data.length) + "'";
    return std::nullopt;
  }
  if (offset > bytes->size() || length > bytes->size() - offset) {
    error = "its weights are bytes " + std::to_string(offset) + " to " +
            std::to_string(offset + length) + " of '" +
            std::string(data.location) + "', which has only " +
            std::to_string(bytes->size()) +
            ": the file is cut off, or of another model";
    return std::nullopt;
  }
  return std::string_view(*bytes).substr(offset, length);
}
