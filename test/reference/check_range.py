# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks a symmetric range that calibration chose on the calibration data themselves.

Usage: check_range.py CALIBRATED.mlir DATA.npy
Of the one edge that CALIBRATED.mlir observes, DATA.npy holds the values. Prints by how
many percent their mean squared error, quantized in that range, is above the least one
of all symmetric ranges, which are tried 0.1 % apart.
"""

import argparse
import re

import numpy as np


def error_of(values, reach):
    """Of i8 with the zero point 0 and scale f32(reach / 127)."""
    scale = np.float32(reach) / np.float32(127)
    stored = np.clip(np.rint(values / scale), -128, 127).astype(np.float32)
    return np.mean((stored * scale - values.astype(np.float64)) ** 2)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("calibrated")
    parser.add_argument("data")
    options = parser.parse_args()
    with open(options.calibrated) as file:
        ((low, high),) = re.findall(r"!quant\.calibrated<f32<(.*?):(.*?)>>", file.read())
    assert float(low) == -float(high), "expected a symmetric range"
    values = np.load(options.data)
    reaches = np.abs(values).max() * 0.999 ** np.arange(7000)
    least, best = min((error_of(values, reach), reach) for reach in reaches)
    above = 100 * (error_of(values, float(high)) / least - 1)
    print(f"reach {float(high):g}, best {best:g}: {above:.1f} % above the least error")


if __name__ == "__main__":
    main()
