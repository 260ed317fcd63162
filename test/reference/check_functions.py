# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares every function of nn.unary on f32 with the numpy reference, byte for
byte, on many numbers of all magnitudes.

Usage: check_functions.py DIRECTORY
Needs quantc, quant-opt and quant-run in PATH.
"""

import argparse
import pathlib
import subprocess

import numpy as np

import elementary
from run_reference import load_network, run

COUNT = 4096  # numbers in a row of the input
PARAMETERS = {"hardsigmoid": 2, "selu": 2, "elu": 1, "celu": 1, "leaky_relu": 1}


def write_network():
    type_ = f"tensor<?x{COUNT}xf32>"
    lines, results = [], []
    for index, kind in enumerate(elementary.KINDS):
        names = ("alpha = 1.25 : f32", "beta = 0.75 : f32")[: PARAMETERS.get(kind, 0)]
        attributes = f" {{{', '.join(names)}}}" if names else ""
        lines.append(f"  %{index} = nn.unary {kind} %x{attributes} : {type_}")
        results.append(f'{type_} {{nn.name = "{kind}"}}')
    values = ", ".join(f"%{index}" for index in range(len(lines)))
    types = ", ".join([type_] * len(lines))
    return (
        f'func.func @network(%x: {type_} {{nn.name = "x"}}) -> ({", ".join(results)}) {{\n'
        + "\n".join(lines)
        + f"\n  return {values} : {types}\n}}\n"
    )


def make_inputs():
    rng = np.random.default_rng(0)
    rows = [np.linspace(-limit, limit, COUNT) for limit in (0.3, 1, 5, 25, 120)]
    magnitudes = 2.0 ** np.linspace(-148, 127, COUNT)
    rows += [magnitudes, -magnitudes, rng.normal(size=COUNT), rng.normal(size=COUNT) * 8]
    rows.append(np.resize([0.0, -0.0, np.inf, -np.inf], COUNT))
    return np.array(rows).astype(np.float32)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=pathlib.Path)
    directory = parser.parse_args().directory
    directory.mkdir(parents=True, exist_ok=True)
    network, library = directory / "functions.mlir", directory / "functions.so"
    inputs, outputs = directory / "inputs.npz", directory / "outputs.npz"
    network.write_text(write_network())
    arrays = {"x": make_inputs()}
    np.savez(inputs, **arrays)
    subprocess.run(["quantc", network, "--float", "-o", library], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["quant-run", library, "--inputs", inputs, "--outputs", outputs], check=True, stdout=subprocess.DEVNULL)
    results = np.load(outputs)
    differing = 0
    for kind, expected in run(load_network(network), arrays).items():
        got = results[kind]
        # NaN has many bit patterns, and IEEE does not say which.
        is_equal = (got.view(np.uint32) == expected.view(np.uint32)) | (np.isnan(got) & np.isnan(expected))
        if not is_equal.all():
            first = np.argwhere(~is_equal)[0]
            print(f"{kind}: {(~is_equal).sum()} differ, the first at x = {arrays['x'][tuple(first)]!r}")
        differing += int((~is_equal).sum())
    total = len(elementary.KINDS) * arrays["x"].size
    print(f"{len(elementary.KINDS)} functions, {differing} of {total} results differ")
    raise SystemExit(differing != 0)


if __name__ == "__main__":
    main()
