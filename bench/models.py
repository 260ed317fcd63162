# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The trained networks and their data, for the programs beside this file."""
import argparse
import json
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


def to_probabilities(outputs):
    """Where a network ends with logits, their softmax; in double precision."""
    outputs = outputs.astype(numpy.float64)
    if outputs.min() >= 0 and numpy.allclose(outputs.sum(1), 1, atol=0.02):
        return outputs
    powers = numpy.exp(outputs - outputs.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)


def divergence(expected, got):
    """Of the answers, in nats; int8 rounds small probabilities to 0."""
    expected, got = to_probabilities(expected), to_probabilities(got)
    got = numpy.maximum(got, 1e-4)
    terms = expected * numpy.log(numpy.maximum(expected, 1e-30) / got)
    return terms.sum(1).mean()


def describe_cpu():
    for line in open("/proc/cpuinfo"):
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return "unknown CPU"


class Network:
    """A model with its data as the tools take them, in a temporary folder."""

    def __init__(self, name, args, folder):
        from score import prepare  # beside the models, as parse_networks says

        self.model = args.models / NETWORKS[name]
        self.tools = args.build / "bin"
        self.binary = folder / "int8.so"
        self.folder = folder
        calibration, _ = prepare(name, "calibration")
        self.test, self.labels = prepare(name, "test")
        numpy.savez(folder / "calibration.npz", input=calibration)
        numpy.savez(folder / "test.npz", input=self.test)
        self.expected = run_float(self.model, self.test)

    def call(self, tool, *arguments):
        result = subprocess.run([self.tools / tool, *arguments], text=True,
                                capture_output=True)
        if result.returncode != 0:
            sys.exit(result.stderr)
        return result.stdout

    def record(self):
        """Calibrates once for several ways of choosing ranges."""
        observed = self.folder / "observed.so"
        self.call("quantc", self.model, "--observe", "-o", observed)
        self.call("quant-run", "--calibrate", observed, self.folder / "calibration.npz",
                  "-o", self.folder / "record")

    def run_int8(self, *options, calibration="calibration.npz"):
        """Compiles the network with the options to `library`; its outputs."""
        outputs = self.folder / "outputs.npz"
        self.call("quantc", self.model, "--calibrate", self.folder / calibration, *options,
                  "-o", self.binary)
        self.call("quant-run", self.binary, "--inputs", self.folder / "test.npz",
                  "--outputs", outputs)
        (array,) = numpy.load(outputs).values()
        return array.reshape(len(self.labels), -1)

    def describe(self):
        """What `library` says of itself."""
        return json.loads(self.call("quant-run", self.binary, "--info", "--json"))

    def compare(self, outputs):
        """Columns of a table: n, how many answers are right in float and in `outputs`, how
        many right ones were lost and won, and the divergence."""
        was_right = self.expected.argmax(1) == self.labels
        is_right = outputs.argmax(1) == self.labels
        return (f"{len(is_right)} | {100 * was_right.mean():.2f} % "
                f"| {100 * is_right.mean():.2f} % | {(was_right & ~is_right).sum()} "
                f"| {(is_right & ~was_right).sum()} "
                f"| {divergence(self.expected, outputs):.4f}")


def parse_networks(parser, networks=NETWORKS):
    """The arguments, of which `networks` are the default of those to take."""
    parser.add_argument("networks", nargs="*", metavar="NETWORK", default=list(networks),
                        help=", ".join(NETWORKS))
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/dev")
    parser.add_argument("--models", type=pathlib.Path, default=ROOT / "../shared/models",
                        help="folder of models, data and score.py")
    args = parser.parse_args()
    for name in args.networks:
        if name not in NETWORKS:
            sys.exit(f"unknown network '{name}', expected one of {', '.join(NETWORKS)}")
    sys.path.insert(0, str(args.models))
    return args


def each_network(args):
    """The names and networks that `args` has."""
    for name in args.networks:
        with tempfile.TemporaryDirectory() as folder:
            yield name, Network(name, args, pathlib.Path(folder))


def create_parser(text):
    return argparse.ArgumentParser(
        description=text, formatter_class=argparse.RawDescriptionHelpFormatter)
