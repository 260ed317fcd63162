//===- Summary.cpp - What was done, in plain words ----------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Summary.h"

#include "quantc/Runtime/Host/Library.h"
#include "quantc/Runtime/Host/Run.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace quantc;

namespace {

struct Evaluation {
  std::vector<int64_t> answers;
  uint64_t constantBytes = 0;
};

/// Runs a library on the data and prints a line of accuracy and time.
std::optional<Evaluation> evaluate(StringRef title, const std::string &path,
                                   const DriverOptions &options,
                                   std::string &error) {
  auto library = host::Library::load(path, error);
  if (!library)
    return std::nullopt;
  const quantc_model &model = library->getModel();
  auto data =
      host::readDataSet(options.evaluation, options.labels, model, error);
  if (!data)
    return std::nullopt;
  auto results = host::runAll(model, *data, nullptr, error);
  if (!results)
    return std::nullopt;
  Evaluation evaluation{host::argMax(results->outputs.front()),
                        model.weights_bytes};
  llvm::outs() << "  " << llvm::left_justify(title, 11);
  if (!data->labels.empty()) {
    int64_t correct = host::countEqual(evaluation.answers, data->labels);
    llvm::outs() << llvm::format("top-1 %.2f %% (", 100.0 * correct /
                                                        data->samples)
                 << correct << " of " << data->samples << "), ";
  }
  llvm::outs() << llvm::format("%.4f ms per sample\n",
                               results->seconds * 1e3 / data->samples);
  return evaluation;
}

} // namespace

LogicalResult quantc::printSummary(const DriverOptions &options,
                                   StringRef output, StringRef floatLibrary,
                                   MLIRContext *context) {
  llvm::outs() << options.model << " -> " << output << "\n";
  uint64_t size = 0;
  if (!llvm::sys::fs::file_size(output, size))
    llvm::outs() << "  size       " << size << " bytes\n";
  if (options.evaluation.empty())
    return success();
  std::string error;
  StringRef title = options.isFloat ? "float" : "int8";
  std::optional<Evaluation> reference;
  if (!floatLibrary.empty()) {
    reference = evaluate("float", floatLibrary.str(), options, error);
    if (!reference)
      return emitDriverError(context) << error;
  }
  std::optional<Evaluation> result =
      evaluate(title, output.str(), options, error);
  if (!result)
    return emitDriverError(context) << error;
  if (!reference)
    return success();
  llvm::outs() << "  agreement  "
               << host::countEqual(reference->answers, result->answers)
               << " of " << result->answers.size()
               << " answers are those of the float network\n"
               << "  constants  " << reference->constantBytes
               << " bytes in float, " << result->constantBytes
               << llvm::format(" in int8 (%.2f times smaller)\n",
                               static_cast<double>(reference->constantBytes) /
                                   result->constantBytes);
  return success();
}
