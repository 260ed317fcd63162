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

#include "llvm/Support/Format.h"

using namespace mlir;
using namespace quantc;

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
  }
  llvm_unreachable("all goals are covered");
}

static double bytesOf(const compress::CompressedLayer &layer) {
  return (layer.weightBits + layer.otherBits) / 8;
}

static compress::Outcome assess(double price, const Student::Result &result,
                                const Teacher &teacher) {
  compress::Outcome outcome;
  outcome.price = price;
  for (const compress::CompressedLayer &layer : result.layers)
    outcome.bytes += bytesOf(layer);
  outcome.divergence = compress::divergence(teacher.answers, result.answers,
                                            teacher.temperature);
  outcome.agreement = compress::agreement(teacher.answers, result.answers);
  return outcome;
}

static Compression::Layer
describe(const CompressibleLayer &layer,
         const compress::CompressedLayer &compressed) {
  Compression::Layer result;
  result.name = layer.name;
  result.weights = static_cast<int64_t>(compressed.levels.size());
  result.zeros = llvm::count(compressed.levels, 0);
  result.bits = compressed.weightBits;
  result.bytes = bytesOf(compressed);
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
  std::unique_ptr<Student> student =
      Student::create(network, options, *layers, *teacher, scratch);
  if (!student)
    return failure();

  compress::Goal wanted = toSearchGoal(goal, floatBytes);
  std::vector<std::vector<compress::CompressedLayer>> tried;
  std::string error;
  compress::SearchResult found = compress::searchPrice(
      wanted, [&](double price) -> std::optional<compress::Outcome> {
        std::optional<Student::Result> result = student->compress(price, error);
        if (!result)
          return std::nullopt;
        compress::Outcome outcome = assess(price, *result, *teacher);
        tried.push_back(std::move(result->layers));
        return outcome;
      });
  if (!error.empty())
    return emitDriverError(&network.context) << error;
  if (!found.best) {
    explain(emitDriverError(&network.context), wanted, found);
    return failure();
  }
  Compression compression;
  compression.floatBytes = floatBytes;
  compression.samples = teacher->samples;
  compression.temperature = teacher->temperature;
  compression.curve = found.outcomes;
  compression.best = found.outcomes[*found.best];
  for (auto [op, layer, compressed] : llvm::zip_equal(
           findNumberedLayers(*network.module), *layers, tried[*found.best])) {
    setCompressed(op, compressed.levels, compressed.steps, compressed.bias);
    compression.layers.push_back(describe(layer, compressed));
  }
  return compression;
}
