//===- EmitBinary.cpp - Writes objects, libraries and text --------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Compile.h"
#include "Kernels.h"

#include "quantc/Support/Version.h"
#include "quantc/Target/WriteFile.h"

#include "lld/Common/Driver.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/OptBisect.h"
#include "llvm/Object/ObjectFile.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Signals.h"
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

/// The only functions that a binary may take from its surroundings; with code
/// for a GPU also weak ones that open the driver.
static bool isAllowedUndefined(StringRef symbol, bool isWeak) {
  if (symbol == "dlopen" || symbol == "dlsym")
    return isWeak;
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
        !isAllowedUndefined(*name, *flags & llvm::object::SymbolRef::SF_Weak))
      return module.emitError("the generated code calls '")
             << *name
             << "', which a binary without libraries cannot; this is "
                "an error in quantc";
  }
  return success();
}

using Bytes = SmallVector<char, 0>;

static LogicalResult generate(ModuleOp module, llvm::Module &llvmModule,
                              llvm::TargetMachine &machine, BinaryKind kind,
                              Bytes &bytes) {
  llvm::raw_svector_ostream stream(bytes);
  if (kind == BinaryKind::LLVMIR) {
    llvmModule.print(stream, nullptr);
    return success();
  }
  llvm::legacy::PassManager passes;
  auto type = kind == BinaryKind::Assembly ? llvm::CodeGenFileType::AssemblyFile
                                           : llvm::CodeGenFileType::ObjectFile;
  if (machine.addPassesToEmitFile(passes, stream, nullptr, type))
    return module.emitError("the target cannot emit this kind of file");
  passes.run(llvmModule);
  if (kind == BinaryKind::Assembly)
    return success();
  return verifySymbols(module, StringRef(bytes.data(), bytes.size()));
}

static LogicalResult write(ModuleOp module, StringRef path,
                           ArrayRef<char> bytes) {
  llvm::Error error = writeFile(path, [&](llvm::raw_ostream &stream) {
    stream.write(bytes.data(), bytes.size());
  });
  if (error)
    return module.emitError("cannot write '")
           << path << "': " << llvm::toString(std::move(error));
  return success();
}

/// What the compiler writes, an object for a shared library. LLVM's copy of the
/// weights ends here.
static FailureOr<Bytes> compile(ArrayRef<ModuleOp> modules, BinaryKind kind,
                                StringRef name, uint64_t &constantBytes) {
  auto variants = createVariants(modules);
  if (failed(variants))
    return failure();
  llvm::LLVMContext context;
  // It takes a third of the time to generate code, which is no faster for it:
  // addresses in tiles are strength-reduced already.
  llvm::OptDisable disabled;
  disabled.setDisabled("Loop Strength Reduction");
  context.setOptPassGate(disabled);
  auto llvmModule = compileToLLVM(*variants, kind, makeSymbolName(name),
                                  context, constantBytes);
  // The functions of several variants name their machines themselves.
  Variant &least = variants->back();
  Bytes bytes;
  if (failed(llvmModule) ||
      failed(generate(least.module, **llvmModule, *least.machine, kind, bytes)))
    return failure();
  return bytes;
}

/// Links `object` into a shared library, in process, to and from temporary
/// files: beside `path` lld would leave parts, or end the process, where the
/// disk is full.
static LogicalResult linkShared(ModuleOp module, Bytes object, StringRef path) {
  SmallString<128> input, output;
  auto createFile = [](StringRef suffix, SmallString<128> &name) {
    std::error_code error =
        llvm::sys::fs::createTemporaryFile("quantc", suffix, name);
    llvm::sys::RemoveFileOnSignal(name);
    return error;
  };
  std::error_code error = createFile("o", input);
  llvm::FileRemover removeInput(input);
  if (!error)
    error = createFile("so", output);
  llvm::FileRemover removeOutput(output);
  if (error)
    return module.emitError("cannot write a temporary file: ")
           << error.message();
  if (failed(write(module, input, object)))
    return failure();
  object = Bytes(); // lld holds it twice more
  // lld resets the options of our command line, and `path` may lie in one.
  std::string place = path.str();
  std::string soname = llvm::sys::path::filename(place).str();
  const char *arguments[] = {"ld.lld",
                             "-shared",
                             "--build-id=none",
                             "-z",
                             "noexecstack",
                             "--hash-style=gnu",
                             "--gc-sections",
                             "--no-mmap-output-file",
                             "-soname",
                             soname.c_str(),
                             "-o",
                             output.c_str(),
                             input.c_str()};
  std::string messages;
  llvm::raw_string_ostream stream(messages);
  lld::Result result =
      lld::lldMain(arguments, stream, stream, {{lld::Gnu, &lld::elf::link}});
  if (result.retCode != 0)
    return module.emitError("cannot link '")
           << place << "': " << StringRef(messages).trim();
  auto library = llvm::MemoryBuffer::getFile(output);
  if (!library)
    return module.emitError("cannot read what was linked: ")
           << library.getError().message();
  StringRef linked = (*library)->getBuffer();
  return write(module, place, ArrayRef(linked.data(), linked.size()));
}

/// The code of a network for a GPU, without a host that runs it.
static FailureOr<std::string> compileDevice(ModuleOp module, BinaryKind kind) {
  if (kind == BinaryKind::LLVMIR) {
    llvm::LLVMContext context;
    auto kernels = compileKernels(module, context);
    if (failed(kernels))
      return failure();
    std::string text;
    llvm::raw_string_ostream stream(text);
    (*kernels)->print(stream, nullptr);
    return text;
  }
  FailureOr<std::string> ptx = compileToPTX(module);
  if (failed(ptx) || kind != BinaryKind::Cubin)
    return ptx;
  FailureOr<std::string> cubin = assemble(module, *ptx);
  if (succeeded(cubin) && cubin->empty())
    return module.emitError("the ptxas that was found does not know the chip; "
                            "--emit=ptx needs none");
  return cubin;
}

static bool isDeviceCode(BinaryKind kind) {
  return kind == BinaryKind::PTX || kind == BinaryKind::Cubin;
}

LogicalResult quantc::emitBinary(ArrayRef<ModuleOp> modules, BinaryKind kind,
                                 StringRef name, StringRef path,
                                 uint64_t *constantBytes) {
  bool isDevice = llvm::all_of(modules, isDeviceModule);
  if (isDeviceCode(kind) && modules.size() > 1)
    return ModuleOp(modules.front())
               .emitError("PTX and cubins are for one target, but there are ")
           << modules.size();
  if (isDeviceCode(kind) && !isDevice)
    return ModuleOp(modules.front())
        .emitError("PTX and cubins are for GPUs, but the network was compiled "
                   "for a CPU: use --target=nvidia-sm_NN");
  bool isListing = kind == BinaryKind::LLVMIR || kind == BinaryKind::Assembly;
  if (isDeviceCode(kind) || (isListing && modules.size() == 1 && isDevice)) {
    FailureOr<std::string> code = compileDevice(modules.front(), kind);
    if (failed(code))
      return failure();
    return write(modules.front(), path, ArrayRef(code->data(), code->size()));
  }
  uint64_t counted = 0;
  FailureOr<Bytes> bytes = compile(modules, kind, name, counted);
  if (failed(bytes))
    return failure();
  if (constantBytes)
    *constantBytes = counted;
  ModuleOp module = modules.front();
  if (kind == BinaryKind::Shared)
    return linkShared(module, std::move(*bytes), path);
  return write(module, path, *bytes);
}

LogicalResult quantc::emitHeader(ModuleOp module, StringRef name,
                                 StringRef path) {
  std::string symbol = makeSymbolName(name);
  std::string guard = llvm::StringRef(symbol).upper() + "_H";
  std::string text;
  llvm::raw_string_ostream stream(text);
  stream << "/* Written by quantc " << kVersion
         << ". How to run a model: "
            "quantc-rt/quantc_rt.h\n *\n";
  auto describe = [&](StringRef title, StringRef attribute) {
    auto tensors = module->getAttrOfType<ArrayAttr>(attribute);
    for (auto tensor : tensors.getAsRange<DictionaryAttr>()) {
      stream << " * " << title << " \"";
      // A name may hold anything, even the end of a comment.
      for (char character : tensor.getAs<StringAttr>("name").getValue())
        stream << (llvm::isPrint(character) && character != '*' ? character
                                                                : '?');
      stream << "\": " << cast<TypeAttr>(tensor.get("type")).getValue() << "\n";
    }
  };
  describe("input", "quantc.inputs");
  describe("output", "quantc.outputs");
  stream << " */\n#ifndef " << guard << "\n#define " << guard << "\n\n"
         << "#include \"quantc-rt/quantc_rt.h\"\n\n"
         << "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n"
         << "extern const quantc_model " << symbol << "_model;\n\n"
         << "#ifdef __cplusplus\n}\n#endif\n\n#endif\n";
  return write(module, path, ArrayRef(text.data(), text.size()));
}
