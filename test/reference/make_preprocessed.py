# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A model, raw images for it, and what ONNX Runtime makes of the images normalized.

Usage: make_preprocessed.py DIRECTORY --mean=A,B,C --std=A,B,C [--pad=N]
Writes model.onnx, which takes float NCHW, images.npz, bytes NHWC, and expected.npz.
"""

import argparse
import pathlib

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

SAMPLES, HEIGHT, WIDTH, CHANNELS, FILTERS = 20, 7, 6, 3, 5


def make_model(generator, pad):
    shape = (FILTERS, CHANNELS, 3, 3)
    filter_ = generator.normal(0, 0.3, shape).astype(np.float32)
    bias = generator.normal(0, 0.3, FILTERS).astype(np.float32)
    nodes = [
        helper.make_node("Conv", ["image", "filter", "bias"], ["conv"], pads=[pad] * 4),
        helper.make_node("Relu", ["conv"], ["scores"]),
    ]
    rows, columns = HEIGHT - 2 + 2 * pad, WIDTH - 2 + 2 * pad
    graph = helper.make_graph(
        nodes,
        "network",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", CHANNELS, HEIGHT, WIDTH])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["N", FILTERS, rows, columns])],
        [numpy_helper.from_array(filter_, "filter"), numpy_helper.from_array(bias, "bias")],
    )
    opset = helper.make_opsetid("", 13)
    return helper.make_model(graph, opset_imports=[opset], ir_version=8)


def main():
    def numbers(text):
        return np.array([float(number) for number in text.split(",")])

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=pathlib.Path)
    parser.add_argument("--mean", type=numbers, required=True)
    parser.add_argument("--std", type=numbers, required=True)
    parser.add_argument("--pad", type=int, default=0)
    options = parser.parse_args()
    options.directory.mkdir(parents=True)

    generator = np.random.default_rng(3)
    model = make_model(generator, options.pad).SerializeToString()
    shape = (SAMPLES, HEIGHT, WIDTH, CHANNELS)
    # Not all bytes, so that ranges that are seen differ from those of the type.
    images = generator.integers(3, 240, shape, dtype=np.uint8)
    normalized = ((images - options.mean) / options.std).astype(np.float32)
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    (expected,) = session.run(None, {"image": normalized.transpose(0, 3, 1, 2)})
    (options.directory / "model.onnx").write_bytes(model)
    np.savez(options.directory / "images.npz", images=images)
    np.savez(options.directory / "expected.npz", scores=expected)


if __name__ == "__main__":
    main()
