# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Floating point by fractions: IEEE 754 with each rounding, as the PTX ISA asks for it."""

import math
import struct
from fractions import Fraction

MODES = ("rn", "rz", "rm", "rp")
# Bits of the significand, least exponent of a normal value, largest, and all bits.
FORMATS = {"f32": (24, -126, 127, 32), "f64": (53, -1022, 1023, 64)}
NAN = {"f32": 0x7FFFFFFF, "f64": None}  # of f64 any


def from_float(value, type_):
    if type_ == "f32":
        try:
            return struct.unpack("I", struct.pack("f", value))[0]
        except OverflowError:
            return 0x7F800000 | (0x80000000 if value < 0 else 0)
    return struct.unpack("Q", struct.pack("d", value))[0]


def decode(bits, type_):
    """As a float of Python, which has all values of both types."""
    if type_ == "f32":
        return struct.unpack("f", struct.pack("I", bits))[0]
    return struct.unpack("d", struct.pack("Q", bits))[0]


def is_nan(bits, type_):
    return math.isnan(decode(bits, type_))


def round_integer(value, mode):
    """A fraction to an integer."""
    floor = math.floor(value)
    if value == floor:
        return floor
    if mode == "rm" or (mode == "rz" and value > 0):
        return floor
    if mode == "rp" or mode == "rz":
        return floor + 1
    rest = value - floor
    if rest == Fraction(1, 2):
        return floor + floor % 2
    return floor + (rest > Fraction(1, 2))


def zero(is_negative, type_):
    return 1 << (FORMATS[type_][3] - 1) if is_negative else 0


def infinity(is_negative, type_):
    return from_float(-math.inf if is_negative else math.inf, type_)


def encode(value, type_, mode):
    """An exact fraction that is not zero, or 0 for +0."""
    precision, least, largest, _ = FORMATS[type_]
    value = Fraction(value)
    if value == 0:
        return 0
    exponent = math.floor(math.log2(abs(value.numerator)) - math.log2(value.denominator))
    while abs(value) >= Fraction(2) ** (exponent + 1):
        exponent += 1
    while abs(value) < Fraction(2) ** exponent:
        exponent -= 1
    unit = Fraction(2) ** (max(exponent, least) - precision + 1)
    rounded = round_integer(value / unit, mode) * unit
    if rounded == 0:
        return zero(value < 0, type_)
    if abs(rounded) >= Fraction(2) ** (largest + 1):
        is_infinite = mode == "rn" or (mode == "rp" and value > 0) or (mode == "rm" and value < 0)
        if is_infinite:
            return infinity(value < 0, type_)
        return infinity(value < 0, type_) - 1  # the largest of its sign
    return from_float(float(rounded), type_)


def flush(bits, type_):
    precision, least, _, width = FORMATS[type_]
    is_subnormal = abs(decode(bits, type_)) < 2.0**least
    return bits & (1 << (width - 1)) if is_subnormal else bits


def finish(bits, type_, ftz, sat):
    if bits is None:
        return bits
    if ftz and not is_nan(bits, type_):
        bits = flush(bits, type_)
    if sat:
        value = decode(bits, type_)
        return from_float(1.0, type_) if value > 1 else bits if value > 0 else 0
    return bits


def exact(name, values, bits, type_):
    """The value of an operation as ("nan",), ("inf", sign), ("zero", sign or None where
    it is a cancellation) or ("value", fraction)."""
    signs = [math.copysign(1, value) < 0 for value in values]
    if any(map(math.isnan, values)):
        return ("nan",)
    if name == "id":
        return special(values[0], signs[0])
    if name in ("add", "sub"):
        b = values[1] if name == "add" else -values[1]
        return add((special(values[0], signs[0])), special(b, signs[1] ^ (name == "sub")))
    if name == "mul":
        return multiply(values[0], values[1], signs[0] ^ signs[1])
    if name == "fma":
        return add(multiply(values[0], values[1], signs[0] ^ signs[1]),
                   special(values[2], signs[2]))
    a, b = (1.0, values[0]) if name == "rcp" else values
    sign = (math.copysign(1, a) < 0) ^ (math.copysign(1, b) < 0)
    if (a == 0 and b == 0) or (math.isinf(a) and math.isinf(b)):
        return ("nan",)
    if math.isinf(a) or b == 0:
        return ("inf", sign)
    if a == 0 or math.isinf(b):
        return ("zero", sign)
    return ("value", Fraction(a) / Fraction(b))


def special(value, sign):
    if math.isinf(value):
        return ("inf", sign)
    return ("zero", sign) if value == 0 else ("value", Fraction(value))


def multiply(a, b, sign):
    if math.isinf(a) or math.isinf(b):
        return ("nan",) if a == 0 or b == 0 else ("inf", sign)
    return ("zero", sign) if a == 0 or b == 0 else ("value", Fraction(a) * Fraction(b))


def add(a, b):
    if "nan" in (a[0], b[0]):
        return ("nan",)
    if a[0] == "inf" and b[0] == "inf":
        return a if a[1] == b[1] else ("nan",)
    for one, other in ((a, b), (b, a)):
        if one[0] == "inf":
            return one
    if a[0] == "zero" and b[0] == "zero":
        return a if a[1] == b[1] else ("zero", None)
    for one, other in ((a, b), (b, a)):
        if one[0] == "zero":
            return other
    total = a[1] + b[1]
    return ("value", total) if total else ("zero", None)


def round_fraction(name, row, type_, mode, ftz, sat, to=None):
    """The bits of an operation on bits; None where any NaN will do."""
    to = to or type_
    if ftz:
        row = [bits if is_nan(bits, type_) else flush(bits, type_) for bits in row]
    result = exact(name, [decode(bits, type_) for bits in row], row, type_)
    if result[0] == "nan":
        return 0 if sat else NAN[to]
    if result[0] == "inf":
        bits = infinity(result[1], to)
    elif result[0] == "zero":
        # IEEE 754, 6.3: a cancellation is +0, and -0 where it is rounded down.
        sign = mode == "rm" if result[1] is None else result[1]
        bits = zero(sign, to)
    else:
        bits = encode(result[1], to, mode)
    return finish(bits, to, ftz, sat)


def round_root(bits, type_, mode, ftz):
    if ftz and not is_nan(bits, type_):
        bits = flush(bits, type_)
    value = decode(bits, type_)
    if math.isnan(value) or value < 0:
        return NAN[type_]
    if value == 0 or math.isinf(value):
        return bits
    # So many bits behind the point that nothing but their being there matters.
    shift = 2200
    scaled = Fraction(value) * Fraction(2) ** shift
    root = math.isqrt(scaled.numerator // scaled.denominator)
    isexact = scaled.denominator == 1 and root * root == scaled.numerator
    exact_root = Fraction(root * 2 + (not isexact), 2 ** (shift // 2 + 1))
    return finish(encode(exact_root, type_, mode), type_, ftz, False)


def integral(bits, type_, mode):
    value = decode(bits, type_)
    if math.isnan(value):
        return NAN[type_]
    if math.isinf(value):
        return bits
    rounded = round_integer(Fraction(value), mode)
    if rounded == 0:
        return zero(math.copysign(1, value) < 0, type_)
    return from_float(float(rounded), type_)


def convert_to_integer(bits, type_, mode, low, high):
    value = decode(bits, type_)
    if math.isnan(value):
        is_wide = type_ == "f64" or high - low > 1 << 60
        return 1 << (high - low).bit_length() - 1 if is_wide else 0
    if math.isinf(value):
        return high if value > 0 else low
    return max(low, min(round_integer(Fraction(value), mode), high))
