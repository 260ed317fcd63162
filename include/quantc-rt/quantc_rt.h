/*===- quantc_rt.h - The C ABI of the binaries that quantc writes ---------===*
 *
 * Part of the quantc project, under the Apache License v2.0 with LLVM
 * Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * Every object that quantc writes defines one symbol, NAME_model, of type
 * quantc_model; in a shared library the symbol quantc_model is another name of
 * it, for loaders that do not know NAME. The struct is constant and immutable:
 * any number of threads may run one model at once, each with a workspace of its
 * own.
 *
 * Needs nothing but <stdint.h> and <stddef.h>. All integers are little endian
 * and have the widths written here on every target. Fields are only ever added
 * at the end of a struct, with a new QUANTC_ABI_VERSION.
 *
 *===----------------------------------------------------------------------===*/
#ifndef QUANTC_RT_H
#define QUANTC_RT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define QUANTC_ABI_VERSION 3u

/* A dimension of this extent is the batch: the number of samples of a run. */
#define QUANTC_DIM_BATCH ((int64_t)-1)

/* Alignment, in bytes, that a workspace needs. */
#define QUANTC_WORKSPACE_ALIGNMENT 64

/* Element types. The numbers are part of the ABI. */
enum { QUANTC_F32 = 1, QUANTC_I8 = 2, QUANTC_U8 = 3, QUANTC_I32 = 4 };
typedef int32_t quantc_element_type;

/* What the functions below return. The numbers are part of the ABI. */
enum {
  QUANTC_OK = 0,
  QUANTC_ERROR_ARGUMENT = 1,  /* a null pointer, a wrong ABI version */
  QUANTC_ERROR_BATCH = 2,     /* batch < 0, or another than the fixed one */
  QUANTC_ERROR_WORKSPACE = 3, /* too small or not aligned */
  QUANTC_ERROR_WEIGHTS = 4,   /* weights missing, of another model, corrupt */
  QUANTC_ERROR_TARGET = 5,    /* this machine cannot run the code inside */
  QUANTC_ERROR_MEMORY = 6,    /* the GPU has too little memory left */
  QUANTC_ERROR_DEVICE = 7     /* the GPU or its driver reports an error */
};
typedef int32_t quantc_status;

/* What a status means; more is in the sentence that `report_error` receives. */
static inline const char *quantc_status_text(quantc_status status) {
  switch (status) {
  case QUANTC_OK:
    return "success";
  case QUANTC_ERROR_ARGUMENT:
    return "an argument is missing, or of another version of the interface";
  case QUANTC_ERROR_BATCH:
    return "the network does not run this batch";
  case QUANTC_ERROR_WORKSPACE:
    return "the workspace is too small or not aligned";
  case QUANTC_ERROR_WEIGHTS:
    return "the weights are missing, corrupt or of another model";
  case QUANTC_ERROR_TARGET:
    return "this machine cannot run the code inside";
  case QUANTC_ERROR_MEMORY:
    return "the GPU has too little memory left";
  case QUANTC_ERROR_DEVICE:
    return "the GPU or its driver reports an error";
  default:
    return "an error that this version of the interface does not know";
  }
}

/* A network input, output or observed tensor, row major and dense.
 *
 * Where dims[0] is the model's fixed_batch (QUANTC_DIM_BATCH included), the
 * tensor has one slice per sample. Any other belongs to a run as a whole; all
 * inputs and outputs are a sample's alone in runs with a batch of 1.
 *
 * real = scales[c] * (stored - zero_points[c]) where c is the index along
 * `axis`, or 0 where scale_count is 1. scale_count is 0 for real (f32) data. */
typedef struct quantc_tensor_info {
  const char *name;
  quantc_element_type type;
  int32_t rank;
  const int64_t *dims; /* `rank` extents; QUANTC_DIM_BATCH = the batch */
  int32_t scale_count;
  int32_t axis; /* of per-axis scales; -1 where scale_count <= 1 */
  const float *scales;
  const int32_t *zero_points;
} quantc_tensor_info;

/* An edge of the network whose values the `observe` callback receives. */
typedef struct quantc_observed_info {
  int32_t id;
  int32_t reserved; /* 0 */
  quantc_tensor_info tensor;
} quantc_observed_info;

/* A layer of a network that was compiled to be timed (quantc --profile). Texts
 * are never null. */
typedef struct quantc_layer_info {
  const char *name;        /* of the node in the model, or its place there */
  const char *kernel;      /* "avx512-vnni tile 14x32", "loops" */
  const char *why_slow;    /* where least_cycles is below half of
                              expected_cycles; else empty */
  int64_t multiply_adds;   /* of a sample, as all that follows */
  int64_t bytes;           /* read and written, weights included */
  int64_t expected_cycles; /* of one core */
  int64_t least_cycles;    /* at the ceilings of the target */
} quantc_layer_info;

/* How constants of a network are held in the file. */
typedef struct quantc_encoding_info {
  const char *name;    /* "plain"; in a section that `prepare` decodes (quantc
                          --encode): "context" and "rans", of 8-bit weights
                          and tables, "words", of biases and multipliers, and
                          "section", what these have in common */
  int64_t plain_bytes; /* of what is held so, as `prepare` decodes it */
  int64_t bytes;       /* in the file */
} quantc_encoding_info;

/* Where a model comes from. Texts are never null; unknown ones are empty. */
typedef struct quantc_provenance {
  const char *version;            /* of quantc */
  const char *contract;           /* name and version of the numerics */
  const char *stage;              /* "float", "observed" or "int8" */
  const char *target;             /* triple, CPU and features; of each of
                                     several targets, the best first */
  const char *strategy;           /* how the inner loops were generated */
  const char *model_sha256;       /* of the model file, hex */
  const char *network_sha256;     /* of the network at stage `float`, hex */
  const char *calibration_sha256; /* of the calibration record, hex */
} quantc_provenance;

/* Part [begin, end) of a loop whose iterations do not depend on each other. */
typedef void (*quantc_body)(void *body_context, int64_t begin, int64_t end);

/* Calls `body` on disjoint parts that cover [0, count), on any threads and in
 * any order, and returns when all are done. Parts may have any size: a network
 * gives the same bytes however a loop is cut. A body calls nothing of the host,
 * throws nothing, and sets and restores the floating-point mode of its thread;
 * it blocks on nothing, so that parts may also run one after the other. Called
 * by the thread that called `run` only, one loop of a run at a time. */
typedef void (*quantc_parallel_for)(void *context, quantc_body body,
                                    void *body_context, int64_t count);

/* Receives `count` elements, of the type that the model's table of observed
 * tensors states for `id`. The data are valid during the call only. */
typedef void (*quantc_observe)(void *context, int32_t id, const void *data,
                               int64_t count);

/* Hears that a layer is done, by its index in the model's table: all that was
 * computed since the call before, or since the run began, is of that layer. One
 * that runs in several parts is done several times. */
typedef void (*quantc_layer_done)(void *context, int32_t layer);

/* Receives a sentence that says what was wrong, before an error is returned. */
typedef void (*quantc_report_error)(void *context, quantc_status status,
                                    const char *message);

/* What `prepare` works on. Everything that a model does not need may be null
 * or 0. */
typedef struct quantc_prepare_args {
  uint32_t abi_version; /* QUANTC_ABI_VERSION of the caller */
  uint32_t reserved;    /* 0 */
  const void *weights;  /* the side file, mapped; null: they are inside */
  uint64_t weights_bytes;
  quantc_report_error report_error; /* null: only the status is returned */
  void *error_context;
} quantc_prepare_args;

/* Where a binary holds code for several targets, or for a GPU, state_bytes is
 * not 0, and a state that `prepare` has filled begins with what it chose. Texts
 * as in the provenance, of the one target. */
typedef struct quantc_choice {
  const char *target;
  const char *strategy;
  const char *reason; /* why none of the targets before it was chosen; else
                         empty. Valid as long as the state */
} quantc_choice;

/* One run. Everything that the callee does not need may be null or 0. */
typedef struct quantc_run_args {
  uint32_t abi_version; /* QUANTC_ABI_VERSION of the caller */
  uint32_t reserved;    /* 0 */
  int64_t batch;        /* number of samples; the fixed one if there is one */
  const void *const *inputs; /* one per input, dense, element-aligned; where a
                                GPU was chosen, in host or device memory */
  void *const *outputs;      /* one per output; must not overlap an input */
  void *workspace; /* QUANTC_WORKSPACE_ALIGNMENT-aligned, contents free */
  uint64_t workspace_bytes;
  quantc_parallel_for parallel_for; /* null: serial */
  void *parallel_context;
  quantc_observe observe; /* null: nothing is reported */
  void *observe_context;
  quantc_report_error report_error; /* null: only the status is returned */
  void *error_context;
  quantc_layer_done layer_done; /* null: nobody takes the time */
  void *layer_context;
  void *stream; /* of the GPU, a CUstream: the run is work in it, and where all
                   inputs and outputs are in the GPU's memory `run` does not
                   wait for its end. Null: `run` returns when all is done */
} quantc_run_args;

typedef struct quantc_model {
  uint32_t abi_version;
  int32_t input_count;
  int32_t output_count;
  int32_t observed_count;
  const char *name;
  const quantc_tensor_info *inputs;
  const quantc_tensor_info *outputs;
  const quantc_observed_info *observed; /* ascending ids */
  const quantc_provenance *provenance;
  int64_t fixed_batch;    /* the only batch it runs, or QUANTC_DIM_BATCH; 1
                             where no leading extent is shared by all inputs
                             and outputs */
  uint64_t weights_bytes; /* constants inside, or in the side file */
  uint64_t state_bytes;   /* what `prepare` fills; 0: pass a null state */

  /* Looks whether this machine can run the code (QUANTC_ERROR_TARGET where it
   * cannot; no other function may be called then) and fills `state` (64-byte
   * aligned, state_bytes; null where that is 0): unpacks or decodes the weights
   * and chooses the code for this machine. The state may be used by any number
   * of threads from then on. Code for a CPU does not write it again; on a GPU
   * the runs of a state are one after the other. */
  quantc_status (*prepare)(void *state, const quantc_prepare_args *args);
  /* Bytes of workspace that a run of `batch` samples needs; 0 for batch 0. */
  uint64_t (*workspace_bytes)(const void *state, int64_t batch);
  /* Runs the network. Leaves the caller's floating-point mode as it was. */
  quantc_status (*run)(const void *state, const quantc_run_args *args);
  /* Gives back what `prepare` acquired beside `state` itself. */
  void (*release)(void *state);

  const quantc_layer_info *layers; /* in the order of the network; null unless
                                      it was compiled to be timed */
  int64_t layer_count;

  uint64_t float_parameter_bytes; /* what the parameters of the model take as
                                     f32; 0: unknown */
  const quantc_encoding_info *encodings; /* of weights_bytes */
  int64_t encoding_count;
} quantc_model;

#ifdef __cplusplus
}
#endif

#endif /* QUANTC_RT_H */
