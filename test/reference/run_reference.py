# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs the numpy reference on a network in the nn dialect.

Usage: run_reference.py NETWORK.mlir --inputs IN.npz --outputs OUT.npz
"""

import argparse
import subprocess

import numpy as np

import contract
import mlir_text

LABELS = ("labels", "label", "y", "targets")


def load_network(path, quant_opt="quant-opt"):
    command = [quant_opt, "--mlir-print-op-generic", path]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return mlir_text.parse(text)


def prepare_inputs(network, arrays):
    """One array per input, in its type, with the first axis counting samples."""
    candidates = [name for name in arrays if name not in LABELS]
    inputs = []
    for name, type_, offset in zip(
        network.input_names, network.argument_types, network.input_offsets
    ):
        if name not in arrays and len(network.input_names) == len(candidates) == 1:
            name = candidates[0]
        array = arrays[name]
        dtype = np.float32 if type_.element == "f32" else np.int64
        array = array.astype(dtype)
        if offset:  # 0 would make -0.0 of an f32 input 0.0
            array = array + dtype(offset)
        inputs.append(array.reshape((len(array), *type_.shape[1:])))
    return inputs


def to_host(value, type_, offset):
    """What the host sees: stored integers in the width of their storage, or bytes."""
    if not contract.is_quantized(type_):
        return value.astype(np.float32)
    if offset:
        return (value - offset).astype(np.uint8)
    return value.astype({8: np.int8, 32: np.int32}[type_.element.bits])


def run(network, arrays):
    """The outputs by name for arrays as an .npz holds them.

    A network with a fixed batch sees that many samples at a time.
    """
    inputs = prepare_inputs(network, arrays)
    samples = len(inputs[0])
    batch = network.argument_types[0].shape[0] or samples
    assert samples % batch == 0, "the samples must fill the fixed batch"
    parts = []
    for begin in range(0, samples, batch):
        part = [array[begin : begin + batch] for array in inputs]
        values, types = contract.evaluate(network, part)
        parts.append(list(map(to_host, values, types, network.output_offsets)))
    return {
        name: np.concatenate(values)
        for name, values in zip(network.output_names, zip(*parts))
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("network")
    parser.add_argument("--inputs", required=True)
    parser.add_argument("--outputs", required=True)
    parser.add_argument("--count", type=int, help="only the first samples")
    options = parser.parse_args()
    arrays = dict(np.load(options.inputs))
    if options.count:
        arrays = {name: array[: options.count] for name, array in arrays.items()}
    np.savez(options.outputs, **run(load_network(options.network), arrays))


if __name__ == "__main__":
    main()
