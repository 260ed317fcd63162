# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Makes random small networks at stage `quantized` or `float`, many in one module.

Each network is a chain of ops from an input of its own to an output of its own:
odd extents, pads and strides, groups, extreme zero points, scales that make ties
and saturation common.
"""

import numpy as np

S8 = (-128, 127)


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


class Builder:
    """Writes one network after the other into one function."""

    def __init__(self, rng, quantized, for_onnx):
        self.rng = rng
        self.quantized = quantized
        self.for_onnx = for_onnx
        self.lines = []
        self.arguments = []
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

    # Ops: each takes (value, shape, element) and gives the same of its result.

    def contraction(self, op, value, shape, element, weight_shape, out_shape, attributes):
        rng = self.rng
        outputs = weight_shape[0]
        terms = int(np.prod(weight_shape[1:]))
        has_bias = rng.random() < 0.8
        if not self.quantized:
            weight = rng.normal(size=weight_shape).astype("<f4")
            operands = [self.constant(weight)]
            if has_bias:
                operands.append(self.constant(rng.normal(size=outputs).astype("<f4")))
            result_element = "f32"
        else:
            weight = rng.integers(-127, 128, weight_shape).astype("<i1")
            per_axis = rng.random() < 0.7
            scales = 2.0 ** rng.integers(-6, 1, outputs if per_axis else 1)
            if rng.random() < 0.5:
                scales = scales * rng.uniform(0.6, 1.7, scales.shape)
            scales = scales.astype(np.float32)
            # From far too small, which saturates, to far too large.
            typical = 5000 * np.sqrt(terms) / 60
            result_element = Type(rng, scale=float(element.scale) * float(scales[0]) * typical * 2.0 ** float(rng.integers(-3, 3)), for_onnx=self.for_onnx)
            weight_element = self.per_axis("i8<-127:127>", scales, per_axis)
            operands = [self.stored_constant(weight, weight_element)]
            if has_bias:
                bias = rng.integers(-20000, 20001, outputs)
                if rng.random() < 0.2:
                    bias[0] = rng.choice([-(2**30), 2**30])
                bias_scales = (element.scale * scales).astype(np.float32)
                operands.append(self.stored_constant(bias.astype("<i4"), self.per_axis("i32", bias_scales, per_axis)))
        names = [value] + [name for name, _ in operands]
        types = [self.tensor(shape, element)] + [type_ for _, type_ in operands]
        result = self.add(op, names, types, self.tensor(out_shape, result_element), attributes)
        return result, out_shape, result_element

    @staticmethod
    def per_axis(storage, scales, per_axis):
        if not per_axis:
            return f"!quant.uniform<{storage}:f32, {float(scales[0])!r}>"
        listed = ", ".join(repr(float(s)) for s in scales)
        return f"!quant.uniform<{storage}:f32:0, {{{listed}}}>"

    def window(self, shape, with_kernel):
        """Attributes of a window that fits, and the extents of the result."""
        rng = self.rng
        kernel, strides, dilations = self.pair(1, 3), self.pair(1, 3), self.pair(1, 2)
        spans = [(k - 1) * d + 1 for k, d in zip(kernel, dilations)]
        # Pools of ONNX Runtime take only less padding than taps.
        limits = kernel if with_kernel else spans
        pad = [int(rng.integers(0, min(3, limits[i % 2]))) for i in range(4)]
        for i in (0, 1):
            if shape[1 + i] + pad[i] + pad[i + 2] < spans[i]:
                return None
        extents = [(shape[1 + i] + pad[i] + pad[i + 2] - spans[i]) // strides[i] + 1 for i in (0, 1)]
        for i in (0, 1) if with_kernel else ():
            for begin in range(-pad[i], extents[i] * strides[i] - pad[i], strides[i]):
                taps = range(begin, begin + spans[i], dilations[i])
                if not any(0 <= tap < shape[1 + i] for tap in taps):
                    return None  # a maximum of nothing
        lists = {"strides": strides, "pad": pad, "dilations": dilations}
        if with_kernel:
            lists["kernel"] = kernel
        text = ", ".join(f"{k} = array<i64: {', '.join(map(str, v))}>" for k, v in lists.items())
        return kernel, extents, text

    def conv(self, value, shape, element):
        window = self.window(shape, False)
        if not window:
            return None
        kernel, extents, text = window
        channels = shape[3]
        divisors = [g for g in range(1, channels + 1) if channels % g == 0]
        groups = int(self.rng.choice(divisors))
        outputs = groups * int(self.rng.integers(1, 5))
        return self.contraction(
            "nn.conv_2d", value, shape, element,
            (outputs, *kernel, channels // groups), (None, *extents, outputs),
            f"<{{groups = {groups} : i64, {text}}}>",
        )  # fmt: skip

    def pool(self, value, shape, element):
        window = self.window(shape, True)
        if not window:
            return None
        _, extents, text = window
        result_shape = (None, *extents, shape[3])
        return self.same_element("nn.max_pool_2d", value, shape, element, result_shape, f"<{{{text}}}>")

    def same_element(self, op, value, shape, element, result_shape, attributes):
        result = self.add(op, [value], [self.tensor(shape, element)], self.tensor(result_shape, element), attributes)
        return result, result_shape, element

    def clamp(self, value, shape, element):
        low, high = sorted(float(np.float32(v)) for v in self.rng.normal(size=2) * 4)
        return self.same_element(
            "nn.clamp", value, shape, element, shape,
            f"<{{min = {low!r} : f32, max = {high!r} : f32}}>",
        )  # fmt: skip

    def pad(self, value, shape, element):
        low, high = ([0] + [int(v) for v in self.rng.integers(0, 3, len(shape) - 1)] for _ in range(2))
        result = (None, *(e + a + b for e, a, b in zip(shape[1:], low[1:], high[1:])))
        value_ = float(np.float32(self.rng.choice([0, 0, 1.25, -100])))
        return self.same_element(
            "nn.pad", value, shape, element, result,
            f"<{{low = array<i64: {', '.join(map(str, low))}>, high = array<i64: {', '.join(map(str, high))}>, "
            f"value = {value_!r} : f32}}>",
        )  # fmt: skip

    def transpose(self, value, shape, element):
        rest = [int(a) for a in 1 + self.rng.permutation(len(shape) - 1)]
        permutation = [0] + rest
        return self.same_element(
            "nn.transpose", value, shape, element, (None, *(shape[a] for a in rest)),
            f"<{{permutation = array<i64: {', '.join(map(str, permutation))}>}}>",
        )  # fmt: skip

    def dense(self, value, shape, element):
        features = int(np.prod(shape[1:]))
        value, shape, element = self.same_element("nn.reshape", value, shape, element, (None, features), "")
        outputs = int(self.rng.integers(1, 12))
        return self.contraction("nn.fully_connected", value, shape, element, (outputs, features), (None, outputs), "")

    def network(self, samples):
        rng = self.rng
        index = len(self.arguments)
        shape = (None, *(int(v) for v in rng.integers(1, 8, 2)), int(rng.integers(1, 7)))
        element = Type(rng, for_onnx=self.for_onnx) if self.quantized else "f32"
        data_shape = (samples, *shape[1:])
        is_stored = self.quantized and rng.random() < 0.5
        if is_stored:
            data = rng.integers(-128, 128, data_shape).astype(np.int8)
            element.bounds = S8
        else:
            span = 300 * float(element.scale) if self.quantized else 4
            data = rng.uniform(-span, span, data_shape).astype(np.float32)
        value = f"%x{index}"
        argument_type = self.tensor(shape, element if is_stored else "f32")
        self.arguments.append((value, argument_type))
        self.arrays[f"x{index}"] = data
        if self.quantized and not is_stored:
            value = self.add("nn.quantize", [value], [argument_type], self.tensor(shape, element))
        operations = [self.conv, self.conv, self.conv, self.pool, self.clamp, self.pad, self.transpose]
        for _ in range(int(rng.integers(1, 5))):
            operation = operations[int(rng.integers(len(operations)))]
            step = operation(value, shape, element)
            if step and np.prod(step[1][1:]) <= 2000:
                value, shape, element = step
        if rng.random() < 0.5:
            value, shape, element = self.dense(value, shape, element)
        if self.quantized and (self.for_onnx or rng.random() < 0.5):
            value = self.add("nn.dequantize", [value], [self.tensor(shape, element)], self.tensor(shape, "f32"))
            element = "f32"
        self.results.append((value, self.tensor(shape, element)))

    def module(self):
        arguments = ", ".join(f'{n}: {t} {{nn.name = "{n[1:]}"}}' for n, t in self.arguments)
        results = ", ".join(f'{t} {{nn.name = "y{i}"}}' for i, (_, t) in enumerate(self.results))
        names = ", ".join(n for n, _ in self.results)
        types = ", ".join(t for _, t in self.results)
        body = "\n    ".join(self.lines + [f'"func.return"({names}) : ({types}) -> ()'])
        return f"module {{\n  func.func @network({arguments}) -> ({results}) {{\n    {body}\n  }}\n}}\n"


def make(seed, count, quantized=True, for_onnx=False, samples=3):
    """The text of a module with `count` networks, and data for its inputs.

    With `for_onnx`, all storage is -128..127, as ONNX knows no other bounds, and the
    outputs are float, as ONNX Runtime leaves a Gemm unfused whose output type is not
    that of its input.
    """
    builder = Builder(np.random.default_rng(seed), quantized, for_onnx)
    for _ in range(count):
        builder.network(samples)
    return builder.module(), builder.arrays
