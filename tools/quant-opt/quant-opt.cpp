//===- quant-opt.cpp - Runs single passes and pipelines -----------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Pipelines/Pipelines.h"
#include "quantc/Support/Version.h"
#include "quantc/Target/WriteFile.h"

#include "mlir/InitAllPasses.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

static int fail(llvm::StringRef what, llvm::StringRef file,
                llvm::StringRef why) {
  llvm::errs() << "quant-opt: error: cannot " << what << " '" << file
               << "': " << why << "\n";
  return 1;
}

/// As MlirOptMain does, but the output may be the input, and appears when all
/// is done.
static int run(llvm::StringRef input, llvm::StringRef output,
               DialectRegistry &registry, const MlirOptMainConfig &config) {
  auto buffer = llvm::MemoryBuffer::getFileOrSTDIN(input);
  if (!buffer)
    return fail("read", input, buffer.getError().message());
  if (output == "-")
    return asMainReturnCode(
        MlirOptMain(llvm::outs(), std::move(*buffer), registry, config));
  std::string text;
  llvm::raw_string_ostream stream(text);
  if (failed(MlirOptMain(stream, std::move(*buffer), registry, config)))
    return 1;
  if (llvm::Error error = quantc::writeFile(
          output, [&](llvm::raw_ostream &file) { file << text; }))
    return fail("write", output, llvm::toString(std::move(error)));
  return 0;
}

int main(int argc, char **argv) {
  llvm::cl::SetVersionPrinter([](llvm::raw_ostream &stream) {
    stream << quantc::describeVersion("quant-opt") << "\n";
  });
  DialectRegistry registry;
  registerAllPasses();
  quantc::registerDialects(registry);
  quantc::registerPasses();
  auto [input, output] = registerAndParseCLIOptions(
      argc, argv, "quantc modular optimizer driver\n", registry);
  MlirOptMainConfig config = MlirOptMainConfig::createFromCLOptions();
  if (config.shouldListPasses() || config.shouldShowDialects())
    return asMainReturnCode(MlirOptMain(argc, argv, input, output, registry));
  llvm::InitLLVM init(argc, argv);
  return run(input, output, registry, config);
}
