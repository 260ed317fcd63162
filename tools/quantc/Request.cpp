//===- Request.cpp - What is asked for, and of which model --------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Request.h"

#include "Calibration.h"

#include "quantc/Codegen/Common/Passes.h"
#include "quantc/Record/Ranges.h"
#include "quantc/Target/DeviceCode.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/Support/FileSystem.h"

using namespace mlir;
using namespace quantc;

bool Request::isQuantizing() const {
  bool isForCalibration = options.isObserved && stage <= Stage::Observed &&
                          options.calibration.empty();
  return !options.isFloat && !isForCalibration;
}

bool Request::needsRecord() const {
  return isQuantizing() && stage <= Stage::Observed &&
         last >= Stage::Calibrated;
}

InFlightDiagnostic Request::fail() const {
  return emitDriverError(module->getContext());
}

/// Of a network until it is observed. One without any needs no data.
static bool hasInputs(ModuleOp module) {
  return llvm::any_of(module.getOps<func::FuncOp>(), [](func::FuncOp function) {
    return function.getNumArguments() > 0;
  });
}

/// What does not fit together, or to the stage that the model is at.
LogicalResult Request::verifyOptions() const {
  if (options.isFloat && options.isObserved)
    return fail() << "expected one of --float and --observe";
  if (options.isProfiled && options.isObserved)
    return fail() << "expected one of --profile and --observe";
  if (options.isProfiled && options.strategy == "naive")
    return fail() << "--profile says what tiles cost, but --strategy=naive "
                     "makes none";
  if (options.isProfiled && targets.size() > 1)
    return fail() << "--profile is for one target, but --target names "
                  << targets.size();
  if (options.isProfiled && (stage >= Stage::Loops || last < Stage::Loops))
    return fail() << "--profile changes what becomes of stage int8, but the "
                     "model goes from stage "
                  << stringifyStage(stage) << " to " << stringifyStage(last);
  if (options.isFloat && !options.calibration.empty() && !options.pruning)
    return fail() << "--calibrate quantizes, which --float excludes";
  if (options.isFloat && stage > Stage::Float)
    return fail() << "--float requires a model at stage float, but it is at "
                  << stringifyStage(stage);
  if (options.isObserved && stage > Stage::Quantized)
    return fail()
           << "--observe requires a model that is not lowered yet, but it "
              "is at stage "
           << stringifyStage(stage);
  if (options.isFloat && last > Stage::Float && last < Stage::Int8)
    return fail() << "--float goes from stage float to int8, without "
                  << stringifyStage(last);
  if (kind == OutputKind::MLIR && !isQuantizing() && last > Stage::Observed &&
      last < Stage::Int8)
    return fail() << "--observe without --calibrate goes from stage observed "
                     "to int8, without "
                  << stringifyStage(last);
  if (last < stage)
    return fail() << "the model is at stage " << stringifyStage(stage)
                  << " already, after " << stringifyStage(last);
  if (kind == OutputKind::MLIR && !options.report.empty())
    return fail() << "--report tells of a binary, but IR is written";
  if (kind == OutputKind::ONNX && !options.report.empty())
    return fail() << "--report tells of a binary, but a model is written";
  if (kind == OutputKind::ONNX && options.isObserved)
    return fail() << "--observe compiles a library, but a model is written";
  if (!options.evaluation.empty() && kind != OutputKind::Shared)
    return fail() << "--evaluate needs a shared library, but "
                  << (options.lastStage ? "--stop-after writes IR"
                                        : "another kind of file is written");
  if (stage >= Stage::Loops &&
      (options.target != "native" || !options.strategy.empty()))
    return fail() << "--target and --strategy have no effect on a model at "
                     "stage "
                  << stringifyStage(stage);
  if (!options.encode.empty() && (stage >= Stage::Loops || last < Stage::Loops))
    return fail() << "--encode codes the constants at stage loops, but the "
                     "model goes from stage "
                  << stringifyStage(stage) << " to " << stringifyStage(last);
  if (output == "-" &&
      (kind == OutputKind::Shared || kind == OutputKind::Object))
    return fail() << "a binary with its header needs a file: -o FILE";
  // IR may be taken on in its place.
  if (kind != OutputKind::MLIR &&
      llvm::sys::fs::equivalent(options.model, output))
    return fail() << "the output would replace the model: choose another by -o";
  if (kind == OutputKind::MLIR && last >= Stage::Loops && targets.size() > 1)
    return fail() << "IR at stage " << stringifyStage(last)
                  << " is for one target, but --target names "
                  << targets.size();
  if (options.evaluation.empty() && !options.labels.empty())
    return fail() << "--labels needs --evaluate";
  if (!options.evaluation.empty() && options.target != "native")
    return fail() << "--evaluate runs the library here, so it requires "
                     "--target=native";
  if (needsRecord() && options.calibration.empty() && hasInputs(module))
    return fail() << "quantization needs to see typical inputs: give some by "
                     "--calibrate DATA.npz, or compile without quantization "
                     "by --float";
  record::Error rangeError;
  if (!record::parseRangeMethod(options.ranges, rangeError))
    return fail() << rangeError.text;
  if (!needsRecord() && !options.calibration.empty() && !options.pruning)
    return fail() << "--calibrate has no effect on a model at stage "
                  << stringifyStage(stage) << " that stops after "
                  << stringifyStage(last);
  return success();
}

/// What code for a CPU or a GPU cannot have.
LogicalResult Request::verifyTarget() const {
  bool isDeviceCode = kind == OutputKind::PTX || kind == OutputKind::Cubin;
  bool isForDevice = stage < Stage::Loops ? llvm::any_of(targets, isGPUTarget)
                                          : isDeviceModule(module);
  if (isDeviceCode && targets.size() > 1)
    return fail() << "PTX and cubins are for one target, but --target names "
                  << targets.size();
  if (isDeviceCode && !isForDevice)
    return fail() << "PTX and cubins are for GPUs: name one by "
                     "--target=nvidia-sm_NN";
  if (!isForDevice)
    return success();
  if (!options.strategy.empty())
    return fail() << "--strategy is for CPUs, but --target names a GPU";
  if (options.isProfiled)
    return fail() << "--profile is for CPUs, but --target names a GPU";
  if (!options.encode.empty() && options.encode != "none" &&
      llvm::all_of(targets, isGPUTarget))
    return fail() << "--encode is for CPUs, but --target names a GPU: its "
                     "constants are held as they are";
  if (options.isObserved)
    return fail() << "--observe is for CPUs, but --target names a GPU: no "
                     "kernel can call the host";
  return success();
}

/// What the removal of channels needs.
LogicalResult Request::verifyPruning() const {
  if (!options.pruning)
    return success();
  StringRef option = options.pruning->option();
  if (stage != Stage::Float)
    return fail() << option << " requires a model at stage float, but it is at "
                  << stringifyStage(stage);
  bool isRecord = llvm::any_of(options.calibration, [](const auto &source) {
    return findSamples(source).empty();
  });
  if (isRecord || options.calibration.empty())
    return fail() << option
                  << " needs typical inputs, and no record, which is "
                     "of the network as it was: give some by --calibrate "
                     "DATA.npz";
  return success();
}

/// What compression needs beside a quantization.
LogicalResult Request::verifyCompression() const {
  if (!options.compression)
    return success();
  llvm::StringRef option = options.compression->option;
  if (!needsRecord())
    return fail() << option
                  << " changes what becomes of stage calibrated, but the model "
                     "goes from stage "
                  << stringifyStage(stage) << " to " << stringifyStage(last)
                  << (isQuantizing() ? "" : " without quantization");
  if (options.isPairSafe)
    return fail() << "--pair-safe rounds weights by itself, which " << option
                  << " excludes";
  if (findSamples(options.calibration).empty())
    return fail() << option
                  << " needs typical inputs, not only a record of them: give "
                     "some by --calibrate DATA.npz";
  return success();
}

LogicalResult Request::verify() const {
  return success(succeeded(verifyTarget()) && succeeded(verifyOptions()) &&
                 succeeded(verifyPruning()) && succeeded(verifyCompression()));
}
