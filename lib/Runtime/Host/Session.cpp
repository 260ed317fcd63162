//===- Session.cpp - A model with the memory to run it ------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Runtime/Host/Session.h"

using namespace quantc::host;

void AlignedBuffer::reserve(uint64_t bytes) {
  if (bytes <= size())
    return;
  // First the old memory goes: a workspace may be large.
  storage = {};
  storage.resize(bytes + QUANTC_WORKSPACE_ALIGNMENT);
}

uint8_t *AlignedBuffer::data() {
  if (storage.empty())
    return nullptr;
  auto address = reinterpret_cast<uintptr_t>(storage.data());
  return storage.data() + -address % QUANTC_WORKSPACE_ALIGNMENT;
}

uint64_t AlignedBuffer::size() const {
  return storage.empty() ? 0 : storage.size() - QUANTC_WORKSPACE_ALIGNMENT;
}

/// As quantc_report_error; `context` is a std::string.
static void keepMessage(void *context, quantc_status, const char *message) {
  *static_cast<std::string *>(context) = message;
}

static std::string describe(const quantc_model &model, quantc_status status,
                            const std::string &message) {
  return "network '" + std::string(model.name) + "' reports error " +
         std::to_string(status) + ": " +
         (message.empty() ? quantc_status_text(status) : message);
}

std::unique_ptr<Session> Session::create(const quantc_model &model,
                                         std::string &error) {
  std::unique_ptr<Session> session(new Session(model));
  session->state.reserve(model.state_bytes);
  std::string message;
  quantc_prepare_args args = {};
  args.abi_version = QUANTC_ABI_VERSION;
  args.report_error = keepMessage;
  args.error_context = &message;
  quantc_status status = model.prepare(session->state.data(), &args);
  if (status != QUANTC_OK) {
    error = describe(model, status, message);
    return nullptr;
  }
  session->isPrepared = true;
  return session;
}

Session::~Session() {
  if (isPrepared)
    model.release(state.data());
}

const quantc_choice *Session::choice() {
  return reinterpret_cast<const quantc_choice *>(state.data());
}

uint64_t Session::workspaceBytes(int64_t batch) {
  return model.workspace_bytes(state.data(), batch);
}

quantc_status Session::run(quantc_run_args args, std::string &error) {
  std::string message;
  workspace.reserve(workspaceBytes(args.batch));
  args.abi_version = QUANTC_ABI_VERSION;
  args.workspace = workspace.data();
  args.workspace_bytes = workspace.size();
  args.report_error = keepMessage;
  args.error_context = &message;
  quantc_status status = model.run(state.data(), &args);
  if (status != QUANTC_OK)
    error = describe(model, status, message);
  return status;
}
