//===- quant-run.cpp - Runs, checks and calibrates libraries ------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands.h"

#include "quantc/Runtime/Host/Library.h"
#include "quantc/Support/Version.h"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <cstdlib>

using namespace quantc;

static int fail(const std::string &text) {
  std::fprintf(stderr, "quant-run: error: %s\n", text.c_str());
  return 1;
}

static bool isAnyOf(const CLI::App &app,
                    std::initializer_list<const char *> names) {
  for (const char *name : names)
    if (app.count(name) > 0)
      return true;
  return false;
}

static bool parseSeconds(const std::string &text, double &seconds) {
  char *end = nullptr;
  seconds = std::strtod(text.c_str(), &end);
  return end != text.c_str() && *end == 0 && seconds >= 0;
}

int main(int argc, char **argv) {
  CLI::App app("Runs, checks and calibrates networks that quantc compiled.");
  app.set_version_flag("--version", describeVersion("quant-run"));
  RunOptions run;
  std::vector<std::string> files;
  std::string record, seconds;
  bool isCalibration = false, isMerge = false, isInfo = false;
  app.add_option("FILES", files,
                 "LIB; with --calibrate OBSERVED.so DATA...; with "
                 "--merge-records RECORD...")
      ->required();
  app.add_option("--inputs", run.inputs, "run the samples of an .npz or .npy");
  app.add_option("--outputs", run.outputs, "write what comes out to an .npz");
  app.add_option("--expect", run.expect,
                 "fail unless the outputs equal those of an .npz")
      ->type_name("FILE");
  app.add_option("--rtol", run.relativeTolerance,
                 "allowed difference relative to the largest expected value");
  app.add_option("--atol", run.absoluteTolerance, "allowed difference");
  app.add_option("--labels", run.labels,
                 "array of the inputs, or another file, with the classes");
  app.add_option("--threads", run.threads,
                 "how many threads a run may use (default: 1)")
      ->type_name("N");
  // A flag, as its value may be left out; those take text or integers only.
  app.add_flag("--benchmark{2}", seconds,
               "run one batch again and again, for SECONDS (=0.5; default: 2)");
  app.add_flag(
      "--per-layer", run.isPerLayer,
      "with --benchmark, the time of each layer of a library compiled with "
      "--profile");
  app.add_option("--compare", run.compare,
                 "how far the layers and outputs are from those of another "
                 "library")
      ->type_name("OTHER_LIB");
  app.add_flag("--json", run.isJson, "print one JSON object");
  app.add_flag("--info", isInfo, "print what the library is");
  app.add_flag("--calibrate", isCalibration,
               "run an observed library on DATA and write a record to -o");
  app.add_flag("--merge-records", isMerge, "write the sum of records to -o");
  app.add_option("-o,--record", record, "where the record goes");
  app.footer("DATA is an .npz with arrays named after the inputs, or an .npy; "
             "the first axis counts samples.\n"
             "Exit status: 0 if all that was asked for was done and "
             "--expect holds.");
  app.failure_message([](const CLI::App *, const CLI::Error &failure) {
    return "quant-run: error: " + std::string(failure.what()) +
           "\nTry: quant-run --help\n";
  });
  CLI11_PARSE(app, argc, argv);

  std::string error;
  if (isCalibration || isMerge) {
    if (record.empty())
      return fail("-o RECORD says where the record goes");
    if (isCalibration && isMerge)
      return fail("expected one of --calibrate and --merge-records");
    if (isInfo || isAnyOf(app, {"--inputs", "--outputs", "--expect", "--rtol",
                                "--atol", "--labels", "--threads", "--json",
                                "--benchmark", "--per-layer", "--compare"}))
      return fail("--calibrate and --merge-records only take files and -o");
    bool isDone = isMerge ? mergeRecords(files, record, error)
                          : calibrate(files, record, error);
    return isDone ? 0 : fail(error);
  }
  if (!record.empty())
    return fail("-o is where --calibrate and --merge-records write; --outputs "
                "says where outputs go");
  bool isBenchmark = app.count("--benchmark") > 0;
  if (run.isPerLayer && !isBenchmark)
    return fail("--per-layer needs --benchmark");
  if (isBenchmark && !parseSeconds(seconds, run.benchmarkSeconds))
    return fail("expected --benchmark=SECONDS, but got '" + seconds + "'");
  if (isBenchmark && isAnyOf(app, {"--outputs", "--expect", "--compare",
                                   "--labels", "--info"}))
    return fail("--benchmark excludes --outputs, --expect, --compare, --labels "
                "and --info");
  if (isAnyOf(app, {"--rtol", "--atol"}) && run.expect.empty())
    return fail("--rtol and --atol need --expect");
  if (!(run.relativeTolerance >= 0) || !(run.absoluteTolerance >= 0))
    return fail("expected --rtol and --atol of 0 or more");
  if (isInfo && isAnyOf(app, {"--inputs", "--outputs", "--expect", "--labels",
                              "--threads", "--compare"}))
    return fail("--info only takes a library and --json");
  if (files.size() != 1)
    return fail("expected one library, but got " +
                std::to_string(files.size()) + " files");
  auto library = host::Library::load(files.front(), error);
  if (!library)
    return fail(error);
  if (isBenchmark)
    return benchmark(library->getModel(), run, error) ? 0 : fail(error);
  bool isRun = isAnyOf(app, {"--inputs", "--outputs", "--expect", "--labels",
                             "--threads", "--json", "--compare"});
  if (isInfo || !isRun) {
    (run.isJson ? printInfoAsJson : printInfo)(library->getModel(),
                                               files.front());
    return 0;
  }
  if (run.inputs.empty() && library->getModel().input_count > 0)
    return fail("--inputs DATA says what to run");
  if (!run.compare.empty()) {
    if (isAnyOf(app, {"--outputs", "--expect", "--labels"}))
      return fail("--compare excludes --outputs, --expect and --labels");
    return compareLibraries(library->getModel(), run, error) ? 0 : fail(error);
  }
  return runLibrary(library->getModel(), run, error) ? 0 : fail(error);
}
