//===- ApplyCalibration.cpp - Ranges from a calibration record ----------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ActivationStorage.h"

#include "quantc/Dialect/NN/Transforms/Passes.h"
#include "quantc/Record/Ranges.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SHA256.h"

namespace quantc::nn {
#define GEN_PASS_DEF_APPLYCALIBRATION
#include "quantc/Dialect/NN/Transforms/Passes.h.inc"
} // namespace quantc::nn

using namespace mlir;
using namespace quantc;
using namespace quantc::nn;

namespace {

struct ApplyCalibration
    : quantc::nn::impl::ApplyCalibrationBase<ApplyCalibration> {
  using Base::Base;

  void runOnOperation() override {
    if (failed(apply()))
      signalPassFailure();
  }

private:
  LogicalResult apply() {
    ModuleOp module = getOperation();
    record::Error error;
    std::optional<record::RangeMethod> method =
        record::parseRangeMethod(ranges, error);
    if (!method)
      return module.emitError() << error.text;
    auto buffer = llvm::MemoryBuffer::getFile(recordFile, /*IsText=*/false);
    if (!buffer)
      return module.emitError("cannot read the calibration record '")
             << recordFile << "': " << buffer.getError().message();
    StringRef text = (*buffer)->getBuffer();
    std::optional<record::Record> record = record::parse(text, error);
    if (!record)
      return module.emitError()
             << recordFile << ":" << error.line << ": " << error.text;
    if (failed(verifyNetwork(*record)) || failed(setRanges(*record, *method)))
      return failure();

    Builder builder(&getContext());
    auto digest = llvm::SHA256::hash(llvm::arrayRefFromStringRef(text));
    module->setAttr(
        NNDialect::getCalibrationHashAttrName(),
        builder.getStringAttr(llvm::toHex(digest, /*LowerCase=*/true)));
    module->setAttr(
        NNDialect::getQuantizationAttrName(),
        builder.getDictionaryAttr(
            {builder.getNamedAttr(
                 kActivationsKey,
                 builder.getStringAttr(describeActivations(symmetric))),
             builder.getNamedAttr("ranges",
                                  builder.getStringAttr(print(*method)))}));
    return success();
  }

  LogicalResult verifyNetwork(const record::Record &record) {
    ModuleOp module = getOperation();
    auto hash =
        module->getAttrOfType<StringAttr>(NNDialect::getNetworkHashAttrName());
    if (!hash)
      return module.emitError("requires an observed network: run "
                              "-nn-insert-observers first");
    if (hash.getValue() != record.network)
      return module.emitError("the calibration record '")
             << recordFile << "' is of another network (its network is "
             << StringRef(record.network).take_front(12) << ", this one is "
             << hash.getValue().take_front(12)
             << "): calibrate this network anew";
    return success();
  }

  LogicalResult setRanges(const record::Record &record,
                          const record::RangeMethod &method) {
    bool isComplete = true;
    getOperation().walk([&](ObserveOp op) {
      isComplete &= succeeded(setRange(op, record, method));
    });
    return success(isComplete);
  }

  LogicalResult setRange(ObserveOp op, const record::Record &record,
                         const record::RangeMethod &method) {
    auto tensor =
        llvm::find_if(record.tensors, [&](const record::TensorRecord &tensor) {
          return tensor.id == static_cast<int32_t>(op.getId());
        });
    if (tensor == record.tensors.end())
      return op.emitError("the calibration record has no tensor ")
             << op.getId() << ", '" << op.getName() << "'";
    record::Error error;
    std::optional<record::Range> range = record::chooseRange(
        *tensor, method, {kActivationBounds, symmetric}, error);
    if (!range)
      return op.emitError() << error.text;
    if (record::isTooNarrow(*range)) {
      op.emitRemark("'") << op.getName()
                         << "' is as good as 0 in the calibration data; its "
                            "range becomes "
                         << (symmetric ? "-1" : "0") << " to 1";
      range = {symmetric ? -1.0f : 0.0f, 1.0f};
    }
    op.setRangeAttr(TypeAttr::get(quant::CalibratedQuantizedType::get(
        Float32Type::get(&getContext()), range->min, range->max)));
    return success();
  }
};

} // namespace
