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

int main(int argc, char **argv) {
  CLI::App app("Runs, checks and calibrates networks that quantc compiled.");
  app.set_version_flag("--version", describeVersion("quant-run"));
  RunOptions run;
  std::vector<std::string> files;
  std::string record;
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
  app.add_flag("--json", run.isJson, "print one JSON object");
  app.add_flag("--info", isInfo, "print what the library is");
  app.add_flag("--calibrate", isCalibration,
               "run an observed library on DATA and write a record to -o");
  app.add_flag("--merge-records", isMerge,
               "write the sum of records to -o");
  app.add_option("-o,--record", record, "where the record goes");
  app.footer("DATA is an .npz with arrays named after the inputs, or an .npy; "
             "the first axis counts samples.");
  CLI11_PARSE(app, argc, argv);

  std::string error;
  if (isCalibration || isMerge) {
    if (record.empty())
      return fail("-o RECORD says where the record goes");
    if (isInfo || isAnyOf(app, {"--inputs", "--outputs", "--expect",
                                "--labels", "--json"}))
      return fail("--calibrate and --merge-records only take files and -o");
    bool isDone = isMerge ? mergeRecords(files, record, error)
                          : calibrate(files, record, error);
    return isDone ? 0 : fail(error);
  }
  if (files.size() != 1)
    return fail("expected one library, but got " +
                std::to_string(files.size()) + " files");
  auto library = host::Library::load(files.front(), error);
  if (!library)
    return fail(error);
  if (isInfo || run.inputs.empty()) {
    if (isAnyOf(app, {"--outputs", "--expect", "--labels"}))
      return fail("--inputs DATA says what to run");
    printInfo(library->getModel());
    return 0;
  }
  return runLibrary(library->getModel(), run, error) ? 0 : fail(error);
}
