# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A model as training with a price on bits leaves it: few different levels, scales with
few bits, biases in units of the sums.

Usage: trained_levels.py write          model.onnx, levels.npz, x.npz
       trained_levels.py check MLIR     whether the network has these integers and scales
       trained_levels.py sizes JSON LIB whether what quant-run --info says adds up
"""

import json
import os
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

INPUT_SCALE, SCALE = np.float32(1 / 32), np.float32(1 / 8)


def make_layer(rng, shape):
    """Levels, mostly 0; a step of the layer times eighths; a bias that is a multiple of 64
    together with the zero point of -128 that quantc stores."""
    levels = np.rint(rng.laplace(0, 0.35, shape)).astype(np.int8)
    scales = rng.choice([8, 9, 10, 12], len(levels)).astype(np.float32) / 64
    sums = levels.reshape(len(levels), -1).sum(1, dtype=np.int32)
    bias = 64 * rng.integers(-9, 10, len(levels)).astype(np.int32) - 128 * sums
    return levels, scales, bias


class Writer:
    def __init__(self):
        self.nodes, self.initializers = [], []

    def node(self, operator, inputs, output, **attributes):
        self.nodes.append(helper.make_node(operator, inputs, [output], output, **attributes))
        return output

    def constant(self, name, array):
        self.initializers.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def dequantize(self, name, integers, scales):
        operands = [self.constant(name + "_integers", integers),
                    self.constant(name + "_scales", scales)]
        return self.node("DequantizeLinear", operands, name, axis=0)

    def quantize(self, real, output, scale):
        operands = [self.constant(output + "_scale", scale),
                    self.constant(output + "_zero", np.uint8(0))]
        integers = self.node("QuantizeLinear", [real, *operands], output + "_integers")
        return self.node("DequantizeLinear", [integers, *operands], output)


def write():
    rng = np.random.default_rng(7)
    layers = {"conv": make_layer(rng, (12, 3, 3, 3)), "fc": make_layer(rng, (10, 12 * 64))}
    writer = Writer()
    x = writer.quantize("x", "input", INPUT_SCALE)
    for name, (levels, scales, bias) in layers.items():
        input_scale = INPUT_SCALE if name == "conv" else SCALE
        operands = [x, writer.dequantize(name + "_weight", levels, scales),
                    writer.dequantize(name + "_bias", bias, input_scale * scales)]
        if name == "conv":
            x = writer.node("Conv", operands, name, kernel_shape=[3, 3], pads=[1] * 4)
            x = writer.quantize(writer.node("Relu", [x], "relu"), "hidden", SCALE)
            x = writer.quantize(writer.node("Flatten", [x], "flat"), "row", SCALE)
        else:
            x = writer.node("Gemm", operands, name, transB=1)
    writer.quantize(x, "y", SCALE)
    value = lambda name, shape: helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
    graph = helper.make_graph(writer.nodes, "trained", [value("x", ["N", 3, 8, 8])],
                              [value("y", ["N", 10])], writer.initializers)
    model = helper.make_model(graph, ir_version=8,
                              opset_imports=[helper.make_opsetid("", 17)])
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, "model.onnx")
    np.savez("levels.npz", **{f"{name}_{key}": array for name, layer in layers.items()
                              for key, array in zip(("levels", "scales", "bias"), layer)})
    np.savez("x.npz", x=rng.uniform(0, 8, (40, 3, 8, 8)).astype(np.float32))


def check(path):
    sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../reference"))
    import run_reference

    network = run_reference.load_network(path)
    casts = {op.operands[0]: op.result_types[0].element for op in network.ops
             if op.name == "quant.scast"}
    constants = [(op.attributes["value"], casts.get(op.results[0])) for op in network.ops
                 if op.name == "arith.constant"]
    expected = np.load("levels.npz")
    for name in ("conv", "fc"):
        levels = expected[name + "_levels"]
        if name == "conv":  # output channels, rows, columns, input channels
            levels = levels.transpose(0, 2, 3, 1)
        else:  # features in the order of height, width, channels
            levels = levels.reshape(10, 12, 64).transpose(0, 2, 1).reshape(10, -1)
        (scales,) = [type.scales for array, type in constants
                     if array.shape == levels.shape and (array == levels).all()]
        assert np.array_equal(np.float32(scales), expected[name + "_scales"]), name
        assert any(array.dtype == np.int32 and np.array_equal(array, expected[name + "_bias"])
                   for array, _ in constants), name


def entropy_bytes(levels):
    counts = np.unique(levels, return_counts=True)[1]
    return -(counts * np.log2(counts / levels.size)).sum() / 8


def sizes(info_path, library):
    info, expected = json.load(open(info_path)), np.load("levels.npz")
    layers = [[expected[f"{name}_{key}"] for key in ("levels", "bias")]
              for name in ("conv", "fc")]
    assert info["float_parameter_bytes"] == 4 * sum(
        levels.size + bias.size for levels, bias in layers), info
    assert info["file_bytes"] == os.path.getsize(library), info
    coded = {encoding["name"]: encoding for encoding in info["encodings"]}
    assert sorted(coded) == ["context", "section", "words"], info
    assert info["parameter_bytes"] == sum(e["bytes"] for e in coded.values()), info
    # Levels in about what their histograms say, and gain and bias of a channel in less
    # than three bytes of the eight that they are.
    assert coded["context"]["bytes"] < 1.1 * sum(entropy_bytes(l) for l, _ in layers) + 16, info
    channels = sum(bias.size for _, bias in layers)
    assert coded["words"]["plain_bytes"] >= 8 * channels, info
    assert coded["words"]["bytes"] < 3 * channels, info


if __name__ == "__main__":
    {"write": write, "check": check, "sizes": sizes}[sys.argv[1]](*sys.argv[2:])
