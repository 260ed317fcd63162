# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Quantizes a float ONNX model with ONNX Runtime's own tool.

Usage: quantize_with_onnxruntime.py MODEL.onnx DATA.npz OUT.onnx
           [--format=QDQ|QOperator] [--activations=QUInt8|QInt8]
           [--weights=QInt8|QUInt8] [--per-tensor]
"""

import argparse
import logging

import numpy as np
import onnx
from onnxruntime import quantization

from run_reference import LABELS

SAMPLES = 128


class Reader(quantization.CalibrationDataReader):
    def __init__(self, model, arrays):
        (name,) = (name for name in arrays if name not in LABELS)
        (info,) = onnx.load(model).graph.input[:1]
        extents = [d.dim_value for d in info.type.tensor_type.shape.dim]
        data = arrays[name][:SAMPLES].astype(np.float32).reshape((-1, *extents[1:]))
        batch = extents[0] or len(data)
        self.feeds = iter(
            {info.name: data[begin : begin + batch]} for begin in range(0, len(data), batch)
        )

    def get_next(self):
        return next(self.feeds, None)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    parser.add_argument("data")
    parser.add_argument("output")
    parser.add_argument("--format", default="QDQ")
    parser.add_argument("--activations", default="QUInt8")
    parser.add_argument("--weights", default="QInt8")
    parser.add_argument("--per-tensor", action="store_true")
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    quantization.quantize_static(
        options.model,
        options.output,
        Reader(options.model, dict(np.load(options.data))),
        quant_format=quantization.QuantFormat[options.format],
        activation_type=quantization.QuantType[options.activations],
        weight_type=quantization.QuantType[options.weights],
        per_channel=not options.per_tensor,
    )


if __name__ == "__main__":
    main()
