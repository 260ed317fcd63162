# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What is timed: products of matrices, layers of ResNet-50, whole networks."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Gemm:
    """[m, k] by [n, k], transposed, to [m, n]; m is the batch of the network."""

    m: int
    n: int
    k: int
    kind: str = "gemm"

    @property
    def name(self):
        return f"gemm-{self.n}x{self.k}"

    @property
    def batch(self):
        return self.m

    def operations(self):
        return 2 * self.m * self.n * self.k


@dataclass(frozen=True)
class Layer:
    """A convolution of ResNet-50 with images of size x size, NHWC."""

    title: str
    size: int
    channels: int
    filters: int
    kernel: int
    stride: int = 1
    batch: int = 1
    kind: str = "layer"

    @property
    def name(self):
        return f"layer-{self.title}"

    @property
    def padding(self):
        return self.kernel // 2

    @property
    def result(self):
        return (self.size + 2 * self.padding - self.kernel) // self.stride + 1

    def operations(self):
        return (2 * self.batch * self.result**2 * self.filters * self.channels
                * self.kernel**2)  # fmt: skip


@dataclass(frozen=True)
class Whole:
    """A network of torchvision, of images of 224 x 224."""

    title: str
    multiply_adds: float
    batch: int = 1
    kind: str = "network"

    @property
    def name(self):
        return f"network-{self.title}"

    def operations(self):
        return 2 * self.batch * self.multiply_adds


GEMMS = [(m, m, m) for m in (1024, 2048, 4096, 8192)] + [
    (2048, 11008, 4096), (8192, 1024, 1024), (128, 4096, 4096), (32, 4096, 4096),
    (196, 256, 2304), (49, 512, 4608)]  # fmt: skip
LAYERS = [("stem", 224, 3, 64, 7, 2), ("56-3x3", 56, 64, 64, 3), ("56-expand", 56, 64, 256, 1),
          ("28-3x3", 28, 128, 128, 3), ("28-halve", 56, 128, 128, 3, 2),
          ("28-skip", 56, 256, 512, 1, 2), ("14-3x3", 14, 256, 256, 3),
          ("14-reduce", 14, 1024, 256, 1), ("7-3x3", 7, 512, 512, 3)]  # fmt: skip
NETWORKS = [("resnet50", 4.09e9), ("mobilenet_v2", 0.301e9)]

ALL = [
    *[Gemm(*shape) for shape in GEMMS],
    *[Layer(*layer, batch=batch) for layer in LAYERS for batch in (1, 32, 128)],
    *[Whole(*network, batch=batch) for network in NETWORKS for batch in (1, 8, 32, 128)],
]
# For a look whether everything is there; times mean nothing.
SMALL = [Gemm(48, 64, 96), Layer("small", 8, 16, 24, 3, batch=2)]


def describe(case):
    return asdict(case)


def restore(fields):
    types = {"gemm": Gemm, "layer": Layer, "network": Whole}
    return types[fields["kind"]](**fields)
