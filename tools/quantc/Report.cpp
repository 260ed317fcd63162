//===- Report.cpp - What a compile came to ------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Report.h"

#include "CompressionReport.h"
#include "PruningReport.h"

#include "quantc/Support/Version.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/JSON.h"

using namespace quantc;

int64_t Report::countMultiplyAdds() const {
  int64_t sum = 0;
  for (const Layer &layer : layers)
    sum += layer.multiplyAdds;
  return sum;
}

int64_t Report::countIntegerMultiplyAdds() const {
  int64_t sum = 0;
  for (const Layer &layer : layers)
    if (!isFloat && layer.whyFloat.empty())
      sum += layer.multiplyAdds;
  return sum;
}

std::optional<int64_t> Report::countAgreement() const {
  if (!before || !after)
    return std::nullopt;
  int64_t count = 0;
  for (auto [a, b] : llvm::zip_equal(before->answers, after->answers))
    count += a == b;
  return count;
}

static double percent(int64_t part, int64_t whole) {
  return whole == 0 ? 0 : 100.0 * part / whole;
}

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

static llvm::raw_ostream &line(llvm::raw_ostream &stream,
                               llvm::StringRef title) {
  return stream << "  " << llvm::left_justify(title, 11);
}

static void printEvaluation(const Evaluation &evaluation, llvm::StringRef title,
                            llvm::raw_ostream &stream) {
  line(stream, title);
  int64_t samples = evaluation.answers.size();
  if (evaluation.correct)
    stream << llvm::format("top-1 %.2f %% (",
                           percent(*evaluation.correct, samples))
           << *evaluation.correct << " of " << samples << "), ";
  stream << llvm::format("%.4f ms per sample\n",
                         evaluation.millisecondsPerSample);
}

/// Edges by ascending ratio: where the accuracy is lost comes first.
static std::vector<host::TensorDistance>
sortEdges(const host::Comparison &comparison) {
  std::vector<host::TensorDistance> edges = comparison.layers;
  llvm::sort(edges, [](const auto &a, const auto &b) {
    return std::make_pair(a.sqnr(), a.name) < std::make_pair(b.sqnr(), b.name);
  });
  return edges;
}

/// So many of the worst edges are in the text; the report has all.
static constexpr size_t kPrintedEdges = 3;

static void printEdges(const host::Comparison &comparison,
                       llvm::raw_ostream &stream) {
  std::vector<host::TensorDistance> edges = sortEdges(comparison);
  edges.resize(std::min(edges.size(), kPrintedEdges));
  line(stream, "accuracy") << "least SQNR of " << comparison.layers.size()
                           << " tensors: ";
  llvm::interleaveComma(edges, stream, [&](const host::TensorDistance &edge) {
    stream << "'" << edge.name << llvm::format("' %.1f dB", edge.sqnr());
  });
  stream << "\n";
}

/// Multiply-adds in tiles of other strategies than the one that was chosen.
static llvm::MapVector<llvm::StringRef, int64_t>
countOtherStrategies(const Report &report) {
  llvm::SmallVector<llvm::StringRef> chosen; // one for each target
  llvm::SplitString(report.strategy, chosen, "; ");
  llvm::MapVector<llvm::StringRef, int64_t> counts;
  for (const Layer &layer : report.layers) {
    llvm::StringRef strategy = llvm::StringRef(layer.kernel).split(' ').first;
    if (strategy != "loops" && !llvm::is_contained(chosen, strategy) &&
        layer.multiplyAdds != 0)
      counts[strategy] += layer.multiplyAdds;
  }
  return counts;
}

/// The inner loops, and which layers that multiply are not in tiles.
static void printStrategy(const Report &report, llvm::raw_ostream &stream) {
  line(stream, "strategy") << report.strategy;
  int64_t total = report.countMultiplyAdds(), inLoops = 0;
  for (const Layer &layer : report.layers)
    if (layer.kernel == "loops")
      inLoops += layer.multiplyAdds;
  if (total != 0)
    stream << llvm::format(", %.2f %%", percent(total - inLoops, total))
           << " of the multiply-adds in tiles";
  for (auto [strategy, count] : countOtherStrategies(report))
    stream << llvm::format(", %.2f %% by ", percent(count, total)) << strategy;
  stream << "\n";
  for (const Layer &layer : report.layers)
    if (inLoops != total && layer.kernel == "loops" && layer.multiplyAdds != 0)
      line(stream, "in loops") << layer.op << " '" << layer.name << "'\n";
}

/// So many of the layers that lose most are in the text; the report has all.
static constexpr size_t kPrintedCosts = 3;

/// What a run is expected to take, and where it is slow.
static void printCosts(const Report &report, llvm::raw_ostream &stream) {
  int64_t expected = 0, least = 0;
  llvm::SmallVector<const LayerCosts *> slow;
  for (const Layer &layer : report.layers)
    if (layer.costs) {
      expected += layer.costs->expectedCycles;
      least += layer.costs->leastCycles;
      if (!layer.costs->why.empty())
        slow.push_back(&*layer.costs);
    }
  if (expected == 0)
    return;
  line(stream, "expected") << expected
                           << llvm::format(" cycles, %.2f %% of the ceiling",
                                           percent(least, expected));
  if (!slow.empty())
    stream << ", " << slow.size() << " of the layers below half";
  stream << "\n";
  auto keyOf = [](const LayerCosts *costs) {
    return std::make_pair(costs->leastCycles - costs->expectedCycles,
                          llvm::StringRef(costs->name));
  };
  llvm::sort(slow, [&](const LayerCosts *a, const LayerCosts *b) {
    return keyOf(a) < keyOf(b);
  });
  slow.resize(std::min(slow.size(), kPrintedCosts));
  for (const LayerCosts *costs : slow)
    line(stream, "slow") << "'" << costs->name << "' "
                         << llvm::format("%.2f %%: ",
                                         100 * costs->shareOfCeiling())
                         << costs->why << "\n";
}

void quantc::printText(const Report &report, llvm::raw_ostream &stream) {
  stream << report.model << " -> " << report.output << "\n";
  line(stream, "size") << report.outputBytes << " bytes";
  if (report.floatConstantBytes != 0 && !report.isFloat)
    stream << "; constants " << report.floatConstantBytes << " bytes in float, "
           << report.constantBytes
           << llvm::format(" in int8 (%.2f times smaller)",
                           static_cast<double>(report.floatConstantBytes) /
                               report.constantBytes);
  stream << "\n";
  if (int64_t total = report.countMultiplyAdds(); total != 0) {
    int64_t integer = report.countIntegerMultiplyAdds();
    line(stream, "coverage") << llvm::format("%.2f %%", percent(integer, total))
                             << " of the multiply-adds in int8 (" << integer
                             << " of " << total << ")\n";
  }
  for (const Layer &layer : report.layers)
    if (!layer.whyFloat.empty())
      line(stream, "in float")
          << layer.op << " '" << layer.name << "': " << layer.whyFloat << "\n";
  printStrategy(report, stream);
  printCosts(report, stream);
  if (report.edges)
    printEdges(*report.edges, stream);
  if (report.pruning)
    printText(*report.pruning, stream);
  if (report.compression)
    printText(*report.compression, stream);
  if (report.before)
    printEvaluation(*report.before, "float", stream);
  if (report.after)
    printEvaluation(*report.after, report.isFloat ? "float" : "int8", stream);
  if (std::optional<int64_t> agreement = report.countAgreement())
    line(stream, "agreement")
        << *agreement << " of " << report.after->answers.size()
        << " answers are those of the float network\n";
}

//===----------------------------------------------------------------------===//
// JSON
//===----------------------------------------------------------------------===//

static void printEvaluation(const Evaluation &evaluation, llvm::StringRef title,
                            llvm::json::OStream &json) {
  json.attributeObject(title, [&] {
    if (evaluation.correct) {
      json.attribute("correct", *evaluation.correct);
      json.attribute("top1",
                     percent(*evaluation.correct, evaluation.answers.size()));
    }
    json.attribute("ms_per_sample", evaluation.millisecondsPerSample);
  });
}

static void printCosts(const LayerCosts &costs, llvm::json::OStream &json) {
  if (!costs.tile.empty())
    json.attribute("tile", costs.tile);
  json.attribute("bytes", costs.bytes);
  json.attribute("expected_cycles", costs.expectedCycles);
  json.attribute("least_cycles", costs.leastCycles);
  json.attribute("share_of_ceiling", costs.shareOfCeiling());
  if (!costs.why.empty())
    json.attribute("why_slow", costs.why);
}

static void printTime(const LayerTime &time, llvm::json::OStream &json) {
  json.attributeObject("measured", [&] {
    json.attribute("ms", time.milliseconds);
    json.attribute("share_of_ceiling", time.shareOfCeiling);
    if (!time.whySlow.empty())
      json.attribute("why_slow", time.whySlow);
  });
}

static void printLayer(const Layer &layer, const Report &report,
                       llvm::json::OStream &json) {
  bool isFloat = report.isFloat;
  json.object([&] {
    json.attribute("name", llvm::json::fixUTF8(layer.name));
    json.attribute("op", layer.op);
    json.attributeArray("shape", [&] {
      for (int64_t extent : layer.shape)
        if (extent < 0) // the batch
          json.value(nullptr);
        else
          json.value(extent);
    });
    json.attribute("multiply_adds", layer.multiplyAdds);
    json.attribute("constant_bytes", layer.constantBytes);
    json.attribute("kernel", layer.kernel);
    if (layer.costs)
      printCosts(*layer.costs, json);
    auto time = llvm::find_if(report.times, [&](const LayerTime &time) {
      return time.name == layer.name;
    });
    if (time != report.times.end())
      printTime(*time, json);
    json.attribute("int8", !isFloat && layer.whyFloat.empty());
    if (!layer.whyFloat.empty())
      json.attribute("why_float", llvm::json::fixUTF8(layer.whyFloat));
  });
}

static void printEdge(const host::TensorDistance &edge,
                      llvm::json::OStream &json) {
  json.object([&] {
    json.attribute("name", llvm::json::fixUTF8(edge.name));
    // JSON has no infinity: equal tensors have no ratio.
    if (edge.noise != 0)
      json.attribute("sqnr_db", edge.sqnr());
  });
}

static void printMembers(const Report &report, llvm::json::OStream &json) {
  json.attribute("quantc", kVersion);
  json.attribute("contract", kContract);
  json.attribute("model", llvm::json::fixUTF8(report.model));
  json.attribute("output", llvm::json::fixUTF8(report.output));
  json.attribute("target", report.target);
  json.attribute("strategy", report.strategy);
  json.attributeObject("bytes", [&] {
    json.attribute("model", report.modelBytes);
    json.attribute("output", report.outputBytes);
    json.attribute("constants", report.constantBytes);
    if (report.floatConstantBytes != 0)
      json.attribute("float_constants", report.floatConstantBytes);
    json.attribute("workspace", report.workspaceBytes);
  });
  if (report.loadMilliseconds)
    json.attribute("load_ms", *report.loadMilliseconds);
  json.attributeObject("multiply_adds", [&] {
    json.attribute("total", report.countMultiplyAdds());
    json.attribute("int8", report.countIntegerMultiplyAdds());
  });
  json.attributeArray("layers", [&] {
    for (const Layer &layer : report.layers)
      printLayer(layer, report, json);
  });
  if (report.edges)
    json.attributeArray("tensors", [&] {
      for (const host::TensorDistance &edge : report.edges->layers)
        printEdge(edge, json);
    });
  if (report.pruning)
    json.attributeObject("pruning", [&] { printJson(*report.pruning, json); });
  if (report.compression)
    json.attributeObject("compression",
                         [&] { printJson(*report.compression, json); });
  if (!report.after)
    return;
  json.attributeObject("evaluation", [&] {
    json.attribute("samples",
                   static_cast<int64_t>(report.after->answers.size()));
    if (report.before)
      printEvaluation(*report.before, "float", json);
    printEvaluation(*report.after, report.isFloat ? "float" : "int8", json);
    if (std::optional<int64_t> agreement = report.countAgreement())
      json.attribute("agreement", *agreement);
  });
}

void quantc::printJson(const Report &report, llvm::raw_ostream &stream) {
  llvm::json::OStream json(stream, /*IndentSize=*/2);
  json.object([&] { printMembers(report, json); });
  stream << "\n";
}
