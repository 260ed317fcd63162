#!/usr/bin/env python3
# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Trains the 8x8 digit classifier and writes digits.onnx and its data.

Plain numpy, on scikit-learn's copy of the UCI handwritten digits. The seed
fixes the split, the initial weights and every shift; the same versions of the
libraries on the same kind of processor give the same files.
"""

import argparse
import os
from pathlib import Path

# The order of the additions in a matrix product follows the number of threads.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

SEED = 20
TEST_IMAGES = 600
CALIBRATION_IMAGES = 512
# Chosen by 4-fold cross validation inside the training split.
EPOCHS = 150
BATCH = 32
LEARNING_RATE = 5e-3  # At the start; falls to zero as half a cosine.
MAX_SHIFT = 0.75  # Pixels, on each axis.
WEIGHT_DECAY = 1e-2  # Decoupled from the gradient (AdamW).
PIXEL_SCALE = 16.0  # Largest pixel value; training sees pixel / PIXEL_SCALE.
KERNEL = 3


def im2col(x):
    """[n,c,h,w] -> [n*h*w, c*3*3]: the 3x3 windows of x with a zero border."""
    n, c, h, w = x.shape
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(
        padded, (KERNEL, KERNEL), axis=(2, 3))
    return windows.transpose(0, 2, 3, 1, 4, 5).reshape(n * h * w, -1)


def col2im(cols, shape):
    """The transpose of im2col: adds each window back where it came from."""
    n, c, h, w = shape
    cols = cols.reshape(n, h, w, c, KERNEL, KERNEL).transpose(0, 3, 1, 2, 4, 5)
    padded = np.zeros((n, c, h + 2, w + 2), cols.dtype)
    for i in range(KERNEL):
        for j in range(KERNEL):
            padded[:, :, i:i + h, j:j + w] += cols[..., i, j]
    return padded[:, :, 1:-1, 1:-1]


class ConvReluPool:
    """3x3 convolution with a zero border, relu, 2x2 maximum."""

    def __init__(self, params, name):
        self.params, self.weight, self.bias = params, name + ".weight", name + ".bias"

    def forward(self, x):
        n, _, h, w = x.shape
        weight = self.params[self.weight]
        self.shape, self.cols = x.shape, im2col(x)
        y = self.cols @ weight.reshape(len(weight), -1).T + self.params[self.bias]
        # The four pixels under one pool window become the last axis.
        y = y.reshape(n, h // 2, 2, w // 2, 2, -1).transpose(0, 5, 1, 3, 2, 4)
        y = np.maximum(y.reshape(*y.shape[:4], 4), 0)
        self.largest = y.argmax(-1)[..., None]
        self.positive = np.take_along_axis(y, self.largest, -1) > 0
        return y.max(-1)

    def backward(self, grad, grads):
        n, _, h, w = self.shape
        weight = self.params[self.weight]
        full = np.zeros((*grad.shape, 4), grad.dtype)
        np.put_along_axis(full, self.largest, grad[..., None] * self.positive, -1)
        full = full.reshape(n, -1, h // 2, w // 2, 2, 2).transpose(0, 2, 4, 3, 5, 1)
        full = full.reshape(n * h * w, -1)
        grads[self.weight] = (full.T @ self.cols).reshape(weight.shape)
        grads[self.bias] = full.sum(0)
        return col2im(full @ weight.reshape(len(weight), -1), self.shape)


class Network:
    def __init__(self, rng):
        def normal(*shape):  # He initialisation: variance 2 / fan-in.
            return rng.normal(0, np.sqrt(2 / np.prod(shape[1:])), shape)

        self.params = {
            "conv1.weight": normal(16, 1, KERNEL, KERNEL),
            "conv1.bias": np.zeros(16),
            "conv2.weight": normal(32, 16, KERNEL, KERNEL),
            "conv2.bias": np.zeros(32),
            "fc.weight": normal(10, 32 * 2 * 2),
            "fc.bias": np.zeros(10),
        }
        self.stages = [ConvReluPool(self.params, "conv1"),
                       ConvReluPool(self.params, "conv2")]

    def gradients(self, images, labels):
        """Gradients of the mean cross entropy over the batch, and its value."""
        x = images
        for stage in self.stages:
            x = stage.forward(x)
        flat = x.reshape(len(x), -1)
        logits = flat @ self.params["fc.weight"].T + self.params["fc.bias"]
        logits -= logits.max(1, keepdims=True)
        probs = np.exp(logits)
        probs /= probs.sum(1, keepdims=True)
        rows = np.arange(len(labels))
        loss = -np.log(probs[rows, labels]).mean()

        grads = {}
        grad = probs
        grad[rows, labels] -= 1
        grad /= len(labels)
        grads["fc.weight"], grads["fc.bias"] = grad.T @ flat, grad.sum(0)
        grad = (grad @ self.params["fc.weight"]).reshape(x.shape)
        for stage in reversed(self.stages):
            grad = stage.backward(grad, grads)
        return grads, loss


class AdamW:
    """Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019."""

    BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8

    def __init__(self, params):
        self.params, self.step = params, 0
        self.mean = {name: np.zeros_like(p) for name, p in params.items()}
        self.square = {name: np.zeros_like(p) for name, p in params.items()}

    def update(self, grads, rate):
        self.step += 1
        for name, grad in grads.items():
            mean, square = self.mean[name], self.square[name]
            mean += (1 - self.BETA1) * (grad - mean)
            square += (1 - self.BETA2) * (grad * grad - square)
            mean_hat = mean / (1 - self.BETA1**self.step)
            square_hat = square / (1 - self.BETA2**self.step)
            if name.endswith(".weight"):
                self.params[name] *= 1 - rate * WEIGHT_DECAY
            self.params[name] -= rate * mean_hat / (np.sqrt(square_hat) + self.EPSILON)


def shift_axis(padded, amounts, axis):
    """Drops the border of one axis, shifting each image by its amount, which is
    between -1 and 1 pixel; linear interpolation between neighbours."""
    size = padded.shape[axis] - 2
    before, here, after = (padded.take(range(i, i + size), axis) for i in range(3))
    return (here * (1 - np.abs(amounts)) + before * np.maximum(-amounts, 0) +
            after * np.maximum(amounts, 0))


def shifted(images, rng):
    """Moves each image by up to MAX_SHIFT on each axis, with zeros behind."""
    padded = np.pad(images, ((0, 0), (0, 0), (1, 1), (1, 1)))
    dy, dx = rng.uniform(-MAX_SHIFT, MAX_SHIFT, (2, len(images), 1, 1, 1))
    return shift_axis(shift_axis(padded, dy, 2), dx, 3)


def train(images, labels, rng):
    network = Network(rng)
    optimizer = AdamW(network.params)
    steps = EPOCHS * (len(images) // BATCH)
    for epoch in range(EPOCHS):
        order = rng.permutation(len(images))
        losses = []
        for start in range(0, len(images) - BATCH + 1, BATCH):
            batch = order[start:start + BATCH]
            x = shifted(images[batch], rng) / PIXEL_SCALE
            grads, loss = network.gradients(x, labels[batch])
            rate = LEARNING_RATE * 0.5 * (1 + np.cos(np.pi * optimizer.step / steps))
            optimizer.update(grads, rate)
            losses.append(loss)
        if (epoch + 1) % 25 == 0:
            print(f"epoch {epoch + 1}: loss {np.mean(losses):.4f}")
    # The model reads raw pixels. The division is by a power of two, so moving
    # it into the weights changes no rounding.
    network.params["conv1.weight"] /= PIXEL_SCALE
    return network.params


def onnx_model(params):
    weights = [numpy_helper.from_array(p.astype(np.float32), name)
               for name, p in params.items()]

    def node(op, name, inputs, output, **attributes):
        return helper.make_node(op, inputs, [output], name=name, **attributes)

    nodes, value = [], "image"
    for i in ("1", "2"):
        nodes += [
            node("Conv", "conv" + i, [value, f"conv{i}.weight", f"conv{i}.bias"],
                 "conv" + i, kernel_shape=[KERNEL, KERNEL], pads=[1, 1, 1, 1],
                 strides=[1, 1]),
            node("Relu", "relu" + i, ["conv" + i], "relu" + i),
            node("MaxPool", "pool" + i, ["relu" + i], "pool" + i,
                 kernel_shape=[2, 2], strides=[2, 2]),
        ]
        value = "pool" + i
    nodes += [
        node("Flatten", "flatten", [value], "flatten", axis=1),
        node("Gemm", "fc", ["flatten", "fc.weight", "fc.bias"], "logits", transB=1),
    ]
    image = helper.make_tensor_value_info(
        "image", TensorProto.FLOAT, ["batch", 1, 8, 8])
    logits = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 10])
    graph = helper.make_graph(nodes, "digits", [image], [logits], weights)
    # IR version 8 is the one that came with opset 17 (ONNX 1.12).
    model = helper.make_model(graph, ir_version=8, producer_name="quantc-digits",
                              opset_imports=[helper.make_opsetid("", 17)])
    onnx.checker.check_model(model, full_check=True)
    return model


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-o", "--output", type=Path, default=Path(__file__).parent,
                        help="folder to write to (default: beside this script)")
    output = parser.parse_args().output
    output.mkdir(parents=True, exist_ok=True)

    digits = load_digits()
    train_images, test_images, train_labels, test_labels = train_test_split(
        digits.images, digits.target, test_size=TEST_IMAGES, random_state=SEED,
        stratify=digits.target)
    params = train(train_images[:, None], train_labels, np.random.default_rng(SEED))

    onnx.save(onnx_model(params), output / "digits.onnx")
    np.savez(output / "calibration.npz",
             images=train_images[:CALIBRATION_IMAGES].astype(np.uint8))
    np.savez(output / "test.npz", images=test_images.astype(np.uint8),
             labels=test_labels.astype(np.int64))


if __name__ == "__main__":
    main()
