# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Makes random small networks at stage `quantized` or `float`, many in one module.

Each network is a chain of ops from an input of its own to an output of its own:
odd extents, pads and strides, groups, extreme zero points, scales that make ties
and saturation common.
"""

import numpy as np

import elementary
from network_builder import S8, NetworkBuilder, Type


class Builder(NetworkBuilder):
    """Chooses ops, shapes and constants by chance."""

    is_wide = False

    # Ops: each takes (value, shape, element) and gives the same of its result.

    def contraction(self, op, value, shape, element, weight_shape, out_shape, attributes, is_summed=False):
        """If it `is_summed`, the result is the accumulators, and its last member a fitting
        type for sums of them."""
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
            if not self.for_onnx and rng.random() < 0.3:  # some levels, of which panels may hold the codes
                levels = rng.integers(-127, 128, rng.integers(1, 18))
                weight = rng.choice(levels, weight_shape).astype("<i1")
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
        if is_summed:
            sums = (element.scale * scales).astype(np.float32)
            accumulator = self.per_axis("i32", sums, per_axis, len(out_shape) - 1)
            result = self.add(op, names, types, self.tensor(out_shape, accumulator), attributes)
            return (result, out_shape, accumulator), result_element
        result = self.add(op, names, types, self.tensor(out_shape, result_element), attributes)
        return result, out_shape, result_element

    def window(self, shape, with_kernel, largest_dilation=2):
        """Attributes of a window that fits, and the extents of the result."""
        rng = self.rng
        kernel, strides, dilations = self.pair(1, 3), self.pair(1, 3), self.pair(1, largest_dilation)
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

    def outputs(self):
        """Of a contraction: few, or as many as fill vectors and a rest."""
        if self.is_wide:
            return int(self.rng.integers(1, 80))
        return int(self.rng.choice([16, 17, 40, 67])) if self.rng.random() < 0.1 else int(self.rng.integers(1, 12))

    def conv(self, value, shape, element, groups=None):
        window = self.window(shape, False)
        if not window:
            return None
        kernel, extents, text = window
        channels = shape[3]
        divisors = [g for g in range(1, channels + 1) if channels % g == 0]
        if self.is_wide:
            divisors = [1, 1, 1] + [g for g in divisors[1:] if channels // g % 4 == 0]
        groups = groups or int(self.rng.choice(divisors))
        outputs = self.outputs() if groups == 1 else groups * int(self.rng.integers(1, 5))
        return self.contraction(
            "nn.conv_2d", value, shape, element,
            (outputs, *kernel, channels // groups), (None, *extents, outputs),
            f"<{{groups = {groups} : i64, {text}}}>",
        )  # fmt: skip

    def depthwise(self, value, shape, element):
        return self.conv(value, shape, element, groups=shape[3])

    def pointwise(self, value, shape, element):
        """A tensor of this shape with a scale of its own."""
        channels = shape[3]
        return self.contraction(
            "nn.conv_2d", value, shape, element, (channels, 1, 1, channels), shape,
            "<{groups = 1 : i64, pad = array<i64: 0, 0, 0, 0>, strides = array<i64: 1, 1>, "
            "dilations = array<i64: 1, 1>}>",
        )  # fmt: skip

    def residual(self, value, shape, element):
        """A sum of a convolution's accumulators and what is there before it runs."""
        rng = self.rng
        other = (value, shape, element) if rng.random() < 0.6 else self.requantize(value, shape, element)
        kernel, channels = int(rng.choice([1, 3])), shape[3]
        groups = channels if rng.random() < 0.2 else 1
        pad = ", ".join([str(kernel // 2)] * 4)
        convolution, result = self.contraction(
            "nn.conv_2d", value, shape, element, (channels, kernel, kernel, channels // groups), shape,
            f"<{{groups = {groups} : i64, pad = array<i64: {pad}>, strides = array<i64: 1, 1>, "
            "dilations = array<i64: 1, 1>}>", is_summed=True,
        )  # fmt: skip
        operands = [convolution, other]
        if rng.random() < 0.5:
            operands.reverse()
        return self.apply(f"nn.{rng.choice(['add', 'add', 'sub'])}", operands, shape, result)

    def pool(self, value, shape, element):
        window = self.window(shape, True)
        if not window:
            return None
        _, extents, text = window
        result_shape = (None, *extents, shape[3])
        return self.same_element("nn.max_pool_2d", value, shape, element, result_shape, f"<{{{text}}}>")

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
        outputs = self.outputs()
        return self.contraction("nn.fully_connected", value, shape, element, (outputs, features), (None, outputs), "")

    def result_element(self):
        return Type(self.rng, for_onnx=self.for_onnx) if self.quantized else "f32"

    def apply(self, op, operands, result_shape, element=None, attributes=""):
        """An op whose result has a scale of its own; operands are such triples."""
        if self.for_onnx and not element:
            # ONNX Runtime refuses ratios of scales far from 1.
            scale = float(operands[0][2].scale) * 2.0 ** float(self.rng.integers(-2, 4))
            element = Type(self.rng, scale=scale, for_onnx=True)
        element = element or self.result_element()
        result = self.add(
            op, [value for value, _, _ in operands],
            [self.tensor(shape, type_) for _, shape, type_ in operands],
            self.tensor(result_shape, element), attributes,
        )  # fmt: skip
        return result, result_shape, element

    def reshape(self, value, shape, element, result_shape):
        return self.same_element("nn.reshape", value, shape, element, result_shape, "")

    def function(self, kind, value, shape, element):
        parameters = {"hardsigmoid": 2, "selu": 2, "elu": 1, "celu": 1, "leaky_relu": 1}
        attributes = [f"kind = {elementary.KINDS.index(kind)} : i32"]
        for name in ("alpha", "beta")[: parameters.get(kind, 0)]:
            number = float(np.float32(self.rng.uniform(0.05, 1.5)))
            attributes.append(f"{name} = {number!r} : f32")
        return self.apply("nn.unary", [(value, shape, element)], shape, attributes=f"<{{{', '.join(attributes)}}}>")

    def positive(self, value, shape, element):
        """Of floats: all logarithms and quotients are numbers."""
        limits = "<{min = -10.0 : f32, max = 10.0 : f32}>"
        return self.function("exp", *self.same_element("nn.clamp", value, shape, element, shape, limits))

    def unary(self, value, shape, element):
        kind = str(self.rng.choice(elementary.KINDS))
        if not self.quantized:
            if kind == "exp":
                return self.positive(value, shape, element)
            if kind in ("log", "sqrt", "rsqrt", "reciprocal"):
                value, shape, element = self.positive(value, shape, element)
        return self.function(kind, value, shape, element)

    def requantize(self, value, shape, element):
        return self.apply("nn.requantize", [(value, shape, element)], shape)

    def lookup(self, value, shape, element):
        result = self.result_element()
        lo, hi = result.bounds
        table = self.rng.integers(lo, hi + 1, 256).astype("<i1")
        return self.apply(
            "nn.lookup", [(value, shape, element)], shape, result,
            f'<{{table = dense<"0x{table.tobytes().hex()}"> : tensor<256xi8>}}>',
        )  # fmt: skip

    def branch(self, value, shape, element):
        """Another tensor of this shape; or of one that is broadcast to it."""
        if self.for_onnx:
            return self.pointwise(value, shape, element)
        if self.rng.random() < 0.3:
            return self.global_average(value, shape, element)
        return (self.requantize if self.quantized else self.clamp)(value, shape, element)

    def add_branch(self, value, shape, element):
        return self.binary(value, shape, element, "add")

    def binary(self, value, shape, element, name=None):
        operands = [(value, shape, element), self.branch(value, shape, element)]
        names = ["add", "sub", "mul"] + ([] if self.quantized else ["div"])
        name = name or str(self.rng.choice(names))
        if name == "div":
            operands[1] = self.positive(*operands[1])
        elif self.rng.random() < 0.5:
            operands.reverse()
        return self.apply(f"nn.{name}", operands, shape)

    def average(self, value, shape, element):
        # Pools of ONNX have no dilations before opset 19.
        window = self.window(shape, True, largest_dilation=1 if self.for_onnx else 2)
        if not window:
            return None
        _, extents, text = window
        text += ", count_include_pad" * bool(self.rng.random() < 0.5)
        return self.apply("nn.avg_pool_2d", [(value, shape, element)], (None, *extents, shape[3]), attributes=f"<{{{text}}}>")

    def global_average(self, value, shape, element):
        return self.reduce(value, shape, element, axes=[1, 2], kind=elementary.REDUCE_MEAN)

    def reduce(self, value, shape, element, axes=None, kind=None):
        """The axes stay, of extent 1, so that other ops can follow."""
        rng = self.rng
        if axes is None:
            axes = sorted(int(a) for a in rng.choice([1, 2, 3], rng.integers(1, 4), replace=False))
            kind = int(rng.integers(3))
        kept = tuple(e for axis, e in enumerate(shape) if axis not in axes)
        result = self.apply(
            "nn.reduce", [(value, shape, element)], kept,
            element if kind == elementary.REDUCE_MAX else None,
            f"<{{kind = {kind} : i32, axes = array<i64: {', '.join(map(str, axes))}>}}>",
        )  # fmt: skip
        return self.reshape(*result, tuple(1 if axis in axes else e for axis, e in enumerate(shape)))

    def slice(self, value, shape, element):
        rng = self.rng
        offsets, strides, extents = [0], [1], [None]
        for extent in shape[1:]:
            offset, stride = int(rng.integers(extent)), int(rng.integers(1, 4))
            offsets.append(offset)
            strides.append(stride)
            extents.append(int(rng.integers(1, (extent - 1 - offset) // stride + 2)))
        return self.same_element(
            "nn.slice", value, shape, element, tuple(extents),
            f"<{{offsets = array<i64: {', '.join(map(str, offsets))}>, "
            f"strides = array<i64: {', '.join(map(str, strides))}>}}>",
        )  # fmt: skip

    def concat(self, value, shape, element):
        operands = [(value, shape, element)]
        for _ in range(int(self.rng.integers(1, 3))):
            others = [self.clamp, self.pointwise] if self.for_onnx else [self.clamp, self.unary, self.unary]
            operands.append(others[int(self.rng.integers(len(others)))](value, shape, element))
        axis = int(self.rng.integers(1, 4))
        extents = list(shape)
        extents[axis] *= len(operands)
        return self.apply("nn.concat", operands, tuple(extents), attributes=f"<{{axis = {axis} : i64}}>")

    def product(self, left, right):
        """Whose result has a scale that fits it, more or less."""
        scale = None
        if self.quantized:
            scale = float(left[2].scale) * float(right[2].scale) * 2.0 ** float(self.rng.integers(3, 10))
            scale = Type(self.rng, scale=scale, for_onnx=self.for_onnx)
        return self.apply("nn.matmul", [left, right], (*left[1][:-1], right[1][-1]), scale)

    def permute(self, value, shape, element, order):
        return self.same_element(
            "nn.transpose", value, shape, element, tuple(shape[a] for a in order),
            f"<{{permutation = array<i64: {', '.join(map(str, order))}>}}>",
        )  # fmt: skip

    def matmul(self, value, shape, element):
        rng = self.rng
        if rng.random() < 0.3:  # rank 3
            value, shape, element = self.reshape(value, shape, element, (None, shape[1] * shape[2], shape[3]))
            order = [0, 2, 1]
        else:
            order = [0, 1, 3, 2]
        other = (self.requantize if self.quantized else self.unary)(value, shape, element)
        if len(shape) == 4 and rng.random() < 0.3:
            other = self.reduce(*other, axes=[1], kind=elementary.REDUCE_MAX)
        result = self.product((value, shape, element), self.permute(*other, order))
        return result if len(shape) == 4 else self.reshape(*result, (None, 1, *result[1][1:]))

    def normalize(self, value, shape):
        """Of floats: a softmax, or along the last dimension a layer_norm."""
        axis = int(self.rng.integers(1, 4))
        if self.for_onnx or axis != 3 or len(self.lines) % 2:
            return self.same_element("nn.softmax", value, shape, "f32", shape, f"<{{axis = {axis} : i64}}>")
        # A generator of its own leaves the networks around as they are.
        rng = np.random.default_rng(len(self.lines))
        operands = [(value, self.tensor(shape, "f32"))]
        for _ in range(int(rng.integers(1, 3))):
            operands.append(self.constant(rng.normal(size=shape[3]).astype("<f4")))
        epsilon = float(np.float32(rng.choice([1e-12, 1e-5, 0.5])))
        names, types = zip(*operands)
        result = self.add(
            "nn.layer_norm", names, types, self.tensor(shape, "f32"), f"<{{epsilon = {epsilon!r} : f32}}>"
        )
        return result, shape, "f32"

    def normalization(self, value, shape, element):
        """A float island in a quantized network."""
        if not self.quantized:
            return self.normalize(value, shape)
        real = self.add("nn.dequantize", [value], [self.tensor(shape, element)], self.tensor(shape, "f32"))
        real, _, _ = self.normalize(real, shape)
        result = self.result_element()
        if self.for_onnx:  # ONNX Runtime cuts 1 / scale to an integer
            result = Type(self.rng, scale=1 / 256, for_onnx=True)
            result.zero_point = -128
        stored = self.add("nn.quantize", [real], [self.tensor(shape, "f32")], self.tensor(shape, result))
        return stored, shape, result

    def attention(self, value, shape, element):
        """Of tokens to tokens, in heads; operands in any order, one head for all or
        not."""
        rng = self.rng
        other = self.requantize if self.quantized else self.unary
        queries = self.permute(value, shape, element, [0, 2, 1, 3])
        keys = other(value, shape, element)
        if rng.random() < 0.3:
            keys = self.slice_heads(*keys)
        keys = self.permute(*keys, [0, 2, 3, 1])
        weights = self.normalization(*self.product(queries, keys))
        values = self.permute(*other(value, shape, element), [0, 2, 1, 3])
        result = self.product(weights, values)
        return self.permute(*result, [0, 2, 1, 3]) if rng.random() < 0.7 else result

    def slice_heads(self, value, shape, element):
        """The first head alone."""
        return self.same_element(
            "nn.slice", value, shape, element, (*shape[:2], 1, shape[3]),
            "<{offsets = array<i64: 0, 0, 0, 0>, strides = array<i64: 1, 1, 1, 1>}>",
        )  # fmt: skip

    LAST = {"add": add_branch, "average": average, "softmax": normalization,
            "attention": attention}

    def network(self, samples, last=None):
        """With `last`, that op ends the network, whose output is stored."""
        rng = self.rng
        index = len(self.arguments)
        # Mostly less than a vector, sometimes one or two and a rest.
        channels = rng.choice([16, 19, 35]) if rng.random() < 0.1 else rng.integers(1, 7)
        if self.is_wide:
            channels = 4 * rng.integers(1, 24)
        extents = rng.integers(1, 36 if self.is_wide else 8, 2)
        shape = (None, *(int(v) for v in extents), int(channels))
        element = Type(rng, for_onnx=self.for_onnx) if self.quantized else "f32"
        data_shape = (samples, *shape[1:])
        is_stored = self.quantized and rng.random() < 0.5
        is_unsigned = is_stored and rng.random() < self.byte_share
        if is_stored:
            dtype = np.uint8 if is_unsigned else np.int8
            data = rng.integers(0, 256, data_shape).astype(dtype)
            element.bounds = S8
        else:
            span = 300 * float(element.scale) if self.quantized else 4
            data = rng.uniform(-span, span, data_shape).astype(np.float32)
        value = f"%x{index}"
        argument_type = self.tensor(shape, element if is_stored else "f32")
        self.arguments.append((value, argument_type, ", nn.unsigned" * is_unsigned))
        self.arrays[f"x{index}"] = data
        if self.quantized and not is_stored:
            value = self.add("nn.quantize", [value], [argument_type], self.tensor(shape, element))
        operations = [self.conv, self.conv, self.conv, self.pool, self.clamp, self.pad, self.transpose]
        if self.for_onnx:
            operations += [self.depthwise, self.global_average, self.concat]
        else:
            operations += [
                self.conv, self.conv, self.unary, self.unary, self.binary, self.binary, self.average,
                self.reduce, self.slice, self.concat, self.matmul, self.normalization,
            ]  # fmt: skip
            operations += [self.requantize, self.lookup, self.residual] if self.quantized else []
        if self.is_wide:
            operations = [self.conv, self.conv, self.conv, self.pointwise, self.pad, self.pool, self.add_branch]
            operations += [self.residual, self.residual] if self.quantized else []
        for _ in range(int(rng.integers(1, 4))):
            operation = operations[int(rng.integers(len(operations)))]
            step = operation(value, shape, element)
            if step and np.prod(step[1][1:]) <= (40000 if self.is_wide else 2000):
                value, shape, element = step
        if last:
            step = None
            while not step:  # a window may not fit
                step = self.LAST[last](self, value, shape, element)
            value, shape, element = step
        elif rng.random() < 0.5:
            value, shape, element = self.dense(value, shape, element)
        if not last and self.quantized and (self.for_onnx or rng.random() < 0.5):
            value = self.add("nn.dequantize", [value], [self.tensor(shape, element)], self.tensor(shape, "f32"))
            element = "f32"
        self.results.append((value, self.tensor(shape, element)))


def make(seed, count, quantized=True, for_onnx=False, samples=3, last=None, as_qdq=False,
         byte_share=None, is_wide=False):
    """The text of a module with `count` networks, and data for its inputs; each ends in
    the op `last`, if one is named.

    With `for_onnx`, all storage is -128..127, as ONNX knows no other bounds, and the
    outputs are float, as ONNX Runtime leaves a Gemm unfused whose output type is not
    that of its input. With `as_qdq`, the same networks are at stage `qdq`. `byte_share`
    of the stored inputs are u8: by default half of them, or none `for_onnx`, as ONNX
    Runtime has no integer kernels from u8 to s8. If all are, the activations inside are
    u8 in ONNX, too. With `is_wide`, convolutions of larger images, with up to 92
    channels in fours.
    """
    if byte_share is None:
        byte_share = 0 if for_onnx else 0.5
    builder = Builder(np.random.default_rng(seed), quantized, for_onnx, as_qdq, byte_share)
    builder.is_wide = is_wide
    for _ in range(count):
        builder.network(samples, last)
    return builder.module(), builder.arrays
