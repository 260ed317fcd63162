# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares compiled random networks with the numpy reference, byte for byte.

Usage: check_random_networks.py DIRECTORY [--stage=quantized|float] [--seed=N]
                                [--modules=N] [--networks=N]
                                [--target=TARGET] [--run=COMMAND]
                                [--share-from=NANOSECONDS]
Needs quantc, quant-opt, quant-translate and quant-run in PATH. Prints every seed; a
failing module stays in DIRECTORY.
"""

import argparse
import pathlib
import shlex
import subprocess

import numpy as np

import random_networks
from run_reference import load_network, run


def compile_network(network, library, quantized, options):
    way = [] if quantized else ["--float"]
    build = [f"--target={options.target}", f"--strategy={options.strategy}"]
    if options.share_from is None:
        command = ["quantc", network, *build, *way, "-o", library]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return
    module = library.with_suffix(".int8.mlir")
    binary = library.with_suffix(".binary.mlir")
    subprocess.run(["quantc", network, *way, "--stop-after=int8", "-o", module], check=True)
    codegen = (f"target={options.target} strategy={options.strategy} "
               f"share-from={options.share_from}")  # fmt: skip
    subprocess.run(["quant-opt", module, f"-codegen-cpu={codegen}", "-lower-to-llvm-cpu",
                    "-o", binary], check=True)  # fmt: skip
    subprocess.run(["quant-translate", "--emit=shared", binary, "-o", library], check=True)


def check(directory, seed, quantized, options):
    text, arrays = random_networks.make(seed, options.networks, quantized)
    network = directory / f"random-{seed}.mlir"
    library = directory / f"random-{seed}.so"
    inputs = directory / "inputs.npz"
    expected = directory / "expected.npz"
    network.write_text(text)
    np.savez(inputs, **arrays)
    if not quantized:
        # Preparation may reorder weights, and with them the sums.
        command = ["quantc", network, "--stop-after=float", "-o", network]
        subprocess.run(command, check=True)
    results = run(load_network(network), arrays)
    np.savez(expected, **results)
    compile_network(network, library, quantized, options)
    for runner in options.run:
        command = [*shlex.split(runner), library, "--inputs", inputs, "--expect", expected]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    network.unlink()
    return sum(array.size for array in results.values())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=pathlib.Path)
    parser.add_argument("--stage", choices=["quantized", "float"], default="quantized")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--modules", type=int, default=1)
    parser.add_argument("--networks", type=int, default=50, help="in each module")
    parser.add_argument("--target", default="native")
    parser.add_argument("--strategy", default="")
    parser.add_argument("--run", nargs="+", default=["quant-run"],
                        help="quant-run for the target, once for each way to run")
    parser.add_argument("--share-from", type=int,
                        help="as -codegen-parallelize takes it; 0: all loops")
    options = parser.parse_args()
    options.directory.mkdir(parents=True, exist_ok=True)
    elements = 0
    for seed in range(options.seed, options.seed + options.modules):
        print(f"seed {seed}, {options.networks} {options.stage} networks", flush=True)
        elements += check(options.directory, seed, options.stage == "quantized", options)
    print(f"{options.modules * options.networks} networks, {elements} outputs equal")


if __name__ == "__main__":
    main()
