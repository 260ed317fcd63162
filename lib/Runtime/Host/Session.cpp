//===- Session.cpp - A model with the memory to run it ------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Runtime/Host/Session.h"

#include <map>
#include <mutex>

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

std::shared_ptr<State> State::of(const quantc_model &model,
                                 std::string &error) {
  static std::mutex mutex;
  static std::map<const quantc_model *, std::weak_ptr<State>> states;
  std::lock_guard<std::mutex> lock(mutex);
  // Models may have been unloaded since.
  for (auto it = states.begin(); it != states.end();)
    it = it->second.expired() ? states.erase(it) : std::next(it);
  if (auto found = states.find(&model); found != states.end())
    if (std::shared_ptr<State> state = found->second.lock())
      return state;
  std::shared_ptr<State> state(new State(model));
  state->buffer.reserve(model.state_bytes);
  std::string message;
  quantc_prepare_args args = {};
  args.abi_version = QUANTC_ABI_VERSION;
  args.report_error = keepMessage;
  args.error_context = &message;
  quantc_status status = model.prepare(state->buffer.data(), &args);
  if (status != QUANTC_OK) {
    error = describe(model, status, message);
    return nullptr;
  }
  state->isPrepared = true;
  states[&model] = state;
  return state;
}

State::~State() {
  if (isPrepared)
    model.release(buffer.data());
}

std::unique_ptr<Session> Session::create(const quantc_model &model,
                                         std::string &error) {
  std::shared_ptr<State> state = State::of(model, error);
  if (!state)
    return nullptr;
  return std::unique_ptr<Session>(new Session(model, std::move(state)));
}

const quantc_choice *Session::choice() {
  return static_cast<const quantc_choice *>(state->data());
}

uint64_t Session::workspaceBytes(int64_t batch) {
  return model.workspace_bytes(state->data(), batch);
}

quantc_status Session::run(quantc_run_args args, std::string &error) {
  std::string message;
  workspace.reserve(workspaceBytes(args.batch));
  args.abi_version = QUANTC_ABI_VERSION;
  args.workspace = workspace.data();
  args.workspace_bytes = workspace.size();
  args.report_error = keepMessage;
  args.error_context = &message;
  quantc_status status = model.run(state->data(), &args);
  if (status != QUANTC_OK)
    error = describe(model, status, message);
  return status;
}
