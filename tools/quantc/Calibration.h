//===- Calibration.h - Records from records and data --------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_TOOLS_QUANTC_CALIBRATION_H
#define QUANTC_TOOLS_QUANTC_CALIBRATION_H

#include "Scratch.h"

#include "quantc/Pipelines/Model.h"

namespace quantc {

/// Compiles a network, in float or quantized already, for this machine and
/// writes it to a shared library in `scratch`; its path.
mlir::FailureOr<std::string> compileForHost(Network &network, bool isObserved,
                                            Scratch &scratch);

/// The path of the record that `sources` come to: one record is taken as it is;
/// otherwise data are run through the observed network, which is compiled for
/// this machine, and records are merged. A network without inputs needs no
/// source. `network` is at stage `float` or `observed`.
mlir::FailureOr<std::string> prepareRecord(Network &network,
                                           llvm::ArrayRef<std::string> sources,
                                           Scratch &scratch);

/// The first of `sources` that holds samples and is no record; empty without
/// one.
std::string findSamples(llvm::ArrayRef<std::string> sources);

} // namespace quantc

#endif // QUANTC_TOOLS_QUANTC_CALIBRATION_H
