# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares every model of a folder, compiled without quantization, with ONNX Runtime.

Usage: compare_with_onnxruntime.py FOLDER QUANTC QUANT_RUN [--except NAME]... [--exact]
Prints how many models are equal, up to 1e-4 of the largest element; with --exact, which
is for quantized models, byte for byte.
"""

import argparse
import pathlib
import subprocess
import sys

import numpy as np
import onnxruntime

# Samples for a network that takes any number; the batches of one that does not.
SAMPLES = 3
BATCHES = 2


def make_inputs(session, generator):
    """Of all inputs, and how many samples a run of the session takes."""
    infos = session.get_inputs()
    fixed = isinstance(infos[0].shape[0], int)
    samples = BATCHES * infos[0].shape[0] if fixed else SAMPLES

    def make(info):
        shape = (samples, *info.shape[1:])
        if info.type == "tensor(uint8)":
            return generator.integers(0, 256, shape, np.uint8)
        if info.type == "tensor(int8)":
            return generator.integers(-128, 128, shape, np.int8)
        return generator.normal(0, 4, shape).astype(np.float32)

    inputs = {info.name: make(info) for info in infos}
    return inputs, infos[0].shape[0] if fixed else samples


def run_reference(session, inputs, batch):
    samples = len(next(iter(inputs.values())))
    names = [output.name for output in session.get_outputs()]
    parts = [
        session.run(None, {name: data[begin : begin + batch] for name, data in inputs.items()})
        for begin in range(0, samples, batch)
    ]
    outputs = dict(zip(names, map(np.concatenate, zip(*parts))))
    # Equal zeros would prove nothing.
    assert all(np.unique(output).size > 1 for output in outputs.values()), names
    return outputs


def is_equal(model, options):
    settings = onnxruntime.SessionOptions()
    # Without it pairs of products saturate on CPUs that lack VNNI.
    settings.add_session_config_entry("session.x64quantprecision", "1")
    session = onnxruntime.InferenceSession(str(model), settings, ["CPUExecutionProvider"])
    inputs, batch = make_inputs(session, np.random.default_rng(7))
    paths = {kind: str(model.with_suffix(f".{kind}")) for kind in ("so", "in.npz", "out.npz")}
    np.savez(paths["in.npz"], **inputs)
    np.savez(paths["out.npz"], **run_reference(session, inputs, batch))
    commands = [
        [options.quantc, str(model), *options.compile, "-o", paths["so"]],
        [options.quant_run, paths["so"], "--inputs", paths["in.npz"],
         "--expect", paths["out.npz"], *options.tolerance],
    ]
    for command in commands:
        result = subprocess.run(command, capture_output=True, text=True)
        if result.returncode != 0:
            print(f"{model.stem}: {result.stdout}{result.stderr}", flush=True)
            return False
    return True


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("quantc")
    parser.add_argument("quant_run")
    parser.add_argument("--except", dest="excluded", action="append", default=[])
    parser.add_argument("--exact", action="store_true")
    options = parser.parse_args()
    options.compile = [] if options.exact else ["--float"]
    options.tolerance = [] if options.exact else ["--rtol=1e-4"]
    models = [
        model for model in sorted(options.folder.glob("*.onnx"))
        if model.stem not in options.excluded
    ]
    equal = sum(is_equal(model, options) for model in models)
    print(f"{equal} of {len(models)} models equal ONNX Runtime")
    sys.exit(equal != len(models) or not models)


if __name__ == "__main__":
    main()
