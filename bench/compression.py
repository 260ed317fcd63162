#!/usr/bin/env python3
# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How small networks become, and how fast coded weights are decoded.

  build/venv/bin/python bench/compression.py [NETWORK...]

Calibrates and compresses each network on its calibration file only, runs it on the
test file and compares its answers with those of ONNX Runtime on the float model. The
bytes are those of `quant-run --info --json`: all that replaces the parameters of the
model in the library, and the library. Then bench/decode.cpp, compiled as it says.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy

from accuracy import NETWORKS, ROOT, Network, describe_cpu

WAYS = [
    [],
    ["--encode=rans"],
    ["--encode=context"],
    ["--compress", "--encode=context"],
    ["--compress", "--max-kl=0.03", "--encode=context"],
    ["--compress", "--max-kl=0.06", "--encode=context"],
]


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


def measure(network, options):
    """What a library says of itself, and its outputs."""
    library, outputs = network.folder / "int8.so", network.folder / "outputs.npz"
    network.call("quantc", network.model, "--calibrate",
                 network.folder / "calibration.npz", *options, "-o", library)
    network.call("quant-run", library, "--inputs", network.folder / "test.npz",
                 "--outputs", outputs)
    info = json.loads(network.call("quant-run", library, "--info", "--json"))
    (array,) = numpy.load(outputs).values()
    return info, array.reshape(len(network.labels), -1)


def report(name, network):
    float_answers = network.expected.argmax(1)
    was_right = float_answers == network.labels
    for options in WAYS:
        info, outputs = measure(network, options)
        is_right = outputs.argmax(1) == network.labels
        size, before = info["parameter_bytes"], info["float_parameter_bytes"]
        print(f"| {name} | {' '.join(options) or 'int8'} | {size} | {before / size:.2f} "
              f"| {info['file_bytes']} | {len(is_right)} "
              f"| {100 * was_right.mean():.2f} % | {100 * is_right.mean():.2f} % "
              f"| {(was_right & ~is_right).sum()} | {(is_right & ~was_right).sum()} "
              f"| {divergence(network.expected, outputs):.4f} |", flush=True)


def time_decoders(args):
    with tempfile.TemporaryDirectory() as folder:
        program = pathlib.Path(folder) / "decode"
        subprocess.run(
            [args.compiler, "-std=c++17", "-Os", "-I", ROOT / "include",
             ROOT / "bench/decode.cpp", args.build / "lib/Support/libQuantcSupport.a",
             "-o", program], check=True)
        subprocess.run([program], check=True)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("networks", nargs="*", metavar="NETWORK",
                        default=list(NETWORKS), help=", ".join(NETWORKS))
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/dev")
    parser.add_argument("--compiler", default="c++", help="for bench/decode.cpp")
    parser.add_argument("--models", type=pathlib.Path,
                        default=ROOT / "../shared/models",
                        help="folder of models, data and score.py")
    args = parser.parse_args()
    for name in args.networks:
        if name not in NETWORKS:
            sys.exit(f"unknown network '{name}', expected one of {', '.join(NETWORKS)}")
    sys.path.insert(0, str(args.models))
    from score import prepare

    args.pair_safe = False
    print(f"{describe_cpu()}\n")
    print("| network | options | bytes | times smaller | file | n | float | int8 "
          "| lost | won | KL |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for name in args.networks:
        with tempfile.TemporaryDirectory() as folder:
            report(name, Network(name, args, prepare, pathlib.Path(folder)))
    print()
    time_decoders(args)


if __name__ == "__main__":
    main()
