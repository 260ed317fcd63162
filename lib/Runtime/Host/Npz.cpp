//===- Npz.cpp - Reads and writes .npz files ----------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Runtime/Host/File.h"
#include "quantc/Runtime/Host/Numpy.h"

#include <zip.h>

#include <algorithm>

using namespace quantc::host;

namespace {

constexpr std::string_view kZipMagic = "PK";
constexpr std::string_view kSuffix = ".npy";

std::string describe(zip_error_t &error) {
  std::string text = zip_error_strerror(&error);
  zip_error_fini(&error);
  return text;
}

std::string describeDamage(const std::string &what) {
  return "the archive is damaged or cut off (" + what +
         "): copy or save it anew";
}

/// An archive in memory.
class ZipReader {
public:
  explicit ZipReader(std::string_view bytes) {
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *source =
        zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
    if (source) {
      archive = zip_open_from_source(source, ZIP_RDONLY, &error);
      if (!archive)
        zip_source_free(source);
    }
    if (!archive)
      failure = describeDamage(describe(error));
  }
  ~ZipReader() {
    if (archive)
      zip_discard(archive);
  }
  ZipReader(const ZipReader &) = delete;
  ZipReader &operator=(const ZipReader &) = delete;

  zip_t *archive = nullptr;
  std::string failure;
};

std::optional<std::string> readMember(zip_t *archive, zip_uint64_t index,
                                      std::string &error) {
  zip_stat_t status;
  zip_file_t *file = nullptr;
  if (zip_stat_index(archive, index, 0, &status) == 0)
    file = zip_fopen_index(archive, index, 0);
  if (!file) {
    error = zip_strerror(archive);
    return std::nullopt;
  }
  // Grown as data come: the stated size may be anything.
  std::string contents;
  char buffer[1 << 16];
  zip_int64_t count;
  while ((count = zip_fread(file, buffer, sizeof(buffer))) > 0)
    contents.append(buffer, static_cast<size_t>(count));
  if (count < 0)
    error = describeDamage(zip_file_strerror(file));
  zip_fclose(file);
  if (count < 0)
    return std::nullopt;
  return contents;
}

std::optional<std::vector<Array>> parseNpz(std::string_view bytes,
                                           std::string &error) {
  ZipReader reader(bytes);
  if (!reader.archive) {
    error = reader.failure;
    return std::nullopt;
  }
  std::vector<Array> arrays;
  zip_int64_t count = zip_get_num_entries(reader.archive, 0);
  for (zip_int64_t index = 0; index < count; ++index) {
    const char *member = zip_get_name(reader.archive, index, 0);
    std::string name = member ? member : "";
    if (name.size() > kSuffix.size() &&
        name.compare(name.size() - kSuffix.size(), kSuffix.size(), kSuffix) ==
            0)
      name.resize(name.size() - kSuffix.size());
    auto isSame = [&](const Array &array) { return array.name == name; };
    if (std::any_of(arrays.begin(), arrays.end(), isSame)) {
      error = "it has two arrays '" + name + "'";
      return std::nullopt;
    }
    auto contents = readMember(reader.archive, index, error);
    auto array = contents ? parseNpy(*contents, error) : std::optional<Array>();
    if (!array) {
      error = "array '" + name + "': " + error;
      return std::nullopt;
    }
    array->name = name;
    arrays.push_back(std::move(*array));
  }
  return arrays;
}

/// Adds `contents`, which must live until the archive is closed.
bool addMember(zip_t *archive, const std::string &name,
               const std::string &contents) {
  zip_source_t *source =
      zip_source_buffer(archive, contents.data(), contents.size(), 0);
  if (!source)
    return false;
  zip_int64_t index =
      zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8);
  if (index < 0) {
    zip_source_free(source);
    return false;
  }
  // As numpy.savez does; and one time, so that equal data give equal files.
  constexpr zip_uint16_t kFirstOfJanuary1980 = (0 << 9) | (1 << 5) | 1;
  return zip_set_file_compression(archive, index, ZIP_CM_STORE, 0) == 0 &&
         zip_file_set_dostime(archive, index, 0, kFirstOfJanuary1980, 0) == 0;
}

/// The bytes of a closed archive.
std::string contentsOf(zip_source_t *source) {
  std::string bytes;
  if (zip_source_open(source) != 0)
    return bytes;
  char buffer[1 << 16];
  zip_int64_t count;
  while ((count = zip_source_read(source, buffer, sizeof(buffer))) > 0)
    bytes.append(buffer, static_cast<size_t>(count));
  zip_source_close(source);
  return bytes;
}

std::optional<std::string> printNpz(const std::vector<Array> &arrays,
                                    std::string &error) {
  std::vector<std::string> members;
  for (const Array &array : arrays)
    members.push_back(printNpy(array));
  zip_error_t zipError;
  zip_error_init(&zipError);
  zip_source_t *source = zip_source_buffer_create(nullptr, 0, 0, &zipError);
  zip_t *archive =
      source ? zip_open_from_source(source, ZIP_TRUNCATE, &zipError) : nullptr;
  if (!archive) {
    if (source)
      zip_source_free(source);
    error = describe(zipError);
    return std::nullopt;
  }
  zip_source_keep(source);
  bool isWritten = true;
  for (size_t index = 0; index < arrays.size() && isWritten; ++index)
    isWritten = addMember(archive, arrays[index].name + std::string(kSuffix),
                          members[index]);
  if (!isWritten || zip_close(archive) != 0) {
    error = zip_strerror(archive);
    zip_discard(archive);
    zip_source_free(source);
    return std::nullopt;
  }
  std::string bytes = contentsOf(source);
  zip_source_free(source);
  return bytes;
}

} // namespace

std::optional<std::vector<Array>>
quantc::host::parseArrays(std::string_view bytes, std::string &error) {
  if (bytes.substr(0, kZipMagic.size()) == kZipMagic)
    return parseNpz(bytes, error);
  if (bytes.substr(0, kNpyMagic.size()) != kNpyMagic) {
    error = "expected an .npz or .npy file";
    return std::nullopt;
  }
  std::optional<Array> array = parseNpy(bytes, error);
  if (!array)
    return std::nullopt;
  return {{std::move(*array)}};
}

std::optional<std::vector<Array>>
quantc::host::readArrays(const std::string &path, std::string &error) {
  std::optional<std::string> bytes = readFile(path, error);
  if (!bytes)
    return std::nullopt;
  std::optional<std::vector<Array>> arrays = parseArrays(*bytes, error);
  if (!arrays)
    error = "cannot read '" + path + "': " + error;
  return arrays;
}

bool quantc::host::writeNpz(const std::string &path,
                            const std::vector<Array> &arrays,
                            std::string &error) {
  std::optional<std::string> bytes = printNpz(arrays, error);
  if (!bytes) {
    error = "cannot write '" + path + "': " + error;
    return false;
  }
  return writeFile(path, *bytes, error);
}
