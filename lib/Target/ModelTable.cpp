//===- ModelTable.cpp - The constant struct of a binary -----------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ModelTable.h"

#include "ConstantBuilder.h"
#include "DeviceTable.h"
#include "PanelTable.h"

#include "quantc-rt/quantc_rt.h"
#include "quantc/Runtime/Embedded/StateLayout.h"
#include "quantc/Support/PanelLayout.h"
#include "quantc/Support/Version.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallVectorExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/Constants.h"

using namespace mlir;
using namespace quantc;

namespace {

/// What fields hold that are reserved.
constexpr int64_t kReserved = 0;

/// Builds the initializers, which mirror the structs of quantc_rt.h field by
/// field; natural alignment gives LLVM's struct types the C layout.
class TableBuilder : ConstantBuilder {
public:
  TableBuilder(llvm::Module &llvmModule, ArrayRef<Variant> variants,
               const ConstantSection *section = nullptr)
      : ConstantBuilder(llvmModule), variants(variants), section(section),
        module(variants.front().module) {}

  void defineRuntimeConstants();
  uint64_t defineVariants(ArrayRef<VariantFunctions> functions);
  llvm::GlobalVariable *build(StringRef symbol, uint64_t weightsBytes);

private:
  llvm::Constant *tensorInfo(DictionaryAttr tensor);
  llvm::Constant *tensorInfos(StringRef attribute);
  llvm::Constant *observedInfos();
  llvm::Constant *layerInfos();
  llvm::Constant *provenance();
  SmallVector<llvm::Constant *> encodingInfos(uint64_t weightsBytes);
  int64_t floatParameterBytes();
  int64_t fixedBatch();
  uint64_t stateBytes();
  llvm::Constant *panelsOf(const Variant &variant);
  llvm::Constant *unpackingsOf(size_t variant);
  void defineSection();
  llvm::Constant *programOf(const Variant &variant);
  llvm::Constant *storeWeights(ArrayRef<int8_t> bytes);
  void replaceDeclaration(StringRef name, llvm::Constant *value);
  void define(StringRef name, llvm::Constant *value);
  ArrayRef<Attribute> listTimedLayers() {
    auto layers = module->getAttrOfType<ArrayAttr>("quantc.timed_layers");
    return layers ? layers.getValue() : ArrayRef<Attribute>();
  }
  ArrayAttr tensors(StringRef attribute) {
    return module->getAttrOfType<ArrayAttr>(attribute);
  }
  uint64_t integer(StringRef attribute) {
    return module->getAttrOfType<IntegerAttr>(attribute)
        .getValue()
        .getZExtValue();
  }

  ArrayRef<Variant> variants;
  const ConstantSection *section; // null: constants are not coded
  llvm::DenseMap<llvm::Constant *, llvm::Constant *> storedWeights;
  uint64_t weightsBytes = 0; // of those
  ModuleOp module;           // of any: what is read from it is the same in all
};

quantc_element_type elementTypeOf(Type type) {
  if (type.isF32())
    return QUANTC_F32;
  if (type.isUnsignedInteger(8))
    return QUANTC_U8;
  if (type.isInteger(8))
    return QUANTC_I8;
  assert(type.isInteger(32) && "the conversion to linalg makes no other types");
  return QUANTC_I32;
}

llvm::Constant *TableBuilder::tensorInfo(DictionaryAttr tensor) {
  auto type =
      cast<RankedTensorType>(cast<TypeAttr>(tensor.get("type")).getValue());
  SmallVector<uint64_t> dims;
  for (int64_t extent : type.getShape())
    dims.push_back(static_cast<uint64_t>(
        ShapedType::isDynamic(extent) ? QUANTC_DIM_BATCH : extent));
  ArrayRef<float> scales;
  ArrayRef<int32_t> zeroPoints;
  int64_t axis = -1;
  if (auto attribute = tensor.getAs<DenseF32ArrayAttr>("scales")) {
    scales = attribute;
    zeroPoints = tensor.getAs<DenseI32ArrayAttr>("zero_points");
    axis = tensor.getAs<IntegerAttr>("axis").getInt();
  }
  SmallVector<uint32_t> unsignedZeroPoints(zeroPoints);
  return structOf({text(tensor.getAs<StringAttr>("name")),
                   i32(elementTypeOf(type.getElementType())),
                   i32(type.getRank()), array<uint64_t>(dims),
                   i32(scales.size()), i32(axis), array(scales),
                   array<uint32_t>(unsignedZeroPoints)});
}

llvm::Constant *TableBuilder::tensorInfos(StringRef attribute) {
  SmallVector<llvm::Constant *> infos;
  for (auto tensor : tensors(attribute).getAsRange<DictionaryAttr>())
    infos.push_back(tensorInfo(tensor));
  return arrayOf(infos);
}

llvm::Constant *TableBuilder::observedInfos() {
  SmallVector<llvm::Constant *> infos;
  for (auto tensor : tensors("quantc.observed").getAsRange<DictionaryAttr>())
    infos.push_back(structOf({i32(tensor.getAs<IntegerAttr>("id").getInt()),
                              i32(kReserved), tensorInfo(tensor)}));
  return arrayOf(infos);
}

/// -quantc-mark-layers sets their list.
llvm::Constant *TableBuilder::layerInfos() {
  SmallVector<llvm::Constant *> infos;
  for (Attribute entry : listTimedLayers()) {
    auto layer = cast<DictionaryAttr>(entry);
    SmallVector<llvm::Constant *> fields;
    for (StringRef name : {"name", "kernel", "why"}) {
      auto value = layer.getAs<StringAttr>(name);
      fields.push_back(text(value ? value.getValue() : ""));
    }
    for (StringRef name :
         {"multiply_adds", "bytes", "expected_cycles", "least_cycles"})
      fields.push_back(i64(layer.getAs<IntegerAttr>(name).getInt()));
    infos.push_back(structOf(fields));
  }
  return arrayOf(infos);
}

llvm::Constant *TableBuilder::provenance() {
  auto sources = module->getAttrOfType<DictionaryAttr>("quantc.provenance");
  auto modules = llvm::map_to_vector(
      variants, [](const Variant &variant) { return variant.module; });
  auto source = [&](StringRef name) {
    auto value = sources.getAs<StringAttr>(name);
    return text(value ? value.getValue() : "");
  };
  return store(
      structOf({text(kVersion), text(kContract), source("stage"),
                text(describeTargets(modules)),
                text(describeStrategies(modules)), source("model_sha256"),
                source("network_sha256"), source("calibration_sha256")}));
}

/// How `weightsBytes` of constants are held in the file.
SmallVector<llvm::Constant *>
TableBuilder::encodingInfos(uint64_t weightsBytes) {
  SmallVector<llvm::Constant *> infos;
  auto add = [&](StringRef name, uint64_t plainBytes, uint64_t bytes) {
    if (bytes > 0)
      infos.push_back(
          structOf({text(name), i64(static_cast<int64_t>(plainBytes)),
                    i64(static_cast<int64_t>(bytes))}));
  };
  uint64_t left = section ? section->section().bytes.size() : 0;
  add("plain", weightsBytes - left, weightsBytes - left);
  if (!section)
    return infos;
  for (ConstantSection::Share share : section->listShares()) {
    add(share.name, share.plainBytes, share.bytes);
    left -= share.bytes;
  }
  add("section", 0, left);
  return infos;
}

/// -import-onnx counts the parameters.
int64_t TableBuilder::floatParameterBytes() {
  auto sources = module->getAttrOfType<DictionaryAttr>("quantc.provenance");
  auto count = sources.getAs<IntegerAttr>("parameters");
  return count ? count.getInt() * static_cast<int64_t>(sizeof(float)) : 0;
}

/// The batch of a network whose inputs have no dynamic dimension is the leading
/// one that all its inputs and outputs share. Where they share none, a run is
/// one sample.
int64_t TableBuilder::fixedBatch() {
  llvm::SmallSetVector<int64_t, 2> batches;
  for (StringRef attribute : {"quantc.inputs", "quantc.outputs"})
    for (auto tensor : tensors(attribute).getAsRange<DictionaryAttr>()) {
      auto type =
          cast<RankedTensorType>(cast<TypeAttr>(tensor.get("type")).getValue());
      if (!type.hasStaticShape())
        return QUANTC_DIM_BATCH;
      batches.insert(type.getRank() > 0 ? type.getDimSize(0) : 1);
    }
  return batches.size() == 1 ? batches.front() : 1;
}

/// Of the largest variant; a network that packs nothing and is alone has none.
uint64_t TableBuilder::stateBytes() {
  if (!needsDispatch(variants))
    return 0;
  uint64_t bytes = section ? section->stateBytes : 0;
  for (const Variant &variant : variants)
    bytes = std::max(
        bytes, variant.device
                   ? deviceStateBytes(variant.device->launches.size(),
                                      tensors("quantc.inputs").size() +
                                          tensors("quantc.outputs").size())
                   : placePanels(variant).back());
  return bytes;
}

/// The address of an array of quantc::Panels.
llvm::Constant *TableBuilder::panelsOf(const Variant &variant) {
  SmallVector<llvm::Constant *> rows;
  for (auto [entry, offset] :
       llvm::zip(listPanels(variant), placePanels(variant))) {
    SmallVector<llvm::Constant *> fields;
    for (int64_t field : layoutOf(entry))
      fields.push_back(i64(field));
    for (StringRef name : {"weights", "steps"})
      fields.push_back(storeWeights(bytesOf(entry, name)));
    fields.push_back(i64(static_cast<int64_t>(offset)));
    rows.push_back(structOf(fields));
  }
  return arrayOf(rows);
}

/// The address of an array of quantc::Unpacking
/// (lib/Runtime/Embedded/Coded.h).
llvm::Constant *TableBuilder::unpackingsOf(size_t variant) {
  SmallVector<llvm::Constant *> rows;
  for (const ConstantSection::Use &use : section->usesOf(variant)) {
    SmallVector<llvm::Constant *> fields;
    for (int64_t field = 0; field < PanelLayout::kFields; ++field)
      fields.push_back(i32(use.layout.empty() ? 0 : use.layout[field]));
    llvm::append_values(fields, i32(use.tensor), i32(use.panel),
                        i64(use.offset), i64(use.stepsOffset));
    rows.push_back(structOf(fields));
  }
  return arrayOf(rows);
}

/// The quantc::CodedConstants that Decode.cpp reads.
void TableBuilder::defineSection() {
  const CodedSection &coded = section->section();
  auto *bytes = new llvm::GlobalVariable(
      llvmModule,
      llvm::ArrayType::get(llvm::Type::getInt8Ty(context), coded.bytes.size()),
      /*isConstant=*/true, llvm::GlobalValue::InternalLinkage,
      llvm::ConstantDataArray::get(context, ArrayRef<uint8_t>(coded.bytes)),
      "quantc_section");
  replaceDeclaration(
      "quantc_coded",
      store(structOf(
          {bytes, i64(coded.bytes.size()), array(section->tensorBytes()),
           i64(section->tensorBytes().size()), i64(coded.scratchBytes),
           i64(section->memoryOffset), i64(section->plainOffset)})));
  weightsBytes += coded.bytes.size();
}

/// The address of a quantc::DeviceProgram.
llvm::Constant *TableBuilder::programOf(const Variant &variant) {
  if (!variant.device)
    return null();
  weightsBytes += variant.device->constants.size();
  return addDeviceProgram(llvmModule, *variant.device, module, fixedBatch());
}

/// What several variants have is stored once.
llvm::Constant *TableBuilder::storeWeights(ArrayRef<int8_t> bytes) {
  if (bytes.empty())
    return null();
  // LLVM's constants are unique in their context.
  auto *value = llvm::ConstantDataArray::get(
      context,
      ArrayRef(reinterpret_cast<const uint8_t *>(bytes.data()), bytes.size()));
  llvm::Constant *&stored = storedWeights[value];
  if (!stored) {
    stored = store(value);
    weightsBytes += bytes.size();
  }
  return stored;
}

/// Gives a constant that the embedded runtime reads another type, too, than
/// that of its declaration.
void TableBuilder::replaceDeclaration(StringRef name, llvm::Constant *value) {
  auto *declared = llvmModule.getGlobalVariable(name);
  declared->replaceAllUsesWith(value);
  declared->eraseFromParent();
}

/// Gives a constant that the embedded runtime reads its value.
void TableBuilder::define(StringRef name, llvm::Constant *value) {
  llvm::GlobalVariable *constant = llvmModule.getGlobalVariable(name);
  assert(constant && "the embedded runtime reads it");
  constant->setInitializer(value);
  constant->setConstant(true);
  constant->setLinkage(llvm::GlobalValue::InternalLinkage);
}

void TableBuilder::defineRuntimeConstants() {
  define("quantc_input_count", i64(tensors("quantc.inputs").size()));
  define("quantc_output_count", i64(tensors("quantc.outputs").size()));
  define("quantc_fixed_batch", i64(fixedBatch()));
  define("quantc_workspace_fixed", i64(integer("quantc.workspace_fixed")));
  define("quantc_workspace_per_sample",
         i64(integer("quantc.workspace_per_sample")));
  define("quantc_required_features",
         i64(static_cast<int64_t>(
             getRequiredFeatures(*variants.front().machine))));
}

/// An array of quantc::Variant (lib/Runtime/Embedded/Variant.h).
uint64_t TableBuilder::defineVariants(ArrayRef<VariantFunctions> functions) {
  SmallVector<llvm::Constant *> rows;
  for (auto [index, variant, function] : llvm::enumerate(variants, functions)) {
    size_t panelCount = section ? 0 : listPanels(variant).size();
    size_t unpackingCount = section ? section->usesOf(index).size() : 0;
    rows.push_back(structOf(
        {i64(static_cast<int64_t>(getRequiredFeatures(*variant.machine))),
         text(describeTargets(variant.module)),
         text(getStrategyName(variant.module)), text(""),
         function.workspaceBytes, function.run,
         panelCount > 0 ? panelsOf(variant) : null(), i64(panelCount),
         programOf(variant), orNull(function.prepare), orNull(function.release),
         unpackingCount > 0 ? unpackingsOf(index) : null(),
         i64(unpackingCount)}));
  }
  replaceDeclaration("quantc_variants", arrayOf(rows));
  define("quantc_variant_count", i64(rows.size()));
  if (section)
    defineSection();
  return weightsBytes;
}

llvm::GlobalVariable *TableBuilder::build(StringRef symbol,
                                          uint64_t weightsBytes) {
  auto function = [&](StringRef name) -> llvm::Constant * {
    llvm::Function *function = llvmModule.getFunction(name);
    assert(function && "the embedded runtime defines it");
    return function;
  };
  SmallVector<llvm::Constant *> encodings = encodingInfos(weightsBytes);
  llvm::Constant *model =
      structOf({i32(QUANTC_ABI_VERSION),
                i32(tensors("quantc.inputs").size()),
                i32(tensors("quantc.outputs").size()),
                i32(tensors("quantc.observed").size()),
                text(symbol.drop_back(StringRef("_model").size())),
                tensorInfos("quantc.inputs"),
                tensorInfos("quantc.outputs"),
                observedInfos(),
                provenance(),
                i64(fixedBatch()),
                i64(static_cast<int64_t>(weightsBytes)),
                i64(static_cast<int64_t>(stateBytes())),
                function("quantc_prepare"),
                function("quantc_workspace_bytes"),
                function("quantc_run"),
                function("quantc_release"),
                layerInfos(),
                i64(listTimedLayers().size()),
                i64(floatParameterBytes()),
                arrayOf(encodings),
                i64(encodings.size())});
  auto *global = new llvm::GlobalVariable(
      llvmModule, model->getType(), /*isConstant=*/true,
      llvm::GlobalValue::ExternalLinkage, model, symbol);
  global->setAlignment(llvm::Align(8));
  return global;
}

} // namespace

StringRef quantc::getStrategyName(ModuleOp module) {
  // -codegen-tile-contractions sets it.
  auto strategy = module->getAttrOfType<StringAttr>("quantc.strategy");
  return strategy ? strategy.getValue() : "naive";
}

static constexpr StringRef kSeparator = "; ";

std::string quantc::describeTargets(ArrayRef<ModuleOp> modules) {
  return llvm::join(
      llvm::map_range(modules,
                      [](ModuleOp module) {
                        return describeTarget(
                            module->getAttrOfType<LLVM::TargetAttr>(
                                LLVM::LLVMDialect::getTargetAttrName()));
                      }),
      kSeparator);
}

std::string quantc::describeStrategies(ArrayRef<ModuleOp> modules) {
  return llvm::join(llvm::map_range(modules, getStrategyName), kSeparator);
}

void quantc::defineRuntimeConstants(llvm::Module &llvmModule,
                                    const Variant &variant) {
  TableBuilder(llvmModule, variant).defineRuntimeConstants();
}

uint64_t quantc::defineVariants(llvm::Module &llvmModule,
                                ArrayRef<Variant> variants,
                                ArrayRef<VariantFunctions> functions,
                                const ConstantSection *section) {
  return TableBuilder(llvmModule, variants, section).defineVariants(functions);
}

llvm::GlobalVariable *quantc::addModelTable(llvm::Module &llvmModule,
                                            ArrayRef<Variant> variants,
                                            StringRef symbol,
                                            uint64_t weightsBytes,
                                            const ConstantSection *section) {
  return TableBuilder(llvmModule, variants, section)
      .build(symbol, weightsBytes);
}
