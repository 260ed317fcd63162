//===- quantc.cpp - The whole way in one command ------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CompressionOptions.h"
#include "Driver.h"

#include "quantc/Pipelines/Model.h"
#include "quantc/Support/Version.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

using namespace quantc;
namespace cl = llvm::cl;

namespace {

/// The options, made after LLVM's own are gone: it has a -stop-after, too.
struct CommandLine {
  cl::OptionCategory category{"quantc"};
  cl::opt<std::string> model{cl::Positional,
                             cl::desc("MODEL (.onnx, or .mlir at any stage)"),
                             cl::Required, cl::cat(category)};
  cl::opt<std::string> output{
      "o", cl::desc("where the result goes (default: MODEL.so)"),
      cl::value_desc("file"), cl::cat(category)};
  cl::list<std::string> calibrate{
      "calibrate",
      cl::desc("typical inputs, or a calibration record; may be repeated"),
      cl::value_desc("data"), cl::cat(category)};
  cl::list<std::string> preprocess{
      "preprocess",
      cl::desc("take what happens to an input into the network, which then "
               "takes raw images:\n"
               "[NAME:]type=u8,layout=nhwc,mean=A,B,C,std=A,B,C; real = (x - "
               "mean) / std"),
      cl::value_desc("steps"), cl::cat(category)};
  cl::opt<std::string> ranges{
      "ranges",
      cl::desc("how calibration chooses ranges: minmax, mean, percentile[:P], "
               "mse or auto (default)"),
      cl::value_desc("method"), cl::init("auto"), cl::cat(category)};
  cl::opt<bool> isPairSafe{
      "pair-safe",
      cl::desc("weights of which no two products add up to more than 16 "
               "bits: faster on CPUs with AVX2 but no VNNI, a little less "
               "accurate"),
      cl::cat(category)};
  cl::list<std::string> exclude{
      "exclude",
      cl::desc("layers that stay float: the name of a node, /REGEX/ for those "
               "whose names contain a match, or an op such as nn.add"),
      cl::value_desc("layer"), cl::cat(category)};
  cl::opt<bool> isAllInt8{
      "all-int8",
      cl::desc("quantize also the layers that are as fast in float"),
      cl::cat(category)};
  cl::opt<std::string> pruneChannels{
      "prune-channels",
      cl::desc("remove channels that matter little, with this part of the "
               "multiply-adds, such as 0.2, and repair the weights behind "
               "them"),
      cl::value_desc("part"), cl::cat(category)};
  cl::opt<std::string> targetSpeedup{
      "target-speedup",
      cl::desc("the same, until the network should be so many times as fast"),
      cl::value_desc("factor"), cl::cat(category)};
  cl::opt<bool> isCompressed{
      "compress",
      cl::desc("choose weights that take few bits, by one of the options "
               "below\n(default: --max-kl=0.01)"),
      cl::cat(category)};
  cl::opt<std::string> targetRatio{
      "target-ratio",
      cl::desc("parameters in a so many-th of their float bytes"),
      cl::value_desc("ratio"), cl::cat(category)};
  cl::opt<std::string> targetBytes{
      "target-bytes", cl::desc("parameters in at most so many bytes"),
      cl::value_desc("bytes"), cl::cat(category)};
  cl::opt<std::string> maxDivergence{
      "max-kl",
      cl::desc("divergence from the float network on the calibration inputs, "
               "in nats, of at most this"),
      cl::value_desc("nats"), cl::cat(category)};
  cl::opt<std::string> minAgreement{
      "min-agreement",
      cl::desc("answers on the calibration inputs that are those of the float "
               "network, of at least so many percent"),
      cl::value_desc("percent"), cl::cat(category)};
  cl::opt<bool> isFloat{"float", cl::desc("do not quantize"),
                        cl::cat(category)};
  cl::opt<bool> isObserved{
      "observe",
      cl::desc("a library that reports the values of edges: without "
               "--calibrate the float one, for quant-run --calibrate"),
      cl::cat(category)};
  cl::opt<bool> isProfiled{
      "profile",
      cl::desc("a library that says when each layer is done, for quant-run "
               "--benchmark --per-layer"),
      cl::cat(category)};
  cl::opt<bool> isInfo{
      "info",
      cl::desc("print operators, shapes and parameters, or all that is "
               "unsupported, without compiling"),
      cl::cat(category)};
  cl::opt<std::string> evaluate{
      "evaluate",
      cl::desc("run the float and the int8 network on these inputs"),
      cl::value_desc("data"), cl::cat(category)};
  cl::opt<std::string> labels{
      "labels",
      cl::desc("array of --evaluate, or another file, with the classes"),
      cl::value_desc("name"), cl::cat(category)};
  cl::opt<std::string> report{
      "report", cl::desc("write the summary to FILE.json, with all layers"),
      cl::value_desc("file"), cl::cat(category)};
  cl::opt<std::string> emit{
      "emit",
      cl::desc("what to write (default: by the suffix of -o, else shared):\n"
               "shared   library and C header\n"
               "object   object file and C header\n"
               "llvm     LLVM IR\n"
               "asm      assembly listing\n"
               "ptx      PTX listing, for a GPU\n"
               "cubin    machine code for a GPU (needs CUDA's ptxas)\n"
               "mlir     the IR after the last stage, or --stop-after's\n"
               "onnx     the quantized model, for other runtimes"),
      cl::value_desc("kind"), cl::cat(category)};
  cl::opt<std::string> stopAfter{
      "stop-after",
      cl::desc("write the IR after a stage: float, observed, "
               "calibrated, qdq, quantized, int8, loops, "
               "binary"),
      cl::value_desc("stage"), cl::cat(category)};
  cl::opt<std::string> target{
      "target",
      cl::desc("LEVEL[+FEATURE]... or native (default); levels: x86-64, "
               "x86-64-v2, x86-64-v3, x86-64-v4, aarch64. Several, separated "
               "by commas: the library chooses the best that the CPU has. "
               "nvidia-sm_NN: a GPU of that compute capability or a later one"),
      cl::value_desc("target"), cl::init("native"), cl::cat(category)};
  cl::opt<std::string> strategy{
      "strategy",
      cl::desc("how inner loops are generated: naive, generic, neon, "
               "neon-dotprod, sve, neon-i8mm, avx2-exact, avx2-fast, avx-vnni, "
               "avx-vnni-int8, avx512-vnni, amx (default: the best that the "
               "target has)"),
      cl::value_desc("strategy"), cl::cat(category)};
  cl::opt<std::string> weights{
      "weights",
      cl::desc("what the weights of layers may be:\n"
               "int8        all that a byte holds (default)\n"
               "int4, int2  integers of fewer bits; with ,group=N those of N\n"
               "            inputs have a multiplier from 1 to 15\n"
               "codebook:N  up to N = 2 to 16 levels, fitted to each layer\n"
               "vq:KxD      up to K = 2 to 256 codewords of D = 2, 4 or 8\n"
               "            weights each, fitted to each layer"),
      cl::value_desc("format"), cl::init("int8"), cl::cat(category)};
  cl::opt<std::string> encode{
      "encode",
      cl::desc("how constants are coded in the file, until the library is "
               "prepared:\n"
               "none     not (default, but with --compress and --weights)\n"
               "rans     by how often values are there: decodes fast\n"
               "context  by their surroundings: fewest bytes (default with "
               "--compress)\n"
               "auto     as --max-load-ms allows (default with --weights)"),
      cl::value_desc("coder"), cl::init("none"), cl::cat(category)};
  cl::opt<double> maxLoad{
      "max-load-ms",
      cl::desc("milliseconds of a core that --encode=auto may take to decode "
               "(default: 100)"),
      cl::value_desc("ms"), cl::init(100), cl::cat(category)};
  cl::opt<std::string> name{
      "name", cl::desc("the binary's symbol is NAME_model (default: from -o)"),
      cl::value_desc("name"), cl::cat(category)};
};

} // namespace

/// Reads what --compress aims at. False, and why in `error`, where the options
/// do not fit together.
static bool readCompression(const CommandLine &line,
                            std::optional<CompressionGoal> &goal,
                            std::string &error) {
  const std::pair<const cl::opt<std::string> &, CompressionGoal::Kind> all[] = {
      {line.targetRatio, CompressionGoal::Ratio},
      {line.targetBytes, CompressionGoal::Bytes},
      {line.maxDivergence, CompressionGoal::Divergence},
      {line.minAgreement, CompressionGoal::Agreement}};
  if (line.isCompressed)
    goal.emplace();
  llvm::StringRef earlier;
  for (const auto &[option, kind] : all) {
    if (option.getNumOccurrences() == 0)
      continue;
    std::string name = ("--" + option.ArgStr).str();
    if (!line.isCompressed)
      error = name + " needs --compress";
    else if (!earlier.empty())
      error = "expected one of --" + earlier.str() + " and " + name;
    else if (auto parsed = parseCompressionGoal(kind, option, error))
      goal = parsed;
    else
      error = name + ": " + error;
    if (!error.empty())
      return false;
    earlier = option.ArgStr;
  }
  if (line.weights == "int8")
    return true;
  if (goal)
    error = "expected one of --compress and --weights=" + line.weights;
  else
    goal = parseWeightFormat(line.weights, error);
  return error.empty();
}

/// Reads how many channels are to be removed. False, and why in `error`, where
/// the options do not fit together.
static bool readPruning(const CommandLine &line,
                        std::optional<PruningGoal> &goal, std::string &error) {
  const std::pair<const cl::opt<std::string> &, PruningGoal::Kind> all[] = {
      {line.pruneChannels, PruningGoal::MultiplyAdds},
      {line.targetSpeedup, PruningGoal::Speedup}};
  for (const auto &[option, kind] : all) {
    if (option.getNumOccurrences() == 0)
      continue;
    if (goal) {
      error = "expected one of --prune-channels and --target-speedup";
      return false;
    }
    goal = parsePruningGoal(kind, option, error);
    if (!goal) {
      error = ("--" + option.ArgStr + ": ").str() + error;
      return false;
    }
  }
  return true;
}

/// Why an option that is planned cannot be had yet; empty where none is asked
/// for.
static llvm::StringRef refuseLater(const CommandLine &line) {
  if (line.emit == "executable")
    return "--emit=executable is not supported yet: link the object file that "
           "--emit=object writes into a program";
  if (line.weights == "file")
    return "--weights=file is not supported yet: the weights are embedded";
  if (line.report.getNumOccurrences() > 0 &&
      llvm::sys::path::extension(line.report) != ".json")
    return "expected --report=FILE.json: other forms are not supported yet";
  return {};
}

static int fail(const llvm::Twine &text) {
  llvm::errs() << "quantc: error: " << text << "\n";
  return 1;
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::ResetCommandLineParser();
  CommandLine line;
  cl::HideUnrelatedOptions(line.category);
  cl::SetVersionPrinter([](llvm::raw_ostream &stream) {
    stream << describeVersion("quantc") << "\n";
  });
  cl::ParseCommandLineOptions(
      argc, argv,
      "Compiles a trained float network to an int8 library.\n\n"
      "  quantc MODEL.onnx --calibrate SAMPLES.npz -o MODEL.so\n");

  if (llvm::StringRef later = refuseLater(line); !later.empty())
    return fail(later);
  DriverOptions options;
  options.model = line.model;
  options.output = line.output;
  options.name = line.name;
  options.calibration = {line.calibrate.begin(), line.calibrate.end()};
  options.preprocessing = {line.preprocess.begin(), line.preprocess.end()};
  options.ranges = line.ranges;
  options.isPairSafe = line.isPairSafe;
  options.exclude = {line.exclude.begin(), line.exclude.end()};
  options.isAllInt8 = line.isAllInt8;
  if (options.calibration.empty())
    for (const cl::Option &option :
         std::initializer_list<std::reference_wrapper<const cl::Option>>{
             line.isPairSafe, line.ranges, line.exclude, line.isAllInt8,
             line.weights})
      if (option.getNumOccurrences() > 0)
        return fail("--" + option.ArgStr + " needs --calibrate");
  std::string error;
  if (!readPruning(line, options.pruning, error) ||
      !readCompression(line, options.compression, error))
    return fail(error);
  options.evaluation = line.evaluate;
  options.labels = line.labels;
  options.report = line.report;
  options.target = line.target;
  options.isInfo = line.isInfo;
  if (!llvm::is_contained({"none", "rans", "context", "auto"}, line.encode))
    return fail("unknown --encode=" + line.encode +
                ", expected none, rans, context or auto");
  options.isEncodeGiven = line.encode.getNumOccurrences() > 0;
  if (line.encode != "none")
    options.encode = line.encode;
  bool isAuto =
      options.isEncodeGiven ? line.encode == "auto" : line.weights != "int8";
  if (line.maxLoad.getNumOccurrences() > 0 && !isAuto)
    return fail("--max-load-ms is for --encode=auto");
  if (!(line.maxLoad >= 0))
    return fail("expected --max-load-ms of 0 or more");
  options.maxLoad = line.maxLoad;
  options.strategy = line.strategy;
  options.isFloat = line.isFloat;
  options.isObserved = line.isObserved;
  options.isProfiled = line.isProfiled;
  if (line.isInfo && (line.isFloat || line.isObserved || line.isProfiled ||
                      !options.output.empty() || !options.calibration.empty() ||
                      !options.evaluation.empty() || !options.report.empty() ||
                      line.emit.getNumOccurrences() > 0 ||
                      line.stopAfter.getNumOccurrences() > 0))
    return fail("--info compiles nothing: leave out what asks for a result");
  if (line.emit.getNumOccurrences() > 0) {
    options.kind = parseOutputKind(line.emit);
    if (!options.kind)
      return fail(
          "unknown --emit=" + line.emit +
          ", expected shared, object, llvm, asm, ptx, cubin, mlir or onnx");
  }
  if (!line.stopAfter.empty()) {
    options.lastStage = parseStage(line.stopAfter);
    if (!options.lastStage)
      return fail("unknown stage '" + line.stopAfter + "', expected one of " +
                  listStages());
    if (options.kind.value_or(OutputKind::MLIR) != OutputKind::MLIR)
      return fail("--stop-after writes IR, which --emit=" + line.emit +
                  " excludes");
  }

#ifdef __GLIBC__
  // What a network no longer needs goes back to the system.
  mallopt(M_MMAP_THRESHOLD, 256 * 1024);
#endif
  mlir::DialectRegistry registry;
  registerDialects(registry);
  return failed(compileModel(options, registry, llvm::errs()));
}
