//===- Session.h - A model with the memory to run it --------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_RUNTIME_HOST_SESSION_H
#define QUANTC_RUNTIME_HOST_SESSION_H

#include "quantc-rt/quantc_rt.h"

#include <memory>
#include <string>
#include <vector>

namespace quantc::host {

/// Memory that begins at a multiple of QUANTC_WORKSPACE_ALIGNMENT.
class AlignedBuffer {
public:
  /// At least `size` bytes; what was in it is lost where it has to grow.
  void reserve(uint64_t size);
  uint8_t *data();
  uint64_t size() const;

private:
  std::vector<uint8_t> storage;
};

/// What `prepare` made of a model. All sessions that run it share one, as it
/// may hold the weights.
class State {
public:
  /// That of `model`, prepared unless a session has it. Null, and why in
  /// `error`, where the model cannot be prepared.
  static std::shared_ptr<State> of(const quantc_model &model,
                                   std::string &error);
  ~State();
  State(const State &) = delete;
  State &operator=(const State &) = delete;

  const void *data() { return buffer.data(); }

private:
  explicit State(const quantc_model &model) : model(model) {}

  const quantc_model &model;
  AlignedBuffer buffer;
  bool isPrepared = false;
};

/// A model's prepared state and a workspace. One run at a time; any number of
/// sessions may run one model at once. The model has to outlive it.
class Session {
public:
  /// Null, and why in `error`, where the model cannot be prepared.
  static std::unique_ptr<Session> create(const quantc_model &model,
                                         std::string &error);
  Session(const Session &) = delete;
  Session &operator=(const Session &) = delete;

  /// Runs `args`, whose version and workspace need not be set. On failure
  /// `error` says what the model reports.
  quantc_status run(quantc_run_args args, std::string &error);

  /// Which of several targets was chosen; null where there is one only.
  const quantc_choice *choice();

  /// What a run of `batch` samples needs.
  uint64_t workspaceBytes(int64_t batch);

private:
  Session(const quantc_model &model, std::shared_ptr<State> state)
      : model(model), state(std::move(state)) {}

  const quantc_model &model;
  std::shared_ptr<State> state;
  AlignedBuffer workspace;
};

} // namespace quantc::host

#endif // QUANTC_RUNTIME_HOST_SESSION_H
