# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Images as networks that torchvision trained take them: from NHWC bytes to f32 NCHW,
(x / 255 - mean) / std. Other arrays stay.

Usage: normalize_images.py IN.npz OUT.npz
"""

import argparse

import numpy as np

MEAN = np.array([0.485, 0.456, 0.406])
STD = np.array([0.229, 0.224, 0.225])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source")
    parser.add_argument("target")
    options = parser.parse_args()
    arrays = dict(np.load(options.source))
    real = (arrays["images"] / 255 - MEAN) / STD
    arrays["images"] = real.astype(np.float32).transpose(0, 3, 1, 2)
    np.savez(options.target, **arrays)


if __name__ == "__main__":
    main()
