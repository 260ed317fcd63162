//===- SampleRunner.cpp - Networks run sample by sample -------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SampleRunner.h"

#include "quantc/Runtime/Host/DataSet.h"

using namespace quantc;

static size_t bytesOf(const quantc_tensor_info &tensor) {
  size_t bytes = host::sizeOf(tensor.type);
  for (int32_t index = 0; index < tensor.rank; ++index)
    if (tensor.dims[index] != QUANTC_DIM_BATCH)
      bytes *= tensor.dims[index];
  return bytes;
}

std::unique_ptr<SampleRunner> SampleRunner::load(const std::string &path,
                                                 std::string &error) {
  std::unique_ptr<SampleRunner> runner(new SampleRunner);
  runner->library = host::Library::load(path, error);
  if (!runner->library)
    return nullptr;
  int64_t batch = runner->getModel().fixed_batch;
  if (batch != QUANTC_DIM_BATCH && batch != 1) {
    error = "expected a network whose batch is free or 1, but it is " +
            std::to_string(batch);
    return nullptr;
  }
  runner->session = host::Session::create(runner->getModel(), error);
  return runner->session ? std::move(runner) : nullptr;
}

size_t SampleRunner::inputBytes(size_t index) const {
  return bytesOf(getModel().inputs[index]);
}

size_t SampleRunner::outputBytes(size_t index) const {
  return bytesOf(getModel().outputs[index]);
}

static void forward(void *context, int32_t id, const void *values, int64_t) {
  (*static_cast<const SampleRunner::Observe *>(context))(
      id, static_cast<const float *>(values));
}

bool SampleRunner::run(const std::vector<const void *> &inputs,
                       const std::vector<void *> &outputs,
                       const Observe &observe, std::string &error) {
  quantc_run_args args = {};
  args.batch = 1;
  args.inputs = inputs.data();
  args.outputs = outputs.data();
  if (observe) {
    args.observe = forward;
    args.observe_context = const_cast<Observe *>(&observe);
  }
  return session->run(args, error) == QUANTC_OK;
}
