# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Prints how many different values the i8 constants of modules have.

Usage: count_levels.py [--vectors=D] MODULE.mlir...

With --vectors, how many different D columns of their rows, if these are whole.
"""

import re
import sys

import numpy as np


def main():
    size = 1
    if sys.argv[1].startswith("--vectors="):
        size = int(sys.argv.pop(1).split("=")[1])
    for path in sys.argv[1:]:
        text = open(path).read()
        counts, ends = [], []
        for hexes, shape in re.findall(r'dense<"0x([0-9A-F]+)"> : tensor<([0-9x]+)xi8>', text):
            rows = int(shape.split("x")[0])
            values = np.frombuffer(bytes.fromhex(hexes), np.int8).reshape(rows, -1)
            whole = values[:, : values.shape[1] // size * size].reshape(-1, size)
            counts.append(len(np.unique(whole, axis=0)))
            ends += [values.min(), values.max()]
        found = ", ".join(map(str, sorted(counts)))
        what = "levels" if size == 1 else f"vectors of {size}"
        print(f"{path}: {len(counts)} layers, {found} {what} from {min(ends)} to {max(ends)}")


if __name__ == "__main__":
    main()
