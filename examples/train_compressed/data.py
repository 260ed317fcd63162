# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Labelled images for training."""

import io

import numpy as np
import torch
from PIL import Image

HELD_OUT = 1000  # Images that show the accuracy on the way.


def read_images(path):
    """uint8 [n, height, width, channels] and their classes, or None without `labels`. A file
    has `images`, or, of each image in JPEG, the bytes data[offsets[i]:offsets[i + 1]]."""
    with np.load(path) as file:
        labels = file["labels"].astype(np.int64) if "labels" in file else None
        if "images" in file:
            images = file["images"]
        else:
            data, offsets = file["data"], file["offsets"]
            images = np.stack([np.asarray(Image.open(io.BytesIO(data[begin:end].tobytes())))
                               for begin, end in zip(offsets[:-1], offsets[1:])])
    images = images if images.ndim == 4 else images[..., None]
    return torch.from_numpy(images), None if labels is None else torch.from_numpy(labels)


def numbers(text):
    return torch.tensor([float(number) for number in text.split(",")])


def add_preparation_options(parser, prefix=""):
    parser.add_argument(f"--{prefix}mean", type=numbers, metavar="R,G,B",
                        help=f"with --{prefix}std: it takes (pixel / 255 - mean) / std")
    parser.add_argument(f"--{prefix}std", type=numbers, metavar="R,G,B")


class Preparation:
    """From stored images to what a network takes."""

    def __init__(self, network, mean, deviation):
        shape = [d.dim_value for d in network.input.type.tensor_type.shape.dim]
        self.is_last = shape[3] < shape[1]  # the axis of channels
        self.mean, self.deviation = mean, deviation
        if (mean is None) != (deviation is None):
            raise SystemExit("a mean and a std belong together")

    def __call__(self, images):
        x = images.float()
        if self.mean is not None:
            x = (x / 255 - self.mean) / self.deviation
        return x if self.is_last else x.permute(0, 3, 1, 2)


def augmented(images, shift, mirrors, generator):
    """Each moved by up to `shift` pixels on each axis, repeating the border; half of them
    mirrored where `mirrors`."""
    n, height, width, _ = images.shape

    def places(size):
        shifts = torch.randint(-shift, shift + 1, (n, 1), generator=generator)
        return (torch.arange(size) + shifts).clamp(0, size - 1)

    rows, columns = places(height), places(width)
    if mirrors:
        is_mirrored = torch.rand(n, 1, generator=generator) < 0.5
        columns = torch.where(is_mirrored, columns.flip(1), columns)
    return images[torch.arange(n)[:, None, None], rows[:, :, None], columns[:, None, :]]
