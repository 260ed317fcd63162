//===- Student.cpp - The network that is compressed -----------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Student.h"

#include "Calibration.h"
#include "Driver.h"

#include "llvm/ADT/StringMap.h"

using namespace mlir;
using namespace quantc;

std::unique_ptr<Student> Student::create(std::unique_ptr<Network> network,
                                         ArrayRef<CompressibleLayer> layers,
                                         const Teacher &teacher,
                                         Scratch &scratch) {
  std::unique_ptr<Student> student(new Student(layers, teacher));
  student->network = cutAtLayers(*network->module);
  llvm::StringMap<SampleRunner *> compiled; // by their IR
  for (Segment &segment : student->network.segments) {
    student->runners.push_back(nullptr);
    // It does not outlive its context.
    OwningOpRef<ModuleOp> module = std::move(segment.module);
    if (!module)
      continue;
    std::string text;
    llvm::raw_string_ostream stream(text);
    module->print(stream);
    SampleRunner *&runner = compiled[text];
    if (!runner) {
      network->module = std::move(module);
      FailureOr<std::string> path =
          compileForHost(*network, /*isObserved=*/false, scratch);
      if (failed(path))
        return nullptr;
      std::string error;
      student->owned.push_back(SampleRunner::load(*path, error));
      runner = student->owned.back().get();
      if (!runner) {
        emitDriverError(&network->context) << "to choose weights: " << error;
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

void Student::computeLayer(size_t index, const Solve &solve) {
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
  compress::RepairedLayer result = solve(
      index, {geometry, layer.weight, inputs, targets, taught.sensitivity});

  std::vector<uint8_t> &outputs = values[place.output];
  outputs.resize(positions * geometry.outputs * sizeof(float) *
                 teacher.samples);
  for (int64_t sample = 0; sample < teacher.samples; ++sample) {
    compress::gatherWindows(geometry, realsAt(place.input, sample), windows);
    compress::applyLayer(geometry, windows, result.weight.data(),
                         result.bias.data(),
                         reinterpret_cast<float *>(at(place.output, sample)));
  }
}

std::optional<compress::Answers>
Student::run(const Solve &solve, host::Progress *progress, std::string &error) {
  compress::Answers answers;
  answers.classes = teacher.answers.classes;
  values.assign(network.valueCount, {});
  for (auto [index, value] : llvm::enumerate(network.inputs))
    values[value] = teacher.inputs[index];
  for (size_t step = 0; step < network.segments.size(); ++step) {
    if (!runSegment(step, error))
      return std::nullopt;
    if (step == layers.size())
      break;
    computeLayer(step, solve);
    releaseAfter(step);
    if (progress)
      progress->report(static_cast<int64_t>(step) + 1);
  }
  addAnswers(values[network.outputs.front()], teacher.isProbability, answers);
  values.clear();
  return answers;
}
