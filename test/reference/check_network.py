# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares a quantized model, compiled for a target, with the numpy reference.

Usage: check_network.py DIRECTORY MODEL --calibrate=DATA --inputs=DATA.npz
                        [--count=N] [--target=TARGET] [--run=COMMAND]
Needs quantc, quant-opt and quant-run in PATH; leaves its files in DIRECTORY.
"""

import argparse
import pathlib
import shlex
import subprocess

import numpy as np

from run_reference import load_network, run


def compile_model(options, output, *arguments):
    command = ["quantc", options.model, "--calibrate", options.calibrate]
    command += [*arguments, "-o", output]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=pathlib.Path)
    parser.add_argument("model")
    parser.add_argument("--calibrate", required=True)
    parser.add_argument("--inputs", required=True)
    parser.add_argument("--count", type=int, default=32, help="only the first samples")
    parser.add_argument("--target", default="native")
    parser.add_argument(
        "--run", type=shlex.split, default=["quant-run"], help="quant-run for the target"
    )
    options = parser.parse_args()
    options.directory.mkdir(parents=True, exist_ok=True)
    network = options.directory / "quantized.mlir"
    library = options.directory / "network.so"
    inputs = options.directory / "inputs.npz"
    expected = options.directory / "expected.npz"

    arrays = dict(np.load(options.inputs))
    arrays = {name: array[: options.count] for name, array in arrays.items()}
    np.savez(inputs, **arrays)
    compile_model(options, network, "--stop-after=quantized")
    results = run(load_network(network), arrays)
    np.savez(expected, **results)
    compile_model(options, library, f"--target={options.target}")
    command = [*options.run, library, "--inputs", inputs, "--expect", expected]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    elements = sum(array.size for array in results.values())
    print(f"{options.target}: {options.count} samples, {elements} outputs equal")


if __name__ == "__main__":
    main()
