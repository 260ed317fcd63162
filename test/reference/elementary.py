# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The functions of nn.unary, by the numerics contract (docs/numerics.md).

In f32 every step is one numpy float32 operation in the order of the contract. In
f64 they are numpy's and libm's: a table holds the f32 nearest to a result, which
the last bits of a double do not change.
"""

import math

import numpy as np

F32 = np.float32

KINDS = (
    "abs", "neg", "exp", "log", "sqrt", "rsqrt", "reciprocal", "erf", "tanh",
    "sigmoid", "silu", "gelu", "gelu_tanh", "hardsigmoid", "hardswish",
    "leaky_relu", "elu", "celu", "selu", "softplus", "softsign", "mish",
)  # fmt: skip

# The kinds of nn.reduce.
REDUCE_MEAN, REDUCE_SUM, REDUCE_MAX = 0, 1, 2

# Coefficients from the highest power down.
EXP = [
    0.0013888889, 0.008333334, 0.041666668, 0.16666667, 0.5, 1.0, 1.0,
]  # fmt: skip
LOG = [
    0.06917984, -0.11779667, 0.11866035, -0.12385798, 0.14219919, -0.16669197,
    0.20002152, -0.24999987, 0.3333331,
]  # fmt: skip
ERF_NEAR = [
    7.889119e-05, -0.0008020841, 0.005189535, -0.026854444, 0.112836,
    -0.37612626, 1.1283791,
]  # fmt: skip
ERF_FAR = [
    2.168685e-05, -0.00044133636, 0.004204562, -0.025208257, 0.10841858,
    0.6332199, 1.1295785, -0.00018804023,
]  # fmt: skip
TANH_NEAR = [
    -0.0061131883, 0.021010078, -0.05385407, 0.13332795, -0.33333328,
]  # fmt: skip

LOG2_E = F32(1.442695)
LN2_HIGH, LN2_LOW = F32(0.69314575), F32(1.4286068e-06)


def clamp(x, lo, hi):
    x = np.where(x > F32(lo), x, F32(lo))  # also for NaN
    return np.where(x < F32(hi), x, F32(hi)).astype(F32)


def polynomial(x, coefficients):
    total = F32(coefficients[0])
    for coefficient in coefficients[1:]:
        total = total * x + F32(coefficient)
    return total


def power_of_two(n):
    return ((n + 127) << 23).astype(np.int32).view(F32)


def exp(x):
    x = clamp(x, -104, 89)
    n = np.rint(x * LOG2_E)
    r = x - n * LN2_HIGH
    r = r - n * LN2_LOW
    whole = n.astype(np.int32)
    half = whole >> 1
    return polynomial(r, EXP) * power_of_two(half) * power_of_two(whole - half)


def log(x):
    x = np.asarray(x, F32)
    is_small = x < F32(2.0**-126)
    bits = np.where(is_small, x * F32(2.0**23), x).astype(F32).view(np.int32)
    exponent = (bits.astype(np.int64) - 0x3F3504F3) >> 23
    mantissa = (bits - (exponent << 23)).astype(np.int32).view(F32)
    n = exponent.astype(F32) + np.where(is_small, F32(-23), F32(0))
    f = mantissa - F32(1)
    square = f * f
    tail = f * square * polynomial(f, LOG)
    tail = tail - square * F32(0.5)
    tail = tail + n * LN2_LOW
    result = n * LN2_HIGH + (f + tail)
    special = np.where(x == 0, F32(-np.inf), F32(np.nan))
    result = np.where(x > 0, result, special)
    return np.where(x < F32(np.inf), result, x).astype(F32)


def log1p(x):
    u = x + F32(1)
    return np.where(u == 1, x, log(u) * (x / (u - F32(1)))).astype(F32)


def erf(x):
    near = x * polynomial(x * x, ERF_NEAR)
    magnitude = clamp(np.abs(x), 0, 4)
    far = F32(1) - exp(-polynomial(magnitude, ERF_FAR))
    far = np.where(x > 0, far, -far)
    return np.where(magnitude < 1, near, far).astype(F32)


def tanh(x):
    square = x * x
    near = x + x * (square * polynomial(square, TANH_NEAR))
    magnitude = np.abs(x)
    far = F32(1) - F32(2) / (exp(magnitude * F32(2)) + F32(1))
    far = np.where(x > 0, far, -far)
    return np.where(magnitude < F32(0.625), near, far).astype(F32)


def mish(x):
    e = exp(clamp(x, -np.inf, 20))
    n = e * (e + F32(2))
    return x * (n / (n + F32(2)))


F32_RULES = {
    "abs": lambda x, a, b: np.abs(x),
    "neg": lambda x, a, b: -x,
    "exp": lambda x, a, b: exp(x),
    "log": lambda x, a, b: log(x),
    "sqrt": lambda x, a, b: np.sqrt(x),
    "rsqrt": lambda x, a, b: F32(1) / np.sqrt(x),
    "reciprocal": lambda x, a, b: F32(1) / x,
    "erf": lambda x, a, b: erf(x),
    "tanh": lambda x, a, b: tanh(x),
    "sigmoid": lambda x, a, b: F32(1) / (exp(-x) + F32(1)),
    "silu": lambda x, a, b: x / (exp(-x) + F32(1)),
    "gelu": lambda x, a, b: x * ((erf(x * F32(math.sqrt(0.5))) + F32(1)) * F32(0.5)),
    "gelu_tanh": lambda x, a, b: x
    * ((tanh(x * (x * x * F32(0.044715) + F32(1)) * F32(math.sqrt(2 / math.pi))) + F32(1)) * F32(0.5)),
    "hardsigmoid": lambda x, a, b: clamp(x * a + b, 0, 1),
    "hardswish": lambda x, a, b: x * clamp(x * F32(1 / 6) + F32(0.5), 0, 1),
    "leaky_relu": lambda x, a, b: np.where(x > 0, x, x * a),
    "elu": lambda x, a, b: np.where(x > 0, x, (exp(x) - F32(1)) * a),
    "celu": lambda x, a, b: np.where(x > 0, x, (exp(x / a) - F32(1)) * a),
    "selu": lambda x, a, b: np.where(x > 0, x, (exp(x) - F32(1)) * a) * b,
    "softplus": lambda x, a, b: clamp(x, 0, np.inf) + log1p(exp(-np.abs(x))),
    "softsign": lambda x, a, b: x / (np.abs(x) + F32(1)),
    "mish": lambda x, a, b: mish(x),
}

F64_RULES = F32_RULES | {
    "exp": lambda x, a, b: np.exp(x),
    "log": lambda x, a, b: np.log(x),
    "rsqrt": lambda x, a, b: 1 / np.sqrt(x),
    "reciprocal": lambda x, a, b: 1 / x,
    "erf": lambda x, a, b: np.vectorize(math.erf)(x),
    "tanh": lambda x, a, b: np.tanh(x),
    "sigmoid": lambda x, a, b: 1 / (1 + np.exp(-x)),
    "silu": lambda x, a, b: x / (1 + np.exp(-x)),
    "gelu": lambda x, a, b: x * 0.5 * (1 + np.vectorize(math.erf)(x / math.sqrt(2))),
    "gelu_tanh": lambda x, a, b: x
    * 0.5
    * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))),
    "hardsigmoid": lambda x, a, b: np.clip(a * x + b, 0, 1),
    "hardswish": lambda x, a, b: x * np.clip(x / 6 + 0.5, 0, 1),
    "elu": lambda x, a, b: np.where(x > 0, x, a * (np.exp(x) - 1)),
    "celu": lambda x, a, b: np.where(x > 0, x, a * (np.exp(x / a) - 1)),
    "selu": lambda x, a, b: b * np.where(x > 0, x, a * (np.exp(x) - 1)),
    "softplus": lambda x, a, b: np.logaddexp(0, x),
    "softsign": lambda x, a, b: x / (1 + np.abs(x)),
    "mish": lambda x, a, b: x * np.tanh(np.logaddexp(0, x)),
}


def evaluate_f32(kind, x, alpha, beta):
    with np.errstate(all="ignore"):
        return np.asarray(F32_RULES[kind](x, alpha, beta)).astype(F32)


def evaluate_f64(kind, x, alpha, beta):
    with np.errstate(all="ignore"):
        return F64_RULES[kind](x, alpha, beta)
