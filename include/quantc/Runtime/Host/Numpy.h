//===- Numpy.h - The .npy and .npz files --------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_RUNTIME_HOST_NUMPY_H
#define QUANTC_RUNTIME_HOST_NUMPY_H

#include "quantc/Runtime/Host/Array.h"

namespace quantc::host {

/// What an .npy file begins with.
constexpr std::string_view kNpyMagic = "\x93NUMPY";

/// The array in the bytes of an .npy file (versions 1 to 3). Nothing, and why
/// in `error`, where they are malformed or of a type without a C equivalent.
std::optional<Array> parseNpy(std::string_view bytes, std::string &error);

/// The bytes of an .npy file.
std::string printNpy(const Array &array);

/// The arrays in the bytes of an .npz file in its order, or the one of an .npy
/// file, without a name. Nothing, and why in `error`, where they are malformed.
std::optional<std::vector<Array>> parseArrays(std::string_view bytes,
                                              std::string &error);

/// The arrays of a file, as parseArrays has them. `error` names the file.
std::optional<std::vector<Array>> readArrays(const std::string &path,
                                             std::string &error);

/// Writes an .npz file, whole or not at all. False, and why in `error`, where
/// that fails.
bool writeNpz(const std::string &path, const std::vector<Array> &arrays,
              std::string &error);

} // namespace quantc::host

#endif // QUANTC_RUNTIME_HOST_NUMPY_H
