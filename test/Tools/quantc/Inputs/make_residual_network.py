# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes a small network with all kinds of convolutions, and inputs for it.

Usage: make_residual_network.py MODEL.onnx INPUTS.npz
"""

import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

RNG = np.random.default_rng(5)
NODES, INITIALIZERS = [], []


def constant(name, array):
    INITIALIZERS.append(numpy_helper.from_array(np.asarray(array, np.float32), name))
    return name


def node(op, inputs, name, **attributes):
    NODES.append(helper.make_node(op, inputs, [name], name=name, **attributes))
    return name


def conv(value, inputs, outputs, size, name, groups=1, has_bias=True, **attributes):
    depth = size * size * inputs // groups
    shape = (outputs, inputs // groups, size, size)
    weight = RNG.laplace(size=shape) / np.sqrt(depth)
    operands = [value, constant(name + "_w", weight)]
    if has_bias:
        operands.append(constant(name + "_b", RNG.normal(size=outputs) / 4))
    return node("Conv", operands, name, group=groups, kernel_shape=[size, size],
                **attributes)


def relu(value):
    return node("Relu", [value], value + "_relu")


def build():
    x = relu(conv("x", 3, 8, 3, "stem", pads=[1, 1, 1, 1], has_bias=False))
    inner = relu(conv(x, 8, 8, 3, "depthwise", groups=8, pads=[1, 1, 1, 1]))
    inner = conv(inner, 8, 8, 1, "pointwise")
    x = relu(node("Add", [inner, x], "sum1"))
    inner = relu(conv(x, 8, 16, 3, "grouped", groups=2, strides=[2, 2], pads=[0, 0, 1, 1]))
    inner = conv(inner, 16, 16, 3, "last", pads=[1, 1, 1, 1])
    beside = conv(x, 8, 16, 1, "beside", strides=[2, 2])
    x = relu(node("Add", [beside, inner], "sum2"))
    x = node("GlobalAveragePool", [x], "pool")
    x = node("Flatten", [x], "flat")
    weight = constant("dense_w", RNG.normal(size=(16, 5)))
    return node("Gemm", [x, weight, constant("dense_b", RNG.normal(size=5))], "logits")


def main(model_path, inputs_path):
    logits = build()
    graph = helper.make_graph(
        NODES, "residual",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", 3, 10, 10])],
        [helper.make_tensor_value_info(logits, TensorProto.FLOAT, ["batch", 5])],
        INITIALIZERS,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    onnx.save(model, model_path)
    smooth = RNG.normal(size=(120, 3, 12, 12))
    smooth = smooth[:, :, 1:-1, 1:-1] + smooth[:, :, 2:, 1:-1] + smooth[:, :, 1:-1, 2:]
    np.savez(inputs_path, x=smooth.astype(np.float32))


main(*sys.argv[1:])
