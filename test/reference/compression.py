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


def choose_steps(groups, sensitivity, price):
    """Of all channels of a layer; groups are pairs of corrected weights and factors."""
    wanted, greatest = [], []
    for weight, factor in groups:
        scale = np.exp(np.mean(-2 * np.log(np.diag(factor))))
        for row in np.abs(weight).max(axis=1):
            step = np.sqrt(6 * price / (np.log(2) * sensitivity[len(wanted)] * scale))
            wanted.append(np.clip(step, row / 127, row))
            greatest.append(row)
    wanted, greatest = np.array(wanted), np.array(greatest)
    base = to_bfloat16(np.exp(np.log(wanted).mean()))
    exponents = np.rint(2 * np.log2(wanted / base))
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


def prepare(weight, inputs, means, targets, target_means, coherence):
    """The weights of a group that undo the errors of its inputs, and its metric."""
    metric = metric_of(inputs, means, coherence)
    corrected = correct(weight, metric, inputs, means, targets, target_means, coherence)
    return corrected, metric + 0.003 * np.diag(metric).mean() * np.eye(len(metric))


def factor_in_order(metric):
    order = np.argsort(-np.diag(metric), kind="stable")
    return factor_inverse(metric[np.ix_(order, order)])


def compress(groups, sensitivity, price):
    """Levels and steps of a layer whose groups are as prepare gives them; the
    sensitivities as they are used."""
    sensitivity = np.maximum(sensitivity, 0.03 * sensitivity.mean())
    factors = [(corrected, factor_in_order(metric)) for corrected, metric in groups]
    steps = choose_steps(factors, sensitivity, price)
    problems, begin = [], 0
    for corrected, metric in groups:
        rows = slice(begin, begin + len(corrected))
        begin = rows.stop
        problems.append((corrected, metric, steps[rows].astype(float), sensitivity[rows], price))
    levels = [np.rint(p[0] / p[2][:, None]).astype(int) for p in problems]
    for _ in range(2):
        bits = bit_costs(np.concatenate(levels))
        levels = [refine(*p, bits, round_with_feedback(*p, bits)) for p in problems]
    return levels, steps, sensitivity
