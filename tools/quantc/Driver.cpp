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
#include "Request.h"
#include "Scratch.h"

#include "quantc/Codegen/Common/Passes.h"
#include "quantc/Dialect/NN/IR/NN.h"
#include "quantc/Pipelines/Model.h"
#include "quantc/Pipelines/Preprocessing.h"
#include "quantc/Runtime/Host/File.h"
#include "quantc/Target/Target.h"

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
  /// As far as it is known by now.
  Request request() const {
    return {options, *network->module, targets, output, kind, stage, last};
  }
  LogicalResult describe();
  LogicalResult preprocess();
  LogicalResult prune(const PipelineOptions &pipeline);
  LogicalResult prepareFloatLibrary();
  LogicalResult prepareRecord(PipelineOptions &pipeline);
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

/// The float network to compare with.
LogicalResult Driver::prepareFloatLibrary() {
  if (options.evaluation.empty() || options.isFloat || stage != Stage::Float)
    return success();
  FailureOr<std::string> path =
      compileForHost(*network, /*isObserved=*/false, scratch);
  if (succeeded(path))
    floatLibrary = *path;
  return path;
}

/// Takes channels away, as if the model had never had them.
LogicalResult Driver::prune(const PipelineOptions &pipeline) {
  if (!options.pruning)
    return success();
  if (failed(advance(Stage::Float, pipeline)))
    return failure();
  FailureOr<Pruning> pruning =
      pruneChannels(*network, pipeline, *options.pruning,
                    findSamples(options.calibration), scratch);
  if (failed(pruning) || failed(advance(Stage::Float, pipeline)))
    return failure();
  report.pruning = std::move(*pruning);
  return success();
}

LogicalResult Driver::prepareRecord(PipelineOptions &pipeline) {
  if (!request().needsRecord())
    return success();
  FailureOr<std::string> record =
      quantc::prepareRecord(*network, options.calibration, scratch);
  if (failed(record))
    return failure();
  pipeline.record = *record;
  pipeline.ranges = options.ranges;
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
  if (!isWanted || !request().isQuantizing() || samples.empty())
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
  pipeline.way = request().isQuantizing() ? Way::Quantized : Way::Float;
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
    pipeline.encode = options.compression->kind == CompressionGoal::Format
                          ? "auto"
                          : "context";
  pipeline.maxLoad = options.maxLoad;
  bool isReduced = stage == Stage::Float && last > Stage::Float;
  floatParameterBytes = countParameterBytes(*network->module);
  if (isReduced) {
    if (failed(advance(Stage::Float, pipeline)))
      return failure();
    // The weights as they were read, and in between, are two or three times
    // these.
    network = network->copy();
    report.floatConstantBytes = countConstantBytes(*network->module);
  }
  if (failed(prepareFloatLibrary()) || failed(prune(pipeline)))
    return failure();
  if (isReduced)
    report.layers = describeLayers(*network->module);
  if (failed(prepareRecord(pipeline)) ||
      (isReduced && failed(observe(observedFloat))) ||
      failed(compress(pipeline)))
    return failure();
  if (request().isQuantizing() && stage <= Stage::Quantized &&
      last > Stage::Quantized) {
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
  report.constantBytes = codedBytes > 0 ? codedBytes : countConstantBytes(best);
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
    if (kind == OutputKind::Shared)
      report.loadMilliseconds = measureLoadMilliseconds(output);
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
  if (failed(request().verify()) || failed(lower()))
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
