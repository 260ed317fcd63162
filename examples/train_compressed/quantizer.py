# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Layers with integer weights and activations of 8 bits, for training."""

import math

import torch
import torch.nn.functional as F
from torch import nn

MOST_LEVEL, MOST_FIRST_LEVEL = 127, 64
VALUES_AN_OCTAVE = 8  # Of multipliers: they have 3 bits behind the first.
LEAST_GAIN = 2.0**-40


def round_through(x):
    """round(x), with the gradient of x (Bengio et al. 2013, "straight-through")."""
    return x + (x.round() - x).detach()


def on_grid(numbers):
    """The nearest ones with VALUES_AN_OCTAVE."""
    steps = torch.exp2(torch.floor(torch.log2(numbers))) / VALUES_AN_OCTAVE
    return torch.round(numbers / steps) * steps


class Layer(nn.Module):
    """gain * contraction(x, levels) + bias for each output channel. Levels are the latent
    weights, rounded. With a batch norm gain and bias are its; `fold` makes them numbers."""

    def __init__(self, apply, weight, bias, norm):
        super().__init__()
        self.apply_weight = apply
        self.latent = nn.Parameter(torch.tensor(weight))
        self.is_rounded = False
        self.multipliers = self.unit = self.norm = None
        channels, has_bias = len(weight), bias is not None
        bias = torch.tensor(bias) if has_bias else torch.zeros(channels)
        if norm is None:
            self.bias = nn.Parameter(bias, requires_grad=has_bias)
            self.log_gain = nn.Parameter(torch.zeros(channels), requires_grad=False)
        else:
            scale, shift, mean, variance, epsilon = norm
            self.norm = nn.BatchNorm2d(channels, epsilon)
            self.norm.weight.data = torch.tensor(scale)
            self.norm.bias.data = torch.tensor(shift)
            self.norm.running_mean = torch.tensor(mean) - bias
            self.norm.running_var = torch.tensor(variance)
            self.bias_before = bias  # part of the mean, since it changes nothing

    def float_parameters(self):
        """In the order of the operands of the contraction and of the batch norm."""
        if self.norm is None:
            return [self.latent, self.bias]
        return [self.latent, self.norm.weight, self.norm.bias,
                self.norm.running_mean + self.bias_before, self.norm.running_var]

    def levels(self):
        if not self.is_rounded:
            return self.latent
        return round_through(self.latent.clamp(-MOST_LEVEL, MOST_LEVEL))

    def per_channel(self, values):
        return values.reshape(-1, *[1] * (self.latent.dim() - 1))

    def gains(self):
        """Those of a layer without batch norm."""
        if self.multipliers is None:
            return torch.exp2(self.log_gain)
        return self.multipliers / self.unit

    def forward(self, x):
        y = self.apply_weight(x, self.levels())
        if self.norm is not None:
            return self.norm(y)
        gains, bias = self.gains(), self.bias
        if y.dim() == 4:
            gains, bias = gains[:, None, None], bias[:, None, None]
        return y * gains + bias

    def folded_scale(self):
        """What the batch norm multiplies by."""
        return self.norm.weight.data / torch.sqrt(self.norm.running_var + self.norm.eps)

    def scale(self):
        """What the weights are multiplied by, per channel, when the batch norm is folded."""
        return torch.ones(len(self.latent)) if self.norm is None else self.folded_scale()

    def start_rounding(self, steps):
        """The latent weights become those of the folded layer in units of steps, one for each
        output channel, which grow where a level would be beyond MOST_FIRST_LEVEL."""
        scale = self.scale()
        most = self.latent.data.abs().flatten(1).amax(1) * scale.abs()
        steps = torch.maximum(steps, most / MOST_FIRST_LEVEL)
        factor = scale / steps
        self.latent.data = self.latent.data * self.per_channel(factor)
        if self.norm is None:
            self.log_gain.data.copy_(torch.log2(steps))
            self.log_gain.requires_grad_(True)
            self.bias.requires_grad_(True)
        else:
            # So much more comes out; a batch norm with statistics that are so much larger
            # gives what it gave. Negative scales become positive.
            self.norm.running_mean *= factor
            self.norm.running_var.copy_(self.norm.running_var * factor.square())
            self.norm.weight.data.abs_()
        self.is_rounded = True

    def fold(self):
        """Batch norm becomes gain and bias."""
        if self.norm is not None:
            scale = self.folded_scale()
            self.bias = nn.Parameter(self.norm.bias.data - self.norm.running_mean * scale)
            self.latent.data *= self.per_channel(torch.where(scale < 0, -1.0, 1.0))
            self.log_gain = nn.Parameter(torch.log2(scale.abs().clamp(min=LEAST_GAIN)))
            self.norm = None

    def fix(self, unit):
        """Gains are final. `unit` is the scale of the input over that of the output: with it
        they are multipliers of integers, which take few bytes if they have few bits."""
        self.multipliers = on_grid(torch.exp2(self.log_gain.data) * unit)
        self.unit = unit
        self.log_gain.requires_grad_(False)


class ActivationQuantizer(nn.Module):
    """uint8 with one scale. Off, it lets everything through; `observe` keeps what it sees,
    `start` chooses the range of least squared error."""

    CLIPS = [1 - 0.05 * index for index in range(13)]
    KEPT = 200_000  # numbers of each batch

    def __init__(self):
        super().__init__()
        self.is_observed = self.is_on = False
        self.seen = []
        self.register_buffer("scale", torch.tensor(1.0))
        self.register_buffer("zero_point", torch.tensor(0.0))

    def forward(self, x):
        if self.is_observed:
            flat = x.detach().flatten()
            stride = max(1, len(flat) // self.KEPT)
            self.seen.append(torch.cat([flat[::stride], flat.aminmax().min[None],
                                        flat.aminmax().max[None]]))
        return self.quantize(x, self.scale, self.zero_point) if self.is_on else x

    @staticmethod
    def quantize(x, scale, zero_point):
        stored = round_through((x / scale).clamp(0 - zero_point, 255 - zero_point))
        return stored * scale

    def start(self):
        seen = torch.cat(self.seen)
        least, most = min(0.0, seen.min().item()), max(0.0, seen.max().item())
        best = math.inf
        for clip in self.CLIPS:
            scale = torch.tensor(max(clip * (most - least) / 255, 1e-30))
            zero_point = torch.round(-clip * least / scale).clamp(0, 255)
            error = F.mse_loss(self.quantize(seen, scale, zero_point), seen).item()
            if error < best:
                best = error
                self.scale, self.zero_point = scale, zero_point
        self.seen, self.is_observed, self.is_on = [], False, True
