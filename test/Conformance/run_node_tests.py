# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs the node tests of the onnx package that use only the operators of quantc.

Usage: run_node_tests.py DIRECTORY NOT_COUNTED QUANTC QUANT_RUN [NAME...]

A node test is a model of one node, or few, with data and results. What a trained
network knows (weights, statistics, scales, shapes, axes, indices) is turned into
initializers. All tests of one opset are compiled as one model of disjoint parts, whose
batch is 1: inputs and outputs that have none stand behind one more dimension. NOT_COUNTED names tests that
are left out, a line each: NAME: REASON. Results are held to the tolerances that onnx's
own runner uses; those of quantized models are equal.
"""

import argparse
import collections
import pathlib
import subprocess
import sys

import numpy as np
import onnx
from onnx import helper, numpy_helper
from onnx.backend.test.loader import load_model_tests

# Operators of which all operands but the first are parameters.
PARAMETERIZED = {
    "BatchNormalization", "Clip", "Conv", "Dropout", "Gemm", "LayerNormalization", "Pad", "PRelu",
}  # fmt: skip
# Operators of which all results but the first are for training.
FOR_TRAINING = {"LayerNormalization"}
# Operators of quantized models, and which of their operands are data.
QUANTIZED = {
    "DequantizeLinear": [0], "QLinearConv": [0], "QLinearMatMul": [0, 3], "QuantizeLinear": [0],
}  # fmt: skip

OPERATORS = {
    *PARAMETERIZED, *QUANTIZED,
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


def with_batch(shape):
    return shape if shape[:1] == (1,) else (1, *shape)


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
        ignored = {
            name for node in self.model.graph.node if node.op_type in FOR_TRAINING
            for name in node.output[1:]
        }  # fmt: skip
        arrays = zip(outputs, read_tensors(data, "output"))
        self.outputs = {name: array for name, array in arrays if name not in ignored}

    def is_ours(self):
        return self.operators() <= OPERATORS

    def opset(self):
        return self.model.opset_import[0].version

    def operators(self):
        return {node.op_type for node in self.model.graph.node}

    def is_quantized(self):
        return not QUANTIZED.keys().isdisjoint(self.operators())

    def is_float(self):
        """Whether it quantizes nothing, so that quantc takes it with --float."""
        return self.operators().isdisjoint(QUANTIZED.keys() - {"DequantizeLinear"})

    def is_parameter(self, name):
        for node in self.model.graph.node:
            if node.op_type in QUANTIZED:
                return all(node.input[index] != name for index in QUANTIZED[node.op_type])
            if node.op_type in PARAMETERIZED and name in node.input[1:]:
                return True
        return self.inputs[name].dtype != np.float32

    def data(self):
        return {
            f"{self.name}.{name}": array.reshape(with_batch(array.shape))
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
            shape = with_batch(array.shape)
            data_type = helper.np_dtype_to_tensor_dtype(array.dtype)
            return helper.make_tensor_value_info(name, data_type, shape)

        for tensor in self.model.graph.initializer:
            graph.initializer.append(tensor)
            graph.initializer[-1].name = full(tensor.name)
        data = set()
        for name, array in self.inputs.items():
            if self.is_parameter(name):
                graph.initializer.append(numpy_helper.from_array(array, full(name)))
                continue
            graph.input.append(info(full(name), array))
            if array.shape != with_batch(array.shape):
                graph.node.append(reshape(full(name), full(name) + ".data", array.shape))
                data.add(name)
        for node in self.model.graph.node:
            graph.node.append(node)
            copy = graph.node[-1]
            copy.name = full(node.name)
            copy.input[:] = [
                full(name) + (".data" if name in data else "") for name in node.input
            ]
            copy.output[:] = [full(name) for name in node.output]
        for name, array in self.outputs.items():
            if array.shape == with_batch(array.shape):
                node = helper.make_node("Identity", [full(name)], [full(name) + ".result"])
            else:
                node = reshape(full(name), full(name) + ".result", with_batch(array.shape))
            graph.node.append(node)
            graph.output.append(info(full(name) + ".result", array))

    def find_difference(self, results):
        for name, expected in self.outputs.items():
            actual = results[f"{self.name}.{name}.result"]
            expected = expected.reshape(with_batch(expected.shape))
            if actual.shape != expected.shape or actual.dtype != expected.dtype:
                return f"{actual.dtype}{actual.shape} for {expected.dtype}{expected.shape}"
            rtol, atol = (0, 0) if self.is_quantized() else (self.rtol, self.atol)
            if not np.allclose(actual, expected, rtol, atol, equal_nan=True):
                difference = actual.astype(np.float64) - expected.astype(np.float64)
                return f"{name} differs by {np.nanmax(np.abs(difference))}"
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
        [options.quantc, network, *["--float"] * cases[0].is_float(), "-o", library],
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
        groups[case.opset(), case.is_float()].append(case)
    failures = [failure for group in groups.values() for failure in run(group, options)]
    for name, failure in sorted(failures):
        print(f"{name}: {failure}")
    print(f"{len(cases) - len(failures)} of {len(cases)} node tests pass, "
          f"{len(not_counted)} are not counted")  # fmt: skip
    sys.exit(bool(failures) or not cases)


if __name__ == "__main__":
    main()
