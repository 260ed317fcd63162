//===- DeviceTable.cpp - Code for a GPU as constants ----------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Mirrors the structs of DeviceProgram.h, field by field.
//
//===----------------------------------------------------------------------===//

#include "DeviceTable.h"

#include "ConstantBuilder.h"

#include "mlir/IR/BuiltinTypes.h"

using namespace mlir;
using namespace quantc;

namespace {

class DeviceTableBuilder : ConstantBuilder {
public:
  using ConstantBuilder::ConstantBuilder;

  llvm::Constant *build(const DeviceCode &code, ModuleOp module,
                        int64_t fixedBatch);

private:
  llvm::Constant *bytes(StringRef data) {
    return array(
        ArrayRef(reinterpret_cast<const uint8_t *>(data.data()), data.size()));
  }
  llvm::Constant *cubins(const DeviceCode &code);
  llvm::Constant *tensorMap(const std::optional<DeviceTensorMap> &map);
  llvm::Constant *launches(const DeviceCode &code);
  llvm::Constant *tensors(ModuleOp module, int64_t fixedBatch);
};

llvm::Constant *DeviceTableBuilder::cubins(const DeviceCode &code) {
  SmallVector<llvm::Constant *> rows;
  for (const DeviceCode::Cubin &cubin : code.cubins)
    rows.push_back(structOf({i32(cubin.architecture), bytes(cubin.bytes),
                             i64(cubin.bytes.size())}));
  return arrayOf(rows);
}

llvm::Constant *
DeviceTableBuilder::tensorMap(const std::optional<DeviceTensorMap> &map) {
  if (!map)
    return null();
  return array(ArrayRef(reinterpret_cast<const uint64_t *>(&*map),
                        DeviceTensorMap::kFields));
}

llvm::Constant *DeviceTableBuilder::launches(const DeviceCode &code) {
  SmallVector<llvm::Constant *> rows;
  for (const DeviceCode::Launch &launch : code.launches) {
    SmallVector<llvm::Constant *> arguments;
    for (const auto &[pointer, map] : launch.arguments)
      arguments.push_back(
          structOf({i32(static_cast<uint32_t>(pointer.space)),
                    i32(pointer.index), i64(pointer.offset), tensorMap(map)}));
    rows.push_back(structOf({text(launch.kernel), i64(launch.itemsPerSample),
                             i64(launch.itemsPerBlock), i32(launch.gridY),
                             i32(launch.gridZ), i32(launch.residentBlocks),
                             i32(launch.threads), i32(launch.sharedBytes),
                             i32(arguments.size()), arrayOf(arguments)}));
  }
  return arrayOf(rows);
}

/// As quantc_tensor_info: where the leading extent is the batch, there is a
/// slice for each sample.
llvm::Constant *DeviceTableBuilder::tensors(ModuleOp module,
                                            int64_t fixedBatch) {
  SmallVector<llvm::Constant *> rows;
  for (StringRef attribute : {"quantc.inputs", "quantc.outputs"})
    for (auto tensor : module->getAttrOfType<ArrayAttr>(attribute)
                           .getAsRange<DictionaryAttr>()) {
      auto type =
          cast<RankedTensorType>(cast<TypeAttr>(tensor.get("type")).getValue());
      ArrayRef<int64_t> shape = type.getShape();
      bool isPerSample =
          !shape.empty() &&
          (ShapedType::isDynamic(shape.front()) || shape.front() == fixedBatch);
      int64_t bytes = type.getElementTypeBitWidth() / 8;
      for (int64_t extent : shape.drop_front(isPerSample ? 1 : 0))
        bytes *= extent;
      rows.push_back(structOf({text(tensor.getAs<StringAttr>("name")),
                               i64(isPerSample ? 0 : bytes),
                               i64(isPerSample ? bytes : 0)}));
    }
  return arrayOf(rows);
}

llvm::Constant *DeviceTableBuilder::build(const DeviceCode &code,
                                          ModuleOp module, int64_t fixedBatch) {
  auto count = [&](StringRef attribute) {
    return i32(module->getAttrOfType<ArrayAttr>(attribute).size());
  };
  return store(structOf(
      {text(code.ptx), i64(code.ptx.size()), i32(code.cubins.size()),
       cubins(code), i32(code.chip.capability), i32(code.chip.specific),
       i32(code.driver), bytes(code.constants), i64(code.constants.size()),
       i64(code.workspaceBytes), i32(code.launches.size()), launches(code),
       count("quantc.inputs"), count("quantc.outputs"),
       tensors(module, fixedBatch), i64(fixedBatch)}));
}

} // namespace

llvm::Constant *quantc::addDeviceProgram(llvm::Module &llvmModule,
                                         const DeviceCode &code,
                                         ModuleOp module, int64_t fixedBatch) {
  return DeviceTableBuilder(llvmModule).build(code, module, fixedBatch);
}
