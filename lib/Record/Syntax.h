//===- Syntax.h - What printing and parsing share -----------*- C++ -*---===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_RECORD_SYNTAX_H
#define QUANTC_LIB_RECORD_SYNTAX_H

#include <string>

namespace quantc::record {

/// Version 1 had no histograms.
constexpr int kFormatVersion = 2;

/// The shortest decimal that reads back as the same number.
std::string printFloat(float value);

} // namespace quantc::record

#endif // QUANTC_LIB_RECORD_SYNTAX_H
