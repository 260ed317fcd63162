import os

import lit.formats
from lit.llvm import llvm_config

config.name = "quantc"
config.test_format = lit.formats.ShTest(not llvm_config.use_lit_shell)
config.suffixes = [".mlir", ".test"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.quantc_obj_root, "test")
config.excludes = ["Inputs"]

tools = [config.quantc_tools_dir, config.llvm_tools_dir]
for folder in reversed(tools):
    llvm_config.with_environment("PATH", folder, append_path=True)
llvm_config.use_default_substitutions()
llvm_config.add_tool_substitutions(
    ["quant-opt", "quant-translate", "quantc", "quant-run",
     "quantc-unit-tests", "mlir-runner",
     "mlir-opt", "mlir-translate", "split-file", "llvm-nm"], tools)
# Before the default %python, which is the one that runs lit.
config.substitutions.insert(0, ("%python", config.quantc_python))
config.substitutions.append(("%models", config.quantc_models_dir))
config.substitutions.append(("%source_root", config.quantc_source_root))
config.substitutions.append(("%host_cc", config.host_cc))
config.substitutions.append(("%mlir_lib_dir", config.mlir_lib_dir))
config.substitutions.append(("%shlibext", config.llvm_shlib_ext
                             if hasattr(config, "llvm_shlib_ext") else ".so"))

# Tests of the larger networks say `REQUIRES: models`.
if os.path.exists(os.path.join(config.quantc_models_dir, "mnist", "mnist.onnx")):
    config.available_features.add("models")
