//===- Teacher.cpp - The float network that is imitated -------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Teacher.h"

#include "Calibration.h"
#include "Driver.h"

#include "quantc/Dialect/NN/IR/NN.h"
#include "quantc/Pipelines/Segments.h"
#include "quantc/Runtime/Host/DataSet.h"
#include "quantc/Runtime/Host/Progress.h"
#include "quantc/Support/Real.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <cmath>
#include <cstring>

using namespace mlir;
using namespace quantc;

/// Positions of all samples at which a layer is looked at.
static constexpr int64_t kPositions = 16384;

/// Samples that are looked at, and bytes that the input and output of a layer
/// may take for all of them.
static constexpr int64_t kMostSamples = 1024, kMostBytes = int64_t{1} << 30;

/// Amplitudes of the noise, in standard deviations of the layer's outputs:
/// where the divergence still grows with their square, far above roundings.
static constexpr double kWhiteNoise = 0.1, kCoherentNoise = 0.03;

static void takeSamples(compress::Observations &all, int64_t count,
                        int64_t taken) {
  all.values.resize(count * taken * all.size);
  all.means.resize(count * all.size);
}

Teacher quantc::takeSamples(const Teacher &teacher, int64_t count) {
  Teacher first = teacher;
  first.samples = std::min(count, teacher.samples);
  for (std::vector<uint8_t> &input : first.inputs)
    input.resize(input.size() / teacher.samples * first.samples);
  first.answers.logits.resize(teacher.answers.logits.size() / teacher.samples *
                              first.samples);
  for (Teacher::Layer &layer : first.layers) {
    compress::Sampling &sampling = layer.sampling;
    sampling.samples = first.samples;
    sampling.positions.resize(sampling.samples * sampling.taken);
    ::takeSamples(layer.outputs, sampling.samples, sampling.taken);
    ::takeSamples(layer.shortcut, sampling.samples, sampling.taken);
  }
  return first;
}

void quantc::addAnswers(const std::vector<uint8_t> &output, bool isProbability,
                        compress::Answers &answers) {
  // Smaller probabilities count as this.
  constexpr double kLeastProbability = 1e-30;
  for (size_t offset = 0; offset < output.size(); offset += sizeof(float)) {
    float value;
    std::memcpy(&value, output.data() + offset, sizeof(float));
    answers.logits.push_back(
        isProbability
            ? log(Real(std::max<double>(value, kLeastProbability))).value
            : value);
  }
}

/// Whether the first output of a network is that of a softmax.
static bool givesProbabilities(ModuleOp module) {
  bool isSoftmax = false;
  module.walk([&](func::ReturnOp op) {
    Value first = op.getOperand(0);
    while (auto observer = first.getDefiningOp<nn::ObserveOp>())
      first = observer.getInput();
    isSoftmax = first.getDefiningOp<nn::SoftmaxOp>() != nullptr;
  });
  return isSoftmax;
}

namespace {

class Asker {
public:
  Asker(ArrayRef<CompressibleLayer> layers, SampleRunner &runner,
        bool isProbability)
      : layers(layers), runner(runner),
        inputCount(runner.getModel().input_count - layers.size()) {
    teacher.isProbability = isProbability;
  }

  bool readInputs(const std::string &data, std::string &error);
  bool observeAll(std::string &error);
  bool probeAll(std::string &error);

  Teacher teacher;

private:
  /// Runs a sample; its outputs are left in `outputs`.
  bool run(int64_t sample, const SampleRunner::Observe &observe,
           std::string &error);
  /// How many of the samples are looked at.
  int64_t countSamples(int64_t given) const;
  void allocate();
  std::optional<double> probe(size_t layer, float amplitude, bool isCoherent,
                              std::string &error);

  ArrayRef<CompressibleLayer> layers;
  SampleRunner &runner;
  size_t inputCount; // without those of layers
  std::vector<std::vector<float>> noise;
  std::vector<std::vector<uint8_t>> outputs;
  std::vector<double> variances; // of the outputs of layers
};

int64_t Asker::countSamples(int64_t given) const {
  int64_t most = kMostSamples;
  for (const CompressibleLayer &layer : layers) {
    const compress::Geometry &geometry = layer.geometry;
    int64_t values = geometry.height * geometry.width * geometry.channels +
                     geometry.positions() * geometry.outputs;
    most = std::min<int64_t>(most, kMostBytes / sizeof(float) / values);
  }
  return std::clamp<int64_t>(most, 1, given);
}

bool Asker::readInputs(const std::string &data, std::string &error) {
  quantc_model model = runner.getModel();
  model.input_count = static_cast<int32_t>(inputCount);
  auto samples = host::readDataSet(data, /*labels=*/"", model, error);
  if (!samples)
    return false;
  teacher.samples = countSamples(samples->samples);
  for (size_t index = 0; index < inputCount; ++index) {
    teacher.inputs.emplace_back(runner.inputBytes(index) * teacher.samples);
    host::convertSamples(samples->inputs[index], 0, teacher.samples,
                         model.inputs[index].type,
                         teacher.inputs.back().data());
  }
  const quantc_tensor_info &answer = model.outputs[0];
  teacher.answers.classes = answer.rank == 0 ? 1 : answer.dims[answer.rank - 1];
  if (answer.type != QUANTC_F32 || teacher.answers.classes < 2) {
    error = "weights are chosen by what networks answer, for which the first "
            "output has to be logits or probabilities of at least two classes "
            "in its last dimension";
    return false;
  }
  return true;
}

void Asker::allocate() {
  for (size_t index = 0; index < layers.size(); ++index)
    noise.emplace_back(runner.inputBytes(inputCount + index) / sizeof(float));
  for (int32_t index = 0; index < runner.getModel().output_count; ++index)
    outputs.emplace_back(runner.outputBytes(index));
}

bool Asker::run(int64_t sample, const SampleRunner::Observe &observe,
                std::string &error) {
  std::vector<const void *> from;
  std::vector<void *> to;
  from.reserve(teacher.inputs.size() + noise.size());
  to.reserve(outputs.size());
  for (const std::vector<uint8_t> &input : teacher.inputs)
    from.push_back(input.data() + input.size() / teacher.samples * sample);
  for (const std::vector<float> &values : noise)
    from.push_back(values.data());
  for (std::vector<uint8_t> &output : outputs)
    to.push_back(output.data());
  return runner.run(from, to, observe, error);
}

bool Asker::observeAll(std::string &error) {
  allocate();
  for (auto [index, layer] : llvm::enumerate(layers)) {
    Teacher::Layer &seen = teacher.layers.emplace_back();
    seen.sampling = compress::choosePositions(
        teacher.samples, layer.geometry.positions(), kPositions, index);
    seen.outputs =
        compress::Observations(seen.sampling, layer.geometry.outputs);
  }
  for (int32_t index = 0; index < runner.getModel().observed_count; ++index) {
    int32_t id = runner.getModel().observed[index].id;
    Teacher::Layer &seen = teacher.layers[id / 2];
    if (id % 2 == 1)
      seen.shortcut = seen.outputs;
  }
  std::vector<double> squares(layers.size());
  host::Progress progress("observing layers", teacher.samples, "samples");
  for (int64_t sample = 0; sample < teacher.samples; ++sample) {
    auto observe = [&](int32_t id, const float *values) {
      const compress::Geometry &geometry = layers[id / 2].geometry;
      Teacher::Layer &seen = teacher.layers[id / 2];
      (id % 2 == 1 ? seen.shortcut : seen.outputs)
          .add(seen.sampling, sample, geometry.positions(), values);
      for (int64_t i = 0;
           id % 2 == 0 && i < geometry.positions() * geometry.outputs; ++i)
        squares[id / 2] += static_cast<double>(values[i]) * values[i];
    };
    if (!run(sample, observe, error))
      return false;
    addAnswers(outputs.front(), teacher.isProbability, teacher.answers);
    progress.report(sample + 1);
  }
  for (auto [layer, sum] : llvm::zip_equal(layers, squares))
    variances.push_back(
        sum / static_cast<double>(teacher.samples * layer.geometry.positions() *
                                  layer.geometry.outputs));
  teacher.temperature = compress::chooseTemperature(teacher.answers);
  return true;
}

/// The divergence from the teacher with noise in one layer.
std::optional<double> Asker::probe(size_t layer, float amplitude,
                                   bool isCoherent, std::string &error) {
  const compress::Geometry &geometry = layers[layer].geometry;
  int64_t samples = std::min(teacher.samples, kProbedSamples);
  compress::Answers expected = teacher.answers, seen = teacher.answers;
  expected.logits.resize(teacher.answers.logits.size() / teacher.samples *
                         samples);
  seen.logits.clear();
  for (int64_t sample = 0; sample < samples; ++sample) {
    llvm::fill(noise[layer], 0.0f);
    compress::addNoise(noise[layer].data(), geometry.positions(),
                       geometry.outputs, amplitude, isCoherent,
                       sample * layers.size() + layer);
    if (!run(sample, {}, error))
      return std::nullopt;
    addAnswers(outputs.front(), teacher.isProbability, seen);
  }
  llvm::fill(noise[layer], 0.0f);
  return compress::divergence(expected, seen, teacher.temperature);
}

bool Asker::probeAll(std::string &error) {
  host::Progress progress("probing", layers.size(), "layers");
  for (size_t layer = 0; layer < layers.size(); ++layer) {
    const compress::Geometry &geometry = layers[layer].geometry;
    // A layer without any output still has noise.
    double deviation = std::max(std::sqrt(variances[layer]), 1e-20);
    compress::Probe seen;
    auto measure = [&](double part, bool isCoherent, double &variance,
                       double &result) {
      auto amplitude = static_cast<float>(part * deviation);
      variance = static_cast<double>(amplitude) * amplitude;
      auto found = probe(layer, amplitude, isCoherent, error);
      result = found.value_or(0);
      return found.has_value();
    };
    if (!measure(kWhiteNoise, false, seen.whiteVariance,
                 seen.whiteDivergence) ||
        (geometry.positions() > 1 &&
         !measure(kCoherentNoise, true, seen.coherentVariance,
                  seen.coherentDivergence)))
      return false;
    teacher.layers[layer].sensitivity = compress::measureSensitivity(
        seen, geometry.outputs, geometry.positions());
    progress.report(static_cast<int64_t>(layer) + 1);
  }
  return true;
}

} // namespace

FailureOr<Teacher> quantc::askTeacher(Network &network,
                                      ArrayRef<CompressibleLayer> layers,
                                      const std::string &data,
                                      Scratch &scratch) {
  std::unique_ptr<Network> instrumented = network.copy();
  instrumentLayers(*instrumented->module);
  FailureOr<std::string> path =
      compileForHost(*instrumented, /*isObserved=*/true, scratch);
  if (failed(path))
    return failure();
  std::string error;
  std::unique_ptr<SampleRunner> runner = SampleRunner::load(*path, error);
  if (!runner)
    return emitDriverError(&network.context) << "to choose weights: " << error;
  Asker asker(layers, *runner, givesProbabilities(*network.module));
  if (!asker.readInputs(data, error) || !asker.observeAll(error) ||
      !asker.probeAll(error))
    return emitDriverError(&network.context) << error;
  return std::move(asker.teacher);
}
