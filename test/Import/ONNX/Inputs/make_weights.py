# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Models whose weights are stored in every way that ONNX knows, and wrongly.

Usage: make_weights.py FOLDER
Writes FOLDER/right/*.onnx and FOLDER/wrong/*.onnx, with the files they refer to.
All models compute scores = x + weight, of 4 elements.
"""

import argparse
import pathlib

import numpy as np

from onnx import TensorProto, helper, numpy_helper

WEIGHT = np.array([0.5, -1.25, 3, 0], np.float32)
BYTES = WEIGHT.tobytes()


def save(path, weight, inputs=()):
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 4])
    scores = helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["N", 4])
    # The sum is of type float whatever the weight is.
    nodes = [
        helper.make_node("Cast", ["weight"], ["shift"], to=TensorProto.FLOAT),
        helper.make_node("Add", ["x", "shift"], ["scores"]),
    ]
    graph = helper.make_graph(nodes, "network", [x, *inputs], [scores], [weight])
    opset = helper.make_opsetid("", 13)
    model = helper.make_model(graph, opset_imports=[opset], ir_version=8)
    path.write_bytes(model.SerializeToString())


def make_raw(data_type, array):
    weight = numpy_helper.from_array(array, "weight")
    weight.data_type = data_type
    return weight


def make_listed(data_type, values):
    return helper.make_tensor("weight", data_type, [4], values)


def make_external(**entries):
    weight = TensorProto(name="weight", data_type=TensorProto.FLOAT, dims=[4])
    weight.data_location = TensorProto.EXTERNAL
    for key, value in entries.items():
        weight.external_data.add(key=key, value=str(value))
    return weight


def make_right(folder):
    bfloat = (WEIGHT.view(np.uint32) >> 16).astype(np.uint16)
    integers = np.array([1, -2, 3, 0])
    weights = {
        "bfloat16": make_raw(TensorProto.BFLOAT16, bfloat),
        "bfloat16_list": make_listed(TensorProto.BFLOAT16, WEIGHT),
        "double": make_raw(TensorProto.DOUBLE, WEIGHT.astype(np.float64)),
        "double_list": make_listed(TensorProto.DOUBLE, WEIGHT),
        "float": make_raw(TensorProto.FLOAT, WEIGHT),
        "float_list": make_listed(TensorProto.FLOAT, WEIGHT),
        "float16": make_raw(TensorProto.FLOAT16, WEIGHT.astype(np.float16)),
        "float16_list": make_listed(TensorProto.FLOAT16, WEIGHT),
        "int32": make_raw(TensorProto.INT32, integers.astype(np.int32)),
        "int64_list": make_listed(TensorProto.INT64, integers),
        "external": make_external(location="weights.bin"),
        "external_part": make_external(location="parts.bin", offset=4, length=16),
    }
    for name, weight in weights.items():
        save(folder / f"{name}.onnx", weight)
    # As models of IR version 3 do.
    info = helper.make_tensor_value_info("weight", TensorProto.FLOAT, [4])
    save(folder / "listed_as_input.onnx", weights["float"], [info])
    (folder / "weights.bin").write_bytes(BYTES)
    (folder / "parts.bin").write_bytes(b"\0" * 4 + BYTES + b"\0" * 4)


def make_wrong(folder):
    short = make_raw(TensorProto.FLOAT, WEIGHT)
    short.raw_data = BYTES[:-4]
    ragged = make_raw(TensorProto.FLOAT, WEIGHT)
    ragged.raw_data = BYTES[:-1]
    negative = make_raw(TensorProto.FLOAT, WEIGHT)
    negative.dims[:] = [-4]
    here = "weights.bin"
    weights = {
        "absolute": make_external(location=folder.resolve() / here),
        "elements": short,
        "link": make_external(location="link.bin"),
        "negative": negative,
        "missing": make_external(location="missing.bin"),
        "outside": make_external(location="../right/weights.bin"),
        "past_the_end": make_external(location=here, offset=8, length=16),
        "ragged": ragged,
        "text": helper.make_tensor("weight", TensorProto.STRING, [4], [b"a"] * 4),
        "too_few": make_external(location=here, length=8),
        "wrong_length": make_external(location=here, length="all"),
        "wrong_offset": make_external(location=here, offset=-4),
    }
    for name, weight in weights.items():
        save(folder / f"{name}.onnx", weight)
    (folder / here).write_bytes(BYTES)
    (folder / "link.bin").symlink_to("../right/weights.bin")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    folder = parser.parse_args().folder
    for name, make in [("right", make_right), ("wrong", make_wrong)]:
        (folder / name).mkdir(parents=True)
        make(folder / name)


if __name__ == "__main__":
    main()
