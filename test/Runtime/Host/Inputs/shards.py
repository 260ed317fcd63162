# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes 100 samples as a whole, in another order, and in four parts.

  shards.py DATA.npz FOLDER
"""
import sys

import numpy

source, folder = sys.argv[1:]
(samples,) = (array for array in numpy.load(source).values() if array.ndim > 1)
samples = samples[:100]
# Each sample of another magnitude, so that the bins grow on the way.
samples = samples * numpy.float32(2) ** (numpy.arange(100) % 10).reshape(
    (-1,) + (1,) * (samples.ndim - 1))
numpy.savez(f"{folder}/whole.npz", samples)
numpy.savez(f"{folder}/shuffled.npz",
            samples[numpy.random.default_rng(1).permutation(100)])
for part, (begin, end) in enumerate([(0, 1), (1, 17), (17, 50), (50, 100)], 1):
    numpy.savez(f"{folder}/{part}.npz", samples[begin:end])
