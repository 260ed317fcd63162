import os
import platform
import shutil
import subprocess
import tempfile

import lit.formats
from lit.llvm import llvm_config

config.name = "quantc"
config.test_format = lit.formats.ShTest(not llvm_config.use_lit_shell)
config.suffixes = [".mlir", ".test", ".ll"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.quantc_obj_root, "test")
config.excludes = ["Inputs"]

tools = [config.quantc_tools_dir, config.llvm_tools_dir]
for folder in reversed(tools):
    llvm_config.with_environment("PATH", folder, append_path=True)
llvm_config.use_default_substitutions()
llvm_config.add_tool_substitutions(
    ["quant-opt", "quant-translate", "quantc", "quant-run",
     "quantc-unit-tests", "compress-layer", "mlir-runner",
     "mlir-opt", "mlir-translate", "llc", "split-file", "llvm-nm"], tools)
# Before the default %python, which is the one that runs lit.
config.substitutions.insert(0, ("%python", config.quantc_python))
config.substitutions.append(("%models", config.quantc_models_dir))
config.substitutions.append(("%source_root", config.quantc_source_root))
# A folder with a libcuda.so.1 that runs PTX on the CPU (Device/StandIn).
config.substitutions.append(
    ("%stand-in", os.path.join(config.quantc_obj_root, "test", "Device", "StandIn")))
# Before %host_cc, which is the beginning of its name.
config.substitutions.append(("%host_cxx", config.host_cxx))
config.substitutions.append(("%host_cc", config.host_cc))
config.substitutions.append(("%mlir_lib_dir", config.mlir_lib_dir))
config.substitutions.append(("%shlibext", config.llvm_shlib_ext
                             if hasattr(config, "llvm_shlib_ext") else ".so"))

# The preset asan: `REQUIRES: asan`, `REQUIRES: fuzzers`. How long each fuzzer runs
# is a parameter, `lit --param fuzz_seconds=N`.
if config.llvm_use_sanitizer:
    config.available_features.add("asan")
    # LLVM's allocators poison what they have not given away, but the code that gives
    # it away may be in libraries without the sanitizer, as those of lld.
    config.environment["ASAN_OPTIONS"] = "allow_user_poisoning=0"
    llvm_config.add_tool_substitutions(["sanitizer-canary"], tools)
if config.llvm_use_sanitize_coverage:
    config.available_features.add("fuzzers")
    llvm_config.add_tool_substitutions(
        ["onnx-fuzzer", "record-fuzzer", "numpy-fuzzer", "section-fuzzer"], tools)
seconds = lit_config.params.get("fuzz_seconds", "60")
config.substitutions.append(
    ("%fuzz-options", f"-max_total_time={seconds} -timeout=20 -rss_limit_mb=2048"))
config.substitutions.append(("%obj_root", config.quantc_obj_root))

# The least target of this machine's architecture.
config.substitutions.append(
    ("%host_baseline", {"x86_64": "x86-64"}.get(platform.machine(), platform.machine())))

# Tests that run libraries for other machines say `REQUIRES: emulated-aarch64` or
# `REQUIRES: emulated-x86-64`. AArch64 programs are those of the preset aarch64.
def find_emulator(name, what, needed=()):
    emulator = shutil.which(name)
    missing = [path for path in needed if not os.path.exists(path)]
    if not emulator:
        missing.append(f"{name} (package qemu-user)")
    if not missing:
        config.available_features.add(f"emulated-{what}")
    else:
        lit_config.note(f"skipping tests emulated on {what}: no {', '.join(missing)}")
    return emulator or name


aarch64_tools = os.path.join(config.quantc_source_root, "build", "aarch64", "bin")
sysroot = os.path.join(config.quantc_source_root, "build", "sysroot-aarch64")
qemu = find_emulator("qemu-aarch64", "aarch64", [sysroot, f"{aarch64_tools}/quant-run"])
config.substitutions.append(("%qemu-aarch64", f"{qemu} -L {sysroot}"))
config.substitutions.append(("%aarch64-tools", aarch64_tools))
config.substitutions.append(
    ("%aarch64-cc", f"{config.llvm_tools_dir}/clang --target=aarch64-linux-gnu "
                    f"--sysroot={sysroot} -fuse-ld=lld"))
qemu = find_emulator("qemu-x86_64", "x86-64")
config.substitutions.append(("%qemu-x86-64", qemu))
config.substitutions.append(("%tools", config.quantc_tools_dir))

# Tests that assemble PTX say `REQUIRES: ptxas`. quant-translate looks there, too.
ptxas = shutil.which("ptxas") or shutil.which("ptxas", path="/usr/local/cuda/bin")
if ptxas:
    config.available_features.add("ptxas")
else:
    lit_config.note("skipping tests that assemble PTX: no ptxas (CUDA toolkit)")
config.substitutions.append(("%ptxas", ptxas or "ptxas"))

# Tests with a full disk mount a small one: `REQUIRES: small-disk`, which %small-disk
# FOLDER COMMAND... makes in FOLDER, for the command alone.
isolate = ["unshare", "--mount"] + ([] if os.geteuid() == 0 else ["--map-root-user"])
small_disk = [*isolate, os.path.join(config.test_source_root, "Tools", "Inputs", "on-small-disk")]
try:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([*small_disk, folder, "true"], check=True, capture_output=True)
    config.available_features.add("small-disk")
except (OSError, subprocess.CalledProcessError):
    lit_config.note("skipping tests with a full disk: unshare or mount is not permitted")
config.substitutions.append(("%small-disk", " ".join(small_disk)))

# Tests that compile C++ with ThreadSanitizer say `REQUIRES: tsan`.
probe = [config.host_cxx, "-fsanitize=thread", "-x", "c++", "-", "-lgtest", "-o", os.devnull]
if subprocess.run(probe, input=b"int main() {}", capture_output=True).returncode == 0:
    config.available_features.add("tsan")
else:
    lit_config.note("skipping tests with ThreadSanitizer: no libtsan or no gtest")

# Tests of examples/train_compressed say `REQUIRES: torch`. The interpreter is that of the
# environment that its README makes, or else %python.
modules = ["onnx", "PIL", "torch"]
find_modules = "import sys, importlib.util as u; sys.exit(not all(map(u.find_spec, sys.argv[1:])))"
trainers = [os.path.join(config.quantc_source_root, "build", "train", "bin", "python"),
            config.quantc_python]
for trainer in filter(os.path.exists, trainers):
    if subprocess.run([trainer, "-c", find_modules, *modules]).returncode == 0:
        config.available_features.add("torch")
        break
else:
    lit_config.note(f"skipping tests that train networks: no {', '.join(modules)}")
    trainer = config.quantc_python
config.substitutions.insert(0, ("%trainer", trainer))

# How many modules of ten random networks each of the four tests takes; more with
# `utils/test --long`.
is_long = lit_config.params.get("long", "0") != "0"
config.substitutions.append(("%random-modules", "250" if is_long else "25"))

# Tests of the larger networks say `REQUIRES: models`.
if os.path.exists(os.path.join(config.quantc_models_dir, "mnist", "mnist.onnx")):
    config.available_features.add("models")
