# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""An ONNX graph as a PyTorch module whose layers have integer weights."""

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import helper, numpy_helper
from torch import nn

from quantizer import ActivationQuantizer, Layer

# Operators whose results are numbers that their first operand has, too.
MOVES = {"Dropout", "Flatten", "Identity", "MaxPool", "Pad", "Reshape", "Slice", "Transpose"}
# Operators that the step before them takes over where nothing else reads its result.
ACTIVATIONS = {"Clip", "Relu"}


def padded(x, pads, value=0.0):
    """Pads as ONNX has them, [begins, ends], of the last axes of x."""
    half = len(pads) // 2
    pairs = [int(pad) for axis in reversed(range(half)) for pad in (pads[axis], pads[axis + half])]
    return F.pad(x, pairs, value=value) if any(pairs) else x


def explicit_pads(attributes):
    if attributes.get("auto_pad", b"NOTSET") not in (b"NOTSET", b"VALID"):
        raise SystemExit("expected explicit pads, but got auto_pad "
                         f"{attributes['auto_pad'].decode()}")
    return attributes.get("pads", [0] * 4)


def max_pool(attributes, x):
    x = padded(x, explicit_pads(attributes), -torch.inf)
    return F.max_pool2d(x, attributes["kernel_shape"], attributes.get("strides", 1),
                        ceil_mode=bool(attributes.get("ceil_mode", 0)))


def average_pool(attributes, x):
    pads = explicit_pads(attributes)
    if any(pads):
        raise SystemExit(f"expected an average pool without pads, but got {pads}")
    return F.avg_pool2d(x, attributes["kernel_shape"], attributes.get("strides", 1))


def reshape(attributes, x, shape):
    return x.reshape([x.shape[axis] if size == 0 else int(size)
                      for axis, size in enumerate(shape)])


def cut(attributes, x, starts, ends, axes=None, steps=None):
    count = len(starts)
    slices = [slice(None)] * x.dim()
    for start, end, axis, step in zip(starts, ends, range(count) if axes is None else axes,
                                      [1] * count if steps is None else steps):
        slices[int(axis)] = slice(int(start), int(end), int(step))
    return x[tuple(slices)]


def pad(attributes, x, pads, value=None, axes=None):
    if attributes.get("mode", b"constant") != b"constant" or axes is not None:
        raise SystemExit("expected a Pad of all axes with a constant")
    return padded(x, pads, 0.0 if value is None else float(value))


def clip(attributes, x, least=None, most=None):
    return x.clamp(None if least is None else float(least), None if most is None else float(most))


OPERATORS = {
    "Add": lambda attributes, x, y: x + y,
    "AveragePool": average_pool,
    "Clip": clip,
    "Dropout": lambda attributes, x, *_: x,
    "Flatten": lambda attributes, x: x.flatten(attributes.get("axis", 1)),
    "GlobalAveragePool": lambda attributes, x: x.mean((2, 3), keepdim=True),
    "Identity": lambda attributes, x: x,
    "MaxPool": max_pool,
    "Pad": pad,
    "Relu": lambda attributes, x: x.relu(),
    "Reshape": reshape,
    "Slice": cut,
    "Transpose": lambda attributes, x: x.permute(attributes["perm"]),
}


def convolution(attributes):
    pads = explicit_pads(attributes)
    is_even = pads[:2] == pads[2:]  # as many in front as behind

    def apply(x, weight):
        x = x if is_even else padded(x, pads)
        return F.conv2d(x, weight, None, attributes.get("strides", 1),
                        pads[:2] if is_even else 0, attributes.get("dilations", 1),
                        attributes.get("group", 1))
    return apply


class Step:
    """One node, or a layer with the batch norm or the bias behind it."""

    def __init__(self, node, output):
        self.node, self.output = node, output
        self.attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        self.inputs = [node.input[0]]
        self.layer = self.quantizer = None  # indices of submodules
        self.is_transposed = False  # the weights of the model, to those of the layer
        self.is_move = node.op_type in MOVES


class Network(nn.Module):
    """`model` is a float ONNX model; convolutions and dense layers with constant weights
    become `layers`, what is between them stays what it is. Called with the input, it gives
    the output, or what the softmax at the end takes."""

    def __init__(self, model):
        super().__init__()
        self.model = model
        self.constants = {i.name: numpy_helper.to_array(i) for i in model.graph.initializer}
        inputs = [i for i in model.graph.input if i.name not in self.constants]
        if len(inputs) != 1 or len(model.graph.output) != 1:
            raise SystemExit("expected a model with one input and one output, but got "
                             f"{len(inputs)} and {len(model.graph.output)}")
        self.input = inputs[0]
        self.layers, self.quantizers = nn.ModuleList(), nn.ModuleList()
        self.steps, self.softmax = [], None
        self.readers = {}
        for node in model.graph.node:
            for name in node.input:
                self.readers.setdefault(name, []).append(node)
        self.read()
        self.place_quantizers()

    def read(self):
        taken = set()  # ids of nodes that belong to the layer before them
        for node in self.model.graph.node:
            if id(node) in taken:
                continue
            if node.op_type == "Constant":
                value = helper.get_attribute_value(node.attribute[0])
                self.constants[node.output[0]] = numpy_helper.to_array(value)
            elif node.op_type in ("Conv", "Gemm", "MatMul"):
                self.read_layer(node, taken)
            elif node.op_type == "Softmax" and node.output[0] == self.model.graph.output[0].name:
                self.softmax = node
            elif node.op_type in OPERATORS:
                self.read_operator(node)
            else:
                raise SystemExit(f"node '{node.name}': {node.op_type} is not supported, expected "
                                 f"one of {', '.join(sorted(OPERATORS))}, Conv, "
                                 "BatchNormalization, Gemm, MatMul or a last Softmax")

    def read_operator(self, node):
        step = Step(node, node.output[0])
        values = [name for name in node.input if name and name not in self.constants]
        if node.op_type == "Add" and len(values) != 2:
            raise SystemExit(f"node '{node.name}': expected a sum of two activations")
        step.inputs = list(node.input)
        self.steps.append(step)

    def only_reader(self, name):
        readers = self.readers.get(name, [])
        return readers[0] if len(readers) == 1 else None

    def read_layer(self, node, taken):
        if node.input[1] not in self.constants:
            raise SystemExit(f"node '{node.name}': expected constant weights")
        step = Step(node, node.output[0])
        weight, bias = self.constants[node.input[1]], self.constants.get("".join(node.input[2:]))
        if node.op_type == "Conv":
            apply = convolution(step.attributes)
        else:
            apply = F.linear
            if any(step.attributes.get(name, expected) != expected
                   for name, expected in (("alpha", 1), ("beta", 1), ("transA", 0))):
                raise SystemExit(f"node '{node.name}': expected alpha 1, beta 1 and transA 0")
            step.is_transposed = not step.attributes.get("transB", 0)
            weight = weight.T if step.is_transposed else weight
        step.parameters, norm = list(node.input[1:]), None
        follower = self.find_follower(step, bias)
        if follower is not None:
            names = [name for name in follower.input if name != step.output]
            values = [self.constants[name] for name in names]
            if follower.op_type == "Add":
                step.parameters += names
                bias = values[0].reshape(-1)
            else:
                step.parameters = [node.input[1], *names]
                epsilons = [a.f for a in follower.attribute if a.name == "epsilon"]
                norm = [*values, *(epsilons or [1e-5])]
            taken.add(id(follower))
            step.output = follower.output[0]
        step.layer = len(self.layers)
        self.layers.append(Layer(apply, weight, bias, norm))
        self.steps.append(step)

    def find_follower(self, step, bias):
        """The batch norm behind a layer, or the sum with a bias if it has none."""
        reader = self.only_reader(step.output)
        if reader is None:
            return None
        is_constant = all(name == step.output or name in self.constants for name in reader.input)
        kinds = ["BatchNormalization"] + ["Add"] * (bias is None)
        return reader if reader.op_type in kinds and is_constant else None

    def place_quantizers(self):
        """int8 is what layers, sums and pools give, after their activation; moved numbers
        keep the scale that they have."""
        self.input_quantizer = self.add_quantizer()
        index_of = {self.input.name: self.input_quantizer}
        for step in self.steps:
            reader = self.only_reader(step.output)
            if step.is_move:
                step.quantizer = index_of.get(step.inputs[0])
            elif reader is None or reader.op_type not in ACTIVATIONS:
                step.quantizer = self.add_quantizer()
            index_of[step.output] = step.quantizer

    def add_quantizer(self):
        self.quantizers.append(ActivationQuantizer())
        return len(self.quantizers) - 1

    def forward(self, x):
        values = {self.input.name: self.quantizers[self.input_quantizer](x)}
        for step in self.steps:
            operands = [values[name] if name in values else self.constants.get(name)
                        for name in step.inputs]
            if step.layer is not None:
                y = self.layers[step.layer](operands[0])
            else:
                y = OPERATORS[step.node.op_type](step.attributes, *operands)
            if step.quantizer is not None and not step.is_move:
                y = self.quantizers[step.quantizer](y)
            values[step.output] = y
        return values[self.steps[-1].output]

    def output_quantizer(self, step):
        """Of what a step computes, after its activation."""
        while step.quantizer is None:
            step = next(s for s in self.steps if step.output in s.inputs)
        return step.quantizer

    def fix(self):
        """Gains and ranges of activations are final."""
        quantizers = {self.input.name: self.input_quantizer}
        for step in self.steps:
            quantizers[step.output] = step.quantizer
            if step.layer is not None:
                before = self.quantizers[quantizers[step.inputs[0]]]
                after = self.quantizers[self.output_quantizer(step)]
                self.layers[step.layer].fix(before.scale / after.scale)

    def count_parameter_bytes(self):
        """What the weights, biases and batch norms of all layers take in float."""
        names = {name for step in self.steps if step.layer is not None
                 for name in (*step.node.input[1:], *step.parameters)}
        return sum(4 * self.constants[name].size for name in names)


def load(path):
    return Network(onnx.load(path))
