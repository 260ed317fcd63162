#!/usr/bin/env python3
# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiles quantized models by quantc and compares them with the float model: the bytes of
all parameters in the libraries, coded by contexts, and the answers on test data."""

import argparse
import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import torch

import graph
from data import Preparation, add_preparation_options, read_images

BATCH = 250


def float_answers(network, samples):
    with torch.no_grad():
        return torch.cat([network(x).argmax(1) for x in samples.split(BATCH)]).numpy()


class Library:
    """Of a quantized model, in a folder of its own."""

    def __init__(self, tools, model, folder):
        self.tools, self.folder, self.path = tools, folder, folder / "network.so"
        self.call("quantc", model, "--encode=context", "-o", self.path)
        self.info = json.loads(self.call("quant-run", self.path, "--info", "--json"))

    def call(self, tool, *arguments):
        return subprocess.run([self.tools / tool, *arguments], check=True, text=True,
                              stdout=subprocess.PIPE).stdout

    def answers(self, samples):
        np.savez(self.folder / "samples.npz", samples=samples)
        self.call("quant-run", self.path, "--inputs", self.folder / "samples.npz",
                  "--outputs", self.folder / "outputs.npz")
        (outputs,) = np.load(self.folder / "outputs.npz").values()
        return outputs.reshape(len(samples), -1).argmax(1)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("float", type=Path, help="float ONNX model")
    parser.add_argument("quantized", type=Path, nargs="+", help="what train.py wrote")
    parser.add_argument("--data", type=Path, required=True, help="test images and labels (.npz)")
    add_preparation_options(parser)
    parser.add_argument("--tools", type=Path, help="folder of quantc and quant-run",
                        default=Path(__file__).resolve().parents[2] / "build/dev/bin")
    arguments = parser.parse_args()

    torch.set_num_threads(1)
    network = graph.load(arguments.float).eval()
    images, labels = read_images(arguments.data)
    samples = Preparation(network, arguments.mean, arguments.std)(images).contiguous()
    labels, before = labels.numpy(), network.count_parameter_bytes()
    was_right = float_answers(network, samples) == labels
    print("| model | float bytes | bytes | ratio | file | n | float | quantized | lost, won |\n"
          "|---|---|---|---|---|---|---|---|---|")
    for model in arguments.quantized:
        with tempfile.TemporaryDirectory() as folder:
            library = Library(arguments.tools, model, Path(folder))
            is_right = library.answers(samples.numpy()) == labels
        after = library.info["parameter_bytes"]
        print(f"| {model.name} | {before} | {after} | {before / after:.1f} "
              f"| {library.info['file_bytes']} | {len(labels)} | {100 * was_right.mean():.2f} % "
              f"| {100 * is_right.mean():.2f} % "
              f"| {(was_right & ~is_right).sum()}, {(is_right & ~was_right).sum()} |", flush=True)


if __name__ == "__main__":
    main()
