//===- Report.h - What a compile came to --------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_TOOLS_QUANTC_REPORT_H
#define QUANTC_TOOLS_QUANTC_REPORT_H

#include "Compression.h"
#include "Evaluation.h"
#include "Pruning.h"

#include "quantc/Pipelines/Layers.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"

namespace quantc {

/// Collected on the way; printed as text after every compile, written as JSON
/// by --report.
struct Report {
  std::string model, output, target, strategy;
  bool isFloat = false;            // no quantization was asked for
  std::vector<Layer> layers;       // empty: unknown, from `int8` on
  uint64_t modelBytes = 0;         // of the model's file
  uint64_t outputBytes = 0;        // of the file that was written
  uint64_t floatConstantBytes = 0; // of the network at `float`; 0: unknown
  uint64_t constantBytes = 0;      // inside the binary
  uint64_t workspaceBytes = 0;     // of a run of one sample
  std::optional<double> loadMilliseconds; // of a library for this machine
  std::optional<Evaluation> before;       // the float network
  std::optional<Evaluation> after;        // the network that was written

  std::optional<host::Comparison> edges; // int8 against float
  std::vector<LayerTime> times;          // of a profiled library
  std::optional<Pruning> pruning;
  std::optional<Compression> compression;

  int64_t countMultiplyAdds() const;
  int64_t countIntegerMultiplyAdds() const;
  /// Samples whose class is that of the float network.
  std::optional<int64_t> countAgreement() const;
};

void printText(const Report &report, llvm::raw_ostream &stream);
void printJson(const Report &report, llvm::raw_ostream &stream);

} // namespace quantc

#endif // QUANTC_TOOLS_QUANTC_REPORT_H
