# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes modules in the nn dialect: types, constants, ops as generic text."""

import re

import numpy as np

S8 = (-128, 127)
ACCUMULATOR = "!quant.uniform<i32"


def real_type(text):
    """The tensor type of the real numbers in one of quantized elements."""
    return re.sub("!quant.*", "f32>", text)


class Type:
    """A per-tensor i8 type; real = scale * (stored - zero_point)."""

    def __init__(self, rng, scale=None, for_onnx=False):
        # Powers of two make ties of the rounding common.
        exponent = rng.integers(-4, 4)
        exact = rng.random() < 0.5
        self.scale = np.float32(
            scale
            if scale is not None
            else 2.0**exponent * (1 if exact else rng.uniform(0.6, 1.7))
        )
        choices = [-128, -127, -1, 0, 1, 127, int(rng.integers(-128, 128))]
        self.zero_point = int(rng.choice(choices))
        self.bounds = S8
        if rng.random() < 0.3 and not for_onnx:
            self.bounds = tuple(sorted(int(v) for v in rng.choice(np.arange(-128, 128), 2, replace=False)))

    def __str__(self):
        lo, hi = self.bounds
        narrow = "" if self.bounds == S8 else f"<{lo}:{hi}>"
        return f"!quant.uniform<i8{narrow}:f32, {float(self.scale)!r}:{self.zero_point}>"


class NetworkBuilder:
    """Writes networks, one after the other, into one function."""

    def __init__(self, rng, quantized, for_onnx, as_qdq=False, byte_share=0):
        self.rng = rng
        self.byte_share = byte_share  # of stored inputs, how many are u8
        self.as_qdq = as_qdq  # write ops on integers between dequantize and quantize
        self.quantized = quantized
        self.for_onnx = for_onnx
        self.lines = []
        self.arguments = []  # name, type, further attributes
        self.results = []
        self.arrays = {}
        self.count = 0

    def name(self):
        self.count += 1
        return f"%v{self.count}"

    def tensor(self, shape, element):
        extents = "x".join("?" if e is None else str(e) for e in shape)
        return f"tensor<{extents}x{element}>"

    def add(self, op, operands, types, result_type, attributes=""):
        is_computed = op.startswith("nn.") and op not in ("nn.quantize", "nn.dequantize")
        if not self.as_qdq or not is_computed or "!quant" not in result_type:
            return self.write(op, operands, types, result_type, attributes)
        # Accumulators are no integers yet.
        is_sum = op in ("nn.add", "nn.sub")
        reals = [
            operand if is_sum and ACCUMULATOR in type_
            else self.write("nn.dequantize", [operand], [type_], real_type(type_))
            for operand, type_ in zip(operands, types)
        ]  # fmt: skip
        real = self.write(op, reals, list(map(real_type, types)), real_type(result_type), attributes)
        if ACCUMULATOR in result_type:
            return real
        return self.write("nn.quantize", [real], [real_type(result_type)], result_type)

    def write(self, op, operands, types, result_type, attributes=""):
        result = self.name()
        operand_types = ", ".join(types)
        self.lines.append(
            f'{result} = "{op}"({", ".join(operands)}) {attributes} : '
            f"({operand_types}) -> {result_type}"
        )
        return result

    def constant(self, array):
        type_ = self.tensor(array.shape, {"i1": "i8", "i4": "i32", "f4": "f32"}[array.dtype.str[1:]])
        return (
            self.add("arith.constant", [], [], type_, f'<{{value = dense<"0x{array.tobytes().hex()}"> : {type_}}}>'),
            type_,
        )

    def stored_constant(self, array, element):
        value, type_ = self.constant(array)
        quantized = self.tensor(array.shape, element)
        return self.add("quant.scast", [value], [type_], quantized), quantized

    def pair(self, lo, hi):
        return [int(v) for v in self.rng.integers(lo, hi + 1, 2)]

    def same_element(self, op, value, shape, element, result_shape, attributes):
        result = self.add(op, [value], [self.tensor(shape, element)], self.tensor(result_shape, element), attributes)
        return result, result_shape, element

    @staticmethod
    def per_axis(storage, scales, per_axis, axis=0):
        if not per_axis:
            return f"!quant.uniform<{storage}:f32, {float(scales[0])!r}>"
        listed = ", ".join(repr(float(s)) for s in scales)
        return f"!quant.uniform<{storage}:f32:{axis}, {{{listed}}}>"

    def module(self):
        arguments = ", ".join(f'{n}: {t} {{nn.name = "{n[1:]}"{more}}}' for n, t, more in self.arguments)
        all_bytes = self.byte_share == 1
        results = ", ".join(
            f'{t} {{nn.name = "y{i}"{", nn.unsigned" * (all_bytes and "!quant" in t)}}}'
            for i, (_, t) in enumerate(self.results)
        )
        names = ", ".join(n for n, _ in self.results)
        types = ", ".join(t for _, t in self.results)
        body = "\n    ".join(self.lines + [f'"func.return"({names}) : ({types}) -> ()'])
        inside = " attributes {nn.unsigned}" * all_bytes
        return (
            f"module {{\n  func.func @network({arguments}) -> ({results}){inside} {{\n"
            f"    {body}\n  }}\n}}\n"
        )
