# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs an ONNX model in ONNX Runtime, in the batches that it takes.

Usage: run_onnxruntime.py MODEL.onnx --inputs IN.npz --outputs OUT.npz [--count=N]
"""

import argparse

import numpy as np
import onnxruntime

from run_reference import LABELS


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    parser.add_argument("--inputs", required=True)
    parser.add_argument("--outputs", required=True)
    parser.add_argument("--count", type=int, help="only the first samples")
    options = parser.parse_args()
    session = onnxruntime.InferenceSession(options.model, providers=["CPUExecutionProvider"])
    (info,) = session.get_inputs()
    arrays = np.load(options.inputs)
    (name,) = (name for name in arrays if name not in LABELS)
    data = arrays[name][: options.count]
    fixed = isinstance(info.shape[0], int)
    data = data.astype(np.float32).reshape((-1, *info.shape[1:]))
    batch = info.shape[0] if fixed else len(data)
    parts = [
        session.run(None, {info.name: data[begin : begin + batch]})
        for begin in range(0, len(data), batch)
    ]
    names = [output.name for output in session.get_outputs()]
    np.savez(options.outputs, **dict(zip(names, map(np.concatenate, zip(*parts)))))


if __name__ == "__main__":
    main()
