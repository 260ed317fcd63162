#!/usr/bin/env python3
# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Trains integer weights that take few bits when they are coded, and writes them as a
quantized ONNX model, which quantc takes as it is.

The network learns from the labels and from the answers of a teacher, which is the float
model unless another is named; without labels from the teacher alone. With --float it learns
from the labels without quantization, and a float model is written.
"""

import argparse
import math
from collections import deque
from pathlib import Path

import torch
import torch.nn.functional as F

import graph
from data import (HELD_OUT, Preparation, add_preparation_options, augmented,
                  read_images)
from export import verify_opset, write_float, write_quantized
from rate import Budget, measure_sensitivity, start_rounding

FLOAT_RATE = 5e-4  # Of Adam, of all but latent weights.
WARM_UP = 0.03  # Of all steps; then the rates fall as half a cosine.
FOLD = 0.8  # Of all steps: from then on all is as in the integer network.
START_BITS = 1.2  # Of a weight, before the bits fall; at least START_FACTOR times the target.
START_FACTOR = 1.5
TEMPERATURE = 3.0  # Of the teacher (Hinton et al. 2015).
TEACHING = 0.7  # Share of the teacher in the loss; the rest is that of the labels.
CHANNEL_BYTES = 1.8  # What gain and bias of an output channel take, about.
CALIBRATION_BATCHES = 20
ANSWERED = 256  # Images that a network answers at a time.


class Classifier:
    """A network, and how it takes images."""

    def __init__(self, network, prepare):
        self.network, self.prepare = network, prepare

    @torch.no_grad()
    def answers(self, images):
        """Before the softmax."""
        self.network.eval()
        return torch.cat([self.network(self.prepare(part)) for part in images.split(ANSWERED)])


class Data:
    """Batches of images as the network takes them, with the shares of the classes by labels
    and by the teacher."""

    def __init__(self, arguments, network):
        self.arguments = arguments
        self.images, self.labels = read_images(arguments.data)
        self.prepare = Preparation(network, arguments.mean, arguments.std)
        self.generator = torch.Generator().manual_seed(arguments.seed)
        order = torch.randperm(len(self.images), generator=self.generator)
        held_out = min(HELD_OUT, len(order) // 10)
        self.held_out, self.kept = order[:held_out], order[held_out:]
        self.batches_an_epoch = -(-len(self.kept) // arguments.batch)
        self.find_teacher()

    def find_teacher(self):
        arguments = self.arguments
        network = graph.load(arguments.teacher or arguments.model)
        own = arguments.teacher_mean, arguments.teacher_std
        self.teacher = Classifier(network, Preparation(network, *own) if arguments.teacher
                                  else self.prepare)
        self.is_fixed = arguments.fixed_answers
        if self.is_fixed or self.labels is None:
            self.fixed = self.teacher.answers(self.images)
        if self.labels is None:
            self.labels = self.fixed.argmax(1)
        print(f"teacher: held out {100 * self.accuracy(self.teacher):.2f} %", flush=True)
        self.classes = self.teacher.answers(self.images[:1]).shape[1]
        self.versions = deque(self.make_version() for _ in range(arguments.versions))

    def moved(self):
        """Batches of an epoch: the numbers of the images, and these, moved."""
        order = torch.randperm(len(self.kept), generator=self.generator)
        for batch in self.kept[order].split(self.arguments.batch):
            yield batch, augmented(self.images[batch], self.arguments.shift,
                                   self.arguments.mirror, self.generator)

    def shares_of_labels(self, batch):
        return F.one_hot(self.labels[batch], self.classes).float()

    def make_version(self):
        """All images, moved and mixed, as the teacher sees them, too."""
        parts = []
        for batch, images in self.moved():
            images, labels = self.mixed(images.float(), self.shares_of_labels(batch))
            images = images.round().to(torch.uint8)
            parts.append((images, labels, self.teacher.answers(images)))
        return [torch.cat(column) for column in zip(*parts)]

    def batches(self):
        """Those of an epoch."""
        if self.versions:
            yield from self.batches_of_version()
            return
        for batch, images in self.moved():
            answers = (self.fixed[batch] if self.is_fixed
                       else self.teacher.answers(images))
            yield self.mixed(self.prepare(images), self.shares_of_labels(batch),
                             F.softmax(answers / TEMPERATURE, 1))

    def batches_of_version(self):
        """One after the other, with half of the images mirrored."""
        images, labels, answers = self.versions[0]
        self.versions.rotate(-1)
        for batch in torch.randperm(len(images), generator=self.generator).split(
                self.arguments.batch):
            seen = augmented(images[batch], 0, self.arguments.mirror, self.generator)
            yield self.prepare(seen), labels[batch], F.softmax(answers[batch] / TEMPERATURE, 1)

    def mixed(self, *arrays):
        """Each with up to the share --mix of another of the batch."""
        shares = self.arguments.mix * torch.rand(len(arrays[0]), generator=self.generator)
        return [torch.lerp(a, a.flip(0), shares.reshape(-1, *[1] * (a.dim() - 1)))
                for a in arrays]

    def accuracy(self, classifier):
        """On what is held out."""
        answers = classifier.answers(self.images[self.held_out]).argmax(1)
        return (answers == self.labels[self.held_out]).float().mean().item()


class Training:
    """Of the network in float, by its labels."""

    def __init__(self, arguments):
        self.network = graph.load(arguments.model)
        self.data = Data(arguments, self.network)
        self.epochs, self.steps = arguments.epochs, arguments.epochs * self.data.batches_an_epoch
        self.latent_rate = FLOAT_RATE
        self.start_optimizer()

    def start_optimizer(self):
        latents = [layer.latent for layer in self.network.layers]
        others = [p for name, p in self.network.named_parameters()
                  if not name.endswith("latent") and p.requires_grad]
        self.optimizer = torch.optim.Adam([{"params": latents}, {"params": others}])

    def loss(self, x, labels, taught):
        return F.cross_entropy(self.network(x), labels)

    def step(self, batch, progress):
        factor = min(1.0, progress / WARM_UP) * 0.5 * (1 + math.cos(math.pi * progress))
        for group, rate in zip(self.optimizer.param_groups, (self.latent_rate, FLOAT_RATE)):
            group["lr"] = rate * factor
        loss = self.loss(*batch)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return loss.item(), self.latent_rate * factor

    def run(self):
        classifier, step = Classifier(self.network, self.data.prepare), 0
        for epoch in range(self.epochs):
            losses = []
            self.network.train()
            for batch in self.data.batches():
                losses.append(self.step(batch, step / self.steps)[0])
                step += 1
            print(f"epoch {epoch + 1}: loss {sum(losses) / len(losses):.4f}, "
                  f"held out {100 * self.data.accuracy(classifier):.2f} %{self.describe()}",
                  flush=True)

    def describe(self):
        return ""

    def write(self, path):
        write_float(self.network, path)


class QuantizedTraining(Training):
    """Of integers that take few bits, by labels and a teacher."""

    def __init__(self, arguments):
        super().__init__(arguments)
        verify_opset(self.network.model)
        layers = self.network.layers
        target = self.target_bits(arguments.target_ratio)
        sensitivities = measure_sensitivity(self.network, self.some_batches())
        start_rounding(layers, sensitivities, max(START_BITS, START_FACTOR * target))
        self.budget = Budget(layers, target, self.steps)
        self.latent_rate = arguments.latent_rate
        self.start_optimizer()
        self.is_folded = False

    def target_bits(self, ratio):
        wanted = self.network.count_parameter_bytes() / ratio
        channels = sum(len(layer.latent) for layer in self.network.layers)
        weights = sum(layer.latent.numel() for layer in self.network.layers)
        bits = 8 * (wanted - CHANNEL_BYTES * channels) / weights
        if bits <= 0:
            raise SystemExit(f"--target-ratio={ratio:g}: gains and biases alone take more than "
                             f"its {wanted:.0f} bytes")
        return bits

    def loss(self, x, labels, taught):
        logits = self.network(x)
        teaching = TEMPERATURE**2 * F.cross_entropy(logits / TEMPERATURE, taught)
        return TEACHING * teaching + (1 - TEACHING) * F.cross_entropy(logits, labels)

    def step(self, batch, progress):
        if progress >= FOLD and not self.is_folded:
            self.fold()
        loss, latent_rate = super().step(batch, progress)
        self.budget.update(progress, latent_rate)
        return loss, latent_rate

    def fold(self):
        """Batch norms, with the statistics of some batches, become gains and biases, and
        activations get 8 bits; gains and ranges are final."""
        network = self.network.train()
        for layer in network.layers:
            if layer.norm is not None:
                layer.norm.reset_running_stats()
                layer.norm.momentum = None  # the mean of all
        self.forward_some()
        for layer in network.layers:
            layer.fold()
        for quantizer in network.quantizers:
            quantizer.is_observed = True
        self.forward_some()
        for quantizer in network.quantizers:
            quantizer.start()
        network.fix()
        self.start_optimizer()
        self.is_folded = True

    def some_batches(self):
        for _, (_, images) in zip(range(CALIBRATION_BATCHES), self.data.moved()):
            yield self.data.prepare(images)

    @torch.no_grad()
    def forward_some(self):
        for x in self.some_batches():
            self.network(x)

    def describe(self):
        return f", {self.budget}"

    def write(self, path):
        if not self.is_folded:  # all too few steps
            self.fold()
        if self.budget.is_missed():
            print(f"the target is missed, {self.budget}: more --epochs may reach it, and "
                  "quantc --compress, which trains nothing, leaves as many bits at no loss",
                  flush=True)
        write_quantized(self.network, path)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path, help="float ONNX model with one input, images")
    parser.add_argument("--data", type=Path, required=True, help="images and labels (.npz)")
    add_preparation_options(parser)
    parser.add_argument("--teacher", type=Path, help="another float model to learn from")
    add_preparation_options(parser, "teacher-")
    parser.add_argument("--fixed-answers", action="store_true",
                        help="the teacher answers each image once, as it is, not as it is moved")
    parser.add_argument("--versions", type=int, default=0, metavar="N",
                        help="the teacher answers N versions of each image, moved and mixed, "
                        "which come again and again")
    parser.add_argument("--target-ratio", type=float, default=20,
                        help="float bytes over coded bytes of all parameters (default: 20)")
    parser.add_argument("--float", action="store_true", help="train without quantization")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--shift", type=int, default=3, help="pixels that images move at most")
    parser.add_argument("--no-mirror", dest="mirror", action="store_false",
                        help="mirrored images are others, as of digits")
    parser.add_argument("--mix", type=float, default=0, metavar="SHARE",
                        help="add up to so much of another image to each")
    parser.add_argument("--latent-rate", type=float, default=0.01,
                        help="of Adam, in steps of the weights (default: 0.01)")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("-o", "--output", type=Path, required=True)
    arguments = parser.parse_args()

    if arguments.versions < 0:
        parser.error(f"--versions: expected at least 0, but got {arguments.versions}")
    if arguments.versions and arguments.fixed_answers:
        parser.error("expected one of --versions and --fixed-answers")
    if arguments.float:
        arguments.fixed_answers = True  # not used, so that once is enough
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    training = (Training if arguments.float else QuantizedTraining)(arguments)
    training.run()
    training.write(arguments.output)


if __name__ == "__main__":
    main()
