//===- Calibration.cpp - Records from records and data ------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Calibration.h"

#include "Driver.h"

#include "quantc/Pipelines/Pipelines.h"
#include "quantc/Record/Record.h"
#include "quantc/Runtime/Host/File.h"
#include "quantc/Runtime/Host/Library.h"
#include "quantc/Runtime/Host/Run.h"
#include "quantc/Target/Target.h"

using namespace mlir;
using namespace quantc;

FailureOr<std::string> quantc::compileForHost(Network &network, bool isObserved,
                                              Scratch &scratch) {
  std::unique_ptr<Network> copy = network.copy();
  PipelineOptions options;
  Stage stage = inferStage(*copy->module);
  options.way = stage <= Stage::Observed ? Way::Float : Way::Quantized;
  options.isObserved = isObserved;
  std::string path = scratch.createFile("so");
  if (path.empty())
    return emitDriverError(&copy->context) << "cannot write a temporary file";
  if (failed(lowerToBinary(copy, stage, options)) ||
      failed(emitBinary(*copy->module, BinaryKind::Shared, "network", path)))
    return failure();
  return path;
}

std::string quantc::findSamples(ArrayRef<std::string> sources) {
  auto isData = [](const std::string &source) {
    return !host::startsWith(source, record::kMagic);
  };
  const std::string *found = llvm::find_if(sources, isData);
  return found == sources.end() ? "" : *found;
}

/// Runs the observed network on all of `data` and adds to `record`.
static LogicalResult observe(Network &network,
                             const std::vector<std::string> &data,
                             record::Record &record, Scratch &scratch) {
  MLIRContext *context = &network.context;
  FailureOr<std::string> path =
      compileForHost(network, /*isObserved=*/true, scratch);
  if (failed(path))
    return failure();
  std::string error;
  auto library = host::Library::load(*path, error);
  if (!library)
    return emitDriverError(context) << error;
  if (!host::calibrate(library->getModel(), data, record, error))
    return emitDriverError(context) << error;
  return success();
}

FailureOr<std::string> quantc::prepareRecord(Network &network,
                                             ArrayRef<std::string> sources,
                                             Scratch &scratch) {
  MLIRContext *context = &network.context;
  std::string error;
  record::Record sum;
  std::vector<std::string> data;
  for (const std::string &source : sources) {
    if (!host::startsWith(source, record::kMagic)) {
      data.push_back(source);
      continue;
    }
    if (sources.size() == 1)
      return source;
    std::optional<std::string> text = host::readFile(source, error);
    if (!text)
      return emitDriverError(context) << error;
    record::Error parseError;
    auto record = record::parse(*text, parseError);
    if (!record)
      return emitDriverError(context)
             << source << ":" << parseError.line << ": " << parseError.text;
    if (sum.tensors.empty())
      sum = std::move(*record);
    else if (!record::merge(sum, *record, parseError))
      return emitDriverError(context) << source << ": " << parseError.text;
  }
  bool isObserving = sources.empty() || !data.empty();
  if (isObserving && failed(observe(network, data, sum, scratch)))
    return failure();
  std::string path = scratch.createFile("record");
  if (path.empty() || !host::writeFile(path, record::print(sum), error))
    return emitDriverError(context)
           << "cannot write a temporary file: " << error;
  return path;
}
