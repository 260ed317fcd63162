//===- ShapeInference.cpp - Result shapes of nn ops ---------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Dialect/NN/IR/ShapeInference.h"

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace quantc::nn;

static constexpr int64_t kDynamic = ShapedType::kDynamic;

static LogicalResult checkRank(ArrayRef<int64_t> shape, size_t rank,
                               StringRef what, EmitError fail) {
  if (shape.size() != rank)
    return fail() << "expected " << what << " of rank " << rank << ", but got "
                  << shape.size();
  return success();
}

static LogicalResult checkList(ArrayRef<int64_t> list, size_t count,
                               int64_t least, StringRef what, EmitError fail) {
  if (list.size() != count)
    return fail() << "expected " << count << " values of " << what
                  << ", but got " << list.size();
  for (int64_t value : list)
    if (value < least)
      return fail() << "expected " << what << " of at least " << least
                    << ", but got " << value;
  return success();
}

/// Only the leading dimension may be dynamic.
static LogicalResult checkBatch(ArrayRef<int64_t> shape, EmitError fail) {
  for (int64_t extent : shape.drop_front(shape.empty() ? 0 : 1))
    if (extent == kDynamic)
      return fail() << "expected only the leading dimension to be dynamic";
  return success();
}

/// Output extents (height, width) of a window over NHWC `input`.
static FailureOr<std::pair<int64_t, int64_t>>
inferSpatial(ArrayRef<int64_t> input, const Window &window, EmitError fail) {
  if (failed(checkList(window.kernel, 2, 1, "kernel", fail)) ||
      failed(checkList(window.strides, 2, 1, "strides", fail)) ||
      failed(checkList(window.dilations, 2, 1, "dilations", fail)) ||
      failed(checkList(window.pad, 4, 0, "pad", fail)))
    return failure();
  int64_t extents[2];
  for (int axis : {0, 1}) {
    int64_t span = (window.kernel[axis] - 1) * window.dilations[axis] + 1;
    int64_t padded = input[1 + axis] + window.pad[axis] + window.pad[axis + 2];
    if (padded < span)
      return fail() << "expected a padded input of at least " << span << " "
                    << (axis ? "columns" : "rows") << ", but got " << padded;
    extents[axis] = (padded - span) / window.strides[axis] + 1;
  }
  return std::make_pair(extents[0], extents[1]);
}

FailureOr<Shape> quantc::nn::inferConv2DShape(ArrayRef<int64_t> input,
                                              ArrayRef<int64_t> filter,
                                              Window window, int64_t groups,
                                              EmitError fail) {
  if (failed(checkRank(input, 4, "an input", fail)) ||
      failed(checkRank(filter, 4, "a filter", fail)) ||
      failed(checkBatch(input, fail)))
    return failure();
  if (llvm::is_contained(filter, kDynamic))
    return fail() << "expected a filter of static shape";
  if (groups < 1 || filter[0] % groups != 0)
    return fail() << "expected groups that divide the " << filter[0]
                  << " output channels, but got " << groups;
  if (input[3] != filter[3] * groups)
    return fail() << "expected " << filter[3] * groups
                  << " input channels (groups * filter channels), but got "
                  << input[3];
  window.kernel = filter.slice(1, 2);
  auto spatial = inferSpatial(input, window, fail);
  if (failed(spatial))
    return failure();
  return Shape{input[0], spatial->first, spatial->second, filter[0]};
}

/// Whether all taps of the window at `position` along `axis` are padding.
static bool isWindowEmpty(int64_t extent, const Window &window, int axis,
                          int64_t position) {
  int64_t begin = position * window.strides[axis] - window.pad[axis];
  for (int64_t tap = 0; tap < window.kernel[axis]; ++tap) {
    int64_t at = begin + tap * window.dilations[axis];
    if (at >= 0 && at < extent)
      return false;
  }
  return true;
}

FailureOr<Shape> quantc::nn::inferPool2DShape(ArrayRef<int64_t> input,
                                              const Window &window,
                                              EmitError fail) {
  if (failed(checkRank(input, 4, "an input", fail)) ||
      failed(checkBatch(input, fail)))
    return failure();
  auto spatial = inferSpatial(input, window, fail);
  if (failed(spatial))
    return failure();
  int64_t extents[] = {spatial->first, spatial->second};
  for (int axis : {0, 1})
    for (int64_t position = 0; position < extents[axis]; ++position)
      if (isWindowEmpty(input[1 + axis], window, axis, position))
        return fail() << "expected every window to cover a part of the input, "
                         "but that of output "
                      << (axis ? "column " : "row ") << position
                      << " lies in the padding";
  return Shape{input[0], spatial->first, spatial->second, input[3]};
}

FailureOr<Shape> quantc::nn::inferFullyConnectedShape(ArrayRef<int64_t> input,
                                                      ArrayRef<int64_t> weight,
                                                      EmitError fail) {
  if (failed(checkRank(input, 2, "an input", fail)) ||
      failed(checkRank(weight, 2, "a weight", fail)) ||
      failed(checkBatch(input, fail)))
    return failure();
  if (llvm::is_contained(weight, kDynamic))
    return fail() << "expected a weight of static shape";
  if (input[1] != weight[1])
    return fail() << "expected " << weight[1]
                  << " input features (columns of the weight), but got "
                  << input[1];
  return Shape{input[0], weight[0]};
}

FailureOr<Shape> quantc::nn::inferTransposeShape(ArrayRef<int64_t> input,
                                                 ArrayRef<int64_t> permutation,
                                                 EmitError fail) {
  Shape sorted(permutation);
  llvm::sort(sorted);
  Shape identity = llvm::to_vector(llvm::seq<int64_t>(0, input.size()));
  if (sorted != identity)
    return fail() << "expected a permutation of " << input.size()
                  << " dimensions";
  Shape output;
  for (int64_t dimension : permutation)
    output.push_back(input[dimension]);
  if (failed(checkBatch(output, fail)))
    return failure();
  return output;
}

bool quantc::nn::movesElements(ArrayRef<int64_t> input,
                               ArrayRef<int64_t> permutation) {
  SmallVector<int64_t> moving;
  for (int64_t dimension : permutation)
    if (input[dimension] != 1)
      moving.push_back(dimension);
  return !llvm::is_sorted(moving);
}

FailureOr<Shape> quantc::nn::inferPadShape(ArrayRef<int64_t> input,
                                           ArrayRef<int64_t> low,
                                           ArrayRef<int64_t> high,
                                           EmitError fail) {
  if (failed(checkList(low, input.size(), 0, "low padding", fail)) ||
      failed(checkList(high, input.size(), 0, "high padding", fail)) ||
      failed(checkBatch(input, fail)))
    return failure();
  Shape output;
  for (auto [extent, before, after] : llvm::zip_equal(input, low, high)) {
    if (extent == kDynamic && before + after != 0)
      return fail() << "expected no padding of a dynamic dimension";
    output.push_back(extent == kDynamic ? kDynamic : extent + before + after);
  }
  return output;
}

FailureOr<Shape> quantc::nn::inferBroadcastShape(ArrayRef<int64_t> lhs,
                                                 ArrayRef<int64_t> rhs,
                                                 EmitError fail) {
  if (lhs.size() != rhs.size())
    return fail() << "expected operands of one rank, but got " << lhs.size()
                  << " and " << rhs.size();
  Shape output;
  for (auto [axis, a, b] : llvm::enumerate(lhs, rhs)) {
    if (a != b && a != 1 && b != 1)
      return fail() << "expected extents that are equal or 1, but dimension "
                    << axis << " has two";
    output.push_back(a == 1 ? b : a);
  }
  if (failed(checkBatch(output, fail)))
    return failure();
  return output;
}

FailureOr<Shape> quantc::nn::inferMatmulShape(ArrayRef<int64_t> lhs,
                                              ArrayRef<int64_t> rhs,
                                              EmitError fail) {
  if (lhs.size() != rhs.size() || lhs.size() < 2)
    return fail() << "expected operands of one rank, 2 or more, but got "
                  << lhs.size() << " and " << rhs.size();
  if (failed(checkBatch(lhs, fail)) || failed(checkBatch(rhs, fail)))
    return failure();
  int64_t inner = rhs[rhs.size() - 2];
  if (lhs.back() != inner || inner == kDynamic)
    return fail() << "expected as many columns on the left as rows on the "
                     "right, and no batch among them, but got "
                  << lhs.back() << " and " << inner;
  auto output = inferBroadcastShape(lhs.drop_back(2), rhs.drop_back(2), fail);
  if (failed(output))
    return failure();
  output->push_back(lhs[lhs.size() - 2]);
  output->push_back(rhs.back());
  return output;
}

FailureOr<Shape> quantc::nn::inferReduceShape(ArrayRef<int64_t> input,
                                              ArrayRef<int64_t> axes,
                                              EmitError fail) {
  Shape output;
  size_t next = 0;
  for (auto [axis, extent] : llvm::enumerate(input)) {
    bool isReduced =
        next < axes.size() && axes[next] == static_cast<int64_t>(axis);
    if (!isReduced)
      output.push_back(extent);
    else if (extent == kDynamic || extent == 0)
      return fail() << "expected axes of static extent, but dimension " << axis
                    << " is the batch or empty";
    next += isReduced;
  }
  if (next != axes.size() || axes.empty())
    return fail() << "expected ascending axes of the " << input.size()
                  << " dimensions";
  if (failed(checkBatch(output, fail)))
    return failure();
  return output;
}

FailureOr<Shape>
quantc::nn::inferConcatShape(ArrayRef<ArrayRef<int64_t>> inputs, int64_t axis,
                             EmitError fail) {
  if (inputs.empty())
    return fail() << "expected at least one operand";
  Shape output(inputs[0]);
  if (axis < 0 || axis >= static_cast<int64_t>(output.size()))
    return fail() << "expected an axis of the " << output.size()
                  << " dimensions, but got " << axis;
  output[axis] = 0;
  for (ArrayRef<int64_t> input : inputs) {
    bool isFitting = input.size() == output.size();
    for (size_t d = 0; isFitting && d < input.size(); ++d)
      isFitting = static_cast<int64_t>(d) == axis ? input[d] != kDynamic
                                                  : input[d] == output[d];
    if (!isFitting)
      return fail() << "expected operands that differ only in dimension "
                    << axis << ", which is not the batch";
    output[axis] += input[axis];
  }
  return output;
}
