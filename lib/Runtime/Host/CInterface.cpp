//===- CInterface.cpp - The functions of quantc_host.h ------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc-rt/quantc_host.h"

#include "quantc/Runtime/Host/Library.h"
#include "quantc/Runtime/Host/Pool.h"
#include "quantc/Runtime/Host/Session.h"

#include <cstdio>

using namespace quantc::host;

struct quantc_library {
  std::unique_ptr<Library> library;
};

struct quantc_session {
  std::unique_ptr<Session> session;
};

struct quantc_pool {
  std::unique_ptr<Pool> pool;
};

static void copyError(const std::string &text, char *error, size_t bytes) {
  if (bytes > 0)
    std::snprintf(error, bytes, "%s", text.c_str());
}

quantc_library *quantc_library_load(const char *path, char *error,
                                    size_t error_bytes) {
  std::string text;
  auto library = Library::load(path, text);
  if (library)
    return new quantc_library{std::move(library)};
  copyError(text, error, error_bytes);
  return nullptr;
}

const quantc_model *quantc_library_model(const quantc_library *library) {
  return &library->library->getModel();
}

void quantc_library_unload(quantc_library *library) { delete library; }

quantc_session *quantc_session_create(const quantc_model *model, char *error,
                                      size_t error_bytes) {
  std::string text;
  auto session = Session::create(*model, text);
  if (session)
    return new quantc_session{std::move(session)};
  copyError(text, error, error_bytes);
  return nullptr;
}

quantc_status quantc_session_run(quantc_session *session,
                                 const quantc_run_args *args, char *error,
                                 size_t error_bytes) {
  std::string text;
  quantc_status status = session->session->run(*args, text);
  if (status != QUANTC_OK)
    copyError(text, error, error_bytes);
  return status;
}

void quantc_session_destroy(quantc_session *session) { delete session; }

quantc_pool *quantc_pool_create(int32_t threads, char *error,
                                size_t error_bytes) {
  std::string text;
  auto pool = Pool::create(threads, text);
  if (pool)
    return new quantc_pool{std::move(pool)};
  copyError(text, error, error_bytes);
  return nullptr;
}

void quantc_pool_parallel_for(void *pool, quantc_body body, void *body_context,
                              int64_t count) {
  static_cast<quantc_pool *>(pool)->pool->run(body, body_context, count);
}

void quantc_pool_destroy(quantc_pool *pool) { delete pool; }
