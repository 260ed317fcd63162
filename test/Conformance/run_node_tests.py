# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs the node tests of the onnx package that use only the operators of quantc.

Usage: run_node_tests.py DIRECTORY NOT_COUNTED QUANTC QUANT_RUN [NAME...]

A node test is a model of one node, or few, with data and results. What a trained
network knows (weights, statistics, scales, shapes, axes, indices) is turned into
initializers. All tests of one opset are compiled as one model of disjoint parts, each
input and output behind one more dimension, a batch of 1. NOT_COUNTED names tests that
are left out, a line each: NAME: REASON. Results are held to the tolerances that onnx's
own runner uses.
"""

import argparse
import collections
import pathlib
import subprocess
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnx.backend.test.loader import load_model_tests

# Operators of which all operands but the first are parameters.
PARAMETERIZED = {"BatchNormalization", "Clip", "Conv", "Dropout", "Gemm", "Pad", "PRelu"}

OPERATORS = {
    *PARAMETERIZED,
    "Abs", "Add", "AveragePool", "Cast", "Celu", "Concat", "Constant", "ConstantOfShape",
    "Div", "Elu", "Erf", "Exp", "Flatten", "Gather", "Gelu", "GlobalAveragePool",
    "GlobalMaxPool", "HardSigmoid", "HardSwish", "Identity", "LeakyRelu", "Log", "MatMul",
    "MaxPool", "Mish", "Mul", "Neg", "Reciprocal", "ReduceMax", "ReduceMean", "ReduceSum",
    "Relu", "Reshape", "Selu", "Shape", "Sigmoid", "Slice", "Softmax", "Softplus",
    "Softsign", "Split", "Sqrt", "Squeeze", "Sub", "Sum", "Swish", "Tanh", "Transpose",
    "Unsqueeze",
}  # fmt: skip


def read_tensors(folder, kind):
    def load(path):
        tensor = onnx.TensorProto()
        tensor.ParseFromString(path.read_bytes())
        return numpy_helper.to_array(tensor)

    count = len(list(folder.glob(f"{kind}_*.pb")))
    return [load(folder / f"{kind}_{index}.pb") for index in range(count)]


class Case:
    """One node test: its model, data and tolerances."""

    def __init__(self, test):
        self.folder = pathlib.Path(test.model_dir)
        self.name = test.name.removeprefix("test_")
        self.rtol, self.atol = test.rtol, test.atol
        self.model = onnx.load(self.folder / "model.onnx")

    def load_data(self):
        data = self.folder / "test_data_set_0"
        inputs = [info.name for info in self.model.graph.input]
        self.inputs = dict(zip(inputs, read_tensors(data, "input")))
        outputs = [info.name for info in self.model.graph.output]
        self.outputs = dict(zip(outputs, read_tensors(data, "output")))

    def is_ours(self):
        return {node.op_type for node in self.model.graph.node} <= OPERATORS

    def opset(self):
        return self.model.opset_import[0].version

    def is_parameter(self, name):
        if self.inputs[name].dtype != np.float32:
            return True
        return any(
            name in node.input[1:]
            for node in self.model.graph.node
            if node.op_type in PARAMETERIZED
        )

    def data(self):
        return {
            f"{self.name}.{name}": array[np.newaxis]
            for name, array in self.inputs.items()
            if not self.is_parameter(name)
        }

    def add_to(self, graph):
        """Appends the test to a graph, its values named after it."""

        def full(name):
            return f"{self.name}.{name}" if name else ""

        def reshape(source, target, shape):
            extents = np.array(shape, np.int64)
            graph.initializer.append(numpy_helper.from_array(extents, target + ".shape"))
            # From opset 14 on; before, nothing is empty.
            attributes = {"allowzero": 1} if 0 in shape else {}
            return helper.make_node("Reshape", [source, target + ".shape"], [target], **attributes)

        def info(name, array):
            shape = (1, *array.shape)
            return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

        for tensor in self.model.graph.initializer:
            graph.initializer.append(tensor)
            graph.initializer[-1].name = full(tensor.name)
        for name, array in self.inputs.items():
            if self.is_parameter(name):
                graph.initializer.append(numpy_helper.from_array(array, full(name)))
                continue
            graph.input.append(info(full(name), array))
            graph.node.append(reshape(full(name), full(name) + ".data", array.shape))
        data = {name for name in self.inputs if not self.is_parameter(name)}
        for node in self.model.graph.node:
            graph.node.append(node)
            copy = graph.node[-1]
            copy.name = full(node.name)
            copy.input[:] = [
                full(name) + (".data" if name in data else "") for name in node.input
            ]
            copy.output[:] = [full(name) for name in node.output]
        for name, array in self.outputs.items():
            graph.node.append(reshape(full(name), full(name) + ".result", (1, *array.shape)))
            graph.output.append(info(full(name) + ".result", array))

    def find_difference(self, results):
        for name, expected in self.outputs.items():
            actual = results[f"{self.name}.{name}.result"][0]
            if actual.shape != expected.shape or actual.dtype != expected.dtype:
                return f"{actual.dtype}{actual.shape} for {expected.dtype}{expected.shape}"
            if not np.allclose(actual, expected, self.rtol, self.atol, equal_nan=True):
                return f"{name} differs by {np.nanmax(np.abs(actual - expected))}"
        return None


def run(cases, options):
    """The name and the failure of every case that fails."""
    graph = onnx.GraphProto(name="node_tests")
    for case in cases:
        case.add_to(graph)
    opset = helper.make_opsetid("", cases[0].opset())
    model = helper.make_model(graph, opset_imports=[opset], ir_version=8)
    paths = [options.directory / name for name in ("tests.onnx", "tests.so", "in.npz", "out.npz")]
    network, library, inputs, outputs = paths
    network.write_bytes(model.SerializeToString())
    np.savez(inputs, **{name: array for case in cases for name, array in case.data().items()})
    for command in [
        [options.quantc, network, "--float", "-o", library],
        [options.quant_run, library, "--inputs", inputs, "--outputs", outputs],
    ]:
        result = subprocess.run(command, capture_output=True, text=True)
        if result.returncode != 0:
            if len(cases) == 1:
                return [(cases[0].name, result.stderr.strip())]
            # Half of them again, to find who is to blame.
            half = len(cases) // 2
            return run(cases[:half], options) + run(cases[half:], options)
    results = np.load(outputs)
    differences = [(case.name, case.find_difference(results)) for case in cases]
    return [(name, difference) for name, difference in differences if difference]


def read_not_counted(path):
    lines = [line for line in path.read_text().splitlines() if line and line[0] != "#"]
    return dict(line.split(": ", 1) for line in lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=pathlib.Path)
    parser.add_argument("not_counted", type=pathlib.Path)
    parser.add_argument("quantc")
    parser.add_argument("quant_run")
    parser.add_argument("names", nargs="*", help="run these only")
    options = parser.parse_args()
    options.directory.mkdir(parents=True, exist_ok=True)

    not_counted = read_not_counted(options.not_counted)
    cases = [case for case in map(Case, load_model_tests(kind="node")) if case.is_ours()]
    stale = set(not_counted) - {case.name for case in cases}
    if stale:
        sys.exit(f"not counted, but no test: {', '.join(sorted(stale))}")
    cases = [case for case in cases if case.name not in not_counted]
    for case in cases:
        case.load_data()
    if options.names:
        cases = [case for case in cases if case.name in options.names]
    groups = collections.defaultdict(list)
    for case in cases:
        groups[case.opset()].append(case)
    failures = [failure for group in groups.values() for failure in run(group, options)]
    for name, failure in sorted(failures):
        print(f"{name}: {failure}")
    print(f"{len(cases) - len(failures)} of {len(cases)} node tests pass, "
          f"{len(not_counted)} are not counted")  # fmt: skip
    sys.exit(bool(failures) or not cases)


if __name__ == "__main__":
    main()
