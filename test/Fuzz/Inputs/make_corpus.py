# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes the small files that a fuzzer starts from.

Usage: make_corpus.py onnx|numpy FOLDER
"""

import pathlib
import sys

import numpy as np
import onnx.parser

HEADER = '<ir_version: 8, opset_import: ["" : 17]>\n'
MODELS = {
    "convolution": """
network (float[N, 2, 4, 4] x) => (float[N, M] y)
<float[2, 1, 3, 3] w = {1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 8, 7, 6, 5, 4, 3, 2, 1},
 float[2] b = {0.5, -0.5}, int64[2] shape = {0, -1}>
{
  c = Conv <group = 2, auto_pad = "SAME_UPPER", strides = [2, 2]> (x, w, b)
  r = Relu (c)
  p = MaxPool <kernel_shape = [2, 2], pads = [0, 0, 1, 1]> (r)
  y = Reshape (p, shape)
}""",
    "dense": """
network (float[N, 3] x) => (float[N, 2] y)
<float[2, 3] w = {1, 2, 3, 4, 5, 6}, float[2] b = {1, -1}>
{
  g = Gemm <transB = 1, alpha = 0.5> (x, w, b)
  y = Softmax <axis = 1> (g)
}""",
    "qdq": """
network (float[N, 3] x) => (float[N, 3] y)
<float s = {0.5}, int8 z = {3}, float[3, 3] w = {1, 0, 0, 0, 1, 0, 0, 0, 1}>
{
  q = QuantizeLinear (x, s, z)
  d = DequantizeLinear (q, s, z)
  m = MatMul (d, w)
  r = QuantizeLinear (m, s, z)
  y = DequantizeLinear (r, s, z)
}""",
    "shape": """
network (float[N, 2, 3] x) => (float[N, 3, 4] y)
<int64[1] axes = {1}, int64[3] pads = {0, 0, 1}>
{
  t = Transpose <perm = [0, 2, 1]> (x)
  c = Concat <axis = 2> (t, t)
  s = Shape (c)
  y = Reshape (c, s)
}""",
}  # fmt: skip


def write_onnx(folder):
    for name, text in MODELS.items():
        model = onnx.parser.parse_model(HEADER + text)
        (folder / f"{name}.onnx").write_bytes(model.SerializeToString())


def write_numpy(folder):
    for code in ("b1", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f4", "f8"):
        np.save(folder / f"{code}.npy", np.arange(6).reshape(2, 3).astype(code))
    array = np.asfortranarray(np.arange(6, dtype=np.float32).reshape(2, 3))
    np.save(folder / "fortran.npy", array)
    np.savez(folder / "stored.npz", x=array, labels=np.arange(2))
    np.savez_compressed(folder / "deflated.npz", x=np.zeros((4, 64), np.float32))


def main():
    folder = pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True)
    {"onnx": write_onnx, "numpy": write_numpy}[sys.argv[1]](folder)


if __name__ == "__main__":
    main()
