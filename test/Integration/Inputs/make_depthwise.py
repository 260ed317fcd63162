# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes network.mlir and inputs.npz: depthwise convolutions of many shapes.

Usage: make_depthwise.py
"""

import numpy as np

# Channels, image, kernel, strides, dilations, what is behind.
CASES = [
    (64, (9, 14), (3, 3), (1, 1), (1, 1), "nothing"),
    (64, (6, 7), (3, 3), (2, 2), (1, 1), "add"),
    (72, (8, 7), (5, 5), (1, 1), (1, 1), "hardswish"),
    (96, (9, 9), (5, 5), (2, 2), (1, 1), "nothing"),
    (32, (5, 12), (3, 3), (1, 1), (1, 1), "add"),
    (24, (5, 8), (3, 3), (1, 1), (1, 1), "hardswish"),
    (16, (5, 8), (3, 3), (1, 1), (2, 2), "nothing"),
    (3, (5, 30), (7, 7), (1, 1), (1, 1), "add"),
    (40, (1, 18), (1, 3), (1, 1), (1, 1), "nothing"),
    (40, (18, 2), (4, 1), (1, 1), (1, 1), "nothing"),
    (130, (4, 5), (2, 3), (1, 2), (2, 1), "nothing"),
    (20, (3, 4), (1, 1), (1, 1), (1, 1), "add"),
]
X_SCALE = 0.0625


def listed(values):
    return f"array<i64: {', '.join(map(str, values))}>"


def of_channels(bits, scales):
    texts = ", ".join(repr(float(np.float32(scale))) for scale in scales)
    return f"!quant.uniform<{bits}:f32:0, {{{texts}}}>"


def write_case(number, case, rng):
    """The types of the inputs and of the result, and the body, whose result is %y."""
    channels, image, kernel, strides, dilations, behind = case
    borders = [(k - 1) * d for k, d in zip(kernel, dilations)]
    pad = [border // 2 for border in borders] + [border - border // 2 for border in borders]
    height, width = ((extent - 1) // step + 1 for extent, step in zip(image, strides))
    x = f"tensor<?x{image[0]}x{image[1]}x{channels}x!x>"
    y = f"tensor<?x{height}x{width}x{channels}x!y>"
    # Powers of two make ties of the rounding common.
    scales = 2.0 ** rng.integers(-8, -4, channels) * rng.choice([1, 0.7], channels)
    shape = f"{channels}x{kernel[0]}x{kernel[1]}x1x"
    filter_type = f"tensor<{shape}{of_channels('i8<-127:127>', scales)}>"
    bias_type = f"tensor<{channels}x{of_channels('i32', scales * X_SCALE)}>"
    weights = rng.integers(-127, 128, (channels, *kernel), np.int8).tobytes().hex()
    biases = rng.integers(-2000, 2000, channels, np.int32).tobytes().hex()
    inputs = {f"%x{number}": x}
    body = f"""
  %weights{number} = arith.constant dense<"0x{weights}"> : tensor<{shape}i8>
  %filter{number} = quant.scast %weights{number} : tensor<{shape}i8> to {filter_type}
  %biases{number} = arith.constant dense<"0x{biases}"> : tensor<{channels}xi32>
  %bias{number} = quant.scast %biases{number} : tensor<{channels}xi32> to {bias_type}
  %conv{number} = nn.conv_2d %x{number}, %filter{number}, %bias{number}
      {{groups = {channels} : i64, pad = {listed(pad)}, strides = {listed(strides)},
       dilations = {listed(dilations)}}} : ({x}, {filter_type}, {bias_type}) -> {y}"""
    result = f"%conv{number}"
    if behind == "add":
        inputs[f"%z{number}"] = y
        body += f"\n  %sum{number} = nn.add {result}, %z{number} : ({y}, {y}) -> {y}"
        result = f"%sum{number}"
    elif behind == "hardswish":
        body += f"\n  %entry{number} = nn.unary hardswish {result} : {y} -> {y}"
        result = f"%entry{number}"
    return inputs, y, body, result


def main():
    rng = np.random.default_rng(11)
    arguments, types, results, bodies, arrays = [], [], [], [], {}
    for number, case in enumerate(CASES):
        inputs, type_, body, result = write_case(number, case, rng)
        for name, input_type in inputs.items():
            arguments.append(f'{name}: {input_type} {{nn.name = "{name[1:]}"}}')
            shape = input_type.removeprefix("tensor<?x").split("x!")[0].split("x")
            arrays[name[1:]] = rng.integers(-128, 128, (2, *map(int, shape)), np.int8)
        types.append(f'{type_} {{nn.name = "y{number}"}}')
        results.append((result, type_))
        bodies.append(body)
    np.savez("inputs.npz", **arrays)
    with open("network.mlir", "w") as file:
        file.write("!x = !quant.uniform<i8:f32, 0.0625:-3>\n!y = !quant.uniform<i8:f32, 0.5:5>\n")
        file.write(f"func.func @network({', '.join(arguments)})\n    -> ({', '.join(types)}) {{")
        file.write("".join(bodies))
        names, of = (", ".join(column) for column in zip(*results))
        file.write(f"\n  return {names} : {of}\n}}\n")


if __name__ == "__main__":
    main()
