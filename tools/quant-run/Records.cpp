//===- Records.cpp - Makes and merges calibration records ---------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands.h"

#include "quantc/Record/Record.h"
#include "quantc/Runtime/Host/File.h"
#include "quantc/Runtime/Host/Library.h"
#include "quantc/Runtime/Host/Run.h"

#include <cstdio>

using namespace quantc;
using namespace quantc::host;

static bool writeRecord(const record::Record &record, const std::string &path,
                        std::string &error) {
  if (!writeFile(path, record::print(record), error))
    return false;
  std::printf("%s: %zu tensors, %llu samples\n", path.c_str(),
              record.tensors.size(),
              static_cast<unsigned long long>(record.samples));
  return true;
}

bool quantc::calibrate(const std::vector<std::string> &libraryAndData,
                       const std::string &recordPath, std::string &error) {
  auto library = Library::load(libraryAndData.front(), error);
  if (!library)
    return false;
  if (libraryAndData.size() < 2 && library->getModel().input_count > 0) {
    error = "expected OBSERVED.so DATA..., but got no data";
    return false;
  }
  record::Record record;
  if (!host::calibrate(library->getModel(),
                       {libraryAndData.begin() + 1, libraryAndData.end()},
                       record, error))
    return false;
  return writeRecord(record, recordPath, error);
}

bool quantc::mergeRecords(const std::vector<std::string> &records,
                          const std::string &recordPath, std::string &error) {
  std::optional<record::Record> sum;
  for (const std::string &path : records) {
    auto text = readFile(path, error);
    if (!text)
      return false;
    record::Error parseError;
    auto record = record::parse(*text, parseError);
    if (!record) {
      error =
          path + ":" + std::to_string(parseError.line) + ": " + parseError.text;
      return false;
    }
    if (!sum) {
      sum = std::move(record);
    } else if (!record::merge(*sum, *record, parseError)) {
      error = path + ": " + parseError.text;
      return false;
    }
  }
  return writeRecord(*sum, recordPath, error);
}
