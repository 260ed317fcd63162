//===- Ranges.h - Chooses what integers represent -----------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A wide range holds outliers, a narrow one has a finer scale. Everything here
// is computed from a record in double, bin after bin, so that equal records
// give equal ranges.
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_RECORD_RANGES_H
#define QUANTC_RECORD_RANGES_H

#include "quantc/Record/Record.h"
#include "quantc/Support/Quantization.h"

namespace quantc::record {

/// How a range is chosen.
struct RangeMethod {
  enum Kind {
    MinMax,     // the smallest range that holds all elements
    Mean,       // from the mean minimum of the samples to the mean maximum
    Percentile, // all but the outermost elements, as many on either side
    MSE,        // the least mean squared error
    Auto        // MSE where it clearly pays, else min-max
  };
  Kind kind = Auto;
  double percentile = 99.99; // how many elements Percentile holds
};

/// "minmax", "mean", "percentile:99.9", "mse" or "auto"; "percentile" alone
/// holds 99.99 %. Nothing, and why in `error`, for any other text.
std::optional<RangeMethod> parseRangeMethod(std::string_view text,
                                            Error &error);

/// As parseRangeMethod takes it, complete.
std::string print(const RangeMethod &method);

/// The range of a tensor that is stored so, or the one that was set by hand.
/// Includes 0, and reaches as far below it as above where the storage is
/// symmetric. Nothing, and why in `error`, where the record says that no
/// element or one that is not finite was seen.
std::optional<Range> chooseRange(const TensorRecord &tensor,
                                 const RangeMethod &method,
                                 const Storage &storage, Error &error);

/// Whether `range` is narrower than 2^-100, which no scale can represent.
bool isTooNarrow(const Range &range);

/// The mean squared difference between the elements that were seen and what
/// integers of `range` make of them. Requires one that includes 0 and is not
/// too narrow.
double expectedError(const TensorRecord &tensor, const Range &range,
                     const Storage &storage);

} // namespace quantc::record

#endif // QUANTC_RECORD_RANGES_H
