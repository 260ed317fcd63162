//===- quant-translate.cpp - Models in, binaries out --------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Pipelines/Model.h"
#include "quantc/Pipelines/Pipelines.h"
#include "quantc/Support/Version.h"
#include "quantc/Target/Target.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace quantc;
namespace cl = llvm::cl;

static cl::OptionCategory category("quant-translate");
static cl::list<std::string> inputs(cl::Positional, cl::desc("FILE..."),
                                    cl::OneOrMore, cl::cat(category));
static cl::opt<std::string> output("o", cl::desc("where the result goes"),
                                   cl::value_desc("file"), cl::init("-"),
                                   cl::cat(category));
static cl::opt<bool> importOnnx(
    "import-onnx",
    cl::desc("an ONNX model to a module at stage float, or qdq where it "
             "is quantized"),
    cl::cat(category));
static cl::opt<bool>
    exportOnnx("export-onnx",
               cl::desc("a module at stage float or qdq to an ONNX model"),
               cl::cat(category));
static cl::opt<BinaryKind> emitKind(
    "emit", cl::desc("a module at stage binary, or one for each target, to a"),
    cl::values(clEnumValN(BinaryKind::Shared, "shared", "shared library"),
               clEnumValN(BinaryKind::Object, "object", "object file"),
               clEnumValN(BinaryKind::Assembly, "asm", "assembly listing"),
               clEnumValN(BinaryKind::LLVMIR, "llvm", "LLVM IR listing"),
               clEnumValN(BinaryKind::PTX, "ptx", "PTX listing, for a GPU"),
               clEnumValN(BinaryKind::Cubin, "cubin",
                          "file of machine code for a GPU (needs ptxas)")),
    cl::cat(category));
static cl::opt<std::string>
    name("name",
         cl::desc("the binary's symbol is NAME_model (default: from FILE)"),
         cl::cat(category));

static int fail(llvm::StringRef text) {
  llvm::errs() << "quant-translate: error: " << text << "\n";
  return 1;
}

/// Writes a binary from the modules of all inputs.
static mlir::LogicalResult emit(mlir::MLIRContext &context) {
  std::vector<mlir::OwningOpRef<mlir::ModuleOp>> owners;
  llvm::SmallVector<mlir::ModuleOp> modules;
  for (const std::string &input : inputs) {
    DiagnosticPrinter printer(&context, input, llvm::errs());
    owners.push_back(readModel(input, &context));
    if (!owners.back())
      return mlir::failure();
    modules.push_back(*owners.back());
    if (Stage stage = inferStage(modules.back()); stage != Stage::Binary)
      return mlir::emitError(mlir::UnknownLoc::get(&context))
             << "--emit requires a module at stage binary, but it is at "
             << stringifyStage(stage) << ": lower it, or compile it by quantc";
  }
  DiagnosticPrinter printer(&context, inputs.front(), llvm::errs());
  std::string stem = llvm::sys::path::stem(inputs.front()).str();
  return emitBinary(modules, emitKind, name.empty() ? stem : name, output);
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::HideUnrelatedOptions(category);
  cl::SetVersionPrinter([](llvm::raw_ostream &stream) {
    stream << describeVersion("quant-translate") << "\n";
  });
  cl::ParseCommandLineOptions(argc, argv,
                              "Reads models and writes binaries.\n");
  bool isEmission = emitKind.getNumOccurrences() > 0;
  if (importOnnx + exportOnnx + isEmission != 1)
    return fail("expected one of --import-onnx, --export-onnx and --emit");
  if (isEmission && emitKind == BinaryKind::Shared && output == "-")
    return fail("a shared library needs a file: -o FILE");

  const std::string &input = inputs.front();
  if (!isEmission && inputs.size() > 1)
    return fail("expected one FILE; --emit takes several, one for each target");
  if (importOnnx && !llvm::StringRef(input).ends_with(".onnx"))
    return fail("--import-onnx expects a model with the suffix .onnx, but got "
                "'" +
                input + "'");

  mlir::DialectRegistry registry;
  registerDialects(registry);
  mlir::MLIRContext context(registry);
  if (isEmission)
    return failed(emit(context));
  DiagnosticPrinter printer(&context, input, llvm::errs());
  auto module = readModel(input, &context);
  if (!module)
    return 1;
  Stage stage = inferStage(*module);
  if (exportOnnx && stage > Stage::Quantized)
    return failed(mlir::emitError(mlir::UnknownLoc::get(&context))
                  << "--export-onnx requires a module at stage float or qdq, "
                     "but it is at "
                  << stringifyStage(stage));
  if (exportOnnx)
    return failed(writeONNX(*module, output));
  if (failed(runPasses(*module, stage, stage, {})))
    return 1;
  return failed(writeModule(*module, output));
}
