# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The numerics contract, computed by numpy. Written from docs/numerics.md alone.

A value is an array: float32, or the stored integers of a quantized tensor. Each
rule takes arrays and types and gives an array. Where the contract says f32, every
step here is one numpy float32 operation; integers are int64, checked to fit the
32 bits of the accumulator.
"""

import numpy as np

import elementary
from mlir_text import Quantized, Tensor

F32 = np.float32


def broadcast(values, axis, rank, dtype):
    """One value, or one per entry of `axis`, as an array that broadcasts."""
    values = np.array(values, dtype)
    if axis < 0:
        return values[0]
    return values.reshape([-1 if i == axis else 1 for i in range(rank)])


def scale_of(type_):
    return broadcast(type_.element.scales, type_.element.axis, len(type_.shape), F32)


def zero_point_of(type_):
    return broadcast(
        type_.element.zero_points, type_.element.axis, len(type_.shape), np.int64
    )


def is_quantized(type_):
    return isinstance(type_.element, Quantized)


def clamp_and_round(x, lo, hi, zero_point):
    """roundeven(clamp(x, lo - zp, hi - zp)) + zp in f32; NaN gives lo."""
    low, high = F32(lo - zero_point), F32(hi - zero_point)
    x = np.where(x > low, x, low)  # also for NaN
    x = np.where(x < high, x, high)
    return np.rint(x).astype(np.int64) + zero_point


def quantize(x, type_):
    element = type_.element
    with np.errstate(over="ignore", invalid="ignore"):
        scaled = (x / scale_of(type_)).astype(F32)
    return clamp_and_round(scaled, element.lo, element.hi, zero_point_of(type_))


def dequantize(q, type_):
    return ((q - zero_point_of(type_)).astype(F32) * scale_of(type_)).astype(F32)


def requantize(accumulator, activation, weight, output):
    """m = f32(f32(sa * sw) / so); roundeven(clamp(f32(acc) * m)) + zp."""
    assert np.all(np.abs(accumulator) < 2**31), "an accumulator left 32 bits"
    scales = np.array(weight.element.scales, F32)
    multiplier = (
        (F32(activation.element.scales[0]) * scales).astype(F32)
        / F32(output.element.scales[0])
    ).astype(F32)
    with np.errstate(over="ignore"):
        scaled = (accumulator.astype(F32) * multiplier).astype(F32)
    element = output.element
    return clamp_and_round(scaled, element.lo, element.hi, element.zero_points[0])


def finish(accumulator, activation, weight, output):
    """The accumulators themselves, or requantized."""
    if output.element.bits == 8:
        return requantize(accumulator, activation, weight, output)
    assert np.all(np.abs(accumulator) < 2**31), "an accumulator left 32 bits"
    return accumulator


def fma(a, b, c):
    """f32 a * b + c, rounded once.

    The product of two f32 is exact in f64. The f64 sum may round before it is
    rounded to f32; it is made odd where it was inexact (Boldo and Melquiond,
    "Emulation of a FMA and correctly rounded sums", 2008), so that the second
    rounding is right.
    """
    product = a.astype(np.float64) * b.astype(np.float64)
    addend = np.asarray(c, np.float64)
    total = product + addend
    back = total - product
    error = (product - (total - back)) + (addend - back)
    bits = total.view(np.int64)
    is_even = (bits & 1) == 0
    away = np.where((error > 0) == (total > 0), 1, -1)
    odd = np.where((error != 0) & is_even & np.isfinite(total), bits + away, bits)
    with np.errstate(over="ignore"):
        return odd.view(np.float64).astype(F32)


def windows(x, kernel, strides, pad, dilations, outside):
    """[kh, kw] views of NHWC `x`, one per tap: N, OH, OW, C."""
    top, left, bottom, right = pad
    x = np.pad(
        x, ((0, 0), (top, bottom), (left, right), (0, 0)), constant_values=outside
    )
    spans = [(k - 1) * d + 1 for k, d in zip(kernel, dilations)]
    extents = [(x.shape[1 + i] - spans[i]) // strides[i] + 1 for i in (0, 1)]

    def tap(i, j):
        rows = slice(i * dilations[0], i * dilations[0] + (extents[0] - 1) * strides[0] + 1, strides[0])
        columns = slice(j * dilations[1], j * dilations[1] + (extents[1] - 1) * strides[1] + 1, strides[1])
        return x[:, rows, columns, :]

    return [[tap(i, j) for j in range(kernel[1])] for i in range(kernel[0])]


def convolve(x, filter_, bias, attributes, step):
    """Every term of every output in the order of the filter's storage, OHWI:
    `step(x, w, accumulator)` adds one."""
    groups = attributes["groups"]
    outputs, height, width, channels = filter_.shape
    per_group = outputs // groups
    taps = windows(
        x, (height, width), attributes["strides"], attributes["pad"],
        attributes["dilations"], 0,
    )  # fmt: skip
    shape = taps[0][0].shape[:3] + (outputs,)
    accumulator = np.broadcast_to(bias, shape).copy()
    group_of = np.arange(outputs) // per_group
    for i in range(height):
        for j in range(width):
            for c in range(channels):
                inputs = taps[i][j][..., group_of * channels + c]
                accumulator = step(inputs, filter_[:, i, j, c], accumulator)
    return accumulator


def integer_step(x, w, accumulator):
    return accumulator + x * w


def conv_2d(operands, types, output, attributes):
    if not is_quantized(output):
        x, filter_ = operands[:2]
        bias = operands[2] if len(operands) > 2 else F32(0)
        return convolve(x, filter_, bias, attributes, fma)
    # Padding is the real 0: the zero point, so 0 after it is taken off.
    x = operands[0] - zero_point_of(types[0])
    bias = operands[2] if len(operands) > 2 else 0
    weight = operands[1] - zero_point_of(types[1])
    accumulator = convolve(
        x, weight, np.asarray(bias, np.int64), attributes, integer_step
    )
    return finish(accumulator, types[0], types[1], output)


def fully_connected(operands, types, output, _):
    x, weight = operands[:2]
    if is_quantized(output):
        weight = weight - zero_point_of(types[1])
        accumulator = (x - zero_point_of(types[0])) @ weight.T
        if len(operands) > 2:
            accumulator = accumulator + operands[2]
        return finish(accumulator, types[0], types[1], output)
    shape = (x.shape[0], weight.shape[0])
    bias = operands[2] if len(operands) > 2 else F32(0)
    accumulator = np.broadcast_to(bias, shape).copy()
    for k in range(weight.shape[1]):
        accumulator = fma(x[:, k : k + 1], weight[None, :, k], accumulator)
    return accumulator


def clamp(operands, types, output, attributes):
    low, high = F32(attributes["min"]), F32(attributes["max"])
    if not is_quantized(output):
        x = operands[0]
        x = np.where(x > low, x, low)
        return np.where(x < high, x, high).astype(F32)
    # Dequantize, clamp, quantize: monotone, so on the integers.
    bounds = [quantize(np.array(v, F32), output) for v in (low, high)]
    return np.clip(operands[0], *bounds)


def requantize_sum(total, multiplier, output):
    """roundeven(clamp(f32(sum) * m)) + zp."""
    assert np.all(np.abs(total) < 2**31), "a sum left 32 bits"
    scaled = (total.astype(F32) * multiplier).astype(F32)
    element = output.element
    return clamp_and_round(scaled, element.lo, element.hi, element.zero_points[0])


def scale_ratio(type_, output):
    """f32(s / so), of accumulators for each index of the last dimension"""
    return (scale_of(type_) / F32(output.element.scales[0])).astype(F32)


def average_multiplier(type_, output, count):
    """f32(s / f32(so * n))"""
    return F32(type_.element.scales[0]) / (F32(output.element.scales[0]) * count)


def centered(value, type_):
    """f32(q - zp)"""
    return (value - zero_point_of(type_)).astype(F32)


def matmul(operands, types, output, _):
    lhs, rhs = operands
    if is_quantized(output):
        lhs = lhs - zero_point_of(types[0])
        rhs = rhs - zero_point_of(types[1])
        product = F32(types[0].element.scales[0]) * F32(types[1].element.scales[0])
        multiplier = product / F32(output.element.scales[0])
        return requantize_sum(lhs @ rhs, multiplier, output)
    accumulator = F32(0)
    for k in range(rhs.shape[-2]):
        accumulator = fma(lhs[..., :, k : k + 1], rhs[..., k : k + 1, :], accumulator)
    return accumulator


def combine_terms(operation):
    """add, sub: each operand in units of the output, then one f32 operation."""

    def rule(operands, types, output, _):
        if not is_quantized(output):
            return operation(*operands).astype(F32)
        terms = [
            (centered(q, t) * scale_ratio(t, output)).astype(F32)
            for q, t in zip(operands, types)
        ]
        element = output.element
        total = operation(*terms).astype(F32)
        return clamp_and_round(total, element.lo, element.hi, element.zero_points[0])

    return rule


def mul(operands, types, output, _):
    if not is_quantized(output):
        return (operands[0] * operands[1]).astype(F32)
    product = (centered(operands[0], types[0]) * centered(operands[1], types[1])).astype(F32)
    scale = F32(types[0].element.scales[0]) * F32(types[1].element.scales[0])
    scaled = (product * (scale / F32(output.element.scales[0]))).astype(F32)
    element = output.element
    return clamp_and_round(scaled, element.lo, element.hi, element.zero_points[0])


def div(operands, types, output, _):
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return (operands[0] / operands[1]).astype(F32)


def window_counts(attributes, extents, output):
    """How many taps of each window count: rows x columns of the output."""
    counts = []
    for axis in (0, 1):
        starts = np.arange(output.shape[1 + axis]) * attributes["strides"][axis] - attributes["pad"][axis]
        taps = starts[:, None] + np.arange(attributes["kernel"][axis]) * attributes["dilations"][axis]
        inside = (taps >= 0) & (taps < extents[axis])
        if attributes.get("count_include_pad"):
            inside = np.ones_like(inside)
        counts.append(inside.sum(axis=1))
    return np.outer(*counts)[None, :, :, None]


def window_sums(x, attributes):
    """The sum of each window, its taps in row-major order."""
    taps = windows(
        x, attributes["kernel"], attributes["strides"], attributes["pad"],
        attributes["dilations"], 0,
    )  # fmt: skip
    total = np.zeros_like(taps[0][0])
    for tap in (tap for row in taps for tap in row):
        total = total + tap
    return total


def avg_pool_2d(operands, types, output, attributes):
    x = operands[0]
    counts = window_counts(attributes, x.shape[1:3], output).astype(F32)
    if not is_quantized(output):
        return (window_sums(x, attributes) / counts).astype(F32)
    total = window_sums(x - zero_point_of(types[0]), attributes)
    multiplier = average_multiplier(types[0], output, counts)
    return requantize_sum(total, multiplier, output)


def float_sum(x, axis):
    """Element i to partial sum i mod 16; then those 8, 4, 2 and 1 apart."""
    x = np.moveaxis(x, axis, 0)
    partials = np.zeros((16, *x.shape[1:]), F32)
    for begin in range(0, len(x), 16):
        part = x[begin : begin + 16]
        partials[: len(part)] = partials[: len(part)] + part
    for distance in (8, 4, 2, 1):
        partials = partials[:distance] + partials[distance : 2 * distance]
    return partials[0]


def reduce(operands, types, output, attributes):
    x, axes = operands[0], tuple(attributes["axes"])
    kind = int(attributes["kind"])
    if kind == elementary.REDUCE_MAX:
        return x.max(axis=axes)
    count = F32(np.prod([x.shape[axis] for axis in axes]))
    if not is_quantized(output):
        # The reduced dimensions as one, behind the others.
        kept = [axis for axis in range(x.ndim) if axis not in axes]
        x = x.transpose(kept + list(axes)).reshape([x.shape[axis] for axis in kept] + [-1])
        total = float_sum(x, -1)
        return (total / count).astype(F32) if kind == elementary.REDUCE_MEAN else total
    multiplier = average_multiplier(
        types[0], output, count if kind == elementary.REDUCE_MEAN else F32(1)
    )
    return requantize_sum((x - zero_point_of(types[0])).sum(axis=axes), multiplier, output)


def max_pool_2d(operands, types, output, attributes):
    x = operands[0]
    lowest = -np.inf if not is_quantized(output) else np.iinfo(np.int64).min
    taps = windows(
        x, attributes["kernel"], attributes["strides"], attributes["pad"],
        attributes["dilations"], lowest,
    )  # fmt: skip
    return np.maximum.reduce([tap for row in taps for tap in row])


def reshape(operands, types, output, _):
    shape = [-1 if extent is None else extent for extent in output.shape]
    return operands[0].reshape(shape)


def transpose(operands, types, output, attributes):
    return operands[0].transpose(attributes["permutation"])


def pad(operands, types, output, attributes):
    value = F32(attributes["value"])
    if is_quantized(output):
        value = quantize(np.array(value), output)
    widths = list(zip(attributes["low"], attributes["high"]))
    return np.pad(operands[0], widths, constant_values=value)


def slice_(operands, types, output, attributes):
    parts = tuple(
        slice(offset, None if extent is None else offset + (extent - 1) * stride + 1, stride)
        if extent != 0
        else slice(0, 0)
        for offset, stride, extent in zip(
            attributes["offsets"], attributes["strides"], output.shape
        )
    )
    return operands[0][parts]


def requantize_storage(stored, type_, output):
    """quantize(dequantize(q)); the same integers where the types are one."""
    if not is_quantized(output) or type_.element == output.element:
        return stored
    return quantize(dequantize(stored, type_), output)


def concat(operands, types, output, attributes):
    parts = [requantize_storage(q, t, output) for q, t in zip(operands, types)]
    return np.concatenate(parts, attributes["axis"])


def softmax(operands, types, output, attributes):
    x, axis = operands[0], attributes["axis"]
    powers = elementary.exp((x - x.max(axis=axis, keepdims=True)).astype(F32))
    return (powers / np.expand_dims(float_sum(powers, axis), axis)).astype(F32)


def layer_norm(operands, types, output, attributes):
    x, scale = operands[:2]
    count = F32(x.shape[-1])
    mean = (float_sum(x, -1) / count).astype(F32)[..., None]
    difference = (x - mean).astype(F32)
    variance = (float_sum((difference * difference).astype(F32), -1) / count).astype(F32)
    root = np.sqrt((variance + F32(attributes["epsilon"])).astype(F32))
    with np.errstate(divide="ignore", invalid="ignore"):
        result = (difference * (F32(1) / root)[..., None]).astype(F32)
    result = (result * scale).astype(F32)
    return (result + operands[2]).astype(F32) if len(operands) > 2 else result


def unary(operands, types, output, attributes):
    kind = elementary.KINDS[int(attributes["kind"])]
    alpha = F32(attributes.get("alpha", 0))
    beta = F32(attributes.get("beta", 0))
    if not is_quantized(output):
        return elementary.evaluate_f32(kind, operands[0], alpha, beta)
    real = dequantize(operands[0], types[0]).astype(np.float64)
    result = elementary.evaluate_f64(kind, real, float(alpha), float(beta))
    with np.errstate(over="ignore", invalid="ignore"):
        return quantize(result.astype(F32), output)


def lookup(operands, types, output, attributes):
    return attributes["table"].astype(np.int64)[operands[0] + 128]


def identity(operands, types, output, _):
    return operands[0]


def constant(operands, types, output, attributes):
    value = attributes["value"]
    return value if value.dtype == F32 else value.astype(np.int64)


RULES = {
    "arith.constant": constant,
    "quant.scast": identity,
    "nn.quantize": lambda o, t, output, _: quantize(o[0], output),
    "nn.dequantize": lambda o, t, output, _: dequantize(o[0], t[0]),
    "nn.observe": identity,
    "nn.conv_2d": conv_2d,
    "nn.fully_connected": fully_connected,
    "nn.clamp": clamp,
    "nn.max_pool_2d": max_pool_2d,
    "nn.reshape": reshape,
    "nn.transpose": transpose,
    "nn.pad": pad,
    "nn.matmul": matmul,
    "nn.add": combine_terms(np.add),
    "nn.sub": combine_terms(np.subtract),
    "nn.mul": mul,
    "nn.div": div,
    "nn.unary": unary,
    "nn.softmax": softmax,
    "nn.layer_norm": layer_norm,
    "nn.avg_pool_2d": avg_pool_2d,
    "nn.reduce": reduce,
    "nn.slice": slice_,
    "nn.concat": concat,
    "nn.requantize": lambda o, t, output, _: requantize_storage(o[0], t[0], output),
    "nn.lookup": lookup,
}


def evaluate(network, inputs, observe=lambda name, value, type_: None):
    """The outputs of a network for a list of arrays, one per input; `observe` sees
    the result of every op."""
    values = dict(zip(network.argument_names, inputs))
    types = dict(zip(network.argument_names, network.argument_types))
    for op in network.ops:
        operands = [values[name] for name in op.operands]
        operand_types = [types[name] for name in op.operands]
        if op.name == "func.return":
            return operands, operand_types
        if op.name not in RULES:
            raise NotImplementedError(f"the contract has no rule for {op.name}")
        output = op.result_types[0]
        assert isinstance(output, Tensor)
        values[op.results[0]] = RULES[op.name](
            operands, operand_types, output, op.attributes
        )
        types[op.results[0]] = output
        observe(op.results[0], values[op.results[0]], output)
    raise ValueError("the network returns nothing")
