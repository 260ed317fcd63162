/* Part of the quantc project, under the Apache License v2.0 with LLVM
 * Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * run-library MODEL.so: feeds numbers from standard input to a network with one
 * float input and prints its output, one line per sample. The network is loaded
 * by libquantc_host, which also owns the memory. */
#include "quantc-rt/quantc_host.h"

#include <stdio.h>
#include <stdlib.h>

/* Elements of one sample. */
static size_t countElements(const quantc_tensor_info *tensor) {
  size_t count = 1;
  for (int32_t axis = 0; axis < tensor->rank; ++axis)
    if (tensor->dims[axis] != QUANTC_DIM_BATCH)
      count *= (size_t)tensor->dims[axis];
  return count;
}

static int readSample(float *values, size_t count) {
  for (size_t i = 0; i < count; ++i)
    if (scanf("%f", &values[i]) != 1)
      return 0;
  return 1;
}

static int fail(const char *text) {
  fprintf(stderr, "run-library: %s\n", text);
  return 1;
}

static int runSamples(const quantc_model *model, quantc_session *session) {
  char error[256];
  size_t inputSize = countElements(&model->inputs[0]);
  size_t outputSize = countElements(&model->outputs[0]);
  float *input = malloc(inputSize * sizeof(float));
  float *output = malloc(outputSize * sizeof(float));
  const void *inputs[] = {input};
  void *outputs[] = {output};
  quantc_run_args args = {0};
  args.batch = 1;
  args.inputs = inputs;
  args.outputs = outputs;
  int result = input && output ? 0 : fail("out of memory");
  while (result == 0 && readSample(input, inputSize)) {
    if (quantc_session_run(session, &args, error, sizeof(error)) != QUANTC_OK)
      result = fail(error);
    for (size_t i = 0; result == 0 && i < outputSize; ++i)
      printf(i + 1 < outputSize ? "%g " : "%g\n", output[i]);
  }
  free(input);
  free(output);
  return result;
}

int main(int argc, char **argv) {
  char error[256];
  if (argc != 2)
    return fail("expected one argument, the library");
  quantc_library *library = quantc_library_load(argv[1], error, sizeof(error));
  if (!library)
    return fail(error);
  const quantc_model *model = quantc_library_model(library);
  if (model->input_count != 1 || model->output_count != 1 ||
      model->inputs[0].type != QUANTC_F32 ||
      model->outputs[0].type != QUANTC_F32)
    return fail("expected a network with one float input and output");
  quantc_session *session = quantc_session_create(model, error, sizeof(error));
  if (!session)
    return fail(error);
  int result = runSamples(model, session);
  quantc_session_destroy(session);
  quantc_library_unload(library);
  return result;
}
