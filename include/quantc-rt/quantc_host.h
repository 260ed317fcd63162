/*===- quantc_host.h - Loads and runs the binaries that quantc writes -----===*
 *
 * Part of the quantc project, under the Apache License v2.0 with LLVM
 * Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * libquantc_host: what most programs need around quantc_rt.h, which stays the
 * whole interface of a compiled network. It opens shared libraries and owns the
 * memory of runs. A program that links NAME.o and calls NAME_model.run itself
 * does without.
 *
 * Functions that can fail write a sentence to `error`, an array of error_bytes
 * (cut off where it is too short; null and 0 where nobody reads it).
 *
 *===----------------------------------------------------------------------===*/
#ifndef QUANTC_HOST_H
#define QUANTC_HOST_H

#include "quantc-rt/quantc_rt.h"

/* Set where libquantc_host itself is built. */
#ifndef QUANTC_HOST_API
#define QUANTC_HOST_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* A shared library that quantc wrote. */
typedef struct quantc_library quantc_library;

/* Loads the library at `path`. Null where it is none, or has another version of
 * the interface. */
QUANTC_HOST_API quantc_library *
quantc_library_load(const char *path, char *error, size_t error_bytes);

/* The model inside; it lives as long as the library is loaded. */
QUANTC_HOST_API const quantc_model *
quantc_library_model(const quantc_library *library);

/* Unloads the library, after all sessions of its model are gone. */
QUANTC_HOST_API void quantc_library_unload(quantc_library *library);

/* A model with the memory to run it. One run at a time; several threads take a
 * session each. */
typedef struct quantc_session quantc_session;

/* Prepares a model, loaded or linked in, for running. Null on failure. */
QUANTC_HOST_API quantc_session *quantc_session_create(const quantc_model *model,
                                                      char *error,
                                                      size_t error_bytes);

/* Runs `args`: batch, inputs and outputs, and callbacks where they are wanted.
 * The version, the workspace and report_error need not be set. */
QUANTC_HOST_API quantc_status quantc_session_run(quantc_session *session,
                                                 const quantc_run_args *args,
                                                 char *error,
                                                 size_t error_bytes);

QUANTC_HOST_API void quantc_session_destroy(quantc_session *session);

/* Threads for runs. Threads without work spin for 50 microseconds, as the next
 * loop of a network mostly comes sooner, then sleep. */
typedef struct quantc_pool quantc_pool;

/* A pool of 1 to 1024 threads, the one that calls `run` counted. Null on
 * failure. */
QUANTC_HOST_API quantc_pool *quantc_pool_create(int32_t threads, char *error,
                                                size_t error_bytes);

/* The `parallel_for` of a run whose `parallel_context` is the pool. Runs may
 * share a pool: a loop that begins while another runs is run by its caller
 * alone. */
QUANTC_HOST_API void quantc_pool_parallel_for(void *pool, quantc_body body,
                                              void *body_context,
                                              int64_t count);

/* Ends the threads, after all runs that use them. */
QUANTC_HOST_API void quantc_pool_destroy(quantc_pool *pool);

#ifdef __cplusplus
}
#endif

#endif /* QUANTC_HOST_H */
