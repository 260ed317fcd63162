# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The first samples of all arrays of an .npz.

Usage: take_samples.py IN.npz OUT.npz COUNT
"""

import argparse

import numpy as np


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source")
    parser.add_argument("target")
    parser.add_argument("count", type=int)
    options = parser.parse_args()
    arrays = np.load(options.source)
    np.savez(options.target, **{name: arrays[name][: options.count] for name in arrays})


if __name__ == "__main__":
    main()
