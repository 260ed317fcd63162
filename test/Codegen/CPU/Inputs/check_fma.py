# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares `fma_each` of a library with fmaf of the C library, bit for bit.

Usage: check_fma.py LIBRARY.so
The operands are of every kind: any bit pattern, cancellation, sums that lie just
beside the middle of two floats, subnormal results. NaN equals NaN.
"""

import ctypes
import sys

import numpy as np

COUNT = 1 << 18  # as in the library


def any_bits(rng):
    return rng.integers(0, 1 << 32, (3, COUNT), np.uint32).view(np.float32)


def cancelling(rng):
    """c is near -a * b."""
    a, b = rng.standard_normal((2, COUNT)).astype(np.float32)
    c = -(a * b)
    return a, b, np.nextafter(c, rng.standard_normal(COUNT).astype(np.float32))


def beside_middle(rng):
    """a * b is half a unit of c's last place, times 1 - 2^-46 or 1 + 2^-22 + 2^-46."""
    one, tiny = np.float32(1), np.float32(2**-23)
    sign = np.where(rng.random((2, COUNT)) < 0.5, one, -one)
    exponent = rng.integers(-100, 100, COUNT)
    mantissa = rng.integers(0, 1 << 23, COUNT).astype(np.float32) * tiny
    c = np.ldexp(one + mantissa, exponent)
    b = np.ldexp(one + np.where(rng.random(COUNT) < 0.5, tiny, -tiny), exponent - 24)
    a = np.full(COUNT, one + tiny)
    return a * sign[0], b.astype(np.float32), c * sign[1]


def subnormal(rng):
    """Results around the smallest floats."""
    a = rng.standard_normal(COUNT) * 2.0 ** rng.integers(-80, -60, COUNT)
    b = rng.standard_normal(COUNT) * 2.0 ** rng.integers(-80, -60, COUNT)
    c = rng.standard_normal(COUNT) * 2.0 ** rng.integers(-152, -120, COUNT)
    return a.astype(np.float32), b.astype(np.float32), c.astype(np.float32)


def main():
    seed = 1
    fma_each = ctypes.CDLL(sys.argv[1]).fma_each
    fmaf = ctypes.CDLL("libm.so.6").fmaf
    fmaf.argtypes, fmaf.restype = [ctypes.c_float] * 3, ctypes.c_float
    for make in (any_bits, cancelling, beside_middle, subnormal):
        with np.errstate(all="ignore"):
            a, b, c = (np.ascontiguousarray(x) for x in make(np.random.default_rng(seed)))
        got = np.empty(COUNT, np.float32)
        fma_each(*(ctypes.c_void_p(x.ctypes.data) for x in (a, b, c, got)))
        triples = zip(a.tolist(), b.tolist(), c.tolist())
        expected = np.array([fmaf(*triple) for triple in triples], np.float32)
        is_equal = got.view(np.uint32) == expected.view(np.uint32)
        is_equal |= np.isnan(got) & np.isnan(expected)
        for index in np.flatnonzero(~is_equal)[:5]:
            print(f"fma({a[index]!r}, {b[index]!r}, {c[index]!r}) = {got[index]!r},"
                  f" expected {expected[index]!r}")  # fmt: skip
        print(f"{make.__name__}, seed {seed}: {np.count_nonzero(~is_equal)} of {COUNT} differ")


if __name__ == "__main__":
    main()
