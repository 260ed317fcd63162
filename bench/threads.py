# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
r"""What several threads gain over one, beside what loops in registers alone gain.

    build/bench-venv/bin/python bench/threads.py resnet50 --threads 2

Two virtual CPUs may share one core, and all share caches and the clock: the loops
(ceiling.c), with as many multiply-adds as the network, say what can be gained on this
machine at most. All take turns as in compare.py; the medians are compared.
"""

import argparse
import pathlib
import statistics
import sys
import tempfile

import onnx

import peers
from compare import Contender, describe_machine, load, multiply_adds, show
from models import ROOT
from peers import ceilings, quantc


def measure(network, counts, contenders, options):
    """The contenders after all rounds, by label and number of threads."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        path, calibration, test = load(network, options.models, folder)
        model = onnx.load(path)
        everyone = {}
        for label, contender in contenders.items():
            for threads in counts:
                print(f"{path.stem}: {label}, {threads}", file=sys.stderr, flush=True)
                files = folder / f"{threads}"
                files.mkdir(exist_ok=True)
                task = peers.Task(path, model.graph.input[0].name, calibration,
                                  multiply_adds(model), threads, options.build, files)
                everyone[label, threads] = Contender(contender, task, test)
        for _ in range(options.rounds):
            for contender in everyone.values():
                contender.take_turn()
        for contender in everyone.values():
            contender.stop()
    return everyone


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("networks", nargs="+")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--build", type=pathlib.Path,
                        default=ROOT / "build/dev")
    parser.add_argument("--models", type=pathlib.Path,
                        default=ROOT / "../shared/models")
    options = parser.parse_args()
    contenders = {**quantc.contenders(["native"]), **ceilings.CONTENDERS}
    print(f"{describe_machine(options.threads)}\n")
    print(f"| network | | 1 thread ms | {options.threads} threads ms | times as fast |")
    print("|---|---|---|---|---|")
    for network in options.networks:
        counts = (1, options.threads)
        everyone = measure(network, counts, contenders, options)
        for label in contenders:
            measured = [everyone[label, count] for count in counts]
            missing = next((each.missing for each in measured if each.missing), None)
            if missing:
                print(f"| {network} | {label} | missing: {missing.splitlines()[0]} | | |")
                continue
            one, several = (statistics.median(each.times) for each in measured)
            print(f"| {network} | {label} | {show(one)} | {show(several)} "
                  f"| {one / several:.2f} |")


if __name__ == "__main__":
    main()
