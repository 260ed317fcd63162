# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""ONNX Runtime; int8 by its own tool: QDQ, u8 activations, s8 weights per channel."""

import math
from functools import partial

import onnx
import onnx.version_converter

from . import cpu_flags


class Samples:
    """Calibration data as onnxruntime.quantization reads them."""

    def __init__(self, name, array):
        self.feeds = iter([{name: array[i:i + 1]} for i in range(len(array))])

    def get_next(self):
        return next(self.feeds, None)


def simplify(task):
    """The network for batch 1, constants and batch normalizations folded."""
    import onnxruntime

    path = task.folder / "simplified.onnx"
    model = onnx.load(task.model)
    for value in (model.graph.input[0], model.graph.output[0]):
        value.type.tensor_type.shape.dim[0].dim_value = 1
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = (
        onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC)
    options.optimized_model_filepath = str(path)
    onnxruntime.InferenceSession(model.SerializeToString(), options,
                                 providers=["CPUExecutionProvider"])
    model = onnx.load(path)
    # Where initializers need not be inputs.
    model.ir_version = max(model.ir_version, 4)
    del model.graph.input[1:], model.graph.value_info[:]
    # ONNX Runtime's quantizer fails on the biases of Gemm that are rows.
    biases = {n.input[2] for n in model.graph.node if n.op_type == "Gemm"}
    for constant in model.graph.initializer:
        if constant.name in biases:
            constant.dims[:] = [math.prod(constant.dims)]
    if model.opset_import[0].version < 13:  # without scales per channel
        model = onnx.version_converter.convert_version(model, 17)
    onnx.save(onnx.shape_inference.infer_shapes(model), path)
    return path


def quantize(task):
    from onnxruntime.quantization import QuantFormat, QuantType, quantize_static

    path = task.folder / "onnxruntime-int8.onnx"
    quantize_static(
        simplify(task), path, Samples(task.input, task.calibration),
        quant_format=QuantFormat.QDQ, per_channel=True,
        activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8)
    return path


def prepare(task, is_int8):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = task.threads
    options.inter_op_num_threads = 1
    if not cpu_flags() & {"avx_vnni", "avx512_vnni"}:
        # Exact u8 x s8 sums; where they are anyway, this halves the speed.
        options.add_session_config_entry("session.x64quantprecision", "1")
    # Idle threads would take the time of the next contender.
    options.add_session_config_entry("session.force_spinning_stop", "1")
    session = onnxruntime.InferenceSession(
        str(quantize(task) if is_int8 else task.model), options,
        providers=["CPUExecutionProvider"])

    def bind(sample):
        binding = session.io_binding()
        binding.bind_cpu_input(task.input, sample)
        binding.bind_output(session.get_outputs()[0].name)
        return (lambda: session.run_with_iobinding(binding),
                lambda: binding.copy_outputs_to_cpu()[0])

    return bind


CONTENDERS = {
    "ONNX Runtime int8": partial(prepare, is_int8=True),
    "ONNX Runtime float": partial(prepare, is_int8=False),
}
