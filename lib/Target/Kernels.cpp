//===- Kernels.cpp - The kernels of a network as machine code -------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Kernels.h"
#include "Passes.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/Signals.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Triple.h"

using namespace mlir;
using namespace quantc;

static LLVM::TargetAttr targetOf(ModuleOp module) {
  return module->getAttrOfType<LLVM::TargetAttr>(
      LLVM::LLVMDialect::getTargetAttrName());
}

static std::unique_ptr<llvm::TargetMachine> createMachine(ModuleOp module) {
  LLVMInitializeNVPTXTargetInfo();
  LLVMInitializeNVPTXTarget();
  LLVMInitializeNVPTXTargetMC();
  LLVMInitializeNVPTXAsmPrinter();
  LLVM::TargetAttr target = targetOf(module);
  llvm::Triple triple(target.getTriple());
  std::string error;
  const llvm::Target *llvmTarget =
      llvm::TargetRegistry::lookupTarget(triple, error);
  assert(llvmTarget && "it was initialized");
  llvm::TargetOptions options;
  // By the numerics contract only an fma that the IR names is one.
  options.AllowFPOpFusion = llvm::FPOpFusion::Strict;
  return std::unique_ptr<llvm::TargetMachine>(llvmTarget->createTargetMachine(
      triple, target.getChip(), target.getFeatures().getFeaturesString(),
      options, std::nullopt, std::nullopt, llvm::CodeGenOptLevel::Aggressive));
}

FailureOr<std::unique_ptr<llvm::Module>>
quantc::compileKernels(ModuleOp module, llvm::LLVMContext &context) {
  auto kernels = llvm::to_vector(module.getOps<gpu::GPUModuleOp>());
  if (kernels.size() != 1)
    return module.emitError(
               "requires one gpu.module with the kernels, but has ")
           << kernels.size();
  auto llvmModule = translateModuleToLLVMIR(kernels.front(), context,
                                            kernels.front().getName());
  if (!llvmModule)
    return failure();
  auto machine = createMachine(module);
  llvmModule->setTargetTriple(machine->getTargetTriple());
  llvmModule->setDataLayout(machine->createDataLayout());
  runPasses(*llvmModule, *machine, [](llvm::PassBuilder &builder) {
    return builder.buildPerModuleDefaultPipeline(llvm::OptimizationLevel::O2);
  });
  return llvmModule;
}

FailureOr<std::string> quantc::compileToPTX(ModuleOp module) {
  llvm::LLVMContext context;
  auto llvmModule = compileKernels(module, context);
  if (failed(llvmModule))
    return failure();
  auto machine = createMachine(module);
  SmallVector<char, 0> text;
  llvm::raw_svector_ostream stream(text);
  llvm::legacy::PassManager passes;
  if (machine->addPassesToEmitFile(passes, stream, nullptr,
                                   llvm::CodeGenFileType::AssemblyFile))
    return module.emitError("the target cannot emit PTX");
  passes.run(**llvmModule);
  std::string ptx(text.begin(), text.end());
  // The driver links no library.
  if (size_t place = ptx.find(".extern .func"); place != std::string::npos)
    return module.emitError("the generated kernels call a function: '")
           << StringRef(ptx).substr(place).split('\n').first
           << "'; this is an error in quantc";
  return ptx;
}

std::string quantc::findAssembler() {
  auto found = llvm::sys::findProgramByName("ptxas");
  if (!found)
    found = llvm::sys::findProgramByName("ptxas", {"/usr/local/cuda/bin"});
  return found ? *found : std::string();
}

FailureOr<std::string> quantc::assemble(ModuleOp module, StringRef ptx) {
  std::string assembler = findAssembler();
  if (assembler.empty())
    return module.emitError("cannot assemble: no ptxas in PATH or "
                            "/usr/local/cuda/bin; --emit=ptx needs none");
  SmallString<128> files[3];
  std::vector<llvm::FileRemover> removers;
  const StringRef suffixes[] = {"ptx", "cubin", "txt"};
  for (auto [file, suffix] : llvm::zip_equal(files, suffixes)) {
    if (std::error_code error =
            llvm::sys::fs::createTemporaryFile("quantc", suffix, file))
      return module.emitError("cannot write a temporary file: ")
             << error.message();
    llvm::sys::RemoveFileOnSignal(file);
    removers.emplace_back(file);
  }
  auto &[input, output, messages] = files;
  std::error_code error;
  llvm::raw_fd_ostream stream(input, error);
  stream << ptx;
  stream.close();
  if (stream.has_error()) {
    stream.clear_error();
    return module.emitError("cannot write a temporary file");
  }
  std::string architecture = "-arch=" + targetOf(module).getChip().str();
  StringRef arguments[] = {assembler, architecture, "-o", output, input};
  std::optional<StringRef> redirects[] = {"", messages.str(), messages.str()};
  std::string reason;
  int status = llvm::sys::ExecuteAndWait(assembler, arguments, std::nullopt,
                                         redirects, 0, 0, &reason);
  if (status != 0) {
    if (auto text = llvm::MemoryBuffer::getFile(messages))
      reason += (*text)->getBuffer();
    // CUDA 13 has no code for what is older than sm_75.
    if (StringRef(reason).contains("is not defined for option 'gpu-name'"))
      return std::string();
    return module.emitError("ptxas fails: ") << StringRef(reason).trim();
  }
  auto cubin = llvm::MemoryBuffer::getFile(output);
  if (!cubin)
    return module.emitError("cannot read what was assembled: ")
           << cubin.getError().message();
  return (*cubin)->getBuffer().str();
}

namespace {

/// The constants of a network, in the order in which its launches name them.
class ConstantPlaces {
public:
  explicit ConstantPlaces(ModuleOp module) : symbols(module) {}

  FailureOr<uint64_t> offsetOf(FlatSymbolRefAttr symbol);
  ArrayRef<ElementsAttr> values() const { return constants; }

private:
  SymbolTable symbols;
  SmallVector<ElementsAttr> constants;
  llvm::StringMap<uint64_t> offsets;
  uint64_t end = 0;
};

FailureOr<uint64_t> ConstantPlaces::offsetOf(FlatSymbolRefAttr symbol) {
  auto [place, isNew] = offsets.try_emplace(symbol.getValue());
  if (!isNew)
    return place->second;
  auto global = symbols.lookup<LLVM::GlobalOp>(symbol.getValue());
  if (!global)
    return symbols.getOp()->emitError("a launch names the constant ")
           << symbol << ", which is not there";
  Attribute value = global.getValueOrNull();
  if (auto scalar = dyn_cast_or_null<TypedAttr>(value);
      scalar && !isa<ElementsAttr>(value))
    value = DenseElementsAttr::get(RankedTensorType::get({1}, scalar.getType()),
                                   value);
  auto elements = dyn_cast_or_null<ElementsAttr>(value);
  if (!elements)
    return global.emitOpError("expected elements as the value of a constant");
  end = llvm::alignTo(end, kDeviceAlignment);
  place->second = end;
  constants.push_back(elements);
  end += elements.getNumElements() *
         elements.getElementType().getIntOrFloatBitWidth() / 8;
  return place->second;
}

FailureOr<DevicePointer> readArgument(DictionaryAttr argument,
                                      ConstantPlaces &places) {
  auto integer = [&](StringRef name) {
    return argument.getAs<IntegerAttr>(name).getInt();
  };
  StringRef space = argument.getAs<StringAttr>("space").getValue();
  if (space == "input" || space == "output")
    return DevicePointer{space == "input" ? DeviceSpace::Input
                                          : DeviceSpace::Output,
                         static_cast<uint32_t>(integer("index")), 0, nullptr};
  if (space == "workspace")
    return DevicePointer{DeviceSpace::Workspace, 0,
                         static_cast<uint64_t>(integer("offset")), nullptr};
  assert(space == "constant" && "-codegen-list-launches knows no other");
  auto offset = places.offsetOf(argument.getAs<FlatSymbolRefAttr>("symbol"));
  if (failed(offset))
    return failure();
  return DevicePointer{DeviceSpace::Constants, 0, *offset, nullptr};
}

} // namespace

/// Sets `quantc.device_code`.
static LogicalResult addDeviceCode(ModuleOp module) {
  FailureOr<std::string> ptx = compileToPTX(module);
  if (failed(ptx))
    return failure();
  ConstantPlaces places(module);
  std::vector<DeviceCode::Launch> launches;
  auto list = module->getAttrOfType<ArrayAttr>("quantc.launches");
  for (auto entry : list.getAsRange<DictionaryAttr>()) {
    auto integer = [&](StringRef name) {
      return entry.getAs<IntegerAttr>(name).getInt();
    };
    DeviceCode::Launch launch;
    launch.kernel = entry.getAs<StringAttr>("kernel").str();
    launch.itemsPerSample = integer("items_per_sample");
    launch.itemsPerBlock = integer("items_per_block");
    launch.gridY = integer("blocks_y");
    launch.threads = integer("threads");
    launch.sharedBytes = integer("shared_bytes");
    if (entry.contains("resident_blocks"))
      launch.residentBlocks = integer("resident_blocks");
    for (auto argument :
         entry.getAs<ArrayAttr>("arguments").getAsRange<DictionaryAttr>()) {
      auto pointer = readArgument(argument, places);
      if (failed(pointer))
        return failure();
      std::optional<DeviceTensorMap> map;
      if (auto fields = argument.getAs<DenseI64ArrayAttr>("map"))
        map = parseTensorMap(fields.asArrayRef());
      launch.arguments.push_back({*pointer, map});
    }
    launches.push_back(std::move(launch));
  }
  auto bytes =
      module->getAttrOfType<IntegerAttr>("quantc.workspace_per_sample");
  module->setAttr(kDeviceCodeAttr,
                  makeDeviceCodeAttr(module.getContext(), *ptx, bytes.getInt(),
                                     places.values(), launches));
  return success();
}

FailureOr<DeviceCode> quantc::compileDeviceCode(ModuleOp module) {
  bool isCompiled = module->hasAttr(kDeviceCodeAttr);
  if (!isCompiled && module->hasAttr("quantc.launches") &&
      failed(addDeviceCode(module)))
    return failure();
  FailureOr<DeviceCode> code = readDeviceCode(module);
  if (failed(code) || isCompiled || findAssembler().empty())
    return code;
  FailureOr<std::string> cubin = assemble(module, code->ptx);
  if (failed(cubin))
    return failure();
  if (!cubin->empty())
    code->cubins.push_back({code->chip.capability, *cubin});
  return code;
}
