# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares compiled random networks with the numpy reference, byte for byte.

Usage: check_random_networks.py DIRECTORY [--stage=quantized|float] [--seed=N]
                                [--modules=N] [--networks=N]
                                [--strategy=NAME | --all-strategies]
                                [--target=TARGET] [--run COMMAND...]
                                [--share-from=NANOSECONDS] [--expand] [--wide]
                                [--last=OP]
Every module holds several networks, and is compiled by the best strategy of the
target, by the one named, or by all that it has. Needs quantc, quant-opt,
quant-translate and quant-run in PATH. Prints every seed; a failing module stays in
DIRECTORY.
"""

import argparse
import pathlib
import re
import shlex
import subprocess

import numpy as np

import random_networks
from expand_intrinsics import expand
from run_reference import load_network, run


def list_strategies(target):
    """The strategies that the target has; what quantc says names all there are."""

    def try_strategy(name):
        command = ["quant-opt", f"-codegen-attach-target=target={target}"]
        command.append(f"-codegen-tile-contractions=strategy={name}")
        return subprocess.run(command, input="module {}", capture_output=True, text=True)

    names = re.search("expected (.*)", try_strategy("?").stderr)[1].split(", ")
    # naive is the one that makes no tiles.
    return [n for n in names if n == "naive" or try_strategy(n).returncode == 0]


class Checker:
    def __init__(self, options, strategies):
        self.options = options
        self.strategies = strategies
        self.quantized = options.stage == "quantized"

    def check(self, seed):
        """How many outputs of a module are equal; raises where one is not."""
        directory = self.options.directory
        text, arrays = random_networks.make(
            seed, self.options.networks, self.quantized, is_wide=self.options.wide,
            last=self.options.last)
        network = directory / f"random-{seed}.mlir"
        inputs = directory / "inputs.npz"
        expected = directory / "expected.npz"
        network.write_text(text)
        np.savez(inputs, **arrays)
        if not self.quantized:
            # Preparation may reorder weights, and with them the sums.
            command = ["quantc", network, "--stop-after=float", "-o", network]
            subprocess.run(command, check=True)
        results = run(load_network(network), arrays)
        np.savez(expected, **results)
        for strategy in self.strategies:
            library = directory / f"random-{seed}{strategy and '-' + strategy}.so"
            self.compile(network, strategy, library)
            for runner in self.options.run:
                command = [*shlex.split(runner), library, "--inputs", inputs, "--expect", expected]
                subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            library.unlink()
        network.unlink()
        return len(self.strategies) * sum(array.size for array in results.values())

    def compile(self, network, strategy, library):
        way = [] if self.quantized else ["--float"]
        target, share_from = self.options.target, self.options.share_from
        if share_from is None and not self.options.expand:
            command = ["quantc", network, *way, f"--target={target}", f"--strategy={strategy}", "-o", library]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            return
        module = library.with_suffix(".int8.mlir")
        binary = library.with_suffix(".binary.mlir")
        subprocess.run(["quantc", network, *way, "--stop-after=int8", "-o", module], check=True)
        codegen = f"target={target} strategy={strategy}"
        if share_from is not None:
            codegen += f" share-from={share_from}"
        subprocess.run(["quant-opt", module, f"-codegen-cpu={codegen}", "-lower-to-llvm-cpu", "-o", binary], check=True)
        if self.options.expand:
            binary.write_text(expand(binary.read_text()))
        subprocess.run(["quant-translate", "--emit=shared", binary, "-o", library], check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=pathlib.Path)
    parser.add_argument("--stage", choices=["quantized", "float"], default="quantized")
    parser.add_argument("--seed", type=int, default=0, help="of the first module")
    parser.add_argument("--modules", type=int, default=1)
    parser.add_argument("--networks", type=int, default=10, help="in each module")
    parser.add_argument("--wide", action="store_true",
                        help="larger images with more channels, which fill matrices")  # fmt: skip
    parser.add_argument("--last", choices=random_networks.Builder.LAST,
                        help="the op that ends every network")  # fmt: skip
    parser.add_argument("--strategy", default="")
    parser.add_argument("--all-strategies", action="store_true")
    parser.add_argument("--target", default="native")
    parser.add_argument("--run", nargs="+", default=["quant-run"],
                        help="quant-run for the target, once for each way to run")  # fmt: skip
    parser.add_argument("--share-from", type=int,
                        help="as -codegen-parallelize takes it; 0: all loops")  # fmt: skip
    parser.add_argument("--expand", action="store_true",
                        help="replace dot products by plain arithmetic, for machines without them")  # fmt: skip
    options = parser.parse_args()
    options.directory.mkdir(parents=True, exist_ok=True)
    strategies = list_strategies(options.target) if options.all_strategies else [options.strategy]
    checker = Checker(options, strategies)
    elements = 0
    for seed in range(options.seed, options.seed + options.modules):
        print(f"seed {seed}, {options.networks} {options.stage} networks", flush=True)
        elements += checker.check(seed)
    names = ", ".join(strategies) or "the best strategy"
    print(f"{options.modules * options.networks} networks by {names}: {elements} outputs equal")


if __name__ == "__main__":
    main()
