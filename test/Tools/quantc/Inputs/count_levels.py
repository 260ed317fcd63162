# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Prints how many different values the i8 constants of modules have.

Usage: count_levels.py MODULE.mlir...
"""

import re
import sys

import numpy as np


def main():
    for path in sys.argv[1:]:
        text = open(path).read()
        constants = re.findall(r'dense<"0x([0-9A-F]+)"> : tensor<[0-9x]+xi8>', text)
        levels = [np.unique(np.frombuffer(bytes.fromhex(hexes), np.int8)) for hexes in constants]
        counts = ", ".join(map(str, sorted(len(values) for values in levels)))
        least, most = min(map(np.min, levels)), max(map(np.max, levels))
        print(f"{path}: {len(levels)} layers, {counts} levels from {least} to {most}")


if __name__ == "__main__":
    main()
