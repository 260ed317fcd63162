# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes samples for separate-results.mlir, and what comes out: separate_results.py FILE"""

import sys

import numpy as np

x = np.float32([[-1, 0, 1], [2, -3, 4], [5, 6, -7]])
y = np.maximum(x, 0)
np.savez(sys.argv[1], x=x, y=y, y2=y, x1=x, y3=y, x2=x)
