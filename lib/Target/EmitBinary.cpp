//===- EmitBinary.cpp - Writes objects, libraries and text --------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Compile.h"

#include "quantc/Support/Version.h"

#include "lld/Common/Driver.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/Object/ObjectFile.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

LLD_HAS_DRIVER(elf)

using namespace mlir;
using namespace quantc;

std::string quantc::makeSymbolName(StringRef name) {
  std::string symbol;
  for (char character : name)
    symbol += llvm::isAlnum(character) ? character : '_';
  if (symbol.empty())
    return "model";
  if (llvm::isDigit(symbol.front()))
    symbol.insert(0, "m_");
  return symbol;
}

/// The only functions that a binary may take from its surroundings.
static bool isAllowedUndefined(StringRef symbol) {
  return symbol == "memcpy" || symbol == "memmove" || symbol == "memset" ||
         symbol == "_GLOBAL_OFFSET_TABLE_";
}

static LogicalResult verifySymbols(ModuleOp module, StringRef object) {
  auto file = llvm::object::ObjectFile::createObjectFile(
      llvm::MemoryBufferRef(object, "object"));
  if (!file)
    return module.emitError("cannot read the emitted object: ")
           << llvm::toString(file.takeError());
  for (const llvm::object::SymbolRef &symbol : (*file)->symbols()) {
    llvm::Expected<uint32_t> flags = symbol.getFlags();
    llvm::Expected<StringRef> name = symbol.getName();
    if (!flags || !name)
      return module.emitError("cannot read the emitted object's symbols");
    if ((*flags & llvm::object::SymbolRef::SF_Undefined) && !name->empty() &&
        !isAllowedUndefined(*name))
      return module.emitError("the generated code calls '")
             << *name << "', which a binary without libraries cannot; this is "
                         "an error in quantc";
  }
  return success();
}

static LogicalResult generate(ModuleOp module, llvm::Module &llvmModule,
                              llvm::TargetMachine &machine, BinaryKind kind,
                              SmallVectorImpl<char> &bytes) {
  llvm::raw_svector_ostream stream(bytes);
  if (kind == BinaryKind::LLVMIR) {
    llvmModule.print(stream, nullptr);
    return success();
  }
  llvm::legacy::PassManager passes;
  auto type = kind == BinaryKind::Assembly
                  ? llvm::CodeGenFileType::AssemblyFile
                  : llvm::CodeGenFileType::ObjectFile;
  if (machine.addPassesToEmitFile(passes, stream, nullptr, type))
    return module.emitError("the target cannot emit this kind of file");
  passes.run(llvmModule);
  if (kind == BinaryKind::Assembly)
    return success();
  return verifySymbols(module, StringRef(bytes.data(), bytes.size()));
}

static LogicalResult writeFile(Operation *op, StringRef path, StringRef bytes) {
  llvm::Error error =
      llvm::writeToOutput(path, [&](llvm::raw_ostream &stream) {
        stream << bytes;
        return llvm::Error::success();
      });
  if (error)
    return op->emitError("cannot write '")
           << path << "': " << llvm::toString(std::move(error));
  return success();
}

/// Links `object` into a shared library, in process. lld renames its output
/// into place when it is complete.
static LogicalResult linkShared(ModuleOp module, StringRef object,
                                StringRef path) {
  llvm::Expected<llvm::sys::fs::TempFile> input =
      [&]() -> llvm::Expected<llvm::sys::fs::TempFile> {
    SmallString<128> model;
    llvm::sys::path::system_temp_directory(/*ErasedOnReboot=*/true, model);
    llvm::sys::path::append(model, "quantc-%%%%%%%%.o");
    return llvm::sys::fs::TempFile::create(model);
  }();
  if (!input)
    return module.emitError("cannot write a temporary file: ")
           << llvm::toString(input.takeError());
  bool isWritten = false;
  {
    llvm::raw_fd_ostream stream(input->FD, /*shouldClose=*/false);
    stream << object;
    stream.flush();
    isWritten = !stream.has_error();
    stream.clear_error();
  }
  std::string soname = llvm::sys::path::filename(path).str();
  std::string output = path.str();
  const char *arguments[] = {"ld.lld",   "-shared",     "-o",
                             output.c_str(), "-soname", soname.c_str(),
                             "--build-id=none", "-z",   "noexecstack",
                             "--hash-style=gnu", "--gc-sections",
                             input->TmpName.c_str()};
  std::string messages;
  llvm::raw_string_ostream stream(messages);
  lld::Result result = {1, true};
  if (isWritten)
    result = lld::lldMain(arguments, stream, stream,
                          {{lld::Gnu, &lld::elf::link}});
  llvm::consumeError(input->discard());
  if (!isWritten)
    return module.emitError("cannot write a temporary file: disk full?");
  if (result.retCode != 0)
    return module.emitError("cannot write '")
           << path << "': " << StringRef(messages).trim();
  return success();
}

LogicalResult quantc::emitBinary(ModuleOp module, BinaryKind kind,
                                 StringRef name, StringRef path) {
  auto machine = createTargetMachine(module);
  if (failed(machine))
    return failure();
  llvm::LLVMContext context;
  auto llvmModule = compileToLLVM(module, kind, makeSymbolName(name),
                                  **machine, context);
  SmallVector<char, 0> bytes;
  if (failed(llvmModule) ||
      failed(generate(module, **llvmModule, **machine, kind, bytes)))
    return failure();
  StringRef contents(bytes.data(), bytes.size());
  if (kind == BinaryKind::Shared)
    return linkShared(module, contents, path);
  return writeFile(module, path, contents);
}

LogicalResult quantc::emitHeader(ModuleOp module, StringRef name,
                                 StringRef path) {
  std::string symbol = makeSymbolName(name);
  std::string guard = llvm::StringRef(symbol).upper() + "_H";
  std::string text;
  llvm::raw_string_ostream stream(text);
  stream << "/* Written by quantc " << kVersion << ". How to run a model: "
            "quantc-rt/quantc_rt.h\n *\n";
  auto describe = [&](StringRef title, StringRef attribute) {
    auto tensors = module->getAttrOfType<ArrayAttr>(attribute);
    for (auto tensor : tensors.getAsRange<DictionaryAttr>()) {
      stream << " * " << title << " \"";
      // A name may hold anything, even the end of a comment.
      for (char character : tensor.getAs<StringAttr>("name").getValue())
        stream << (llvm::isPrint(character) && character != '*' ? character
                                                                : '?');
      stream << "\": " << cast<TypeAttr>(tensor.get("type")).getValue()
             << "\n";
    }
  };
  describe("input", "quantc.inputs");
  describe("output", "quantc.outputs");
  stream << " */\n#ifndef " << guard << "\n#define " << guard << "\n\n"
         << "#include \"quantc-rt/quantc_rt.h\"\n\n"
         << "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n"
         << "extern const quantc_model " << symbol << "_model;\n\n"
         << "#ifdef __cplusplus\n}\n#endif\n\n#endif\n";
  return writeFile(module, path, text);
}
