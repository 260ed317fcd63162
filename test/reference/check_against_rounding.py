# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares quantc --compress with weights that are rounded to the nearest of few levels.

Usage: check_against_rounding.py QUANTC QUANT_RUN MODEL.onnx CALIBRATION.npz FOLDER BITS...
       [-- OPTION...]
For each number of bits, weights are rounded with a scale of max|w| for each channel. Their
size is that of an ideal code for the integers of each layer, with two bytes for each
scale and bias. The compressed network takes as many bytes of the coded section. With
int8 activations in both it has to diverge less on the calibration inputs.
"""

import json
import pathlib
import subprocess
import sys

import numpy as np
import onnx
from onnx import numpy_helper


def round_weight(weight, axis, bits):
    rows = np.moveaxis(weight, axis, 0)
    flat = rows.reshape(len(rows), -1)
    most = 2 ** (bits - 1) - 1
    scales = np.maximum(np.abs(flat).max(axis=1, keepdims=True), 1e-30) / most
    levels = np.rint(flat / scales)
    rounded = np.moveaxis((levels * scales).reshape(rows.shape), 0, axis)
    _, counts = np.unique(levels, return_counts=True)
    entropy = -np.sum(counts * np.log2(counts / levels.size))
    return rounded.astype(np.float32), entropy / 8 + 4 * len(flat)


def round_model(path, bits):
    """The model with rounded weights, and what they take."""
    model = onnx.load(path)
    size = 0
    channel_axes = {}
    sources = {node.output[0]: node for node in model.graph.node}
    for node in model.graph.node:
        if node.op_type not in ("Conv", "Gemm", "MatMul"):
            continue
        name = node.input[1]
        while name in sources and sources[name].op_type == "Reshape":
            name = sources[name].input[0]
        transposed = any(a.name == "transB" and a.i for a in node.attribute)
        channel_axes[name] = 0 if node.op_type == "Conv" or transposed else -1
    for tensor in model.graph.initializer:
        if tensor.name in channel_axes:
            weight = numpy_helper.to_array(tensor)
            rounded, taken = round_weight(weight, channel_axes.pop(tensor.name), bits)
            tensor.CopyFrom(numpy_helper.from_array(rounded, tensor.name))
            size += taken
    if channel_axes:
        sys.exit(f"no weights are found of {sorted(channel_axes)}")
    return model, int(size)


def log_softmax(logits):
    shifted = logits - logits.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def main(quantc, quant_run, model, data, folder, *rest):
    folder = pathlib.Path(folder)
    split = rest.index("--") if "--" in rest else len(rest)
    options = rest[split + 1 :]

    def answer(source, *way):
        library = folder / "network.so"
        subprocess.run([quantc, source, *way, "-o", library, *options], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        subprocess.run([quant_run, library, "--inputs", data, "--outputs", folder / "out.npz"],
                       check=True, stdout=subprocess.DEVNULL)
        outputs = np.load(folder / "out.npz")
        first = outputs[outputs.files[0]].astype(float)
        first = first.reshape(len(first), -1)
        is_probability = np.all(first >= 0) and np.allclose(first.sum(axis=1), 1, atol=1e-3)
        return np.log(np.maximum(first, 1e-30)) if is_probability else first

    teacher = answer(model, "--float")
    for bits in map(int, rest[:split]):
        rounded, size = round_model(model, bits)
        onnx.save(rounded, folder / "rounded.onnx")
        student = answer(folder / "rounded.onnx", "--calibrate", data)
        report_path = folder / "report.json"
        subprocess.run(
            [quantc, model, "--calibrate", data, "--compress", f"--target-bytes={size}",
             f"--report={report_path}", "-o", folder / "compressed.so", *options],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        report = json.loads(report_path.read_text())["compression"]
        p, q = (log_softmax(logits / report["temperature"]) for logits in (teacher, student))
        divergence = np.mean(np.sum(np.exp(p) * (p - q), axis=1))
        chosen = report["chosen"]
        print(f"{bits} bits: {size} bytes, divergence {divergence:.5f}; compressed to "
              f"{chosen['coded_bytes']:.0f} bytes, {chosen['kl']:.5f}", flush=True)
        if chosen["kl"] > divergence:
            sys.exit("expected less divergence than by rounding")


main(*sys.argv[1:])
