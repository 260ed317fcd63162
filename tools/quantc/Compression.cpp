//===- Compression.cpp - Networks in few bytes ----------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Compression.h"

#include "Driver.h"
#include "Student.h"
#include "Teacher.h"

#include "quantc/Support/Coding/SectionEncoder.h"

#include "llvm/Support/Format.h"

using namespace mlir;
using namespace quantc;

namespace {

/// Bytes of all parameters, and of each layer its weights and all of it.
struct CodedParameters {
  double bytes = 0;
  std::vector<double> weights, layers;
};

} // namespace

static compress::Goal toSearchGoal(const CompressionGoal &goal,
                                   uint64_t floatBytes) {
  switch (goal.kind) {
  case CompressionGoal::Ratio:
    return {compress::Goal::Bytes,
            static_cast<double>(floatBytes) / goal.limit};
  case CompressionGoal::Bytes:
    return {compress::Goal::Bytes, goal.limit};
  case CompressionGoal::Divergence:
    return {compress::Goal::Divergence, goal.limit};
  case CompressionGoal::Agreement:
    return {compress::Goal::Agreement, goal.limit};
  case CompressionGoal::Format:
    break;
  }
  llvm_unreachable("all goals are covered");
}

/// What the layers take, in one section that is coded by contexts.
static CodedParameters
codeParameters(ArrayRef<CompressibleLayer> layers,
               ArrayRef<compress::CompressedLayer> compressed) {
  std::vector<std::vector<float>> scales; // of sums
  std::vector<PlainTensor> tensors;
  scales.reserve(layers.size());
  for (auto [layer, result] : llvm::zip_equal(layers, compressed)) {
    const compress::Geometry &geometry = layer.geometry;
    std::vector<float> &scale = scales.emplace_back(result.steps);
    for (float &step : scale)
      step *= static_cast<float>(layer.integers.scale);
    auto count = [](int64_t extent) { return static_cast<uint32_t>(extent); };
    LevelShape shape = {count(geometry.outputs), count(geometry.taps()),
                        count(geometry.depth() / geometry.taps())};
    LevelShape words = {shape.rows, 1, 1};
    tensors.push_back({PlainTensor::Type::I8, shape, result.levels.data()});
    tensors.push_back({PlainTensor::Type::I32, words,
                       reinterpret_cast<const int8_t *>(result.starts.data())});
    tensors.push_back({PlainTensor::Type::F32, words,
                       reinterpret_cast<const int8_t *>(scale.data())});
  }
  CodedSection section =
      encodeSection(tensors, listEncodings(tensors, Encoding::Context));
  CodedParameters coded;
  coded.bytes = static_cast<double>(section.bytes.size());
  for (size_t index = 0; index < layers.size(); ++index) {
    ArrayRef<double> parts =
        ArrayRef<double>(section.tensorBytes).slice(3 * index, 3);
    coded.weights.push_back(parts[0]);
    coded.layers.push_back(parts[0] + parts[1] + parts[2]);
  }
  return coded;
}

static compress::Outcome assess(double price, double bytes,
                                const compress::Answers &answers,
                                const Teacher &teacher) {
  compress::Outcome outcome;
  outcome.price = price;
  outcome.bytes = bytes;
  outcome.divergence =
      compress::divergence(teacher.answers, answers, teacher.temperature);
  outcome.agreement = compress::agreement(teacher.answers, answers);
  return outcome;
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
  case compress::WeightFormat::Vectors:
    stream << "rounding to " << format.levels << " codewords of "
           << format.vectorSize << " weights a layer";
    break;
  }
  return text;
}

/// Compresses the layers one after the other, each behind those before it; what
/// the network answers then.
static std::optional<compress::Answers>
compressLayers(Student &student, ArrayRef<CompressibleLayer> layers,
               const compress::WeightFormat &format,
               std::vector<compress::CompressedLayer> &result,
               std::string &error) {
  host::Progress progress(describe(format), layers.size(), "layers");
  return student.run(
      [&](size_t index, const compress::ObservedLayer &seen) {
        const compress::CompressedLayer &layer = result.emplace_back(
            compress::compressLayer({seen, layers[index].integers}, format));
        std::vector<float> weight(layer.levels.size());
        for (size_t k = 0; k < weight.size(); ++k)
          weight[k] = static_cast<float>(layer.levels[k]) *
                      layer.steps[k / seen.geometry.depth()];
        return compress::RepairedLayer{std::move(weight), layer.bias};
      },
      &progress, error);
}

static Compression::Layer
describe(const CompressibleLayer &layer,
         const compress::CompressedLayer &compressed) {
  Compression::Layer result;
  result.name = layer.name;
  result.weights = static_cast<int64_t>(compressed.levels.size());
  result.zeros = llvm::count(compressed.levels, 0);
  result.loss = compressed.loss;
  return result;
}

/// Why no price will do.
static void explain(InFlightDiagnostic diagnostic, const compress::Goal &goal,
                    const compress::SearchResult &found) {
  double bytes = INFINITY, divergence = INFINITY, agreement = 0;
  for (const compress::Outcome &outcome : found.outcomes) {
    bytes = std::min(bytes, outcome.bytes);
    divergence = std::min(divergence, outcome.divergence);
    agreement = std::max(agreement, outcome.agreement);
  }
  std::string text;
  llvm::raw_string_ostream stream(text);
  switch (goal.kind) {
  case compress::Goal::Bytes:
    stream << llvm::format("expected at most %.0f bytes of parameters, but the "
                           "fewest that were found are %.0f",
                           goal.limit, bytes);
    break;
  case compress::Goal::Divergence:
    stream << llvm::format("expected a divergence of at most %g nats, but the "
                           "int8 network reaches %g: allow more by --max-kl",
                           goal.limit, divergence);
    break;
  case compress::Goal::Agreement:
    stream << llvm::format(
        "expected an agreement of at least %g %%, but the int8 network reaches "
        "%g %%: allow less by --min-agreement",
        100 * goal.limit, 100 * agreement);
    break;
  }
  diagnostic << text;
}

FailureOr<Compression>
quantc::compressWeights(Network &network, const PipelineOptions &options,
                        const CompressionGoal &goal, uint64_t floatBytes,
                        const std::string &data, Scratch &scratch) {
  FailureOr<std::vector<CompressibleLayer>> layers =
      numberCompressibleLayers(*network.module, options);
  if (failed(layers))
    return failure();
  FailureOr<Teacher> teacher = askTeacher(network, *layers, data, scratch);
  if (failed(teacher))
    return failure();
  std::unique_ptr<Network> integer = network.copy();
  if (failed(
          runPasses(*integer->module, Stage::Calibrated, Stage::QDQ, options)))
    return failure();
  std::unique_ptr<Student> student =
      Student::create(std::move(integer), *layers, *teacher, scratch);
  if (!student)
    return failure();

  struct Try {
    std::vector<compress::CompressedLayer> layers;
    CodedParameters coded;
  };
  std::vector<Try> tried;
  std::string error;
  auto attempt = [&](const compress::WeightFormat &format)
      -> std::optional<compress::Outcome> {
    std::vector<compress::CompressedLayer> compressed;
    auto answers = compressLayers(*student, *layers, format, compressed, error);
    if (!answers)
      return std::nullopt;
    CodedParameters coded = codeParameters(*layers, compressed);
    compress::Outcome outcome =
        assess(format.price, coded.bytes, *answers, *teacher);
    tried.push_back({std::move(compressed), std::move(coded)});
    return outcome;
  };
  compress::SearchResult found;
  if (goal.kind == CompressionGoal::Format) {
    if (std::optional<compress::Outcome> outcome = attempt(goal.format))
      found = {{*outcome}, 0};
  } else {
    compress::Goal wanted = toSearchGoal(goal, floatBytes);
    found = compress::searchPrice(wanted, [&](double price) {
      return attempt({compress::WeightFormat::Priced, price});
    });
    if (error.empty() && !found.best) {
      explain(emitDriverError(&network.context), wanted, found);
      return failure();
    }
  }
  if (!error.empty())
    return emitDriverError(&network.context) << error;
  Compression compression;
  compression.floatBytes = floatBytes;
  compression.samples = teacher->samples;
  compression.temperature = teacher->temperature;
  compression.curve = found.outcomes;
  compression.best = found.outcomes[*found.best];
  const Try &best = tried[*found.best];
  for (auto [index, op] :
       llvm::enumerate(findNumberedLayers(*network.module))) {
    const compress::CompressedLayer &compressed = best.layers[index];
    setCompressed(op, compressed.levels, compressed.steps, compressed.bias);
    Compression::Layer &layer =
        compression.layers.emplace_back(describe((*layers)[index], compressed));
    layer.bits = 8 * best.coded.weights[index];
    layer.bytes = best.coded.layers[index];
  }
  return compression;
}
