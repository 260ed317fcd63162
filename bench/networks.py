# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes the benchmark networks as ONNX files with seeded random weights.

Their layers, and so their speed, are those of the published networks, or a chain of
equal layers; what they answer means nothing. Batch normalization stays a node of its own, as in a model
that was exported for training.

    python3 bench/networks.py resnet50 -o resnet50.onnx
    python3 bench/networks.py --calibration 16 -o calibration.npz
"""

import argparse

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 20
IMAGE = (3, 224, 224)
CLASSES = 1000
TOKENS = 128


class Network:
    """A graph under construction; values are names of tensors, NCHW, or have the
    channels last where they are sequences."""

    def __init__(self, name="image", shape=IMAGE, channels=IMAGE[0], seed=0):
        self.input = helper.make_tensor_value_info(
            name, TensorProto.FLOAT, ["batch", *shape])
        self.random = np.random.default_rng(seed)
        self.nodes = []
        self.initializers = []
        self.channels = {name: channels}

    def constant(self, name, array):
        self.initializers.append(numpy_helper.from_array(array, name))
        return name

    def node(self, operator, inputs, channels, **attributes):
        name = f"{operator.lower()}{len(self.nodes)}"
        self.nodes.append(
            helper.make_node(operator, inputs, [name], name=name, **attributes))
        self.channels[name] = channels
        return name

    def weight(self, *shape):
        """Keeps the variance of what a relu lets through (He et al. 2015b)."""
        fan_in = np.prod(shape[1:])
        weight = self.random.normal(0, (2 / fan_in) ** 0.5, shape)
        return self.constant(f"w{len(self.nodes)}", weight.astype(np.float32))

    def bias(self, count):
        bias = self.random.normal(0, 0.1, count)
        return self.constant(f"b{len(self.nodes)}", bias.astype(np.float32))

    def conv(self, x, filters, kernel, stride=1, groups=1, gain=1.0):
        """Convolution with `same` padding at stride 1, then normalization, which
        multiplies by `gain`."""
        weight = self.weight(filters, self.channels[x] // groups, kernel, kernel)
        y = self.node(
            "Conv", [x, weight], filters,
            kernel_shape=[kernel] * 2, strides=[stride] * 2, group=groups,
            pads=[kernel // 2] * 4)
        statistics = {
            "scale": self.random.uniform(0.8, 1.2, filters) * gain,
            "shift": self.random.normal(0, 0.1, filters) * gain,
            "mean": self.random.normal(0, 0.1, filters),
            "variance": self.random.uniform(0.6, 1.4, filters),
        }
        return self.node(
            "BatchNormalization",
            [y] + [self.constant(f"{weight}_{key}", value.astype(np.float32))
                   for key, value in statistics.items()], filters)

    def relu(self, x):
        return self.node("Relu", [x], self.channels[x])

    def relu6(self, x):
        bounds = [self.constant(f"bound{len(self.nodes)}_{limit}",
                                np.array(limit, np.float32))
                  for limit in (0, 6)]
        return self.node("Clip", [x, *bounds], self.channels[x])

    def hardswish(self, x):
        return self.node("HardSwish", [x], self.channels[x])

    def add(self, x, y):
        return self.node("Add", [x, y], self.channels[x])

    def pool(self, x):
        return self.node("GlobalAveragePool", [x], self.channels[x])

    def squeeze_excite(self, x, squeezed):
        """The gate of MobileNetV3."""
        channels = self.channels[x]
        gate = self.relu(self.pointwise(self.pool(x), squeezed))
        gate = self.node("HardSigmoid", [self.pointwise(gate, channels)],
                         channels, alpha=1 / 6)
        return self.node("Mul", [x, gate], channels)

    def pointwise(self, x, filters):
        """1x1 convolution with a bias and no normalization."""
        return self.node(
            "Conv", [x, self.weight(filters, self.channels[x], 1, 1),
                     self.bias(filters)], filters, kernel_shape=[1, 1])

    def dense(self, x, features):
        return self.node(
            "Gemm", [x, self.weight(features, self.channels[x]),
                     self.bias(features)], features, transB=1)

    def classify(self, x, hidden=None):
        x = self.node("Flatten", [self.pool(x)], self.channels[x])
        if hidden:
            x = self.hardswish(self.dense(x, hidden))
        return self.dense(x, CLASSES)

    def linear(self, x, features):
        weight = self.random.normal(
            0, self.channels[x] ** -0.5, (self.channels[x], features))
        weight = self.constant(f"w{len(self.nodes)}", weight.astype(np.float32))
        y = self.node("MatMul", [x, weight], features)
        return self.node("Add", [y, self.bias(features)], features)

    def layer_norm(self, x):
        channels = self.channels[x]
        scale = self.random.uniform(0.8, 1.2, channels).astype(np.float32)
        scale = self.constant(f"scale{len(self.nodes)}", scale)
        return self.node("LayerNormalization", [x, scale, self.bias(channels)],
                         channels, epsilon=1e-12)

    def reshape(self, x, *shape):
        shape = self.constant(f"shape{len(self.nodes)}", np.array(shape))
        return self.node("Reshape", [x, shape], self.channels[x])

    def attention(self, x, heads):
        """Vaswani et al. 2017, section 3.2, of all tokens to all."""
        channels = self.channels[x]

        def project(order):
            y = self.reshape(self.linear(x, channels), 0, TOKENS, heads, -1)
            return self.node("Transpose", [y], channels, perm=order)

        scores = self.node(
            "MatMul", [project([0, 2, 1, 3]), project([0, 2, 3, 1])], TOKENS)
        width = self.constant("width", np.array((channels / heads) ** 0.5, np.float32))
        scores = self.node("Div", [scores, width], TOKENS)
        weights = self.node("Softmax", [scores], TOKENS, axis=-1)
        y = self.node("MatMul", [weights, project([0, 2, 1, 3])], channels)
        y = self.node("Transpose", [y], channels, perm=[0, 2, 1, 3])
        return self.linear(self.reshape(y, 0, TOKENS, channels), channels)

    def model(self, output, name="logits", shape=(CLASSES,)):
        info = helper.make_tensor_value_info(name, TensorProto.FLOAT,
                                             ["batch", *shape])
        self.nodes[-1].output[0] = name
        assert output in self.channels
        graph = helper.make_graph(self.nodes, "network", [self.input], [info],
                                  self.initializers)
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
        onnx.checker.check_model(model)
        return model


def resnet50():
    """He et al. 2015, the variant with the stride in the 3x3 convolution."""
    net = Network()
    x = net.relu(net.conv("image", 64, 7, stride=2))
    x = net.node("MaxPool", [x], 64, kernel_shape=[3, 3], strides=[2, 2],
                 pads=[1, 1, 1, 1])
    for stage, blocks in enumerate((3, 4, 6, 3)):
        width = 64 << stage
        for block in range(blocks):
            stride = 2 if block == 0 and stage > 0 else 1
            shortcut = x
            if block == 0:
                shortcut = net.conv(x, 4 * width, 1, stride)
            y = net.relu(net.conv(x, width, 1))
            y = net.relu(net.conv(y, width, 3, stride))
            y = net.conv(y, 4 * width, 1, gain=0.5)
            x = net.relu(net.add(y, shortcut))
    return net.model(net.classify(x))


def mobilenet_v2():
    """Sandler et al. 2018, width 1.0."""
    net = Network()
    x = net.relu6(net.conv("image", 32, 3, stride=2))
    for expansion, filters, repeats, stride in (
            (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2),
            (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)):
        for repeat in range(repeats):
            shortcut, channels = x, net.channels[x]
            step = stride if repeat == 0 else 1
            hidden = channels * expansion
            y = x if expansion == 1 else net.relu6(net.conv(x, hidden, 1))
            y = net.relu6(net.conv(y, hidden, 3, step, groups=hidden))
            x = net.conv(y, filters, 1)
            if step == 1 and channels == filters:
                x = net.add(x, shortcut)
    return net.model(net.classify(net.relu6(net.conv(x, 1280, 1))))


def mobilenet_v3_large():
    """Howard et al. 2019, table 1."""
    net = Network()
    x = net.hardswish(net.conv("image", 16, 3, stride=2))
    for kernel, hidden, filters, squeezed, activation, stride in (
            (3, 16, 16, 0, net.relu, 1), (3, 64, 24, 0, net.relu, 2),
            (3, 72, 24, 0, net.relu, 1), (5, 72, 40, 24, net.relu, 2),
            (5, 120, 40, 32, net.relu, 1), (5, 120, 40, 32, net.relu, 1),
            (3, 240, 80, 0, net.hardswish, 2), (3, 200, 80, 0, net.hardswish, 1),
            (3, 184, 80, 0, net.hardswish, 1), (3, 184, 80, 0, net.hardswish, 1),
            (3, 480, 112, 120, net.hardswish, 1),
            (3, 672, 112, 168, net.hardswish, 1),
            (5, 672, 160, 168, net.hardswish, 2),
            (5, 960, 160, 240, net.hardswish, 1),
            (5, 960, 160, 240, net.hardswish, 1)):
        shortcut, channels = x, net.channels[x]
        y = x if hidden == channels else activation(net.conv(x, hidden, 1))
        y = activation(net.conv(y, hidden, kernel, stride, groups=hidden))
        if squeezed:
            y = net.squeeze_excite(y, squeezed)
        x = net.conv(y, filters, 1)
        if stride == 1 and channels == filters:
            x = net.add(x, shortcut)
    return net.model(net.classify(net.hardswish(net.conv(x, 960, 1)), 1280))


def bert_layer():
    """Devlin et al. 2018: an encoder layer of the base model, on 128 tokens."""
    channels = 768
    net = Network("tokens", (TOKENS, channels), channels)
    x = net.layer_norm(net.add("tokens", net.attention("tokens", heads=12)))
    y = net.node("Gelu", [net.linear(x, 4 * channels)], 4 * channels)
    x = net.layer_norm(net.add(net.linear(y, channels), x))
    return net.model(x, "features", (TOKENS, channels))


def gemms():
    """Four products of 1024 x 1024 matrices, with a relu."""
    net = Network("tokens", (1024, 1024), 1024)
    x = "tokens"
    for _ in range(4):
        x = net.relu(net.linear(x, 1024))
    return net.model(x, "features", (1024, 1024))


def gemvs():
    """Four dense layers of 4096 x 4096 weights, one row of inputs."""
    net = Network("features", (4096,), 4096)
    x = "features"
    for _ in range(4):
        x = net.relu(net.dense(x, 4096))
    return net.model(x, "logits", (4096,))


def depthwise():
    """Eight depthwise 3x3 convolutions of 56x56 pixels, 144 channels, as those of
    MobileNetV2."""
    channels = 144
    net = Network("image", (channels, 56, 56), channels)
    x = "image"
    for _ in range(8):
        x = net.relu6(net.conv(x, channels, 3, groups=channels))
    return net.model(x, "features", (channels, 56, 56))


NETWORKS = {
    "resnet50": resnet50,
    "mobilenet_v2": mobilenet_v2,
    "mobilenet_v3_large": mobilenet_v3_large,
    "bert_layer": bert_layer,
    "gemms": gemms,
    "gemvs": gemvs,
    "depthwise": depthwise,
}


def images(count, seed):
    """Random images with some structure: noise, smoothed over 8x8 pixels."""
    random = np.random.default_rng(seed)
    channels, height, width = IMAGE
    coarse = random.normal(0, 1, (count, channels, height // 8, width // 8))
    fine = random.normal(0, 0.3, (count, *IMAGE))
    return (coarse.repeat(8, 2).repeat(8, 3) + fine).astype(np.float32)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("network", nargs="?", choices=NETWORKS)
    parser.add_argument("--calibration", type=int, metavar="COUNT",
                        help="write random images instead of a network")
    parser.add_argument("-o", "--output", required=True)
    arguments = parser.parse_args()
    if (arguments.network is None) == (arguments.calibration is None):
        parser.error("expected a network or --calibration")
    if arguments.network:
        onnx.save(NETWORKS[arguments.network](), arguments.output)
    else:
        np.savez(arguments.output, image=images(arguments.calibration, seed=1))


if __name__ == "__main__":
    main()
