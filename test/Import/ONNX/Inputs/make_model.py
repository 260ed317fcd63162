# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""ONNX models from their text form, which tests hold.

Usage: make_model.py FOLDER
Writes NAME.onnx for every NAME.txt in the folder.
"""

import argparse
import pathlib

import onnx.parser


def make_models(folder):
    """The paths of the models, sorted."""
    paths = []
    for source in sorted(pathlib.Path(folder).glob("*.txt")):
        path = source.with_suffix(".onnx")
        model = onnx.parser.parse_model(source.read_text())
        path.write_bytes(model.SerializeToString())
        paths.append(path)
    assert paths, "expected at least one model"
    return paths


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    make_models(parser.parse_args().folder)


if __name__ == "__main__":
    main()
