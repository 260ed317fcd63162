//===- Commands.h - What quant-run does ---------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_TOOLS_QUANT_RUN_COMMANDS_H
#define QUANTC_TOOLS_QUANT_RUN_COMMANDS_H

#include "quantc-rt/quantc_rt.h"

#include <string>
#include <vector>

namespace quantc {

struct RunOptions {
  std::string inputs, outputs, expect, labels, compare;
  double relativeTolerance = 0;
  double absoluteTolerance = 0;
  double benchmarkSeconds = 0;
  int threads = 1;
  bool isPerLayer = false;
  bool isJson = false;
};

/// Each returns false, and why in `error`, where not all was done.
bool runLibrary(const quantc_model &model, const RunOptions &options,
                std::string &error);
bool benchmark(const quantc_model &model, const RunOptions &options,
               std::string &error);
bool compareLibraries(const quantc_model &model, const RunOptions &options,
                      std::string &error);
bool calibrate(const std::vector<std::string> &libraryAndData,
               const std::string &recordPath, std::string &error);
bool mergeRecords(const std::vector<std::string> &records,
                  const std::string &recordPath, std::string &error);

/// `path`: the file of the library.
void printInfo(const quantc_model &model, const std::string &path);
/// The same as one JSON object.
void printInfoAsJson(const quantc_model &model, const std::string &path);

} // namespace quantc

#endif // QUANTC_TOOLS_QUANT_RUN_COMMANDS_H
