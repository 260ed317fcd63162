//===- Model.cpp - Models in files --------------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Pipelines/Model.h"

#include "quantc/Export/ONNX/Export.h"
#include "quantc/Import/ONNX/Import.h"
#include "quantc/Target/WriteFile.h"

#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/IR/AsmState.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;
using namespace quantc;

DiagnosticPrinter::DiagnosticPrinter(MLIRContext *context, StringRef file,
                                     llvm::raw_ostream &stream)
    : file(file), stream(stream),
      handler(context, [this](Diagnostic &diagnostic) {
        print(diagnostic);
        return success();
      }) {
  // A whole network behind a message would hide it.
  context->printOpOnDiagnostic(false);
}

static StringRef nameOf(DiagnosticSeverity severity) {
  switch (severity) {
  case DiagnosticSeverity::Note:
    return "note";
  case DiagnosticSeverity::Warning:
    return "warning";
  case DiagnosticSeverity::Error:
    return "error";
  case DiagnosticSeverity::Remark:
    return "remark";
  }
  llvm_unreachable("all severities are covered");
}

void DiagnosticPrinter::print(Diagnostic &diagnostic) const {
  std::string place = file;
  bool isFound = false;
  diagnostic.getLocation()->walk([&](Location part) {
    if (auto position = dyn_cast<FileLineColLoc>(part)) {
      place = (position.getFilename().getValue() + ":" +
               Twine(position.getLine()) + ":" + Twine(position.getColumn()))
                  .str();
      isFound = true;
    } else if (auto name = dyn_cast<NameLoc>(part)) {
      place = file + ": '" + name.getName().str() + "'";
      isFound = true;
    }
    return isFound ? WalkResult::interrupt() : WalkResult::advance();
  });
  stream << place << ": " << nameOf(diagnostic.getSeverity()) << ": "
         << diagnostic << "\n";
  for (Diagnostic &note : diagnostic.getNotes())
    print(note);
}

Network::Network(const DialectRegistry &registry, StringRef file,
                 llvm::raw_ostream &diagnostics)
    : context(registry), file(file), diagnostics(diagnostics),
      printer(&context, file, diagnostics) {}

std::unique_ptr<Network> Network::copy() {
  std::string bytes;
  llvm::raw_string_ostream stream(bytes);
  auto result = std::make_unique<Network>(context.getDialectRegistry(), file,
                                          diagnostics);
  if (succeeded(writeBytecodeToFile(module.get(), stream)))
    result->module = parseSourceString<ModuleOp>(bytes, &result->context);
  if (!result->module)
    llvm::report_fatal_error("bytecode does not bring a module back");
  return result;
}

LogicalResult quantc::lowerToBinary(std::unique_ptr<Network> &network,
                                    Stage from,
                                    const PipelineOptions &options) {
  for (Stage next : {Stage::Loops, Stage::Binary}) {
    if (from > next)
      continue;
    if (failed(runPasses(*network->module, from, next, options)))
      return failure();
    from = next;
    // The weights are in panels; those that they were packed from go.
    if (next == Stage::Loops)
      network = network->copy();
  }
  return success();
}

OwningOpRef<ModuleOp> quantc::readModel(StringRef path, MLIRContext *context) {
  auto buffer = llvm::MemoryBuffer::getFileOrSTDIN(path);
  if (!buffer) {
    emitError(UnknownLoc::get(context))
        << "cannot read the file: " << buffer.getError().message();
    return {};
  }
  if (path.ends_with(".onnx"))
    return importONNX((*buffer)->getMemBufferRef(), context);
  if (!path.ends_with(".mlir") && !path.ends_with(".mlirbc") && path != "-") {
    emitError(UnknownLoc::get(context))
        << "expected a model with the suffix .onnx or .mlir";
    return {};
  }
  llvm::SourceMgr sources;
  sources.AddNewSourceBuffer(std::move(*buffer), llvm::SMLoc());
  return parseSourceFile<ModuleOp>(sources, ParserConfig(context));
}

static LogicalResult write(ModuleOp module, StringRef path,
                           function_ref<void(llvm::raw_ostream &)> print) {
  llvm::Error error = writeFile(path, print);
  if (error)
    return module.emitError("cannot write '")
           << path << "': " << llvm::toString(std::move(error));
  return success();
}

LogicalResult quantc::writeModule(ModuleOp module, StringRef path) {
  return write(module, path, [&](llvm::raw_ostream &stream) {
    OpPrintingFlags flags;
    flags.enableDebugInfo();
    module.print(stream, flags);
  });
}

LogicalResult quantc::writeONNX(ModuleOp module, StringRef path) {
  FailureOr<std::string> bytes = exportONNX(module);
  if (failed(bytes))
    return failure();
  return write(module, path,
               [&](llvm::raw_ostream &stream) { stream << *bytes; });
}
