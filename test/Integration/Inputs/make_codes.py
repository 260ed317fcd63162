# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes network.mlir and inputs.npz: layers whose weights have few levels.

Usage: make_codes.py
"""

import numpy as np

# Image, kernel, groups, outputs, levels. Rows without a kernel are dense layers.
CASES = [
    ((64,), None, 1, 10, 16),
    ((65,), None, 1, 33, 16),  # ends within a step
    ((7,), None, 1, 130, 4),
    ((200,), None, 1, 17, 3),
    ((12,), None, 1, 40, 2),
    ((4,), None, 1, 3, 5),  # a single step
    ((1,), None, 1, 5, 1),
    ((36,), None, 1, 70, 16),  # an odd number of steps
    ((600,), None, 1, 200, 16),
    ((3, 3, 8), (3, 3), 1, 24, 16),  # one pixel
    ((4, 3, 5), (3, 2), 1, 40, 4),  # four pixels, runs that end within a step
    ((2, 3, 6), (2, 2), 2, 32, 9),
    ((3, 2, 20), (2, 2), 1, 7, 7),
]
X_SCALE = 0.0625


def of_channels(bits, scales):
    texts = ", ".join(repr(float(np.float32(scale))) for scale in scales)
    return f"!quant.uniform<{bits}:f32:0, {{{texts}}}>"


def write_case(number, case, rng):
    """The type of the input and of the result, and the body, whose result is %y."""
    image, kernel, groups, outputs, count = case
    x = f"tensor<?x{'x'.join(map(str, image))}x!x>"
    if kernel:
        extents = [i - k + 1 for i, k in zip(image, kernel)]
        y = f"tensor<?x{extents[0]}x{extents[1]}x{outputs}x!y>"
        shape = (outputs, *kernel, image[2] // groups)
        op, attributes = "nn.conv_2d", f" {{groups = {groups} : i64}}"
    else:
        y = f"tensor<?x{outputs}x!y>"
        shape = (outputs, image[0])
        op, attributes = "nn.fully_connected", ""
    levels = rng.choice(np.arange(-127, 128), count, replace=False).astype(np.int8)
    depth = int(np.prod(shape[1:]))
    if depth % 8:  # what a step does not have counts as 0
        levels[0] = 0
    # Powers of two make ties of the rounding common.
    scales = 2.0 ** rng.integers(-8, -4, outputs) * rng.choice([1, 0.7], outputs)
    scales /= np.sqrt(depth)
    dims = "".join(f"{extent}x" for extent in shape)
    filter_type = f"tensor<{dims}{of_channels('i8<-127:127>', scales)}>"
    bias_type = f"tensor<{outputs}x{of_channels('i32', scales * X_SCALE)}>"
    weights = rng.choice(levels, shape).tobytes().hex()
    biases = rng.integers(-2000, 2000, outputs, np.int32).tobytes().hex()
    body = f"""
  %weights{number} = arith.constant dense<"0x{weights}"> : tensor<{dims}i8>
  %filter{number} = quant.scast %weights{number} : tensor<{dims}i8> to {filter_type}
  %biases{number} = arith.constant dense<"0x{biases}"> : tensor<{outputs}xi32>
  %bias{number} = quant.scast %biases{number} : tensor<{outputs}xi32> to {bias_type}
  %y{number} = {op} %x{number}, %filter{number}, %bias{number}{attributes}
      : ({x}, {filter_type}, {bias_type}) -> {y}"""
    return x, y, body


def main():
    rng = np.random.default_rng(7)
    arguments, types, bodies, arrays = [], [], [], {}
    for number, case in enumerate(CASES):
        x, y, body = write_case(number, case, rng)
        arguments.append(f'%x{number}: {x} {{nn.name = "x{number}"}}')
        arrays[f"x{number}"] = rng.integers(-128, 128, (3, *case[0]), np.int8)
        types.append((f"%y{number}", y, f'{y} {{nn.name = "y{number}"}}'))
        bodies.append(body)
    np.savez("inputs.npz", **arrays)
    names, of, results = (", ".join(column) for column in zip(*types))
    with open("network.mlir", "w") as file:
        file.write("!x = !quant.uniform<i8:f32, 0.0625:-3>\n!y = !quant.uniform<i8:f32, 0.5:5>\n")
        file.write(f"func.func @network({', '.join(arguments)})\n    -> ({results}) {{")
        file.write("".join(bodies))
        file.write(f"\n  return {names} : {of}\n}}\n")


if __name__ == "__main__":
    main()
