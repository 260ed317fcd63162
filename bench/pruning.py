#!/usr/bin/env python3
# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What networks lose with their channels, and how much faster they are.

  build/venv/bin/python bench/pruning.py [NETWORK...]

Prunes each network on its calibration file only, runs it on the test file and compares
its answers with those of ONNX Runtime on the float model. Times are ratios: the whole
and the pruned library, both int8, run in turns; the median over the turns, least and
most behind it.
"""
import json
import statistics
import sys

from models import create_parser, describe_cpu, each_network, parse_networks

WAYS = ["--prune-channels=0.1", "--prune-channels=0.2", "--prune-channels=0.3",
        "--target-speedup=1.2"]
TURNS, SECONDS = 11, 0.5


def time_in_turns(network, whole, pruned):
    """How many times as fast the pruned library is, in each turn."""
    def run(library):
        text = network.call("quant-run", library, f"--benchmark={SECONDS}", "--json")
        return json.loads(text)["ms_median"]

    return [run(whole) / run(pruned) for _ in range(TURNS)]


def report(name, network):
    network.run_int8()
    whole = network.binary.rename(network.folder / "whole.so")
    for way in WAYS:
        path = network.folder / "report.json"
        try:
            outputs = network.run_int8(way, f"--report={path}")
        except SystemExit as refused:
            print(f"{name} {way}: {refused}", file=sys.stderr)
            continue
        pruning = json.loads(path.read_text())["pruning"]
        ratios = time_in_turns(network, whole, network.binary)
        left = pruning["multiply_adds"] / pruning["multiply_adds_before"]
        print(f"| {name} | `{way}` | {100 * (1 - left):.1f} % "
              f"| {network.describe()['parameter_bytes']} | {network.compare(outputs)} "
              f"| {pruning['expected_speedup']:.2f} | {statistics.median(ratios):.2f} "
              f"({min(ratios):.2f} to {max(ratios):.2f}) |", flush=True)


def main():
    args = parse_networks(create_parser(__doc__))
    print(f"{describe_cpu()}\n")
    print("| network | option | fewer multiply-adds | bytes | n | float | pruned | lost | won "
          "| KL | expected speedup | measured |")
    print("|---|---|---|---|---|---|---|---|---|---|---|---|")
    for name, network in each_network(args):
        report(name, network)


if __name__ == "__main__":
    main()
