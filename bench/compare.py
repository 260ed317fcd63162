# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
r"""Times whole networks beside ONNX Runtime, in one process, in turns.

Every network is compiled by quantc, to int8 and to float, for every target, and
quantized by ONNX Runtime's own tool (QDQ, u8 activations, s8 weights per channel).
The contenders run in alternating rounds on one sample and one thread; the table has
the median and the minimum of each, and ratios of medians. Ceilings are contenders,
too: loops in registers alone (ceiling.c) with as many multiply-adds as the
convolutions and dense layers of the network have.

    build/venv/bin/python bench/compare.py resnet50 mobilenet_v2 \
        --targets native x86-64-v3

A network is a name from networks.py or the path of an .onnx file with one float
input. Needs the Python packages of utils/requirements-test.txt.
"""

import argparse
import ctypes
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np
import onnx
import onnxruntime

import networks

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "python"))
import quantc  # noqa: E402

CALIBRATION_SAMPLES = 8

# Functions of ceiling.c, with the flags of /proc/cpuinfo that they need.
CEILINGS = {
    "vpmaddwd": {"avx2"},
    "vpdpbusd": {"avx512_vnni"},
    "fma256": {"avx2", "fma"},
    "fma512": {"avx512f"},
}


class Samples:
    """Calibration data as onnxruntime.quantization reads them."""

    def __init__(self, name, array):
        self.feeds = iter([{name: array[i:i + 1]} for i in range(len(array))])

    def get_next(self):
        return next(self.feeds, None)


def multiply_adds(model):
    """Of the convolutions and dense layers, for one sample."""
    graph = onnx.shape_inference.infer_shapes(model).graph
    shapes = {
        info.name: [d.dim_value or 1 for d in info.type.tensor_type.shape.dim]
        for info in [*graph.value_info, *graph.output]
    }
    weights = {i.name: list(i.dims) for i in graph.initializer}
    total = 0
    for node in graph.node:
        if node.op_type in ("Conv", "Gemm", "MatMul"):
            shape = weights.get(node.input[1])
            if shape is None:
                continue
            outputs = np.prod(shapes[node.output[0]])
            is_conv = node.op_type == "Conv"
            transposed = any(a.name == "transB" and a.i for a in node.attribute)
            if is_conv:
                total += outputs * np.prod(shape[1:])
            else:
                total += outputs * shape[1 if transposed else 0]
    return int(total)


def session(path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    # Exact u8 x s8 sums on CPUs without VNNI.
    options.add_session_config_entry("session.x64quantprecision", "1")
    return onnxruntime.InferenceSession(
        str(path), options, providers=["CPUExecutionProvider"])


def quantize_by_onnxruntime(source, target, name, calibration):
    from onnxruntime.quantization import QuantFormat, QuantType, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    prepared = str(target) + ".prepared.onnx"
    quant_pre_process(str(source), prepared, skip_symbolic_shape=True)
    quantize_static(
        prepared, str(target), Samples(name, calibration),
        quant_format=QuantFormat.QDQ, per_channel=True,
        activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8)


# Runs a command and prints the most KiB that it had in memory. A process begins
# with the memory of the one that forks it, which has to be a small one.
MEASURE = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def compile_with_quantc(source, library, *options):
    """Seconds that it took, and the most MB of memory."""
    begin = time.perf_counter()
    measured = subprocess.run(
        [sys.executable, "-c", MEASURE, ROOT / "build/dev/bin/quantc", source,
         *options, "-o", library], stdout=subprocess.PIPE, check=True)
    seconds = time.perf_counter() - begin
    return seconds, int(measured.stdout) * 1024 / 1e6


def ceilings(folder):
    """Of the instructions that this CPU has, functions of a count."""
    library = folder / "ceiling.so"
    if not library.exists():
        subprocess.run(["cc", "-O2", "-shared", "-fPIC",
                        ROOT / "bench/ceiling.c", "-o", library], check=True)
    loaded = ctypes.CDLL(library)
    functions = {}
    for name, needed in CEILINGS.items():
        if needed <= set(cpu_info("flags").split()):
            functions[name] = getattr(loaded, name)
            functions[name].argtypes = [ctypes.c_int64]
            functions[name].restype = None
    return functions


def prepare(network, folder, options):
    """The contenders, as functions without arguments, by name."""
    source = pathlib.Path(network)
    if network in networks.NETWORKS:
        source = folder / f"{network}.onnx"
        onnx.save(networks.NETWORKS[network](), source)
    model = onnx.load(source)
    value = model.graph.input[0]
    shape = [d.dim_value or 1 for d in value.type.tensor_type.shape.dim]
    random = np.random.default_rng(2)
    calibration = random.normal(
        0, 1, (CALIBRATION_SAMPLES, *shape[1:])).astype(np.float32)
    np.savez(folder / "calibration.npz", **{value.name: calibration})
    sample = calibration[:1]

    quantized = folder / f"{source.stem}.int8.onnx"
    quantize_by_onnxruntime(source, quantized, value.name, calibration)
    contenders = {}
    for label, path in (("ONNX Runtime int8", quantized),
                        ("ONNX Runtime float", source)):
        runtime = session(path)
        contenders[label] = (
            lambda runtime=runtime: runtime.run(None, {value.name: sample}))
    builds = {}
    for target in options.targets:
        builds[f"quantc float, {target}"] = [f"--target={target}", "--float"]
        builds[f"quantc int8, {target}"] = [
            f"--target={target}", "--calibrate", folder / "calibration.npz"]
    for label, arguments in builds.items():
        library = folder / f"{source.stem}.{len(contenders)}.so"
        seconds, peak = compile_with_quantc(source, library, *arguments)
        print(f"{source.stem}: {label} compiled in {seconds:.1f} s, at most "
              f"{peak:.0f} MB", flush=True)
        loaded = quantc.Model(library)
        contenders[label] = lambda loaded=loaded: loaded.run(sample)
    count = multiply_adds(model)
    for label, function in ceilings(folder).items():
        contenders[f"ceiling of {label}"] = (
            lambda function=function: function(count))
    return source.stem, count, contenders


def measure(contenders, seconds):
    """Milliseconds of every run, by name; the contenders take turns."""
    times = {name: [] for name in contenders}
    for run in contenders.values():
        run()
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        for name, run in contenders.items():
            begin = time.perf_counter()
            run()
            times[name].append(1e3 * (time.perf_counter() - begin))
    return times


def cpu_info(key):
    for line in open("/proc/cpuinfo"):
        if line.startswith(key):
            return line.split(":")[1].strip()
    return platform.processor()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("networks", nargs="+")
    parser.add_argument("--seconds", type=float, default=30,
                        help="that each network is timed for")
    parser.add_argument("--targets", nargs="+", default=["native"],
                        help="quantc's --target, each two contenders")
    options = parser.parse_args()

    print(f"{cpu_info('model name')}, one thread, batch 1, "
          f"ONNX Runtime {onnxruntime.__version__}")
    with tempfile.TemporaryDirectory() as folder:
        for network in options.networks:
            name, count, contenders = prepare(network, pathlib.Path(folder),
                                              options)
            times = measure(contenders, options.seconds)
            reference = statistics.median(times["ONNX Runtime int8"])
            print(f"\n| {name}, {count / 1e6:.0f} M multiply-adds | median ms "
                  "| min ms | GOP/s | times ONNX Runtime int8 |")
            print("|---|---|---|---|---|")
            for label, values in times.items():
                median = statistics.median(values)
                print(f"| {label} | {median:.2f} | {min(values):.2f} "
                      f"| {2e-6 * count / median:.0f} "
                      f"| {reference / median:.2f} |", flush=True)


if __name__ == "__main__":
    main()
