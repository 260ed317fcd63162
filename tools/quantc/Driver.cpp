//===- Driver.cpp - From a model to a binary ----------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Driver.h"

#include "Calibration.h"
#include "Summary.h"

#include "quantc/Pipelines/Model.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace quantc;

InFlightDiagnostic quantc::emitDriverError(MLIRContext *context) {
  return emitError(UnknownLoc::get(context));
}

static BinaryKind kindOf(StringRef path) {
  StringRef suffix = llvm::sys::path::extension(path);
  if (suffix == ".o")
    return BinaryKind::Object;
  if (suffix == ".s")
    return BinaryKind::Assembly;
  if (suffix == ".ll")
    return BinaryKind::LLVMIR;
  return BinaryKind::Shared;
}

static StringRef suffixOf(BinaryKind kind) {
  switch (kind) {
  case BinaryKind::Shared:
    return ".so";
  case BinaryKind::Object:
    return ".o";
  case BinaryKind::Assembly:
    return ".s";
  case BinaryKind::LLVMIR:
    return ".ll";
  }
  llvm_unreachable("all kinds are covered");
}

namespace {

/// One run of the driver.
class Driver {
public:
  Driver(const DriverOptions &options, MLIRContext *context)
      : options(options), context(context) {}

  LogicalResult run();

private:
  InFlightDiagnostic fail() const { return emitDriverError(context); }
  LogicalResult verifyOptions() const;
  LogicalResult lower();
  LogicalResult writeBinary();

  const DriverOptions &options;
  MLIRContext *context;
  Scratch scratch;
  OwningOpRef<ModuleOp> module;
  std::string floatLibrary; // for the evaluation
  Stage stage = Stage::Float;
};

/// What does not fit together, or to the stage that the model is at.
LogicalResult Driver::verifyOptions() const {
  bool isQuantizing = !options.isFloat && !options.isObserved;
  if (options.isFloat && options.isObserved)
    return fail() << "expected one of --float and --observe";
  if (!isQuantizing && !options.calibration.empty())
    return fail() << "--calibrate quantizes, which --float and --observe "
                     "exclude";
  if (options.isFloat && stage > Stage::Float)
    return fail() << "--float requires a model at stage float, but it is at "
                  << stringifyStage(stage);
  if (options.isObserved && stage > Stage::Observed)
    return fail() << "--observe requires a model at stage float or observed, "
                     "but it is at "
                  << stringifyStage(stage);
  Stage last = options.lastStage.value_or(Stage::Binary);
  if (last < stage)
    return fail() << "the model is at stage " << stringifyStage(stage)
                  << " already, after " << stringifyStage(last);
  if (options.lastStage && !options.evaluation.empty())
    return fail() << "--evaluate needs a library, which --stop-after excludes";
  if (!options.lastStage && !options.evaluation.empty() &&
      options.kind.value_or(kindOf(options.output)) != BinaryKind::Shared)
    return fail() << "--evaluate needs a shared library";
  if (!options.evaluation.empty() && options.target != "native")
    return fail() << "--evaluate runs the library here, so it requires "
                     "--target=native";
  bool needsRecord = isQuantizing && stage <= Stage::Observed &&
                     last >= Stage::Calibrated;
  if (needsRecord && options.calibration.empty())
    return fail() << "quantization needs to see typical inputs: give some by "
                     "--calibrate DATA.npz, or compile without quantization "
                     "by --float";
  if (!needsRecord && !options.calibration.empty())
    return fail() << "--calibrate has no effect on a model at stage "
                  << stringifyStage(stage) << " that stops after "
                  << stringifyStage(last);
  return success();
}

/// Brings the module to the last stage that is asked for.
LogicalResult Driver::lower() {
  PipelineOptions pipeline;
  pipeline.way = options.isFloat      ? Way::Float
                 : options.isObserved ? Way::Observed
                                      : Way::Quantized;
  pipeline.target = options.target;
  if (!options.calibration.empty()) {
    FailureOr<std::string> record =
        prepareRecord(*module, options.calibration, scratch);
    if (failed(record))
      return failure();
    pipeline.record = *record;
  }
  if (!options.evaluation.empty() && !options.isFloat &&
      stage == Stage::Float) {
    FailureOr<std::string> path =
        compileForHost(*module, /*isObserved=*/false, scratch);
    if (failed(path))
      return failure();
    floatLibrary = *path;
  }
  PassManager manager(context);
  addPasses(manager, stage, options.lastStage.value_or(Stage::Binary),
            pipeline);
  return manager.run(*module);
}

LogicalResult Driver::writeBinary() {
  BinaryKind kind = options.kind.value_or(kindOf(options.output));
  std::string output = options.output;
  if (output.empty())
    output =
        (llvm::sys::path::stem(options.model) + suffixOf(kind)).str();
  std::string name = options.name.empty()
                         ? llvm::sys::path::stem(output).str()
                         : options.name;
  bool isLinkable = kind == BinaryKind::Shared || kind == BinaryKind::Object;
  llvm::SmallString<128> header(output);
  llvm::sys::path::replace_extension(header, ".h");
  if (isLinkable && failed(emitHeader(*module, name, header)))
    return failure();
  if (failed(emitBinary(*module, kind, name, output))) {
    if (isLinkable)
      llvm::sys::fs::remove(header);
    return failure();
  }
  if (output == "-")
    return success();
  return printSummary(options, output, floatLibrary, context);
}

LogicalResult Driver::run() {
  module = readModel(options.model, context);
  if (!module)
    return failure();
  stage = inferStage(*module);
  if (failed(verifyOptions()) || failed(lower()))
    return failure();
  if (options.lastStage)
    return writeModule(*module,
                       options.output.empty() ? "-" : options.output);
  return writeBinary();
}

} // namespace

LogicalResult quantc::compileModel(const DriverOptions &options,
                                   MLIRContext *context) {
  return Driver(options, context).run();
}
