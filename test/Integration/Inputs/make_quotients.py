# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes a network that quantizes one input by many scales, and what is hard to round:
numbers beside the middle between two integers, zeros, infinities, NaN, the largest
and the smallest.

Usage: make_quotients.py NETWORK.mlir INPUTS.npz
"""

import sys

import numpy as np

COUNT = 24
TINY, HUGE = np.finfo(np.float32).tiny, np.finfo(np.float32).max


def make_scales(random):
    # With reciprocals that are no normal numbers, errors that are none, powers of two.
    extremes = [TINY, 1.1 * TINY, 2.0**-100, 2.0**101, 1.7 * 2.0**101, 2.0**110,
                HUGE / 300, 2.0**-3, 1.0, 1 / 255, 1 / 3]
    others = 2.0 ** random.uniform(-12, 3, COUNT - len(extremes))
    return np.array([*extremes, *others], np.float32)


def main():
    random = np.random.default_rng(1)
    scales = make_scales(random)
    zero_points = random.choice([-128, -127, -1, 0, 5, 127], COUNT)
    values = [np.array([0.0, -0.0, np.inf, -np.inf, np.nan, HUGE, -HUGE, TINY, -TINY,
                        np.float32(1e-45), np.float32(-1e-45)], np.float32)]
    middles = np.arange(-258, 258, dtype=np.float32) + np.float32(0.5)
    with np.errstate(over="ignore"):
        for scale in scales:
            x = middles * scale
            values.append(x)
            for direction in (np.inf, -np.inf):
                near = x
                for _ in range(2):
                    near = np.nextafter(near, np.float32(direction))
                    values.append(near)
    values = np.concatenate(values)
    width = 64
    values = np.pad(values, (0, -len(values) % width)).reshape(-1, width)
    types = [f"!quant.uniform<i8:f32, {float(s)!r}:{z}>" for s, z in zip(scales, zero_points)]
    results = ", ".join(f'tensor<?x{width}x{t}> {{nn.name = "y{i}"}}' for i, t in enumerate(types))
    with open(sys.argv[1], "w") as file:
        print(f'func.func @network(%x: tensor<?x{width}xf32> {{nn.name = "x"}}) -> ({results}) {{', file=file)
        for i, type_ in enumerate(types):
            print(f"  %y{i} = nn.quantize %x : tensor<?x{width}xf32> -> tensor<?x{width}x{type_}>", file=file)
        names = ", ".join(f"%y{i}" for i in range(COUNT))
        print(f"  return {names} : {', '.join(f'tensor<?x{width}x{t}>' for t in types)}\n}}", file=file)
    np.savez(sys.argv[2], x=values)


if __name__ == "__main__":
    main()
