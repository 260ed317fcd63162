/* Part of the quantc project, under the Apache License v2.0 with LLVM
 * Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * Reads images of 8x8 pixels, numbers from 0 to 16, and says which digits they
 * are. The network is linked in. */
#include "digits.h"

#include <stdio.h>
#include <stdlib.h>

enum { kPixels = 8 * 8, kClasses = 10 };

static int readImage(float *image) {
  for (int i = 0; i < kPixels; ++i)
    if (scanf("%f", &image[i]) != 1)
      return 0;
  return 1;
}

static int largest(const float *scores) {
  int best = 0;
  for (int i = 1; i < kClasses; ++i)
    if (scores[i] > scores[best])
      best = i;
  return best;
}

static int fail(quantc_status status) {
  fprintf(stderr, "classify: %s\n", quantc_status_text(status));
  return 1;
}

int main(void) {
  float image[kPixels], scores[kClasses];
  const void *inputs[] = {image};
  void *outputs[] = {scores};

  quantc_prepare_args prepare = {0};
  prepare.abi_version = QUANTC_ABI_VERSION;
  quantc_status status = digits_model.prepare(NULL, &prepare);
  if (status != QUANTC_OK)
    return fail(status);
  quantc_run_args args = {0};
  args.abi_version = QUANTC_ABI_VERSION;
  args.batch = 1;
  args.inputs = inputs;
  args.outputs = outputs;
  args.workspace_bytes = digits_model.workspace_bytes(NULL, args.batch);
  /* aligned_alloc takes multiples of the alignment only. */
  args.workspace_bytes += -args.workspace_bytes % QUANTC_WORKSPACE_ALIGNMENT;
  args.workspace =
      aligned_alloc(QUANTC_WORKSPACE_ALIGNMENT, args.workspace_bytes);
  if (!args.workspace) {
    fprintf(stderr, "classify: out of memory\n");
    return 1;
  }
  while (readImage(image)) {
    status = digits_model.run(NULL, &args);
    if (status != QUANTC_OK)
      return fail(status);
    printf("%d\n", largest(scores));
  }
  free(args.workspace);
  return 0;
}
