//===- DeviceCode.h - A network for a GPU, ready to be written ------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_TARGET_DEVICECODE_H
#define QUANTC_TARGET_DEVICECODE_H

#include "quantc/Runtime/Embedded/DeviceProgram.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinOps.h"

#include <optional>
#include <string>
#include <vector>

namespace quantc {

/// As `capability` and `specific` of a DeviceProgram.
struct DeviceChip {
  uint32_t capability = 0;
  bool specific = false;
};

inline constexpr llvm::StringLiteral kDeviceCodeAttr = "quantc.device_code";

/// What quantc::DeviceProgram says, before it is constants in a binary.
///
/// A module at stage `binary` whose `llvm.target` has the architecture nvptx64
/// (the chip: sm_80, sm_90a) and no functions holds it as the attribute
/// `quantc.device_code`, a dictionary:
///   ptx = "...", workspace_per_sample = 512 : i64,
///   constants = [dense<...> : tensor<...>, ...]   (elements of whole bytes),
///   launches = [{kernel = "...", grid = array<i64: itemsPerSample,
///     itemsPerBlock, y, z>, threads = 128 : i64, shared_bytes = 0 : i64,
///     resident_blocks = 1 : i64,   (or not there)
///     arguments = [array<i64: space, index, offset>, ...]}, ...]
/// where an argument that is a tensor map has behind these the fields of a
/// DeviceTensorMap, with the four of as many dimensions as it has; and the
/// constants lie one behind the other, each aligned to kDeviceAlignment.
struct DeviceCode {
  struct Argument {
    DevicePointer pointer; // without its map
    std::optional<DeviceTensorMap> map;
  };
  struct Launch {
    std::string kernel;
    uint64_t itemsPerSample = 1, itemsPerBlock = 1;
    uint32_t gridY = 1, gridZ = 1;
    uint32_t residentBlocks = 0;
    uint32_t threads = 1;
    uint32_t sharedBytes = 0;
    std::vector<Argument> arguments;
  };
  struct Cubin {
    uint32_t architecture;
    std::string bytes;
  };

  std::string ptx;
  std::vector<Cubin> cubins;
  DeviceChip chip;
  uint32_t driver = 0; // as in DeviceProgram, from the PTX version
  std::string constants;
  uint64_t workspaceBytes = 0; // per sample
  std::vector<Launch> launches;
};

/// Whether a target, or that of a module, is a GPU.
bool isDeviceTarget(mlir::LLVM::TargetAttr target);
bool isDeviceModule(mlir::ModuleOp module);

/// Of the name of a chip, such as sm_80 or sm_90a.
mlir::FailureOr<DeviceChip>
parseChip(llvm::StringRef chip,
          llvm::function_ref<mlir::InFlightDiagnostic()> emitError);

/// The fields of a tensor map: those before `rank`, then those of the
/// dimensions. Nothing where these are no whole ones.
std::optional<DeviceTensorMap> parseTensorMap(llvm::ArrayRef<int64_t> fields);

/// Reads `quantc.device_code`, and what the chip and the PTX say. Failure,
/// after a diagnostic, where one of them is wrong.
mlir::FailureOr<DeviceCode> readDeviceCode(mlir::ModuleOp module);

/// The attribute that readDeviceCode reads; `constants` in the order of their
/// offsets.
mlir::DictionaryAttr
makeDeviceCodeAttr(mlir::MLIRContext *context, llvm::StringRef ptx,
                   uint64_t workspacePerSample,
                   llvm::ArrayRef<mlir::ElementsAttr> constants,
                   llvm::ArrayRef<DeviceCode::Launch> launches);

} // namespace quantc

#endif // QUANTC_TARGET_DEVICECODE_H
