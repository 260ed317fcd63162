# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares random quantized networks with ONNX Runtime.

Each network at stage `quantized` is written as an ONNX model in which every op
stands between DequantizeLinear and QuantizeLinear; ONNX Runtime fuses these into its
integer kernels. The numpy reference computes the network; with --compile, quantc
imports and compiles the model. With --export, quant-translate writes the model of the
same network at stage `qdq`; with --unsigned, too, one that is marked `nn.unsigned`. Every
output must be equal.

With --last=OP all networks end in an op whose rounding differs there in rare cases, and
the differing outputs are counted. None may differ by more than one step; beside exact
ties of the rounding only 1 in 10,000 may differ, or 1 in 100 for softmax.

Usage: check_against_onnxruntime.py DIRECTORY [--seed=N] [--networks=N] [--samples=N]
                                    [--unsigned] [--last=add|average|softmax] [--compile]
                                    [--export [--bytes]]
With --unsigned all activations are u8. With --bytes half of the inputs that are stored
are u8 and all other activations s8, for which ONNX Runtime has no integer kernels: the
library is compared with the reference instead. Needs quant-opt, quant-translate, quantc and
quant-run in PATH. Prints every seed.
"""

import argparse
import json
import pathlib
import subprocess
from fractions import Fraction

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

import contract
import elementary
import random_networks
from run_reference import load_network, prepare_inputs, run

TO_NCHW, TO_NHWC = (0, 3, 1, 2), (0, 2, 3, 1)


def to_unsigned(stored):
    """u8 from s8: 128 more."""
    return (stored.astype(np.int16) + 128).astype(np.uint8)


class QDQWriter:
    """Writes one network as an ONNX graph, its activations as u8 or s8."""

    def __init__(self, network, is_unsigned):
        self.network = network
        self.is_unsigned = is_unsigned
        self.nodes = []
        self.initializers = []
        self.constants = {}  # SSA name -> array
        self.types = dict(zip(network.argument_names, network.argument_types))
        self.count = 0

    def add(self, op_type, inputs, result=None, **attributes):
        self.count += 1
        result = result or f"t{self.count}"
        self.nodes.append(
            helper.make_node(op_type, inputs, [result], f"n{self.count}", **attributes)
        )
        return result

    def constant(self, array):
        self.count += 1
        name = f"c{self.count}"
        self.initializers.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def parameters(self, element, is_constant=False):
        """Scale and zero point as initializers, and the axis attribute."""
        dtype = {8: np.int8, 32: np.int32}[element.bits]
        scales = np.array(element.scales, np.float32)
        zero_points = np.array(element.zero_points, dtype)
        if self.is_unsigned and not is_constant:
            zero_points = to_unsigned(zero_points)
        if element.axis < 0:
            return [self.constant(scales[0]), self.constant(zero_points[0])], {}
        return [self.constant(scales), self.constant(zero_points)], {"axis": element.axis}

    def dequantize(self, name, layout=None):
        """A float view of a value, constants and activations alike."""
        element = self.types[name].element
        if name in self.constants:
            array = self.constants[name].astype({8: np.int8, 32: np.int32}[element.bits])
            name, layout = self.constant(array.transpose(layout) if layout else array), None
            parameters, axis = self.parameters(element, is_constant=True)
        else:
            parameters, axis = self.parameters(element)
        real = self.add("DequantizeLinear", [name] + parameters, **axis)
        return self.requantize("Transpose", real, element, perm=layout) if layout else real

    def requantize(self, op_type, real, element, **attributes):
        """A float view after an op that moves values, and quantization in between:
        so exporters write it."""
        moved = self.add(op_type, [real], **attributes)
        parameters, _ = self.parameters(element)
        stored = self.add("QuantizeLinear", [moved] + parameters)
        return self.add("DequantizeLinear", [stored] + parameters)

    def quantize(self, real, op, layout=None):
        element = op.result_types[0].element
        parameters, _ = self.parameters(element)
        if layout:
            stored = self.add("QuantizeLinear", [real] + parameters)
            real = self.add("DequantizeLinear", [stored] + parameters)
            real = self.add("Transpose", [real], perm=layout)
        self.add("QuantizeLinear", [real] + parameters, op.results[0])

    def write_op(self, op):
        attributes = op.attributes
        name = op.name.removeprefix("nn.")
        if op.name in ("arith.constant", "quant.scast"):
            source = attributes.get("value") if op.name == "arith.constant" else self.constants[op.operands[0]]
            self.constants[op.results[0]] = source
        elif name == "quantize":
            self.quantize(op.operands[0], op)
        elif name == "dequantize":
            element = self.types[op.operands[0]].element
            parameters, axis = self.parameters(element)
            self.add("DequantizeLinear", [op.operands[0]] + parameters, op.results[0], **axis)
        elif name == "conv_2d":
            inputs = [self.dequantize(o, TO_NCHW if i < 2 else None) for i, o in enumerate(op.operands)]
            real = self.add(
                "Conv", inputs, group=attributes["groups"], pads=attributes["pad"],
                strides=attributes["strides"], dilations=attributes["dilations"],
            )  # fmt: skip
            self.quantize(real, op, TO_NHWC)
        elif name == "fully_connected":
            real = self.add("Gemm", [self.dequantize(o) for o in op.operands], transB=1)
            self.quantize(real, op)
        elif name == "max_pool_2d":
            real = self.add(
                "MaxPool", [self.dequantize(op.operands[0], TO_NCHW)],
                kernel_shape=attributes["kernel"], pads=attributes["pad"],
                strides=attributes["strides"], dilations=attributes["dilations"],
            )  # fmt: skip
            self.quantize(real, op, TO_NHWC)
        elif name == "add":
            self.quantize(self.add("Add", [self.dequantize(o) for o in op.operands]), op)
        elif name == "avg_pool_2d":
            real = self.add(
                "AveragePool", [self.dequantize(op.operands[0], TO_NCHW)],
                kernel_shape=attributes["kernel"], pads=attributes["pad"],
                strides=attributes["strides"],
                count_include_pad=int(bool(attributes.get("count_include_pad"))),
            )  # fmt: skip
            self.quantize(real, op, TO_NHWC)
        elif name == "reduce":
            assert attributes["axes"] == [1, 2] and int(attributes["kind"]) == elementary.REDUCE_MEAN
            element = op.result_types[0].element
            real = self.add("GlobalAveragePool", [self.dequantize(op.operands[0], TO_NCHW)])
            parameters, _ = self.parameters(element)
            stored = self.add("QuantizeLinear", [real] + parameters)
            self.quantize(self.add("Flatten", [self.add("DequantizeLinear", [stored] + parameters)]), op)
        elif name == "concat":
            real = [self.dequantize(o) for o in op.operands]
            self.quantize(self.add("Concat", real, axis=attributes["axis"]), op)
        elif name == "softmax":
            self.add("Softmax", op.operands, op.results[0], axis=attributes["axis"])
        elif name == "clamp":
            limits = [self.constant(np.float32(attributes[k])) for k in ("min", "max")]
            self.quantize(self.add("Clip", [self.dequantize(op.operands[0])] + limits), op)
        elif name == "pad":
            pads = self.constant(np.array(attributes["low"] + attributes["high"], np.int64))
            value = self.constant(np.float32(attributes["value"]))
            self.quantize(self.add("Pad", [self.dequantize(op.operands[0]), pads, value]), op)
        elif name == "reshape":
            shape = [-1 if e is None else e for e in op.result_types[0].shape]
            shape = self.constant(np.array(shape, np.int64))
            self.quantize(self.add("Reshape", [self.dequantize(op.operands[0]), shape]), op)
        elif name == "transpose":
            real = self.dequantize(op.operands[0])
            self.quantize(self.add("Transpose", [real], perm=attributes["permutation"]), op)
        else:
            raise NotImplementedError(op.name)
        self.types[op.results[0]] = op.result_types[0]

    def value_info(self, name, type_):
        stored = TensorProto.UINT8 if self.is_unsigned else TensorProto.INT8
        data_type = TensorProto.FLOAT if type_.element == "f32" else stored
        shape = ["batch" if e is None else e for e in type_.shape]
        return helper.make_tensor_value_info(name, data_type, shape)

    def model(self):
        network = self.network
        for op in network.ops[:-1]:
            self.write_op(op)
        results = network.ops[-1].operands
        graph = helper.make_graph(
            self.nodes, "network",
            [self.value_info(n, t) for n, t in zip(network.argument_names, network.argument_types)],
            [self.value_info(n, self.types[n]) for n in results],
            self.initializers,
        )  # fmt: skip
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        onnx.checker.check_model(model)
        return model


def run_onnxruntime(model, arrays):
    """The outputs, in the order of the model."""
    options = onnxruntime.SessionOptions()
    # Without it pairs of products saturate on CPUs that lack VNNI.
    options.add_session_config_entry("session.x64quantprecision", "1")
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, ["CPUExecutionProvider"]
    )
    return session.run(None, arrays)


def export(options):
    """The model that quant-translate makes of the networks."""
    network, path = options.directory / "qdq.mlir", options.directory / "exported.onnx"
    text, _ = random_networks.make(
        options.seed, options.networks, for_onnx=True, samples=options.samples,
        last=options.last, as_qdq=True, byte_share=options.byte_share,
    )  # fmt: skip
    network.write_text(text)
    subprocess.run(["quant-translate", "--export-onnx", network, "-o", path], check=True)
    onnx.checker.check_model(path, full_check=True)
    return onnx.load(path)


def run_compiled(model, arrays, directory):
    """The outputs of the model, imported and compiled, in its order."""
    path, library = directory / "networks.onnx", directory / "networks.so"
    inputs, outputs = directory / "inputs.npz", directory / "outputs.npz"
    onnx.save(model, path)
    np.savez(inputs, **arrays)
    quiet = {"check": True, "stdout": subprocess.DEVNULL}
    report = directory / "report.json"
    subprocess.run(["quantc", path, "-o", library, f"--report={report}"], **quiet)
    layers = json.loads(report.read_text())["layers"]
    assert layers and all(layer["int8"] for layer in layers), "a layer stays float"
    subprocess.run(["quant-run", library, "--inputs", inputs, "--outputs", outputs], **quiet)
    results = np.load(outputs)
    return [results[output.name] for output in model.graph.output]


def count_differing(names, results, expected):
    """Bytes are compared, so that zeros of either sign differ."""
    differing = 0
    for name, got, want in zip(names, results, expected, strict=True):
        assert got.dtype == want.dtype and got.shape == want.shape, name
        bits = {1: np.uint8, 4: np.uint32}[got.itemsize]
        got, want = (np.ascontiguousarray(a).view(bits) for a in (got, want))
        count = int((got != want).sum())
        if count:
            print(f"{name}: {count} of {got.size} differ")
        differing += count
    return differing


def count_ties(network, op, values, where):
    """Of the outputs of `op` that `where` selects: how many are exact ties, x.5 between
    two integers. In exact arithmetic on the operands."""
    types = [values[o][1] for o in op.operands]
    operands = [values[o][0] - contract.zero_point_of(t) for o, t in zip(op.operands, types)]
    scales = [Fraction(float(t.element.scales[0])) for t in types]
    output = op.result_types[0]
    if op.name == "nn.add":
        operands = np.broadcast_arrays(*operands)
        divisors = np.ones(operands[0].shape, np.int64)
    else:
        operands = [contract.window_sums(operands[0], op.attributes)]
        extents = types[0].shape[1:3]
        divisors = np.broadcast_to(
            contract.window_counts(op.attributes, extents, output), operands[0].shape
        )
    step = Fraction(float(output.element.scales[0]))
    ties = 0
    for index in map(tuple, np.argwhere(where)):
        total = sum(scale * int(part[index]) for scale, part in zip(scales, operands))
        ties += (total / step / int(divisors[index])) % 1 == Fraction(1, 2)
    return ties


# Of the outputs that are no exact ties, one in so many may differ by one step.
MAY_DIFFER = {"add": 10_000, "average": 10_000, "softmax": 100}


def count_steps(network, arrays, expected, last):
    """Compares the reference with `expected`, stored integers; whether it is close."""
    producers = {op.results[0]: op for op in network.ops[:-1]}
    results = network.ops[-1].operands
    values = run_with_values(network, arrays)
    total = steps = larger = ties = 0
    for result, want in zip(results, expected, strict=True):
        got, _ = values[result]
        distance = np.abs(got - want)
        total += got.size
        steps += int((distance == 1).sum())
        larger += int((distance > 1).sum())
        if last != "softmax":
            ties += count_ties(network, producers[result], values, distance == 1)
    print(
        f"{steps} of {total} outputs differ by one step, {ties} of them exact ties, "
        f"{larger} by more"
    )
    return larger == 0 and (steps - ties) * MAY_DIFFER[last] <= total


def run_with_values(network, arrays):
    """Every value of the network, by its name: the array and the type."""
    inputs = prepare_inputs(network, arrays)
    values = dict(zip(network.argument_names, zip(inputs, network.argument_types)))
    contract.evaluate(network, inputs, lambda name, *value: values.update({name: value}))
    return values


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--networks", type=int, default=50)
    parser.add_argument("--samples", type=int, default=3)
    parser.add_argument("--unsigned", action="store_true")
    parser.add_argument("--last", choices=MAY_DIFFER)
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--export", action="store_true")
    parser.add_argument("--bytes", action="store_true")
    options = parser.parse_args()
    if options.bytes and not (options.export and options.compile):
        parser.error("--bytes needs --export and --compile")
    # What the exported model stores as u8.
    options.byte_share = 0.5 * options.bytes or int(options.export and options.unsigned)
    options.directory.mkdir(parents=True, exist_ok=True)
    path = options.directory / "networks.mlir"
    print(f"seed {options.seed}, {options.networks} networks")
    text, arrays = random_networks.make(
        options.seed, options.networks, for_onnx=True, samples=options.samples,
        last=options.last, byte_share=options.byte_share,
    )  # fmt: skip
    path.write_text(text)
    network = load_network(path)
    if options.export:
        model, feeds = export(options), arrays
    else:
        model = QDQWriter(network, options.unsigned).model()
        feeds = dict(zip(network.argument_names, map(arrays.get, network.input_names)))
    if options.unsigned:
        feeds = {n: to_unsigned(a) if a.dtype == np.int8 else a for n, a in feeds.items()}
    names = network.output_names
    if options.bytes:
        expected = list(map(run(network, arrays).get, names))
    else:
        expected = run_onnxruntime(model, feeds)
    if options.last:
        # The reference stores s8.
        expected = [a.astype(np.int64) - 128 * options.unsigned for a in expected]
        raise SystemExit(not count_steps(network, arrays, expected, options.last))
    if options.compile:
        results = run_compiled(model, feeds, options.directory)
    else:
        results = map(run(network, arrays).get, names)
    differing = count_differing(names, results, expected)
    total = sum(array.size for array in expected)
    print(f"{options.networks} networks, {differing} of {total} outputs differ")
    raise SystemExit(differing != 0)


if __name__ == "__main__":
    main()
