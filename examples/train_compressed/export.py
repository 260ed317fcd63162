# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Networks as ONNX models: in float, or with integers behind DequantizeLinear."""

import numpy as np
import onnx
from onnx import helper, numpy_helper

STORAGE_OFFSET = 128  # quantc keeps uint8 as int8, so much smaller.
MOST_BIAS_ERROR = 0.25  # Of a bias, in steps of the layer's output.
NEIGHBOURS = 8  # Numbers of f32 on each side that are tried for a scale.
LEAST_OPSET = 13  # Scales per channel.


def write_float(network, output):
    """The model that it was read from, with the parameters of now."""
    model = onnx.ModelProto()
    model.CopyFrom(network.model)
    initializers = {i.name: i for i in model.graph.initializer}
    for step in network.steps:
        if step.layer is None:
            continue
        for name, value in zip(step.parameters, network.layers[step.layer].float_parameters()):
            old, new = network.constants[name], value.detach().numpy()
            if step.is_transposed and name == step.parameters[0]:
                new = new.T
            initializers[name].CopyFrom(
                numpy_helper.from_array(np.ascontiguousarray(new).reshape(old.shape), name))
    onnx.save(model, output)


def weight_scales(multipliers, input_scale, output_scale):
    """f32 scales s for which f32(f32(input_scale * s) / output_scale), what quantc stores,
    is the multiplier, where one of the numbers around has this."""
    scales = (multipliers * output_scale / input_scale).astype(np.float32)
    offsets = sorted(range(-NEIGHBOURS, NEIGHBOURS + 1), key=abs)
    candidates = (scales.view(np.int32)[:, None] + np.array(offsets, np.int32)).view(np.float32)
    fits = input_scale * candidates / output_scale == multipliers.astype(np.float32)[:, None]
    return candidates[np.arange(len(scales)), fits.argmax(1)]


def bias_integers(bias, levels, scales, multipliers, zero_point):
    """The bias in units of the sums. What quantc adds to a sum, which is the bias and the
    part of the zero point, is a multiple of a power of two, so that it takes fewer bytes."""
    unit = 2.0 ** np.floor(np.log2(max(1.0, 2 * MOST_BIAS_ERROR / multipliers.max())))
    of_zero_point = (STORAGE_OFFSET - zero_point) * levels.reshape(len(levels), -1).sum(
        1, dtype=np.int64)
    added = np.rint((bias / scales + of_zero_point) / unit) * unit
    return (added - of_zero_point).astype(np.int32)


class QuantizedGraph:
    def __init__(self, network):
        self.network = network
        self.nodes, self.initializers = [], {}

    def constant(self, name, array):
        self.initializers[name] = numpy_helper.from_array(np.asarray(array), name)
        return name

    def node(self, operator, inputs, output, **attributes):
        self.nodes.append(helper.make_node(operator, inputs, [output], output, **attributes))

    def parameters_of(self, index):
        """Scale and zero point of a quantizer: numbers, and their names here."""
        quantizer = self.network.quantizers[index]
        scale = np.float32(quantizer.scale.item())
        zero_point = np.uint8(quantizer.zero_point.item())
        names = [self.constant(f"scale_{index}", scale),
                 self.constant(f"zero_point_{index}", zero_point)]
        return scale, int(zero_point), names

    def quantize(self, real, index, output):
        *_, names = self.parameters_of(index)
        self.node("QuantizeLinear", [real, *names], output + "_integers")
        self.node("DequantizeLinear", [output + "_integers", *names], output)

    def dequantize(self, name, integers, scales):
        inputs = [self.constant(name + "_integers", integers),
                  self.constant(name + "_scales", scales),
                  self.constant(name + "_zeros", np.zeros(len(scales), integers.dtype))]
        self.node("DequantizeLinear", inputs, name, axis=0)
        return name

    def add_layer(self, step, operand, output, input_quantizer, output_quantizer):
        layer = self.network.layers[step.layer]
        input_scale, zero_point, _ = self.parameters_of(input_quantizer)
        output_scale, *_ = self.parameters_of(output_quantizer)
        levels = layer.levels().detach().numpy().astype(np.int8)
        multipliers = layer.multipliers.numpy().astype(np.float64)
        scales = weight_scales(multipliers, input_scale, output_scale)
        sums = input_scale * scales
        bias = bias_integers(layer.bias.detach().numpy(), levels, sums, multipliers, zero_point)
        inputs = [operand, self.dequantize(step.output + "_weight", levels, scales),
                  self.dequantize(step.output + "_bias", bias, sums)]
        if step.node.op_type == "Conv":
            self.node("Conv", inputs, output, **step.attributes)
        else:
            self.node("Gemm", inputs, output, transB=1)

    def build(self):
        network, graph = self.network, self.network.model.graph
        first, index = network.input.name, network.input_quantizer
        names = {first: first + "_quantized"}  # of values of the model, here
        quantizers = {first: index}
        self.quantize(first, index, names[first])
        for step in network.steps:
            output = step.output if step.quantizer is None else step.output + "_real"
            operands = [names.get(name, name) for name in step.inputs]
            if step.layer is not None:
                self.add_layer(step, operands[0], output, quantizers[step.inputs[0]],
                               network.output_quantizer(step))
            else:
                for name in step.inputs:
                    if name in network.constants:
                        self.constant(name, network.constants[name])
                self.node(step.node.op_type, operands, output, **step.attributes)
            if step.quantizer is not None:
                self.quantize(output, step.quantizer, step.output)
            quantizers[step.output] = step.quantizer
        if network.softmax is not None:
            self.nodes.append(network.softmax)
        return helper.make_graph(self.nodes, graph.name or "network", [network.input],
                                 graph.output, list(self.initializers.values()))


def verify_opset(model):
    version = next(o.version for o in model.opset_import if o.domain in ("", "ai.onnx"))
    if version < LEAST_OPSET:
        raise SystemExit(f"expected opset {LEAST_OPSET} or later, but got {version}")


def write_quantized(network, output):
    source = network.model
    model = helper.make_model(QuantizedGraph(network).build(), ir_version=source.ir_version,
                              opset_imports=source.opset_import,
                              producer_name="quantc-train-compressed")
    onnx.checker.check_model(model)
    onnx.save(model, output)
