//===- DataSet.h - Samples for a network --------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_RUNTIME_HOST_DATASET_H
#define QUANTC_RUNTIME_HOST_DATASET_H

#include "quantc-rt/quantc_rt.h"
#include "quantc/Runtime/Host/Array.h"

namespace quantc::host {

/// The arrays of a file, matched to the inputs of a network.
struct DataSet {
  int64_t samples = 0;
  std::vector<Array> inputs;   // one per input, first axis = samples
  std::vector<int64_t> labels; // one per sample, or empty
};

/// Reads an .npz or .npy file and matches its arrays to the inputs: by name; a
/// network with one input takes the only array that is not the labels. The
/// first axis counts samples. A sample is reshaped where only axes of length 1
/// differ.
///
/// `labels` names the array with the classes, or another file that holds them;
/// where it is empty, an array of integers named labels, label, y or targets is
/// taken if there is one. Nothing, and why in `error`, where something does not
/// fit.
///
/// A network without inputs takes no file: `path` is empty, and the samples are
/// those of one run.
std::optional<DataSet> readDataSet(const std::string &path,
                                   const std::string &labels,
                                   const quantc_model &model,
                                   std::string &error);

/// Samples [begin, begin + count) of `data`, or as many as there are.
DataSet slice(const DataSet &data, int64_t begin, int64_t count);

/// Converts samples [begin, begin + count) of `array` by value to the type of
/// the input, into `to`.
void convertSamples(const Array &array, int64_t begin, int64_t count,
                    quantc_element_type type, void *to);

/// Whether a tensor has one slice per sample. Any other belongs to a run as a
/// whole, which is that of one sample where its batch is 1.
bool isBatchLeading(const quantc_model &model,
                    const quantc_tensor_info &tensor);

/// Samples per run of a network that takes any number: `most`, or 1 where an
/// input or output belongs to a run as a whole. The fixed one if there is one.
int64_t chooseBatch(const quantc_model &model, int64_t most);

/// Extents and elements of one sample; bytes of one element.
std::vector<int64_t> sampleShape(const quantc_model &model,
                                 const quantc_tensor_info &tensor);
int64_t sampleSize(const quantc_model &model, const quantc_tensor_info &tensor);
size_t sizeOf(quantc_element_type type);

} // namespace quantc::host

#endif // QUANTC_RUNTIME_HOST_DATASET_H
