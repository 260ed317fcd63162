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


def cost(levels, group, steps, sensitivity, price):
    corrected, metric = group
    loss = compression.objective(corrected, metric, steps, sensitivity, levels)
    return loss + price * compression.bit_costs(levels)[np.abs(levels)].sum()


def check(name, groups, sensitivity, price, found, integers):
    """Compares what was found with the reference, and the starts with the means."""
    levels, steps, sensitivity = compression.compress(groups, sensitivity, price)
    if not np.array_equal(steps, found["steps"]):
        sys.exit(f"{name}: expected the steps {steps}, but got {found['steps']}")
    wide = steps.astype(float)
    all_seen = found["levels"].astype(int).reshape(len(steps), -1)
    begin = 0
    for group, expected in zip(groups, levels):
        rows = slice(begin, begin + len(expected))
        begin = rows.stop
        seen = all_seen[rows]
        differ = np.mean(seen != expected)
        costs = [cost(these, group, wide[rows], sensitivity[rows], price)
                 for these in (seen, expected)]
        if differ > 0.02 or abs(costs[0] / costs[1] - 1) > 0.005:
            sys.exit(f"{name}: {differ:.2%} of the levels differ, costs are {costs}")
    check_starts(name, all_seen, wide, found, integers)
    print(f"{name}: {np.mean(all_seen == 0):.0%} zeros, magnitudes up to {np.abs(all_seen).max()}")


def check_starts(name, levels, steps, found, integers):
    """Starts are the bias that the means ask for, to a multiple of a power of two."""
    scale, zero_point, input_means, target_means = integers
    unit = scale * steps
    bias = target_means - steps * np.sum(levels * input_means, axis=1)
    wanted = bias / unit - zero_point * levels.sum(axis=1)
    starts = found["starts"].astype(int)
    multiple = np.gcd.reduce(starts)
    multiple &= -multiple
    error = np.abs(starts - wanted).max()
    if error > 0.5 * multiple + 0.01:
        sys.exit(f"{name}: starts are multiples of {multiple}, but {error} off")
    back = np.rint(found["bias"] / np.float32(unit)) - zero_point * levels.sum(axis=1)
    if not np.array_equal(back, starts):
        sys.exit(f"{name}: the bias leads to the starts {back}, not to {starts}")


INPUT_SCALE, ZERO_POINT = 0.03125, -77


def check_dense(tool, folder, rng, positions, price):
    weight, inputs, targets, samples = make_dense(rng, positions)
    coherence = 5.0 if positions > 1 else 0.0
    problem = dict(
        weight=weight, inputs=inputs, targets=targets,
        sensitivity=rng.uniform(0.001, 1, size=len(weight)),
        input_means=average(inputs, samples), target_means=average(targets, samples),
        coherence=[coherence], price=[price], taps=[1], positions=[positions],
        input_scale=[INPUT_SCALE], zero_point=[ZERO_POINT],
    )
    found = run(tool, folder, problem)
    problem = {name: np.float64(np.float32(array)) for name, array in problem.items()}
    group = compression.prepare(
        problem["weight"], problem["inputs"], problem["input_means"], problem["targets"],
        problem["target_means"], coherence,
    )
    integers = INPUT_SCALE, ZERO_POINT, inputs.mean(axis=0), targets.mean(axis=0)
    check(f"dense at {positions} positions, price {price:g}", [group],
          problem["sensitivity"], problem["price"][0], found, integers)


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
        input_scale=[INPUT_SCALE], zero_point=[ZERO_POINT],
    ))
    inputs, weight, targets = (np.float64(np.float32(a)) for a in (inputs, weight, targets))
    groups = []
    for channel in range(channels):
        single, target = inputs[:, :, channel], targets[:, [channel]]
        groups.append(compression.prepare(
            weight[[channel]], single, average(single, samples), target,
            average(target, samples), 2.0,
        ))
    integers = INPUT_SCALE, ZERO_POINT, inputs.mean(axis=0).T, targets.mean(axis=0)
    check(f"depthwise, price {price:g}", groups, sensitivity, price, found, integers)


def main(tool, folder):
    rng = np.random.default_rng(1)
    for price in (1e-4, 1e-2, 0.3):
        check_dense(tool, folder, rng, 1, price)
        check_dense(tool, folder, rng, 16, price)
    for price in (1e-5, 1e-3, 0.03):
        check_depthwise(tool, folder, rng, price)


main(sys.argv[1], pathlib.Path(sys.argv[2]))
