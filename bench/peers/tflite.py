# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Converts an ONNX file to TFLite: float, batch 1, the operators of the benchmark
networks. What a TFLite converter is expected to do is done: images are NHWC,
activations fused, batch normalizations folded (by ONNX Runtime, before)."""

import math

import flatbuffers
import numpy as np
import onnx
from ai_edge_litert import schema_py_generated as schema
from onnx import numpy_helper

TO_NHWC, TO_NCHW = (0, 2, 3, 1), (0, 3, 1, 2)
Padding = schema.Padding


def convert(model):
    """The bytes of the TFLite model, and how its input is transposed."""
    converter = Converter(onnx.shape_inference.infer_shapes(model).graph)
    return converter.finish(), converter.input_order


class Converter:

    def __init__(self, onnx_graph):
        self.onnx = onnx_graph
        self.shapes = {
            info.name: [d.dim_value for d in info.type.tensor_type.shape.dim]
            for info in [*onnx_graph.input, *onnx_graph.value_info, *onnx_graph.output]}
        self.constants = {i.name: numpy_helper.to_array(i)
                          for i in onnx_graph.initializer}
        self.uses = [name for node in onnx_graph.node for name in node.input]
        self.uses += [output.name for output in onnx_graph.output]
        self.graph = schema.SubGraphT()
        self.graph.name = "main"
        self.graph.tensors, self.graph.operators = [], []
        self.buffers, self.codes = [schema.BufferT()], []
        self.makers = {}  # the operator that makes a tensor
        self.values = {}  # of a name: a tensor, and whether it is channels-last
        self.add_input(onnx_graph.input[0].name)
        for node in onnx_graph.node:
            attributes = {a.name: onnx.helper.get_attribute_value(a)
                          for a in node.attribute}
            handler = getattr(self, f"import_{node.op_type.lower()}", None)
            if handler is None:
                raise ValueError(f"no conversion of {node.op_type}")
            self.values[node.output[0]] = handler(node, attributes)
        self.graph.outputs = [self.get(o.name) for o in onnx_graph.output]

    def finish(self):
        signature = schema.SignatureDefT()
        signature.signatureKey, signature.subgraphIndex = "serving_default", 0
        for key, tensors in (("inputs", self.graph.inputs),
                             ("outputs", self.graph.outputs)):
            entry = schema.TensorMapT()
            entry.name, entry.tensorIndex = key[:-1], tensors[0]
            setattr(signature, key, [entry])
        model = schema.ModelT()
        model.version = 3
        model.operatorCodes, model.buffers = self.codes, self.buffers
        model.subgraphs, model.signatureDefs = [self.graph], [signature]
        builder = flatbuffers.Builder(0)
        builder.Finish(model.Pack(builder), b"TFL3")
        return bytes(builder.Output())

    # Building the TFLite graph.

    def tensor(self, shape, data=None):
        tensor = schema.TensorT()
        tensor.name = f"t{len(self.graph.tensors)}"
        tensor.shape = [int(d) for d in shape]
        tensor.type, tensor.buffer = schema.TensorType.FLOAT32, 0
        if data is not None:
            if data.dtype == np.int32:
                tensor.type = schema.TensorType.INT32
            buffer = schema.BufferT()
            buffer.data = np.frombuffer(data.tobytes(), np.uint8)
            tensor.buffer = len(self.buffers)
            self.buffers.append(buffer)
        self.graph.tensors.append(tensor)
        return len(self.graph.tensors) - 1

    def constant(self, array, dtype=np.float32):
        array = np.asarray(array, dtype)
        return self.tensor(array.shape, array)

    def shape_of(self, tensor):
        return self.graph.tensors[tensor].shape

    def add(self, kind, inputs, shape, options=None, **fields):
        """An operator; `options` is the name of its table of options."""
        code = schema.OperatorCodeT()
        code.builtinCode = getattr(schema.BuiltinOperator, kind)
        code.deprecatedBuiltinCode, code.version = min(code.builtinCode, 127), 1
        operator = schema.OperatorT()
        operator.opcodeIndex = len(self.codes)
        self.codes.append(code)
        operator.inputs = inputs
        if options:
            operator.builtinOptionsType = getattr(schema.BuiltinOptions, options)
            operator.builtinOptions = getattr(schema, f"{options}T")()
            for name, value in fields.items():
                assert hasattr(operator.builtinOptions, name)
                setattr(operator.builtinOptions, name, value)
        output = self.tensor(shape)
        operator.outputs = [output]
        self.makers[output] = operator
        self.graph.operators.append(operator)
        return output

    def reshape(self, tensor, shape):
        return self.add("RESHAPE", [tensor, self.constant(shape, np.int32)], shape)

    def transpose(self, tensor, order):
        shape = [self.shape_of(tensor)[axis] for axis in order]
        moved = [axis for axis in order if self.shape_of(tensor)[axis] > 1]
        if moved == sorted(moved):
            return self.reshape(tensor, shape)
        return self.add(
            "TRANSPOSE", [tensor, self.constant(order, np.int32)], shape)

    # Reading the ONNX graph.

    def add_input(self, name):
        """An image that a convolution reads is taken as NHWC."""
        readers = [n.op_type for n in self.onnx.node if name in n.input]
        is_image = readers == ["Conv"]
        self.input_order = TO_NHWC if is_image else range(len(self.shapes[name]))
        shape = [self.shapes[name][axis] for axis in self.input_order]
        self.values[name] = self.tensor(shape), is_image
        self.graph.inputs = [self.values[name][0]]

    def get(self, name, channels_last=False):
        if name in self.constants:
            array = self.constants[name]
            if channels_last and array.ndim > 1:
                array = array.reshape((1,) * (4 - array.ndim) + array.shape)
                array = array.transpose(TO_NHWC)
            return self.constant(array)
        tensor, is_last = self.values[name]
        if is_last == channels_last:
            return tensor
        return self.transpose(tensor, TO_NHWC if channels_last else TO_NCHW)

    def is_last(self, node):
        return any(self.values[name][1] for name in node.input if name in self.values)

    def result_shape(self, node, channels_last):
        shape = self.shapes[node.output[0]]
        return [shape[axis] for axis in TO_NHWC] if channels_last else shape

    # Operators.

    def import_conv(self, node, attributes):
        x = self.get(node.input[0], True)
        weight = self.constants[node.input[1]]
        filters, depth, *kernel = weight.shape
        groups = attributes.get("group", 1)
        bias = self.constants[node.input[2]] if len(node.input) > 2 else np.zeros(filters)
        x, padding = self.pad_window(x, kernel, attributes)
        height, width = attributes.get("strides", [1, 1])
        window = {"padding": padding, "strideH": height, "strideW": width,
                  "dilationHFactor": 1, "dilationWFactor": 1}
        if attributes.get("dilations", [1, 1]) != [1, 1]:
            raise ValueError("no conversion of dilated convolutions")
        if groups == 1:
            kind, options = "CONV_2D", "Conv2DOptions"
            weight = weight.transpose(0, 2, 3, 1)
        elif depth == 1:
            kind, options = "DEPTHWISE_CONV_2D", "DepthwiseConv2DOptions"
            weight = weight.transpose(1, 2, 3, 0)
            window["depthMultiplier"] = filters // groups
        else:
            raise ValueError("no conversion of convolutions by groups")
        return self.add(kind, [x, self.constant(weight), self.constant(bias)],
                        self.result_shape(node, True), options, **window), True

    def pad_window(self, x, kernel, attributes, is_pool=False):
        """The input as a window with `padding` needs it."""
        top, left, bottom, right = attributes.get("pads", [0] * 4)
        if attributes.get("auto_pad", b"NOTSET") in (b"SAME_UPPER",):
            return x, Padding.SAME
        pads = [(top, bottom), (left, right)]
        if not any(map(any, pads)):
            return x, Padding.VALID
        strides = attributes.get("strides", [1, 1])
        if pads == [same_pads(*args) for args in
                    zip(self.shape_of(x)[1:3], kernel, strides)]:
            return x, Padding.SAME
        if is_pool and not self.is_rectified(x):
            raise ValueError("no conversion of this padding")
        return self.pad(x, [(0, 0), *pads, (0, 0)]), Padding.VALID

    def pad(self, x, pads):
        shape = [d + sum(p) for d, p in zip(self.shape_of(x), pads)]
        return self.add("PAD", [x, self.constant(pads, np.int32)], shape)

    def is_rectified(self, x):
        options = self.makers[x].builtinOptions
        return getattr(options, "fusedActivationFunction", 0) != 0

    def activate(self, node, kind):
        """Fuses it with what makes its input, where nothing else reads that."""
        x, is_last = self.values[node.input[0]]
        options = self.makers[x].builtinOptions if x in self.makers else None
        if (getattr(options, "fusedActivationFunction", None) == 0
                and self.uses.count(node.input[0]) == 1):
            options.fusedActivationFunction = getattr(
                schema.ActivationFunctionType, kind)
            return x, is_last
        return self.add(kind, [x], self.shape_of(x)), is_last

    def import_relu(self, node, _):
        return self.activate(node, "RELU")

    def import_clip(self, node, _):
        bounds = [self.constants[name].item() for name in node.input[1:]]
        if bounds != [0, 6]:
            raise ValueError(f"no conversion of Clip to {bounds}")
        return self.activate(node, "RELU6")

    def import_hardswish(self, node, _):
        x, is_last = self.values[node.input[0]]
        return self.add("HARD_SWISH", [x], self.shape_of(x)), is_last

    def import_hardsigmoid(self, node, attributes):
        assert math.isclose(attributes["alpha"], 1 / 6, rel_tol=1e-6)
        x, is_last = self.values[node.input[0]]
        shape = self.shape_of(x)
        relu6 = schema.ActivationFunctionType.RELU6
        x = self.add("ADD", [x, self.constant(3)], shape, "AddOptions",
                     fusedActivationFunction=relu6)
        return self.add("MUL", [x, self.constant(1 / 6)], shape, "MulOptions"), is_last

    def binary(self, node, kind):
        is_last = self.is_last(node)
        inputs = [self.get(name, is_last) for name in node.input]
        return self.add(kind.upper(), inputs, self.result_shape(node, is_last),
                        f"{kind}Options"), is_last

    def import_add(self, node, _):
        return self.binary(node, "Add")

    def import_mul(self, node, _):
        return self.binary(node, "Mul")

    def import_div(self, node, _):
        return self.binary(node, "Div")

    def mean(self, x, axes):
        shape = [1 if axis in axes else d for axis, d in enumerate(self.shape_of(x))]
        return self.add("MEAN", [x, self.constant(axes, np.int32)], shape,
                        "ReducerOptions", keepDims=True)

    def import_globalaveragepool(self, node, _):
        return self.mean(self.get(node.input[0], True), [1, 2]), True

    def pool(self, node, attributes, kind):
        kernel = attributes["kernel_shape"]
        x, padding = self.pad_window(self.get(node.input[0], True), kernel, attributes,
                                     is_pool=True)
        strides = attributes.get("strides", [1, 1])
        return self.add(
            kind, [x], self.result_shape(node, True), "Pool2DOptions", padding=padding,
            filterHeight=kernel[0], filterWidth=kernel[1],
            strideH=strides[0], strideW=strides[1]), True

    def import_maxpool(self, node, attributes):
        return self.pool(node, attributes, "MAX_POOL_2D")

    def import_averagepool(self, node, attributes):
        return self.pool(node, attributes, "AVERAGE_POOL_2D")

    def import_reshape(self, node, _):
        x = self.get(node.input[0])
        shape = self.result_shape(node, False)
        return (x if shape == self.shape_of(x) else self.reshape(x, shape)), False

    import_flatten = import_squeeze = import_unsqueeze = import_reshape

    def import_transpose(self, node, attributes):
        order = tuple(attributes["perm"])
        x, is_last = self.values[node.input[0]]
        if order == TO_NCHW and not is_last:
            return x, True
        return self.transpose(self.get(node.input[0]), order), False

    def dense(self, node, weight, bias=None):
        """The weight has the outputs first."""
        inputs = [self.get(node.input[0]), self.constant(weight)]
        bias = np.zeros(len(weight)) if bias is None else bias
        shape = self.result_shape(node, False)
        return self.add(
            "FULLY_CONNECTED", [*inputs, self.constant(bias)], shape,
            "FullyConnectedOptions", keepNumDims=len(shape) > 2), False

    def import_gemm(self, node, attributes):
        weight = self.constants[node.input[1]]
        weight = weight if attributes.get("transB") else weight.T
        return self.dense(node, weight, self.constants[node.input[2]].ravel())

    def import_matmul(self, node, _):
        if node.input[1] in self.constants:
            return self.dense(node, self.constants[node.input[1]].T)
        return self.add(
            "BATCH_MATMUL", [self.get(name) for name in node.input],
            self.result_shape(node, False), "BatchMatMulOptions"), False

    def import_softmax(self, node, attributes):
        x = self.get(node.input[0])
        assert attributes.get("axis", -1) in (-1, len(self.shape_of(x)) - 1)
        return self.add("SOFTMAX", [x], self.shape_of(x), "SoftmaxOptions",
                        beta=1.0), False

    def import_gelu(self, node, _):
        x, is_last = self.values[node.input[0]]
        return self.add("GELU", [x], self.shape_of(x), "GeluOptions"), is_last

    def import_layernormalization(self, node, attributes):
        x = self.get(node.input[0])
        shape, axes = self.shape_of(x), [len(self.shape_of(x)) - 1]
        inner = self.add("SUB", [x, self.mean(x, axes)], shape, "SubOptions")
        variance = self.mean(
            self.add("MUL", [inner, inner], shape, "MulOptions"), axes)
        epsilon = self.constant(attributes.get("epsilon", 1e-5))
        variance = self.add("ADD", [variance, epsilon], self.shape_of(variance),
                            "AddOptions")
        factor = self.add("RSQRT", [variance], self.shape_of(variance))
        for kind, other in (("MUL", factor), ("MUL", self.get(node.input[1])),
                            ("ADD", self.get(node.input[2]))):
            inner = self.add(kind, [inner, other], shape,
                             f"{kind.capitalize()}Options")
        return inner, False

    def import_slice(self, node, _):
        x, is_last = self.values[node.input[0]]
        rank = len(self.shape_of(x))
        begin, end, step = [0] * rank, [0] * rank, [1] * rank
        starts, _, axes, steps = (self.constants[name] for name in node.input[1:])
        for start, axis, stride in zip(starts, axes, steps):
            axis = TO_NHWC.index(axis) if is_last else axis
            begin[axis], step[axis] = start, stride
        # Ends are where the mask has no bit; none of the networks has one inside.
        return self.add(
            "STRIDED_SLICE", [x, *(self.constant(v, np.int32) for v in
                                   (begin, end, step))],
            self.result_shape(node, is_last), "StridedSliceOptions",
            endMask=(1 << rank) - 1), is_last

    def import_pad(self, node, _):
        x, is_last = self.values[node.input[0]]
        pads = self.constants[node.input[1]].reshape(2, -1).T
        return self.pad(x, pads[list(TO_NHWC)] if is_last else pads), is_last


def same_pads(size, kernel, stride):
    """Before and after, as TFLite's padding SAME has them."""
    total = max((math.ceil(size / stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2
