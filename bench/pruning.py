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
import argparse
import json
import pathlib
import statistics
import sys
import tempfile

from accuracy import NETWORKS, ROOT, Network, describe_cpu
from compression import divergence, measure

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
    was_right = network.expected.argmax(1) == network.labels
    measure(network, [])
    whole = network.folder / "whole.so"
    (network.folder / "int8.so").rename(whole)
    for way in WAYS:
        path = network.folder / "report.json"
        try:
            info, outputs = measure(network, [way, f"--report={path}"])
        except SystemExit as refused:
            print(f"{name} {way}: {refused}", file=sys.stderr)
            continue
        pruning = json.loads(path.read_text())["pruning"]
        is_right = outputs.argmax(1) == network.labels
        ratios = time_in_turns(network, whole, network.folder / "int8.so")
        left = pruning["multiply_adds"] / pruning["multiply_adds_before"]
        print(f"| {name} | `{way}` | {100 * (1 - left):.1f} % | {info['parameter_bytes']} "
              f"| {len(is_right)} | {100 * was_right.mean():.2f} % "
              f"| {100 * is_right.mean():.2f} % | {(was_right & ~is_right).sum()} "
              f"| {(is_right & ~was_right).sum()} "
              f"| {divergence(network.expected, outputs):.4f} "
              f"| {pruning['expected_speedup']:.2f} | {statistics.median(ratios):.2f} "
              f"({min(ratios):.2f} to {max(ratios):.2f}) |", flush=True)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("networks", nargs="*", metavar="NETWORK",
                        default=list(NETWORKS), help=", ".join(NETWORKS))
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

    args.pair_safe = False
    print(f"{describe_cpu()}\n")
    print("| network | option | fewer multiply-adds | bytes | n | float | pruned | lost | won "
          "| KL | expected speedup | measured |")
    print("|---|---|---|---|---|---|---|---|---|---|---|---|")
    for name in args.networks:
        with tempfile.TemporaryDirectory() as folder:
            report(name, Network(name, args, prepare, pathlib.Path(folder)))


if __name__ == "__main__":
    main()
