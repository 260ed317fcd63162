//===- DeviceCode.cpp - A network for a GPU, ready to be written ----------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Between the attribute of a module and plain values. What a program says is
// verified here, so that the embedded runtime need not.
//
//===----------------------------------------------------------------------===//

#include "quantc/Target/DeviceCode.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/SmallVectorExtras.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/TargetParser/Triple.h"

using namespace mlir;
using namespace quantc;

static LLVM::TargetAttr getTarget(ModuleOp module) {
  return module->getAttrOfType<LLVM::TargetAttr>(
      LLVM::LLVMDialect::getTargetAttrName());
}

bool quantc::isDeviceTarget(LLVM::TargetAttr target) {
  return llvm::Triple(target.getTriple()).isNVPTX();
}

bool quantc::isDeviceModule(ModuleOp module) {
  LLVM::TargetAttr target = getTarget(module);
  return target && isDeviceTarget(target);
}

constexpr size_t kMapFields = 4; // beside those of dimensions
constexpr size_t kDimensionFields = DeviceDimension::kFields;

std::optional<DeviceTensorMap>
quantc::parseTensorMap(ArrayRef<int64_t> fields) {
  if (fields.size() <= kMapFields)
    return std::nullopt;
  size_t ofDimensions = fields.size() - kMapFields;
  if (ofDimensions % kDimensionFields ||
      ofDimensions > kDimensionFields * kDeviceMapRank)
    return std::nullopt;
  SmallVector<uint64_t> values(fields.begin(), fields.end());
  DeviceTensorMap map = {values[0],
                         values[1],
                         values[2],
                         values[3],
                         ofDimensions / kDimensionFields,
                         {}};
  for (uint64_t axis = 0; axis < map.rank; ++axis) {
    ArrayRef<uint64_t> of = ArrayRef(values).slice(
        kMapFields + kDimensionFields * axis, kDimensionFields);
    map.dimensions[axis] = {of[0], of[1], of[2], of[3], of[4], of[5]};
  }
  return map;
}

/// What parseTensorMap reads.
static SmallVector<int64_t> fieldsOf(const DeviceTensorMap &map) {
  SmallVector<uint64_t> fields = {map.offset, map.swizzle, map.isPerSample,
                                  map.windows};
  for (uint64_t axis = 0; axis < map.rank; ++axis) {
    auto [extent, stride, box, step, low, high] = map.dimensions[axis];
    fields.append({extent, stride, box, step, low, high});
  }
  return SmallVector<int64_t>(fields.begin(), fields.end());
}

FailureOr<DeviceChip>
quantc::parseChip(StringRef chip,
                  function_ref<InFlightDiagnostic()> emitError) {
  DeviceChip result;
  StringRef number = chip;
  result.specific = number.consume_back("a"); // sm_90a runs on 9.0 alone
  if (!number.consume_front("sm_") ||
      number.getAsInteger(/*Radix=*/10, result.capability))
    return emitError() << "expected an NVIDIA chip such as sm_80, but got '"
                       << chip << "'";
  return result;
}

namespace {

class Reader {
public:
  explicit Reader(ModuleOp module)
      : module(module),
        source(module->getAttrOfType<DictionaryAttr>(kDeviceCodeAttr)) {}

  FailureOr<DeviceCode> read();

private:
  InFlightDiagnostic emitError(const Twine &text) {
    return module.emitError(Twine("'") + kDeviceCodeAttr + "' " + text);
  }
  LogicalResult readVersion();
  LogicalResult readConstants();
  LogicalResult readLaunch(DictionaryAttr entry);
  std::optional<DeviceTensorMap> readMap(ArrayRef<int64_t> fields);
  LogicalResult readArgument(Attribute entry, DeviceCode::Launch &launch);

  ModuleOp module;
  DictionaryAttr source;
  DeviceCode code;
};

/// The driver of CUDA 10.0 reads PTX 6.3, 11.n reads 7.n and so on (PTX ISA,
/// release notes); up to 8.5, later versions skip some. The functions that the
/// runtime calls are older than 11.4.
LogicalResult Reader::readVersion() {
  constexpr uint32_t kLeast = 11040;
  unsigned major, minor;
  StringRef rest = code.ptx;
  size_t place = rest.find(".version ");
  rest = place == StringRef::npos ? "" : rest.drop_front(place + 9).ltrim();
  if (rest.consumeInteger(10, major) || !rest.consume_front(".") ||
      rest.consumeInteger(10, minor))
    return emitError("expects PTX with a .version");
  constexpr unsigned kPairs = 7;       // of PTX, from here with a CUDA version
  constexpr unsigned kLastInStep = 85; // then 8.6 came with 12.7
  unsigned cuda = (major + 4) * 1000 + minor * 10;
  if (major * 10 + minor > kLastInStep && major == 8)
    cuda += 10;
  code.driver = major < kPairs ? kLeast : std::max(cuda, kLeast);
  return success();
}

LogicalResult Reader::readConstants() {
  auto constants = source.getAs<ArrayAttr>("constants");
  if (!constants)
    return success();
  for (Attribute entry : constants) {
    auto elements = dyn_cast<DenseIntOrFPElementsAttr>(entry);
    unsigned width = elements && elements.getElementType().isIntOrFloat()
                         ? elements.getElementType().getIntOrFloatBitWidth()
                         : 0;
    if (width == 0 || width % 8)
      return emitError("expects constants with elements of whole bytes, but "
                       "got ")
             << entry;
    code.constants.resize(
        llvm::alignTo(code.constants.size(), kDeviceAlignment));
    ArrayRef<char> raw = elements.getRawData();
    int64_t count = elements.isSplat() ? elements.getNumElements() : 1;
    for (int64_t index = 0; index < count; ++index)
      code.constants.append(raw.begin(), raw.end());
  }
  return success();
}

/// Nothing where it is none that a driver takes: CUDA Driver API, "Tensor Map
/// Object Management".
std::optional<DeviceTensorMap> Reader::readMap(ArrayRef<int64_t> fields) {
  constexpr uint32_t kFirstDriver = 12000;
  constexpr uint64_t kAlignment = 16, kMaxBox = 256;
  constexpr uint64_t kMaxWindows = 1024, kMaxReach = 128, kMaxStep = 8;
  auto map = parseTensorMap(fields);
  if (!map || code.driver < kFirstDriver || map->offset % kAlignment ||
      !llvm::is_contained({0, 32, 64, 128}, map->swizzle) ||
      map->isPerSample > 1 || map->dimensions[0].stride != 1 ||
      map->dimensions[0].box % kAlignment ||
      (map->swizzle && map->dimensions[0].box > map->swizzle) ||
      map->windows > kMaxWindows ||
      (map->windows && map->rank != kDeviceImageRank))
    return std::nullopt;
  for (uint64_t axis = 0; axis < map->rank; ++axis) {
    auto [extent, stride, box, step, low, high] = map->dimensions[axis];
    bool isWindow = map->windows && axis > 0;
    if (extent == 0 || box == 0 || box > (isWindow ? kMaxReach : kMaxBox) ||
        (isWindow && box > low + extent + high) || step == 0 ||
        (isWindow ? std::max(low, high) >= box : low + high > 0) ||
        step > (isWindow ? kMaxStep : 1) || (axis > 0 && stride % kAlignment))
      return std::nullopt;
  }
  return map;
}

LogicalResult Reader::readArgument(Attribute entry,
                                   DeviceCode::Launch &launch) {
  constexpr int64_t kPointer = 3; // fields
  auto fields = dyn_cast<DenseI64ArrayAttr>(entry);
  if (!fields || fields.size() < kPointer)
    return emitError("expects arguments such as array<i64: space, index, "
                     "offset>, but got ")
           << entry;
  std::optional<DeviceTensorMap> map;
  if (fields.size() > kPointer) {
    map = readMap(fields.asArrayRef().drop_front(kPointer));
    if (!map)
      return emitError("expects tensor maps such as array<i64: ..., offset, "
                       "swizzle, is per sample, windows, extent, stride, box, "
                       "step, low, high, ...>, which code for CUDA 12.0 and "
                       "later has, "
                       "but kernel '")
             << launch.kernel << "' takes " << entry;
  }
  int64_t space = fields[0], index = fields[1];
  auto offset = static_cast<uint64_t>(fields[2]);
  auto count = [&](StringRef tensors) {
    return static_cast<int64_t>(
        module->getAttrOfType<ArrayAttr>(tensors).size());
  };
  bool isThere = false;
  switch (static_cast<DeviceSpace>(space)) {
  case DeviceSpace::Constants:
    isThere = offset < code.constants.size();
    break;
  case DeviceSpace::Workspace:
    isThere = offset < code.workspaceBytes && offset % kDeviceAlignment == 0;
    break;
  case DeviceSpace::Input:
    isThere = index >= 0 && index < count("quantc.inputs") && offset == 0;
    break;
  case DeviceSpace::Output:
    isThere = index >= 0 && index < count("quantc.outputs") && offset == 0;
    break;
  }
  if (!isThere)
    return emitError("expects arguments that point to something, but kernel '")
           << launch.kernel << "' takes " << entry;
  launch.arguments.push_back(
      {{static_cast<DeviceSpace>(space), static_cast<uint32_t>(index), offset,
        /*map=*/nullptr},
       map});
  return success();
}

LogicalResult Reader::readLaunch(DictionaryAttr entry) {
  auto kernel = entry.getAs<StringAttr>("kernel");
  auto grid = entry.getAs<DenseI64ArrayAttr>("grid");
  auto threads = entry.getAs<IntegerAttr>("threads");
  auto sharedBytes = entry.getAs<IntegerAttr>("shared_bytes");
  auto arguments = entry.getAs<ArrayAttr>("arguments");
  if (!kernel || !grid || grid.size() != 4 || !threads || !sharedBytes ||
      !arguments ||
      llvm::any_of(grid.asArrayRef(), [](int64_t value) { return value < 1; }))
    return emitError("expects launches with kernel, grid, threads, "
                     "shared_bytes and arguments, but got ")
           << entry;
  // CUDA Programming Guide, technical specifications per compute capability.
  constexpr int64_t kMaxThreads = 1024, kMaxGridYZ = 65535;
  if (threads.getInt() < 1 || threads.getInt() > kMaxThreads ||
      grid[2] > kMaxGridYZ || grid[3] > kMaxGridYZ)
    return emitError("expects blocks of at most 1024 threads, in grids of at "
                     "most 65535 in y and z, but got ")
           << entry;
  if (!StringRef(code.ptx).contains(
          (".entry " + kernel.getValue() + "(").str()))
    return emitError("has no kernel '")
           << kernel.getValue() << "' in its PTX, but launches it";
  DeviceCode::Launch launch;
  launch.kernel = kernel.str();
  launch.itemsPerSample = grid[0];
  launch.itemsPerBlock = grid[1];
  launch.gridY = grid[2];
  launch.gridZ = grid[3];
  launch.threads = threads.getInt();
  launch.sharedBytes = sharedBytes.getInt();
  if (auto resident = entry.getAs<IntegerAttr>("resident_blocks")) {
    constexpr int64_t kMaxResident = 32;
    if (resident.getInt() < 1 || resident.getInt() > kMaxResident)
      return emitError("expects 1 to 32 resident blocks, but got ") << entry;
    launch.residentBlocks = resident.getInt();
  }
  if (arguments.size() > kDeviceArguments)
    return emitError("expects kernels with at most ")
           << kDeviceArguments << " arguments, but '" << launch.kernel
           << "' takes " << arguments.size();
  for (Attribute argument : arguments)
    if (failed(readArgument(argument, launch)))
      return failure();
  auto hasMap = [](const DeviceCode::Argument &argument) {
    return argument.map.has_value();
  };
  if (llvm::count_if(launch.arguments, hasMap) > kDeviceMaps)
    return emitError("expects kernels with at most ")
           << kDeviceMaps << " tensor maps, but '" << launch.kernel
           << "' takes more";
  code.launches.push_back(std::move(launch));
  return success();
}

FailureOr<DeviceCode> Reader::read() {
  if (!source)
    return module.emitError("requires the attribute '")
           << kDeviceCodeAttr << "' in a module for a GPU";
  auto ptx = source.getAs<StringAttr>("ptx");
  auto workspace = source.getAs<IntegerAttr>("workspace_per_sample");
  auto launches = source.getAs<ArrayAttr>("launches");
  if (!ptx || !workspace || !launches)
    return emitError("expects ptx, workspace_per_sample and launches");
  size_t tensors = module->getAttrOfType<ArrayAttr>("quantc.inputs").size() +
                   module->getAttrOfType<ArrayAttr>("quantc.outputs").size();
  if (tensors > kDeviceTensors)
    return module.emitError("expects at most ")
           << kDeviceTensors
           << " inputs and outputs of code for a GPU, but got " << tensors;
  code.ptx = ptx.str();
  code.workspaceBytes = llvm::alignTo(workspace.getInt(), kDeviceAlignment);
  auto chip = parseChip(getTarget(module).getChip(),
                        [&] { return module.emitError(); });
  if (failed(chip) || failed(readVersion()) || failed(readConstants()))
    return failure();
  code.chip = *chip;
  for (auto launch : launches.getAsRange<DictionaryAttr>())
    if (failed(readLaunch(launch)))
      return failure();
  return std::move(code);
}

} // namespace

FailureOr<DeviceCode> quantc::readDeviceCode(ModuleOp module) {
  return Reader(module).read();
}

DictionaryAttr quantc::makeDeviceCodeAttr(
    MLIRContext *context, StringRef ptx, uint64_t workspacePerSample,
    ArrayRef<ElementsAttr> constants, ArrayRef<DeviceCode::Launch> launches) {
  Builder builder(context);
  auto integer = [&](uint64_t value) {
    return builder.getI64IntegerAttr(static_cast<int64_t>(value));
  };
  auto makeArgument = [&](const DeviceCode::Argument &argument) -> Attribute {
    const auto &[pointer, map] = argument;
    SmallVector<int64_t> fields = {static_cast<int64_t>(pointer.space),
                                   pointer.index,
                                   static_cast<int64_t>(pointer.offset)};
    if (map)
      llvm::append_range(fields, fieldsOf(*map));
    return builder.getDenseI64ArrayAttr(fields);
  };
  auto makeLaunch = [&](const DeviceCode::Launch &launch) -> Attribute {
    auto grid = builder.getDenseI64ArrayAttr(
        {static_cast<int64_t>(launch.itemsPerSample),
         static_cast<int64_t>(launch.itemsPerBlock), launch.gridY,
         launch.gridZ});
    auto arguments = llvm::map_to_vector(launch.arguments, makeArgument);
    SmallVector<NamedAttribute> fields = {
        builder.getNamedAttr("kernel", builder.getStringAttr(launch.kernel)),
        builder.getNamedAttr("grid", grid),
        builder.getNamedAttr("threads", integer(launch.threads)),
        builder.getNamedAttr("shared_bytes", integer(launch.sharedBytes)),
        builder.getNamedAttr("arguments", builder.getArrayAttr(arguments))};
    if (launch.residentBlocks > 0)
      fields.push_back(builder.getNamedAttr("resident_blocks",
                                            integer(launch.residentBlocks)));
    return builder.getDictionaryAttr(fields);
  };
  SmallVector<Attribute> entries(constants.begin(), constants.end());
  auto launchAttrs = llvm::map_to_vector(launches, makeLaunch);
  return builder.getDictionaryAttr(
      {builder.getNamedAttr("ptx", builder.getStringAttr(ptx)),
       builder.getNamedAttr("workspace_per_sample",
                            integer(workspacePerSample)),
       builder.getNamedAttr("constants", builder.getArrayAttr(entries)),
       builder.getNamedAttr("launches", builder.getArrayAttr(launchAttrs))});
}
