//===- InfoAsJson.cpp - What a library is, for programs -----------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands.h"
#include "Preparation.h"

#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>

using Json = nlohmann::ordered_json;

void quantc::printInfoAsJson(const quantc_model &model,
                             const std::string &path) {
  const quantc_provenance &provenance = *model.provenance;
  std::error_code ignored;
  Json info = {{"name", model.name},
               {"stage", provenance.stage},
               {"target", provenance.target},
               {"strategy", provenance.strategy},
               {"contract", provenance.contract},
               {"quantc", provenance.version},
               {"model", provenance.model_sha256},
               {"network", provenance.network_sha256},
               {"calibration", provenance.calibration_sha256},
               {"float_parameter_bytes", model.float_parameter_bytes},
               {"parameter_bytes", model.weights_bytes},
               {"file_bytes", std::filesystem::file_size(path, ignored)},
               {"state_bytes", model.state_bytes}};
  Json &encodings = info["encodings"] = Json::array();
  for (int64_t index = 0; index < model.encoding_count; ++index) {
    const quantc_encoding_info &encoding = model.encodings[index];
    encodings.push_back({{"name", encoding.name},
                         {"plain_bytes", encoding.plain_bytes},
                         {"bytes", encoding.bytes}});
  }
  Preparation preparation(model);
  if (preparation.session) {
    if (const quantc_choice *choice = preparation.session->choice())
      info["chosen"] = {{"target", choice->target},
                        {"strategy", choice->strategy},
                        {"reason", choice->reason}};
    info["load_ms"] = preparation.milliseconds;
    info["workspace_bytes"] = preparation.workspaceBytes;
  } else {
    info["error"] = preparation.error;
  }
  std::printf("%s\n", info.dump(2).c_str());
}
