# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How the weights of a layer are compressed, in numpy, from docs/compression.md.

Shares no code with the compiler. Sums are in double throughout, which the
compiler's are in blocks.
"""

import numpy as np


def center(values):
    return values - values.mean(axis=0)


def metric_of(inputs, means, coherence):
    centered = center(inputs)
    metric = centered.T @ centered / len(inputs)
    if coherence:
        centered = center(means)
        metric += coherence * centered.T @ centered / len(means)
    return metric


def correct(weight, metric, inputs, means, targets, target_means, coherence):
    depth = weight.shape[1]
    cross = center(inputs).T @ center(targets) / len(inputs)
    if coherence:
        cross += coherence * center(means).T @ center(target_means) / len(means)
    ridge = 0.01 * np.diag(metric).mean() * max(1, 40 * depth / len(inputs))
    system = metric + ridge * np.eye(depth)
    return np.linalg.solve(system, cross + ridge * weight.T).T


def to_bfloat16(x):
    mantissa, exponent = np.frexp(x)
    return np.float32(np.ldexp(np.rint(mantissa * 256), exponent - 8))


def factor_inverse(metric):
    return np.linalg.cholesky(np.linalg.inv(metric)).T


def choose_steps(weight, factor, sensitivity, price, is_depthwise):
    scale = np.exp(np.mean(-2 * np.log(np.diag(factor))))
    steps = np.sqrt(6 * price / (np.log(2) * sensitivity * scale))
    greatest = np.abs(weight).max(axis=1)
    steps = np.clip(steps, greatest / 127, greatest)
    if is_depthwise:
        return np.array([to_bfloat16(step) for step in steps])
    base = to_bfloat16(np.exp(np.log(steps).mean()))
    exponents = np.rint(2 * np.log2(steps / base))
    exponents = np.minimum(exponents, np.floor(2 * np.log2(greatest / base)))
    exponents = np.maximum(exponents, np.ceil(2 * np.log2(greatest / 127 / base) + 1e-6))
    return np.float32(base * 2.0 ** (exponents / 2))


def bit_costs(levels):
    magnitudes = np.abs(levels).ravel()
    counts = np.bincount(magnitudes, minlength=128).astype(float)
    mean = magnitudes.mean() + 0.02
    ratio = mean / (1 + mean)
    tail = (1 - ratio) * ratio ** np.arange(128.0)
    tail = np.maximum(tail, 2.0**-60)
    bits = -np.log2((counts + 6 * tail) / (magnitudes.size + 6))
    bits[1:] += 1
    return bits


def best_of(candidates, cost):
    """For each row the candidate of least cost, the first of equals."""
    candidates = [np.clip(c, -127, 127).astype(int) for c in candidates]
    costs = np.array([cost(c) for c in candidates])
    return np.choose(costs.argmin(axis=0), candidates)


def round_with_feedback(weight, metric, steps, sensitivity, price, bits):
    order = np.argsort(-np.diag(metric), kind="stable")
    factor = factor_inverse(metric[np.ix_(order, order)])
    rest = weight[:, order].copy()
    levels = np.zeros(weight.shape, int)
    for j in range(weight.shape[1]):
        target, pivot = rest[:, j] / steps, factor[j, j]
        nearest = np.rint(target)
        candidates = [nearest, np.trunc(target), nearest - np.sign(nearest), 0 * nearest]
        level = best_of(
            candidates,
            lambda c: sensitivity * ((rest[:, j] - c * steps) / pivot) ** 2
            + price * bits[np.abs(c)],
        )
        levels[:, order[j]] = level
        error = (rest[:, j] - level * steps) / pivot
        rest[:, j + 1 :] -= np.outer(error, factor[j, j + 1 :])
    return levels


def refine(weight, metric, steps, sensitivity, price, bits, levels):
    levels = levels.copy()
    for _ in range(2):
        for j in range(weight.shape[1]):
            slope = ((levels * steps[:, None] - weight) @ metric)[:, j]
            current = levels[:, j]
            nearest = np.rint(current - slope / (metric[j, j] * steps))

            def cost(c):
                change = (c - current) * steps
                error = change * (2 * slope + change * metric[j, j])
                return sensitivity * error + price * bits[np.abs(c)]

            candidates = [current, nearest, nearest - np.sign(nearest), 0 * nearest]
            candidates += [current - np.sign(current), current + 1, current - 1]
            levels[:, j] = best_of(candidates, cost)
    return levels


def objective(weight, metric, steps, sensitivity, levels):
    """The loss in nats, without the price of bits."""
    error = levels * steps[:, None] - weight
    return float(np.sum(sensitivity * np.einsum("od,de,oe->o", error, metric, error)))


def compress(weight, inputs, means, targets, target_means, sensitivity, coherence, price,
             is_depthwise=False):
    """Levels, steps, and what the levels are compared in: the corrected weight and the
    metric."""
    metric = metric_of(inputs, means, coherence)
    corrected = correct(weight, metric, inputs, means, targets, target_means, coherence)
    metric = metric + 0.003 * np.diag(metric).mean() * np.eye(len(metric))
    sensitivity = np.maximum(sensitivity, 0.03 * sensitivity.mean())
    order = np.argsort(-np.diag(metric), kind="stable")
    factor = factor_inverse(metric[np.ix_(order, order)])
    steps = choose_steps(corrected, factor, sensitivity, price, is_depthwise)
    wide = steps.astype(float)
    levels = np.rint(corrected / wide[:, None]).astype(int)
    for _ in range(2):
        bits = bit_costs(levels)
        problem = (corrected, metric, wide, sensitivity, price, bits)
        levels = refine(*problem, round_with_feedback(*problem))
    return levels, steps, corrected, metric, sensitivity
