# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares the compressed layers of compress-layer with those of the reference.

Usage: check_compression.py COMPRESS_LAYER FOLDER
The two add up in different orders, so that a level may differ where two cost the same:
a few of a thousand may, and the objective has to be the same.
"""

import pathlib
import subprocess
import sys

import compression
import numpy as np


def make_dense(rng, positions):
    outputs, depth, samples = 12, 20, 30
    mix = rng.normal(size=(depth, depth)) * rng.uniform(0.1, 2, size=depth)
    inputs = np.maximum(rng.normal(size=(samples * positions, depth)) @ mix, 0)
    weight = rng.laplace(size=(outputs, depth)) * rng.uniform(0.2, 1, size=(outputs, 1))
    noisy = inputs + 0.1 * rng.normal(size=inputs.shape)
    targets = inputs @ weight.T + rng.normal(size=outputs)
    return weight, noisy, targets, samples


def average(values, samples):
    return values.reshape(samples, -1, values.shape[1]).mean(axis=1)


def save(path, **arrays):
    np.savez(path, **{name: np.asarray(array, np.float32) for name, array in arrays.items()})


def run(tool, folder, problem):
    save(folder / "problem.npz", **problem)
    subprocess.run([tool, folder / "problem.npz", folder / "result.npz"], check=True)
    return np.load(folder / "result.npz")


def check(name, expected, found, price, price_bits):
    levels, steps, corrected, metric, sensitivity = expected
    seen = found["levels"].reshape(levels.shape).astype(int)
    if not np.array_equal(steps, found["steps"]):
        sys.exit(f"{name}: expected the steps {steps}, but got {found['steps']}")
    differ = np.mean(seen != levels)
    def cost(these):
        return compression.objective(corrected, metric, steps, sensitivity, these) + (
            price * price_bits[np.abs(these)].sum()
        )
    excess = cost(seen) / cost(levels) - 1
    if differ > 0.02 or abs(excess) > 0.005:
        sys.exit(f"{name}: {differ:.2%} of the levels differ, the objective by {excess:.2%}")
    print(f"{name}: {np.mean(seen == 0):.0%} zeros, magnitudes up to {np.abs(seen).max()}")


def check_dense(tool, folder, rng, positions, price):
    weight, inputs, targets, samples = make_dense(rng, positions)
    coherence = 5.0 if positions > 1 else 0.0
    sensitivity = rng.uniform(0.001, 1, size=len(weight))
    problem = dict(
        weight=weight, inputs=inputs, targets=targets, sensitivity=sensitivity,
        input_means=average(inputs, samples), target_means=average(targets, samples),
        coherence=[coherence], price=[price], taps=[1], positions=[positions],
    )
    found = run(tool, folder, problem)
    rounded = {name: np.float64(np.float32(array)) for name, array in problem.items()}
    expected = compression.compress(
        rounded["weight"], rounded["inputs"], rounded["input_means"], rounded["targets"],
        rounded["target_means"], rounded["sensitivity"], coherence, rounded["price"][0],
    )
    bits = compression.bit_costs(expected[0])
    check(f"dense at {positions} positions, price {price:g}", expected, found, price, bits)
    # The bias makes up for the means.
    real = expected[0] * expected[1][:, None].astype(float)
    bias = targets.mean(axis=0) - real @ inputs.mean(axis=0)
    if np.array_equal(found["levels"].reshape(real.shape), expected[0]):
        np.testing.assert_allclose(found["bias"], bias, atol=0.7 * np.std(targets))


def check_depthwise(tool, folder, rng, price):
    """Each channel is a problem of its own; the columns of a tap are the channels."""
    channels, taps, samples, positions = 5, 9, 20, 25
    inputs = np.maximum(rng.normal(size=(samples * positions, taps, channels)), -0.2)
    weight = rng.laplace(size=(channels, taps))
    targets = np.einsum("ptc,ct->pc", inputs, weight)
    sensitivity = np.full(channels, 0.4)
    flat = inputs.reshape(len(inputs), -1)
    found = run(tool, folder, dict(
        weight=weight, inputs=flat, targets=targets, sensitivity=sensitivity,
        input_means=average(flat, samples), target_means=average(targets, samples),
        coherence=[2], price=[price], taps=[taps], positions=[positions],
    ))
    for channel in range(channels):
        single = np.float64(np.float32(inputs[:, :, channel]))
        target = np.float64(np.float32(targets[:, [channel]]))
        row = np.float64(np.float32(weight[[channel]]))
        expected = compression.compress(
            row, single, average(single, samples), target, average(target, samples),
            sensitivity[[channel]], 2.0, price, is_depthwise=True,
        )
        part = {
            "levels": found["levels"].reshape(channels, taps)[[channel]],
            "steps": found["steps"][[channel]],
        }
        bits = compression.bit_costs(expected[0])
        check(f"depthwise channel {channel}", expected, part, price, bits)


def main(tool, folder):
    rng = np.random.default_rng(1)
    for price in (1e-4, 1e-2, 0.3):
        check_dense(tool, folder, rng, 1, price)
        check_dense(tool, folder, rng, 16, price)
    check_depthwise(tool, folder, rng, 1e-3)


main(sys.argv[1], pathlib.Path(sys.argv[2]))
