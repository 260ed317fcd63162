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
import math
import sys

import numpy
import onnxruntime

from models import create_parser, describe_cpu, each_network, parse_networks

METHODS = ["minmax", "mean", "percentile:99.99", "mse", "auto"]
DEFAULT = "auto"


def signal_to_noise(expected, got):
    """In dB, of all outputs together."""
    noise = numpy.sum((expected - got) ** 2, dtype=numpy.float64)
    signal = numpy.sum(expected ** 2, dtype=numpy.float64)
    return math.inf if noise == 0 else 10 * math.log10(signal / noise)


def report(name, network, methods, weights):
    """Prints a row per method; whether the default loses little enough."""
    float_answers = network.expected.argmax(1)
    float_right = int((float_answers == network.labels).sum())
    n = len(network.labels)
    is_good = True
    for method in methods:
        outputs = network.run_int8(f"--ranges={method}", *weights, calibration="record")
        answers = outputs.argmax(1)
        right = int((answers == network.labels).sum())
        f = int((answers != float_answers).sum())
        allowed = max(0.005 * n, 2 * math.sqrt(f))
        print(f"| {name} | {method} | {n} | {f} | {100 * float_right / n:.2f} % "
              f"| {100 * right / n:.2f} % | {float_right - right:+d} | {allowed:.0f} "
              f"| {signal_to_noise(network.expected, outputs):.1f} |", flush=True)
        is_good &= method != DEFAULT or float_right - right <= allowed
    return is_good


def main():
    parser = create_parser(__doc__)
    parser.add_argument("--methods", default=",".join(METHODS),
                        help="range methods, separated by commas")
    parser.add_argument("--pair-safe", action="store_true",
                        help="compile with quantc --pair-safe")
    args = parse_networks(parser)
    weights = ["--pair-safe"] if args.pair_safe else []
    print(f"{describe_cpu()}, onnxruntime {onnxruntime.__version__}\n")
    print("| network | ranges | n | f | float | int8 | lost | allowed | SQNR dB |")
    print("|---|---|---|---|---|---|---|---|---|")
    is_good = True
    for name, network in each_network(args):
        network.record()
        is_good &= report(name, network, args.methods.split(","), weights)
    if not is_good:
        sys.exit(f"'{DEFAULT}' loses more answers than allowed")


if __name__ == "__main__":
    main()
