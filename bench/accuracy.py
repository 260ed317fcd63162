#!/usr/bin/env python3
# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How many answers int8 costs, for every way of choosing ranges.

  build/venv/bin/python bench/accuracy.py [NETWORK...]

Calibrates each network on its calibration file only, compiles it once for every
range method, runs it on the test file and compares with ONNX Runtime on the float
model: the answers that differ (f), those that are right, and the signal-to-noise
ratio of the outputs. Fails where the default method has more than
max(0.5 % of n, 2 * sqrt(f)) wrong answers more than float.
"""
import argparse
import math
import pathlib
import subprocess
import sys
import tempfile

import numpy
import onnxruntime

ROOT = pathlib.Path(__file__).resolve().parent.parent
NETWORKS = {
    "mnist": "mnist/mnist.onnx",
    "dscnn": "keyword/dscnn.onnx",
    "resnet8": "cifar10/resnet8.onnx",
    "resnet20": "cifar10/resnet20.onnx",
}
METHODS = ["minmax", "mean", "percentile:99.99", "mse", "auto"]
DEFAULT = "auto"


def run_float(model, samples):
    """The outputs of the float network, [samples, classes]."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(
        str(model), options, providers=["CPUExecutionProvider"])
    tensor = session.get_inputs()[0]
    step = tensor.shape[0] if isinstance(tensor.shape[0], int) else 100
    outputs = [
        session.run(None, {tensor.name: samples[begin:begin + step]})[0]
        for begin in range(0, len(samples), step)
    ]
    return numpy.concatenate(outputs).reshape(len(samples), -1)


def signal_to_noise(expected, got):
    """In dB, of all outputs together."""
    noise = numpy.sum((expected - got) ** 2, dtype=numpy.float64)
    signal = numpy.sum(expected ** 2, dtype=numpy.float64)
    return math.inf if noise == 0 else 10 * math.log10(signal / noise)


class Network:
    """A model with its data as the tools take them, in a temporary folder."""

    def __init__(self, name, args, prepare, folder):
        self.model = args.models / NETWORKS[name]
        self.tools = args.build / "bin"
        self.weights = ["--pair-safe"] if args.pair_safe else []
        self.folder = folder
        calibration, _ = prepare(name, "calibration")
        test, self.labels = prepare(name, "test")
        numpy.savez(folder / "calibration.npz", input=calibration)
        numpy.savez(folder / "test.npz", input=test)
        self.expected = run_float(self.model, test)
        self.call("quantc", self.model, "--observe", "-o", folder / "observed.so")
        self.call("quant-run", "--calibrate", folder / "observed.so",
                  folder / "calibration.npz", "-o", folder / "record")

    def call(self, tool, *arguments):
        result = subprocess.run([self.tools / tool, *arguments], text=True,
                                capture_output=True)
        if result.returncode != 0:
            sys.exit(result.stderr)
        return result.stdout

    def run_int8(self, method):
        library = self.folder / "int8.so"
        outputs = self.folder / "outputs.npz"
        self.call("quantc", self.model, "--calibrate", self.folder / "record",
                  "--ranges=" + method, *self.weights, "-o", library)
        self.call("quant-run", library, "--inputs", self.folder / "test.npz",
                  "--outputs", outputs)
        (array,) = numpy.load(outputs).values()
        return array.reshape(len(self.labels), -1)


def report(name, network, methods):
    """Prints a row per method; whether the default loses little enough."""
    float_answers = network.expected.argmax(1)
    float_right = int((float_answers == network.labels).sum())
    n = len(network.labels)
    is_good = True
    for method in methods:
        outputs = network.run_int8(method)
        answers = outputs.argmax(1)
        right = int((answers == network.labels).sum())
        f = int((answers != float_answers).sum())
        allowed = max(0.005 * n, 2 * math.sqrt(f))
        print(f"| {name} | {method} | {n} | {f} | {100 * float_right / n:.2f} % "
              f"| {100 * right / n:.2f} % | {float_right - right:+d} | {allowed:.0f} "
              f"| {signal_to_noise(network.expected, outputs):.1f} |", flush=True)
        is_good &= method != DEFAULT or float_right - right <= allowed
    return is_good


def describe_cpu():
    for line in open("/proc/cpuinfo"):
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return "unknown CPU"


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("networks", nargs="*", metavar="NETWORK",
                        default=list(NETWORKS), help=", ".join(NETWORKS))
    parser.add_argument("--methods", default=",".join(METHODS),
                        help="range methods, separated by commas")
    parser.add_argument("--pair-safe", action="store_true",
                        help="compile with quantc --pair-safe")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/dev")
    parser.add_argument("--models", type=pathlib.Path,
                        default=ROOT / "../shared/models",
                        help="folder of models, data and score.py")
    args = parser.parse_args()
    for name in args.networks:
        if name not in NETWORKS:
            sys.exit(f"unknown network '{name}', expected one of {', '.join(NETWORKS)}")
    sys.path.insert(0, str(args.models))
    from score import prepare

    print(f"{describe_cpu()}, onnxruntime {onnxruntime.__version__}\n")
    print("| network | ranges | n | f | float | int8 | lost | allowed | SQNR dB |")
    print("|---|---|---|---|---|---|---|---|---|")
    is_good = True
    for name in args.networks:
        with tempfile.TemporaryDirectory() as folder:
            network = Network(name, args, prepare, pathlib.Path(folder))
            is_good &= report(name, network, args.methods.split(","))
    if not is_good:
        sys.exit(f"'{DEFAULT}' loses more answers than allowed")


if __name__ == "__main__":
    main()
