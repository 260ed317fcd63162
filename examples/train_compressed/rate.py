# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What levels cost, and the push towards cheaper ones."""

import math

import numpy as np
import torch
import torch.nn.functional as F

from quantizer import MOST_LEVEL

TAIL = 0.7  # Added to the counts of magnitudes: TAIL ** magnitude, so that none is 0.
FALL = 0.6  # Of all steps: the bits fall until then, geometrically.
PRICE_GROWTH = 20.0  # Logarithm, over all steps: up above the target, down below it.
FIRST_PRICE, MOST_PRICE = 0.05, 1.0
MOST_EXCESS = 0.02  # Of the target, that is not worth a word.
LEAST_SENSITIVITY = 0.03  # Of the mean of a layer.
LEAST_STEP, MOST_STEP = 1e-4, 1e4  # In units.
BISECTIONS = 24
TINY = 1e-30  # Instead of 0, for layers without weights or without effect.


def count_magnitudes(levels):
    """How often 0 .. MOST_LEVEL + 1 occur."""
    magnitudes = levels.abs().flatten().to(torch.uint8).numpy()
    return np.bincount(magnitudes, minlength=MOST_LEVEL + 2)


def code_lengths(counts):
    """Bits of magnitudes, sign included, in an ideal code; none is less than that of a
    smaller magnitude."""
    counts = counts + TAIL ** np.arange(len(counts))
    bits = np.log2(counts.sum() / counts)
    bits[1:] += 1
    return np.maximum.accumulate(bits)


class Rate:
    """Of all layers of a network, by the histograms of their levels when it was made."""

    @torch.no_grad()
    def __init__(self, layers):
        self.layers, self.slopes = list(layers), []
        bits = count = nonzero = 0
        for layer in self.layers:
            counts = count_magnitudes(layer.levels())
            lengths = code_lengths(counts)
            self.slopes.append(torch.tensor(np.diff(lengths), dtype=torch.float32))
            bits += (counts * lengths).sum()
            count += counts.sum()
            nonzero += counts[1:].sum()
        self.bits, self.density = bits / count, nonzero / count  # of a weight

    @torch.no_grad()
    def shrink(self, amount):
        """Moves every latent weight towards 0 by `amount` for each bit that the next larger
        level would take more; beyond 0 none goes. Outside of the optimizer, which would
        divide a rate term of the loss away (Loshchilov and Hutter 2019, of weight decay)."""
        for layer, slopes in zip(self.layers, self.slopes):
            magnitudes = layer.latent.abs()
            below = magnitudes.clamp(max=MOST_LEVEL).int()
            smaller = (magnitudes - amount * slopes[below]).clamp_(min=0)
            layer.latent.copy_(torch.copysign(smaller, layer.latent))


class Budget:
    """Holds the bits of a weight below a falling target, by a price on them."""

    def __init__(self, layers, target, steps):
        self.layers, self.target = layers, target
        self.price, self.growth = FIRST_PRICE, math.exp(PRICE_GROWTH / max(1, steps))
        self.rate = Rate(layers)
        self.first = self.rate.bits

    def update(self, progress, learning_rate):
        """After a step of the optimizer; `progress` is the share of all steps done."""
        share = min(1.0, progress / FALL)
        wanted = self.first * (self.target / self.first) ** share
        self.rate = Rate(self.layers)
        is_above = self.rate.bits > wanted
        self.price = min(MOST_PRICE, self.price * self.growth ** (1 if is_above else -1))
        if is_above:
            self.rate.shrink(learning_rate * self.price)

    def is_missed(self):
        return self.rate.bits > (1 + MOST_EXCESS) * self.target

    def __str__(self):
        return (f"{self.rate.bits:.3f} bits a weight (target {self.target:.3f}), "
                f"{100 * self.rate.density:.1f} % not 0")


def measure_sensitivity(network, batches):
    """Of each layer and output channel the mean square of what the divergence of the answers
    feels of a weight, of the folded layer: the diagonal of the Fisher matrix. Random signs
    keep what one sample feels apart from the others."""
    network.eval()
    sums = [torch.zeros(len(layer.latent)) for layer in network.layers]
    for x in batches:
        log_shares = F.log_softmax(network(x), 1)
        signs = torch.randint(0, 2, log_shares.shape) * 2 - 1
        network.zero_grad()
        (signs * (log_shares.detach() / 2).exp() * log_shares).sum().backward()
        for layer, total in zip(network.layers, sums):
            total += layer.latent.grad.flatten(1).square().mean(1) / layer.scale().square()
    network.zero_grad()
    return [total.clamp(min=LEAST_SENSITIVITY * total.mean().item()) for total in sums]


def start_rounding(layers, sensitivities, bits):
    """Steps are a constant times (mean square of the layer's weights / sensitivity) ** 1/4:
    between equal bits for all layers and, at the root, an error that is felt alike
    everywhere. The constant leaves `bits` a weight."""
    units = []
    for layer, sensitivity in zip(layers, sensitivities):
        folded = layer.latent.data * layer.per_channel(layer.scale())
        units.append(((folded.square().mean() + TINY) / (sensitivity + TINY)) ** 0.25)
    saved = [{name: value.clone() for name, value in layer.state_dict().items()}
             for layer in layers]
    low, high = LEAST_STEP, MOST_STEP
    for _ in range(BISECTIONS):
        middle = math.sqrt(low * high)
        for layer, state, unit in zip(layers, saved, units):
            layer.load_state_dict(state)
            layer.start_rounding(middle * unit)
        if Rate(layers).bits > bits:
            low = middle
        else:
            high = middle
