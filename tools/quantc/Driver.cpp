//===- Driver.cpp - From a model to a binary ----------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Driver.h"

#include "Calibration.h"
#include "Info.h"
#include "Report.h"
#include "Scratch.h"

#include "quantc/Codegen/Common/Passes.h"
#include "quantc/Dialect/NN/IR/NN.h"
#include "quantc/Pipelines/Model.h"
#include "quantc/Pipelines/Preprocessing.h"
#include "quantc/Record/Ranges.h"
#include "quantc/Runtime/Host/File.h"
#include "quantc/Target/DeviceCode.h"
#include "quantc/Target/Target.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/SmallVectorExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace quantc;

InFlightDiagnostic quantc::emitDriverError(MLIRContext *context) {
  return emitError(UnknownLoc::get(context));
}

namespace {

/// One run of the driver.
class Driver {
public:
  Driver(const DriverOptions &options, std::unique_ptr<Network> network)
      : options(options), network(std::move(network)) {}

  LogicalResult run();

private:
  InFlightDiagnostic fail() const { return emitDriverError(&network->context); }
  /// A float network is observed for calibration where nothing is said of it.
  bool isQuantizing() const {
    bool isForCalibration = options.isObserved && stage <= Stage::Observed &&
                            options.calibration.empty();
    return !options.isFloat && !isForCalibration;
  }
  bool needsRecord() const {
    return isQuantizing() && stage <= Stage::Observed &&
           last >= Stage::Calibrated;
  }
  LogicalResult verifyOptions() const;
  LogicalResult verifyTarget() const;
  LogicalResult describe();
  LogicalResult verifyCompression() const;
  LogicalResult preprocess();
  LogicalResult prepareLibraries(PipelineOptions &pipeline);
  LogicalResult lower();
  LogicalResult lowerForTargets(PipelineOptions pipeline);
  LogicalResult advance(Stage next, const PipelineOptions &pipeline);
  LogicalResult writeBinary();
  LogicalResult observe(std::string &library);
  LogicalResult compress(const PipelineOptions &pipeline);
  LogicalResult completeReport();

  /// At stage `binary`, the best target first.
  SmallVector<ModuleOp> modules() {
    if (variants.empty())
      return {*network->module};
    return llvm::map_to_vector(
        variants, [](const auto &variant) { return *variant->module; });
  }

  const DriverOptions &options;
  std::unique_ptr<Network> network;
  std::vector<std::string> targets;
  std::vector<std::unique_ptr<Network>> variants; // of several targets
  Scratch scratch;
  OutputKind kind = OutputKind::Shared;
  std::string output;                      // where it goes
  uint64_t codedBytes = 0;                 // of constants there
  uint64_t floatParameterBytes = 0;        // as they were read
  std::string floatLibrary;                // for the evaluation
  std::string observedFloat, observedInt8; // for the accuracy of edges
  std::string samples; // data to compare them on; empty: none
  Stage stage = Stage::Float, last = Stage::Binary;
  Report report;
};

/// Of a network until it is observed. One without any needs no data.
bool hasInputs(ModuleOp module) {
  return llvm::any_of(module.getOps<func::FuncOp>(), [](func::FuncOp function) {
    return function.getNumArguments() > 0;
  });
}

/// What does not fit together, or to the stage that the model is at.
LogicalResult Driver::verifyOptions() const {
  if (options.isFloat && options.isObserved)
    return fail() << "expected one of --float and --observe";
  if (options.isProfiled && options.isObserved)
    return fail() << "expected one of --profile and --observe";
  if (options.isProfiled && options.strategy == "naive")
    return fail() << "--profile says what tiles cost, but --strategy=naive "
                     "makes none";
  if (options.isProfiled && targets.size() > 1)
    return fail() << "--profile is for one target, but --target names "
                  << targets.size();
  if (options.isProfiled && (stage >= Stage::Loops || last < Stage::Loops))
    return fail() << "--profile changes what becomes of stage int8, but the "
                     "model goes from stage "
                  << stringifyStage(stage) << " to " << stringifyStage(last);
  if (options.isFloat && !options.calibration.empty())
    return fail() << "--calibrate quantizes, which --float excludes";
  if (options.isFloat && stage > Stage::Float)
    return fail() << "--float requires a model at stage float, but it is at "
                  << stringifyStage(stage);
  if (options.isObserved && stage > Stage::Quantized)
    return fail()
           << "--observe requires a model that is not lowered yet, but it "
              "is at stage "
           << stringifyStage(stage);
  if (options.isFloat && last > Stage::Float && last < Stage::Int8)
    return fail() << "--float goes from stage float to int8, without "
                  << stringifyStage(last);
  if (kind == OutputKind::MLIR && !isQuantizing() && last > Stage::Observed &&
      last < Stage::Int8)
    return fail() << "--observe without --calibrate goes from stage observed "
                     "to int8, without "
                  << stringifyStage(last);
  if (last < stage)
    return fail() << "the model is at stage " << stringifyStage(stage)
                  << " already, after " << stringifyStage(last);
  if (kind == OutputKind::MLIR && !options.report.empty())
    return fail() << "--report tells of a binary, but IR is written";
  if (kind == OutputKind::ONNX && !options.report.empty())
    return fail() << "--report tells of a binary, but a model is written";
  if (kind == OutputKind::ONNX && options.isObserved)
    return fail() << "--observe compiles a library, but a model is written";
  if (!options.evaluation.empty() && kind != OutputKind::Shared)
    return fail() << "--evaluate needs a shared library, but "
                  << (options.lastStage ? "--stop-after writes IR"
                                        : "another kind of file is written");
  if (stage >= Stage::Loops &&
      (options.target != "native" || !options.strategy.empty()))
    return fail() << "--target and --strategy have no effect on a model at "
                     "stage "
                  << stringifyStage(stage);
  if (!options.encode.empty() && (stage >= Stage::Loops || last < Stage::Loops))
    return fail() << "--encode codes the constants at stage loops, but the "
                     "model goes from stage "
                  << stringifyStage(stage) << " to " << stringifyStage(last);
  if (output == "-" &&
      (kind == OutputKind::Shared || kind == OutputKind::Object))
    return fail() << "a binary with its header needs a file: -o FILE";
  // IR may be taken on in its place.
  if (kind != OutputKind::MLIR &&
      llvm::sys::fs::equivalent(options.model, output))
    return fail() << "the output would replace the model: choose another by -o";
  if (kind == OutputKind::MLIR && last >= Stage::Loops && targets.size() > 1)
    return fail() << "IR at stage " << stringifyStage(last)
                  << " is for one target, but --target names "
                  << targets.size();
  if (options.evaluation.empty() && !options.labels.empty())
    return fail() << "--labels needs --evaluate";
  if (!options.evaluation.empty() && options.target != "native")
    return fail() << "--evaluate runs the library here, so it requires "
                     "--target=native";
  if (needsRecord() && options.calibration.empty() &&
      hasInputs(*network->module))
    return fail() << "quantization needs to see typical inputs: give some by "
                     "--calibrate DATA.npz, or compile without quantization "
                     "by --float";
  record::Error rangeError;
  if (!record::parseRangeMethod(options.ranges, rangeError))
    return fail() << rangeError.text;
  if (!needsRecord() && !options.calibration.empty())
    return fail() << "--calibrate has no effect on a model at stage "
                  << stringifyStage(stage) << " that stops after "
                  << stringifyStage(last);
  return success();
}

/// What code for a CPU or a GPU cannot have.
LogicalResult Driver::verifyTarget() const {
  bool isDeviceCode = kind == OutputKind::PTX || kind == OutputKind::Cubin;
  bool isForDevice = stage < Stage::Loops ? llvm::any_of(targets, isGPUTarget)
                                          : isDeviceModule(*network->module);
  if (isDeviceCode && targets.size() > 1)
    return fail() << "PTX and cubins are for one target, but --target names "
                  << targets.size();
  if (isDeviceCode && !isForDevice)
    return fail() << "PTX and cubins are for GPUs: name one by "
                     "--target=nvidia-sm_NN";
  if (!isForDevice)
    return success();
  if (!options.strategy.empty())
    return fail() << "--strategy is for CPUs, but --target names a GPU";
  if (options.isProfiled)
    return fail() << "--profile is for CPUs, but --target names a GPU";
  if (!options.encode.empty() && options.encode != "none" &&
      llvm::all_of(targets, isGPUTarget))
    return fail() << "--encode is for CPUs, but --target names a GPU: its "
                     "constants are held as they are";
  if (options.isObserved)
    return fail() << "--observe is for CPUs, but --target names a GPU: no "
                     "kernel can call the host";
  return success();
}

/// What compression needs beside a quantization.
LogicalResult Driver::verifyCompression() const {
  if (!options.compression)
    return success();
  if (!needsRecord())
    return fail() << "--compress changes what becomes of stage calibrated, but "
                     "the model goes from stage "
                  << stringifyStage(stage) << " to " << stringifyStage(last)
                  << (isQuantizing() ? "" : " without quantization");
  if (options.isPairSafe)
    return fail() << "--pair-safe rounds weights by itself, which --compress "
                     "excludes";
  if (findSamples(options.calibration).empty())
    return fail() << "--compress needs typical inputs, not only a record of "
                     "them: give some by --calibrate DATA.npz";
  return success();
}

/// Prints what the network consists of, after the preparation that every way
/// begins with.
LogicalResult Driver::describe() {
  if (stage == Stage::Float && failed(advance(Stage::Float, {})))
    return failure();
  return printInfo(*network->module, options.model, llvm::outs());
}

/// Makes what the host has the inputs of the network.
LogicalResult Driver::preprocess() {
  if (options.preprocessing.empty())
    return success();
  if (stage != Stage::Float)
    return fail()
           << "--preprocess requires a model at stage float, but it is at "
           << stringifyStage(stage);
  PassManager manager(&network->context);
  for (const std::string &text : options.preprocessing) {
    std::string error;
    if (!addPreprocessing(manager, text, error))
      return fail() << "--preprocess: " << error;
  }
  return manager.run(*network->module);
}

/// The record, and the float network to compare with, for which libraries are
/// compiled.
LogicalResult Driver::prepareLibraries(PipelineOptions &pipeline) {
  if (needsRecord()) {
    FailureOr<std::string> record =
        prepareRecord(*network, options.calibration, scratch);
    if (failed(record))
      return failure();
    pipeline.record = *record;
    pipeline.ranges = options.ranges;
  }
  if (!options.evaluation.empty() && !options.isFloat &&
      stage == Stage::Float) {
    FailureOr<std::string> path =
        compileForHost(*network, /*isObserved=*/false, scratch);
    if (failed(path))
      return failure();
    floatLibrary = *path;
  }
  return success();
}

/// Brings the module to stage `next`.
LogicalResult Driver::advance(Stage next, const PipelineOptions &pipeline) {
  if (failed(runPasses(*network->module, stage, next, pipeline)))
    return failure();
  stage = next;
  return success();
}

/// Compiles the network as it is now with observers, where the report will
/// compare edges.
LogicalResult Driver::observe(std::string &library) {
  bool isWanted = !options.evaluation.empty() || !options.report.empty();
  if (!isWanted || !isQuantizing() || samples.empty())
    return success();
  FailureOr<std::string> path =
      compileForHost(*network, /*isObserved=*/true, scratch);
  if (failed(path))
    return failure();
  library = *path;
  return success();
}

/// What the parameters took as f32: those of the model, or the constants where
/// nobody counted them.
static uint64_t countParameterBytes(ModuleOp module) {
  auto count = module->getAttrOfType<IntegerAttr>(
      nn::NNDialect::getParametersAttrName());
  return count ? count.getInt() * sizeof(float) : countConstantBytes(module);
}

/// Chooses weights that take few bits.
LogicalResult Driver::compress(const PipelineOptions &pipeline) {
  if (!options.compression)
    return success();
  if (failed(advance(Stage::Calibrated, pipeline)))
    return failure();
  FailureOr<Compression> compression = compressWeights(
      *network, pipeline, *options.compression, floatParameterBytes,
      findSamples(options.calibration), scratch);
  if (failed(compression))
    return failure();
  report.compression = std::move(*compression);
  return success();
}

/// Brings the module to the last stage that is asked for, and looks at its
/// layers where they are settled.
LogicalResult Driver::lower() {
  PipelineOptions pipeline;
  pipeline.way = isQuantizing() ? Way::Quantized : Way::Float;
  pipeline.isObserved = options.isObserved;
  pipeline.isProfiled = options.isProfiled;
  pipeline.isPairSafe = options.isPairSafe;
  pipeline.exclude = options.exclude;
  pipeline.isAllInt8 = options.isAllInt8;
  pipeline.target = targets.front();
  pipeline.strategy = options.strategy;
  pipeline.encode = options.encode;
  // Few bits are for few bytes.
  if (options.compression && !options.isEncodeGiven &&
      llvm::none_of(targets, isGPUTarget))
    pipeline.encode = "context";
  pipeline.maxLoad = options.maxLoad;
  bool isReduced = stage == Stage::Float && last > Stage::Float;
  floatParameterBytes = countParameterBytes(*network->module);
  if (isReduced) {
    if (failed(advance(Stage::Float, pipeline)))
      return failure();
    // The weights as they were read, and in between, are two or three times
    // these.
    network = network->copy();
    report.layers = describeLayers(*network->module);
    report.floatConstantBytes = countConstantBytes(*network->module);
  }
  if (failed(prepareLibraries(pipeline)) ||
      (isReduced && failed(observe(observedFloat))) ||
      failed(compress(pipeline)))
    return failure();
  if (isQuantizing() && stage <= Stage::Quantized && last > Stage::Quantized) {
    if (failed(advance(Stage::Quantized, pipeline)))
      return failure();
    report.layers = describeLayers(*network->module);
    bool isInt8 = llvm::any_of(report.layers, [](const Layer &layer) {
      return layer.whyFloat.empty();
    });
    if (isInt8 && failed(observe(observedInt8)))
      return failure();
  }
  if (targets.size() > 1 && last == Stage::Binary)
    return lowerForTargets(pipeline);
  if (last == Stage::Binary) {
    Stage from = std::exchange(stage, last);
    return lowerToBinary(network, from, pipeline);
  }
  return advance(last, pipeline);
}

/// Targets differ from stage `int8` on, but for the weights.
LogicalResult Driver::lowerForTargets(PipelineOptions pipeline) {
  if (failed(advance(Stage::Int8, pipeline)))
    return failure();
  pipeline.packAtLoad = true;
  for (const std::string &target : targets) {
    pipeline.target = target;
    variants.push_back(network->copy());
    if (failed(lowerToBinary(variants.back(), stage, pipeline)))
      return failure();
  }
  stage = last;
  return success();
}

static BinaryKind binaryKindOf(OutputKind kind) {
  switch (kind) {
  case OutputKind::Shared:
    return BinaryKind::Shared;
  case OutputKind::Object:
    return BinaryKind::Object;
  case OutputKind::LLVMIR:
    return BinaryKind::LLVMIR;
  case OutputKind::Assembly:
    return BinaryKind::Assembly;
  case OutputKind::PTX:
    return BinaryKind::PTX;
  case OutputKind::Cubin:
    return BinaryKind::Cubin;
  case OutputKind::MLIR:
  case OutputKind::ONNX:
    break;
  }
  llvm_unreachable("IR and models are no binaries");
}

/// Writes the binary with its header, and says what it came to.
LogicalResult Driver::writeBinary() {
  std::string name =
      options.name.empty() ? llvm::sys::path::stem(output).str() : options.name;
  // Nothing is left of a compile that fails or is interrupted.
  Scratch written;
  if (failed(
          emitBinary(modules(), binaryKindOf(kind), name, output, &codedBytes)))
    return failure();
  if (output != "-")
    written.add(output);
  if (kind == OutputKind::Shared || kind == OutputKind::Object) {
    llvm::SmallString<128> header(output);
    llvm::sys::path::replace_extension(header, ".h");
    if (failed(emitHeader(modules().front(), name, header)))
      return failure();
    written.add(header);
  }
  if (failed(completeReport()))
    return failure();
  written.release();
  return success();
}

/// Whether a module at stage `binary` computes on integers.
static bool isInteger(ModuleOp module) {
  auto provenance = module->getAttrOfType<DictionaryAttr>("quantc.provenance");
  auto stage =
      provenance ? provenance.getAs<StringAttr>("stage") : StringAttr();
  return stage && stage.getValue() == "int8";
}

/// As the binary's workspace_bytes says of a batch of 1.
static uint64_t countWorkspaceBytes(ModuleOp module) {
  uint64_t bytes = 0;
  for (StringRef name :
       {"quantc.workspace_fixed", "quantc.workspace_per_sample"})
    bytes += module->getAttrOfType<IntegerAttr>(name).getValue().getZExtValue();
  return bytes;
}

LogicalResult Driver::completeReport() {
  report.model = options.model;
  report.output = output;
  report.target = describeTargets(modules());
  report.strategy = describeStrategies(modules());
  ModuleOp best = modules().front();
  addCosts(report.layers, best);
  report.workspaceBytes = countWorkspaceBytes(best);
  report.isFloat = !isInteger(best);
  report.constantBytes =
      options.encode.empty() ? countConstantBytes(best) : codedBytes;
  if (options.model != "-")
    (void)llvm::sys::fs::file_size(options.model, report.modelBytes);
  if (output != "-")
    (void)llvm::sys::fs::file_size(output, report.outputBytes);
  std::string error;
  auto run = [&](const std::string &path, std::optional<Evaluation> &result) {
    result = evaluate(path, options.evaluation, options.labels, error);
    return result ? success() : fail() << error;
  };
  if (!floatLibrary.empty() && failed(run(floatLibrary, report.before)))
    return failure();
  if (!options.evaluation.empty() && failed(run(output, report.after)))
    return failure();
  if (options.isProfiled && !options.evaluation.empty()) {
    auto times = timeLayers(output, options.evaluation, options.labels, error);
    if (!times)
      return fail() << error;
    report.times = std::move(*times);
  }
  if (!observedFloat.empty() && !observedInt8.empty()) {
    report.edges = compareEdges(observedInt8, observedFloat, samples, error);
    if (!report.edges)
      return fail() << error;
  }
  if (!options.report.empty()) {
    std::string text;
    llvm::raw_string_ostream stream(text);
    printJson(report, stream);
    if (!host::writeFile(options.report, text, error))
      return fail() << error;
  }
  if (output != "-")
    printText(report, llvm::outs());
  return success();
}

LogicalResult Driver::run() {
  network->module = readModel(options.model, &network->context);
  if (!network->module)
    return failure();
  stage = inferStage(*network->module);
  kind = options.lastStage
             ? OutputKind::MLIR
             : options.kind.value_or(inferOutputKind(options.output));
  Stage lastOfKind = kind != OutputKind::ONNX ? Stage::Binary
                     : options.isFloat        ? Stage::Float
                                              : Stage::QDQ;
  last = options.lastStage.value_or(lastOfKind);
  output = options.output;
  if (output.empty())
    output =
        kind == OutputKind::MLIR
            ? "-"
            : (llvm::sys::path::stem(options.model) + suffixOf(kind)).str();
  if (failed(preprocess()))
    return failure();
  if (options.isInfo)
    return describe();
  auto parsed =
      parseTargets(&network->context, options.target, [&] { return fail(); });
  if (failed(parsed))
    return failure();
  targets = std::move(*parsed);
  samples = options.evaluation.empty() ? findSamples(options.calibration)
                                       : options.evaluation;
  if (failed(verifyTarget()) || failed(verifyOptions()) ||
      failed(verifyCompression()) || failed(lower()))
    return failure();
  switch (kind) {
  case OutputKind::MLIR:
    return writeModule(*network->module, output);
  case OutputKind::ONNX:
    return writeONNX(*network->module, output);
  default:
    return writeBinary();
  }
}

} // namespace

LogicalResult quantc::compileModel(const DriverOptions &options,
                                   const DialectRegistry &registry,
                                   llvm::raw_ostream &diagnostics) {
  return Driver(options,
                std::make_unique<Network>(registry, options.model, diagnostics))
      .run();
}
