//===- Student.cpp - The network that is compressed -----------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Student.h"

#include "Calibration.h"
#include "Driver.h"

#include "quantc/Pipelines/Pipelines.h"
#include "quantc/Runtime/Host/Progress.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Format.h"

using namespace mlir;
using namespace quantc;

std::unique_ptr<Student> Student::create(Network &network,
                                         const PipelineOptions &options,
                                         ArrayRef<CompressibleLayer> layers,
                                         const Teacher &teacher,
                                         Scratch &scratch) {
  std::unique_ptr<Student> student(new Student(layers, teacher));
  student->isProbability = givesProbabilities(*network.module);
  std::unique_ptr<Network> copy = network.copy();
  if (failed(runPasses(*copy->module, Stage::Calibrated, Stage::QDQ, options)))
    return nullptr;
  student->network = cutAtLayers(*copy->module);
  llvm::StringMap<SampleRunner *> compiled; // by their IR
  for (Segment &segment : student->network.segments) {
    student->runners.push_back(nullptr);
    if (!segment.module)
      continue;
    std::string text;
    llvm::raw_string_ostream stream(text);
    segment.module->print(stream);
    SampleRunner *&runner = compiled[text];
    if (!runner) {
      copy->module = std::move(segment.module);
      FailureOr<std::string> path =
          compileForHost(*copy, /*isObserved=*/false, scratch);
      if (failed(path))
        return nullptr;
      std::string error;
      student->owned.push_back(SampleRunner::load(*path, error));
      runner = student->owned.back().get();
      if (!runner) {
        emitDriverError(&network.context) << "to choose weights: " << error;
        return nullptr;
      }
    }
    student->runners.back() = runner;
  }
  student->findLastUses();
  return student;
}

void Student::findLastUses() {
  lastUses.assign(network.valueCount, 0);
  for (size_t step = 0; step < network.segments.size(); ++step) {
    for (size_t value : network.segments[step].inputs)
      lastUses[value] = std::max(lastUses[value], step);
    if (step == layers.size())
      continue;
    const SegmentedNetwork::Layer &layer = network.layers[step];
    lastUses[layer.input] = std::max(lastUses[layer.input], step);
    if (layer.shortcut)
      lastUses[*layer.shortcut] = std::max(lastUses[*layer.shortcut], step);
    // What nobody reads is kept as long as it takes to compute it.
    lastUses[layer.output] = std::max(lastUses[layer.output], step);
  }
  for (size_t value : network.outputs)
    lastUses[value] = network.segments.size();
}

void Student::releaseAfter(size_t step) {
  for (size_t value = 0; value < values.size(); ++value)
    if (lastUses[value] == step)
      values[value] = {};
}

const uint8_t *Student::at(size_t value, int64_t sample) const {
  const std::vector<uint8_t> &all = values[value];
  return all.data() + all.size() / teacher.samples * sample;
}

uint8_t *Student::at(size_t value, int64_t sample) {
  return const_cast<uint8_t *>(std::as_const(*this).at(value, sample));
}

const float *Student::realsAt(size_t value, int64_t sample) const {
  return reinterpret_cast<const float *>(at(value, sample));
}

bool Student::runSegment(size_t index, std::string &error) {
  SampleRunner *runner = runners[index];
  if (!runner)
    return true;
  const Segment &segment = network.segments[index];
  for (auto [position, value] : llvm::enumerate(segment.outputs))
    values[value].resize(runner->outputBytes(position) * teacher.samples);
  for (int64_t sample = 0; sample < teacher.samples; ++sample) {
    std::vector<const void *> inputs;
    std::vector<void *> outputs;
    inputs.reserve(segment.inputs.size());
    outputs.reserve(segment.outputs.size());
    for (size_t value : segment.inputs)
      inputs.push_back(at(value, sample));
    for (size_t value : segment.outputs)
      outputs.push_back(at(value, sample));
    if (!runner->run(inputs, outputs, {}, error))
      return false;
  }
  return true;
}

/// What the layer shall give: what the teacher gives, and what its shortcut
/// lost, which the sum behind takes from both.
static compress::Observations
repairShortcut(const compress::Observations &outputs,
               const compress::Observations &expected,
               const compress::Observations &shortcut) {
  compress::Observations targets = outputs;
  auto addDifference = [](std::vector<float> &sum, const auto &a,
                          const auto &b) {
    for (size_t index = 0; index < sum.size(); ++index)
      sum[index] += a[index] - b[index];
  };
  addDifference(targets.values, expected.values, shortcut.values);
  addDifference(targets.means, expected.means, shortcut.means);
  return targets;
}

compress::CompressedLayer
Student::compressLayer(size_t index, const compress::WeightFormat &format) {
  const CompressibleLayer &layer = layers[index];
  const compress::Geometry &geometry = layer.geometry;
  const Teacher::Layer &taught = teacher.layers[index];
  const SegmentedNetwork::Layer &place = network.layers[index];
  int64_t positions = geometry.positions();
  compress::Observations inputs(taught.sampling, geometry.windowSize());
  std::vector<float> windows;
  for (int64_t sample = 0; sample < teacher.samples; ++sample) {
    compress::gatherWindows(geometry, realsAt(place.input, sample), windows);
    inputs.add(taught.sampling, sample, positions, windows.data());
  }
  compress::Observations targets = taught.outputs;
  if (place.shortcut && taught.shortcut.size != 0) {
    compress::Observations shortcut(taught.sampling, geometry.outputs);
    for (int64_t sample = 0; sample < teacher.samples; ++sample)
      shortcut.add(taught.sampling, sample, positions,
                   realsAt(*place.shortcut, sample));
    targets = repairShortcut(targets, taught.shortcut, shortcut);
  }
  compress::CompressedLayer result =
      compress::compressLayer({geometry, layer.weight, inputs, targets,
                               taught.sensitivity, layer.integers},
                              format);

  std::vector<float> weight(result.levels.size());
  for (size_t k = 0; k < weight.size(); ++k)
    weight[k] = static_cast<float>(result.levels[k]) *
                result.steps[k / geometry.depth()];
  std::vector<uint8_t> &outputs = values[place.output];
  outputs.resize(positions * geometry.outputs * sizeof(float) *
                 teacher.samples);
  for (int64_t sample = 0; sample < teacher.samples; ++sample) {
    compress::gatherWindows(geometry, realsAt(place.input, sample), windows);
    compress::applyLayer(geometry, windows, weight.data(), result.bias.data(),
                         reinterpret_cast<float *>(at(place.output, sample)));
  }
  return result;
}

static std::string describe(const compress::WeightFormat &format) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  switch (format.kind) {
  case compress::WeightFormat::Priced:
    stream << "compressing at " << llvm::format("%.2e", format.price)
           << " nats a bit";
    break;
  case compress::WeightFormat::Integers:
    stream << "rounding to int" << format.bits;
    if (format.groupSize > 0)
      stream << " in groups of " << format.groupSize;
    break;
  case compress::WeightFormat::Codebook:
    stream << "rounding to " << format.levels << " levels a layer";
    break;
  }
  return text;
}

std::optional<Student::Result>
Student::compress(const compress::WeightFormat &format, std::string &error) {
  Result result;
  result.answers.classes = teacher.answers.classes;
  values.assign(network.valueCount, {});
  for (auto [index, value] : llvm::enumerate(network.inputs))
    values[value] = teacher.inputs[index];
  host::Progress progress(describe(format), layers.size(), "layers");
  for (size_t step = 0; step < network.segments.size(); ++step) {
    if (!runSegment(step, error))
      return std::nullopt;
    if (step == layers.size())
      break;
    result.layers.push_back(compressLayer(step, format));
    releaseAfter(step);
    progress.report(static_cast<int64_t>(step) + 1);
  }
  addAnswers(values[network.outputs.front()], isProbability, result.answers);
  values.clear();
  return result;
}
