//===- SampleRunner.h - Networks run sample by sample ---------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_TOOLS_QUANTC_SAMPLERUNNER_H
#define QUANTC_TOOLS_QUANTC_SAMPLERUNNER_H

#include "quantc/Runtime/Host/Library.h"
#include "quantc/Runtime/Host/Session.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace quantc {

/// A compiled network whose batch is free or 1, and which is run on one sample
/// at a time.
class SampleRunner {
public:
  /// Receives what an observer sees.
  using Observe = std::function<void(int32_t id, const float *values)>;

  /// Of the library at `path`. Null, and why in `error`, where it cannot run
  /// single samples.
  static std::unique_ptr<SampleRunner> load(const std::string &path,
                                            std::string &error);

  const quantc_model &getModel() const { return library->getModel(); }
  /// Of one sample.
  size_t inputBytes(size_t index) const;
  size_t outputBytes(size_t index) const;

  /// False, and why in `error`, where the network reports an error.
  bool run(const std::vector<const void *> &inputs,
           const std::vector<void *> &outputs, const Observe &observe,
           std::string &error);

private:
  SampleRunner() = default;

  std::unique_ptr<host::Library> library;
  std::unique_ptr<host::Session> session;
};

} // namespace quantc

#endif // QUANTC_TOOLS_QUANTC_SAMPLERUNNER_H
