//===- Pipelines.cpp - The order of passes ------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From each stage to the next, and nowhere else in the project.
//
//===----------------------------------------------------------------------===//

#include "quantc/Pipelines/Pipelines.h"

#include "quantc/Codegen/CPU/Passes.h"
#include "quantc/Codegen/Common/Passes.h"
#include "quantc/Codegen/GPU/Passes.h"
#include "quantc/Conversion/Passes.h"
#include "quantc/Dialect/NN/Transforms/Passes.h"
#include "quantc/Target/DeviceCode.h"
#include "quantc/Target/Target.h"

#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/FuncToLLVM/ConvertFuncToLLVMPass.h"
#include "mlir/Conversion/GPUToNVVM/GPUToNVVMPass.h"
#include "mlir/Conversion/MathToLLVM/MathToLLVM.h"
#include "mlir/Conversion/MemRefToLLVM/MemRefToLLVM.h"
#include "mlir/Conversion/NVVMToLLVM/NVVMToLLVM.h"
#include "mlir/Conversion/Passes.h"
#include "mlir/Conversion/VectorToLLVM/ConvertVectorToLLVMPass.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace quantc;

/// Folds and fuses within stage `float`, or within `qdq` what the quantization
/// leaves; a second run changes nothing.
static void addPreparation(OpPassManager &manager) {
  manager.addPass(createCanonicalizerPass());
  manager.addNestedPass<func::FuncOp>(nn::createSinkTransposes());
  manager.addNestedPass<func::FuncOp>(nn::createFoldScaleShift());
  manager.addPass(createCanonicalizerPass());
  manager.addPass(createCSEPass());
}

static void addConversionToLinalg(OpPassManager &manager) {
  manager.addPass(createConvertNNToLinalg());
  manager.addPass(createCanonicalizerPass());
  manager.addPass(createCSEPass());
}

/// What is better done on tensors, for tiles and kernels alike.
static void addFusion(OpPassManager &manager) {
  manager.addNestedPass<func::FuncOp>(createFoldTransposes());
  manager.addNestedPass<func::FuncOp>(createFuseEpilogues());
  manager.addNestedPass<func::FuncOp>(createPlaceResults());
}

/// Tensors become buffers, those that are returned arguments of the network.
static void addBufferization(OpPassManager &manager) {
  manager.addPass(bufferization::createEmptyTensorEliminationPass());
  manager.addNestedPass<func::FuncOp>(createSeparateResults());

  bufferization::OneShotBufferizePassOptions bufferize;
  bufferize.bufferizeFunctionBoundaries = true;
  bufferize.functionBoundaryTypeConversion =
      bufferization::LayoutMapOption::IdentityLayoutMap;
  manager.addPass(bufferization::createOneShotBufferizePass(bufferize));
  bufferization::BufferResultsToOutParamsPassOptions outParameters;
  outParameters.hoistStaticAllocs = true;
  outParameters.hoistDynamicAllocs = true;
  outParameters.modifyPublicFunctions = true;
  manager.addPass(
      bufferization::createBufferResultsToOutParamsPass(outParameters));
  manager.addPass(createCanonicalizerPass());
  manager.addPass(createCSEPass());
}

/// int8 -> loops on a CPU: tiles for the contractions, unless the strategy is
/// naive, and upstream's loops around scalar ops for the rest.
static void addCodegenCPU(OpPassManager &manager,
                          const PipelineOptions &options) {
  bool isNaive = options.strategy == "naive";
  int64_t shareFrom =
      options.shareFrom.value_or(ParallelizeOptions().shareFrom);
  manager.addPass(createAttachTarget({options.target, /*forSize=*/isNaive}));
  if (!isNaive) {
    manager.addPass(createFormLookups({/*forEpilogues=*/true}));
    addFusion(manager);
    manager.addPass(createFormLookups());
  }
  addBufferization(manager);
  if (!isNaive) {
    manager.addPass(createTileContractions(
        {options.strategy, shareFrom,
         options.packAtLoad || !options.encode.empty()}));
    manager.addPass(createListKernels());
    manager.addPass(createCanonicalizerPass());
    manager.addPass(createSymbolDCEPass()); // weights, now in panels
  }
  manager.addPass(createPlanWorkspace());
  manager.addNestedPass<func::FuncOp>(createFuseMultiplyAdd());
  manager.addNestedPass<func::FuncOp>(createExpandCopies());
  if (!isNaive) {
    manager.addNestedPass<func::FuncOp>(createOrderLoops());
    manager.addNestedPass<func::FuncOp>(createVectorizeReductions({shareFrom}));
  }
  manager.addNestedPass<func::FuncOp>(createParallelize({shareFrom}));
  manager.addNestedPass<func::FuncOp>(createConvertLinalgToLoopsPass());
  if (!isNaive) {
    manager.addNestedPass<func::FuncOp>(createUnrollShortLoops());
    manager.addNestedPass<func::FuncOp>(createSplitShortLoops());
    manager.addPass(createExpandDivisions());
  }
  manager.addPass(createExpandRounding());
  manager.addNestedPass<func::FuncOp>(createExpandTiles());
  manager.addPass(createVectorizeLookups());
  manager.addPass(createExpandLookups());
  manager.addPass(createCanonicalizerPass());
  manager.addPass(createCSEPass());
  if (options.isProfiled)
    manager.addPass(createMarkLayers());
  if (!options.encode.empty())
    manager.addPass(createDeferConstants({options.encode, options.maxLoad}));
}

/// int8 -> loops on a GPU: kernels and their launches.
static void addCodegenGPU(OpPassManager &manager,
                          const PipelineOptions &options) {
  manager.addPass(createAttachTarget({options.target, /*forSize=*/false}));
  manager.addNestedPass<func::FuncOp>(createFuseTransposes());
  manager.addNestedPass<func::FuncOp>(createImplyBorders());
  addFusion(manager);
  addBufferization(manager);
  manager.addPass(createCanonicalizerPass()); // copies to the same place
  manager.addNestedPass<func::FuncOp>(createFuseMultiplyAdd());
  manager.addNestedPass<func::FuncOp>(createExpandCopies());
  OutlineKernelsOptions kernels;
  kernels.tile = options.tile;
  manager.addPass(createOutlineKernels(kernels));
  manager.addPass(createCanonicalizerPass());
  manager.addPass(createCSEPass());
  manager.addPass(createSymbolDCEPass());
  manager.addPass(createPlanWorkspace({/*linear=*/true}));
  manager.addPass(createCanonicalizerPass());
}

/// loops -> binary for a GPU
static void addLoweringToNVVM(OpPassManager &manager) {
  manager.addPass(createListLaunches());
  manager.addPass(createPassPointers());
  OpPassManager &kernels = manager.nest<gpu::GPUModuleOp>();
  kernels.addPass(createSCFToControlFlowPass());
  kernels.addPass(memref::createExpandStridedMetadataPass());
  kernels.addPass(createLowerAffinePass());
  kernels.addPass(createCanonicalizerPass());
  kernels.addPass(createCSEPass());
  kernels.addPass(createExpandMath());
  kernels.addPass(createConvertGpuOpsToNVVMOps());
  kernels.addPass(createPassTensorMaps());
  kernels.addPass(createConvertNVVMToLLVMPass()); // what has no intrinsic
  kernels.addPass(createReconcileUnrealizedCastsPass());
  // The constants.
  manager.addPass(createFinalizeMemRefToLLVMConversionPass());
}

/// loops -> binary for a CPU
static void addLoweringToLLVM(OpPassManager &manager) {
  manager.addPass(createCreateEntry());
  manager.addPass(createShareKernels());
  manager.addPass(createOutlineParallel());
  manager.addPass(createConfigureRegisters());
  manager.addPass(createExpandMultiplyAdd());
  manager.addPass(createSCFToControlFlowPass());
  manager.addPass(memref::createExpandStridedMetadataPass());
  manager.addPass(createLowerAffinePass());
  manager.addPass(createConvertVectorToLLVMPass());
  // Before arith: memref.dim wants to see that its index is a constant.
  manager.addPass(createFinalizeMemRefToLLVMConversionPass());
  manager.addPass(createConvertMathToLLVMPass());
  manager.addPass(createArithToLLVMConversionPass());
  manager.addPass(createConvertFuncToLLVMPass());
  manager.addPass(createConvertControlFlowToLLVMPass());
  manager.addPass(createReconcileUnrealizedCastsPass());
}

/// The stage after `from` on the way.
static Stage nextStage(Stage from, const PipelineOptions &options) {
  Stage lastInFloat = options.isObserved ? Stage::Observed : Stage::Float;
  bool isLastBeforeInt8 = options.way == Way::Float && from == lastInFloat;
  return isLastBeforeInt8 ? Stage::Int8
                          : static_cast<Stage>(static_cast<int>(from) + 1);
}

static void addStep(OpPassManager &manager, Stage next,
                    const PipelineOptions &options) {
  switch (next) {
  case Stage::Float:
    return addPreparation(manager);
  case Stage::Observed:
    return manager.addPass(nn::createInsertObservers());
  case Stage::Calibrated: {
    nn::ApplyCalibrationOptions calibration;
    calibration.recordFile = options.record;
    calibration.ranges = options.ranges;
    return manager.addPass(nn::createApplyCalibration(calibration));
  }
  case Stage::QDQ: {
    if (!options.isAllInt8)
      manager.addNestedPass<func::FuncOp>(createChoosePrecision());
    nn::InsertQDQOptions quantization;
    quantization.pairSafe = options.isPairSafe;
    llvm::append_range(quantization.exclude, options.exclude);
    return manager.addNestedPass<func::FuncOp>(
        nn::createInsertQDQ(quantization));
  }
  case Stage::Quantized:
    if (options.isObserved)
      manager.addNestedPass<func::FuncOp>(nn::createNumberEdges());
    manager.addNestedPass<func::FuncOp>(nn::createMoveQuantization());
    manager.addNestedPass<func::FuncOp>(nn::createFoldScales());
    return manager.addPass(createCanonicalizerPass());
  case Stage::Int8:
    if (options.isObserved && options.way == Way::Quantized)
      manager.addNestedPass<func::FuncOp>(nn::createObserveEdges());
    return addConversionToLinalg(manager);
  case Stage::Loops:
    return isGPUTarget(options.target) ? addCodegenGPU(manager, options)
                                       : addCodegenCPU(manager, options);
  case Stage::Binary:
    return isGPUTarget(options.target) ? addLoweringToNVVM(manager)
                                       : addLoweringToLLVM(manager);
  }
}

void quantc::addPasses(OpPassManager &manager, Stage from, Stage to,
                       const PipelineOptions &options) {
  assert(from <= to && "passes only lead forward");
  auto verify = [&](Stage stage) {
    manager.addPass(createVerifyStage({stringifyStage(stage).str()}));
  };
  // Stages that importers produce.
  if (from == Stage::Float || from == Stage::QDQ)
    addPreparation(manager);
  verify(from);
  while (from < to) {
    from = nextStage(from, options);
    addStep(manager, from, options);
    verify(from);
  }
}

LogicalResult quantc::runPasses(ModuleOp module, Stage from, Stage to,
                                const PipelineOptions &options) {
  PassManager manager(module.getContext());
  manager.enableVerifier(false);
  PipelineOptions forModule = options;
  // From there on the module says what it is for.
  if (from >= Stage::Loops && isDeviceModule(module))
    forModule.target = kGPUPrefix.str();
  addPasses(manager, from, to, forModule);
  return manager.run(module);
}

namespace {

struct CodegenOptions : PassPipelineOptions<CodegenOptions> {
  Option<std::string> target{*this, "target",
                             llvm::cl::desc("LEVEL[+FEATURE]... or native"),
                             llvm::cl::init("native")};
  Option<std::string> strategy{
      *this, "strategy",
      llvm::cl::desc("naive, or a row of the strategy table; empty: the best "
                     "that the target has")};
  Option<int64_t> shareFrom{*this, "share-from",
                            llvm::cl::desc("as -codegen-parallelize takes it"),
                            llvm::cl::init(ParallelizeOptions().shareFrom)};
  Option<bool> packAtLoad{
      *this, "pack-at-load",
      llvm::cl::desc("as -codegen-tile-contractions takes it")};
  Option<std::string> encode{
      *this, "encode",
      llvm::cl::desc("as -codegen-defer-constants takes it; empty: constants "
                     "are not coded")};
  Option<double> maxLoad{*this, "max-load-ms",
                         llvm::cl::desc("as -codegen-defer-constants takes it"),
                         llvm::cl::init(DeferConstantsOptions().maxLoad)};
};

struct GPUCodegenOptions : PassPipelineOptions<GPUCodegenOptions> {
  Option<std::string> target{*this, "target", llvm::cl::desc("nvidia-sm_NN"),
                             llvm::cl::init("nvidia-sm_80")};
  Option<std::string> tile{
      *this, "tile", llvm::cl::desc("as -codegen-outline-kernels takes it")};
};

} // namespace

void quantc::registerPasses() {
  nn::registerNNTransformsPasses();
  registerConversionPasses();
  registerCodegenCommonPasses();
  registerCodegenCPUPasses();
  registerCodegenGPUPasses();
  registerPipelinesPasses();
  PassPipelineRegistration<>(
      "nn-prepare", "Fold and fuse a network at stage float", addPreparation);
  PassPipelineRegistration<CodegenOptions>(
      "codegen-cpu", "From stage int8 to stage loops",
      [](OpPassManager &manager, const CodegenOptions &options) {
        PipelineOptions pipeline;
        pipeline.target = options.target;
        pipeline.strategy = options.strategy;
        pipeline.shareFrom = options.shareFrom;
        pipeline.packAtLoad = options.packAtLoad;
        pipeline.encode = options.encode;
        pipeline.maxLoad = options.maxLoad;
        addPasses(manager, Stage::Int8, Stage::Loops, pipeline);
      });
  PassPipelineRegistration<>(
      "lower-to-llvm-cpu", "From stage loops to stage binary",
      [](OpPassManager &manager) {
        addPasses(manager, Stage::Loops, Stage::Binary, {});
      });
  PassPipelineRegistration<GPUCodegenOptions>(
      "codegen-gpu", "From stage int8 to stage loops, for a GPU",
      [](OpPassManager &manager, const GPUCodegenOptions &options) {
        PipelineOptions pipeline;
        pipeline.target = options.target;
        pipeline.tile = options.tile;
        addPasses(manager, Stage::Int8, Stage::Loops, pipeline);
      });
  PassPipelineRegistration<>(
      "lower-to-nvvm", "From stage loops to stage binary, for a GPU",
      [](OpPassManager &manager) {
        PipelineOptions pipeline;
        pipeline.target = kGPUPrefix.str();
        addPasses(manager, Stage::Loops, Stage::Binary, pipeline);
      });
}
