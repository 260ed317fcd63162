# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks an ONNX model and prints its graph as text, without initializers.

Usage: print_model.py MODEL.onnx
"""

import argparse

import onnx
import onnx.printer


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    model = onnx.load(parser.parse_args().model)
    onnx.checker.check_model(model, full_check=True)
    for tensor in model.graph.initializer:
        array = onnx.numpy_helper.to_array(tensor)
        print(f"{tensor.name}: {array.dtype} {array.tolist()}")
    del model.graph.initializer[:]
    for node in model.graph.node:
        assert [node.name] == list(node.output)
        node.ClearField("name")
    print(onnx.printer.to_text(model))


if __name__ == "__main__":
    main()
