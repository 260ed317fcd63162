# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""OpenVINO; int8 by NNCF. What stays float is computed in f32, or in the type that
OpenVINO takes by default, which on some CPUs is bf16."""

from functools import partial

from .onnxruntime import simplify


def quantize(task, model):
    import nncf

    # What OpenVINO makes of LayerNormalization.
    is_transformer = any(op.get_type_name() == "MVN" for op in model.get_ops())
    samples = [task.calibration[i:i + 1] for i in range(len(task.calibration))]
    return nncf.quantize(
        model, nncf.Dataset(samples), subset_size=len(samples),
        preset=nncf.QuantizationPreset.MIXED,
        model_type=nncf.ModelType.TRANSFORMER if is_transformer else None)


def prepare(task, is_int8, precision):
    import openvino

    core = openvino.Core()
    model = core.read_model(simplify(task))
    if is_int8:
        model = quantize(task, model)
    options = {"INFERENCE_NUM_THREADS": task.threads, "NUM_STREAMS": 1,
               "ENABLE_CPU_PINNING": False, "PERFORMANCE_HINT": "LATENCY"}
    if precision:
        options["INFERENCE_PRECISION_HINT"] = precision
    compiled = core.compile_model(model, "CPU", options)
    taken = compiled.get_property("INFERENCE_PRECISION_HINT").get_type_name()
    if not precision and taken == "f32":
        raise RuntimeError("the default is f32 on this CPU")

    def bind(sample):
        request = compiled.create_infer_request()
        request.set_input_tensor(openvino.Tensor(sample, shared_memory=True))
        return (lambda: request.infer(share_outputs=True),
                lambda: request.get_output_tensor().data.copy())

    return bind


CONTENDERS = {
    "OpenVINO int8": partial(prepare, is_int8=True, precision="f32"),
    "OpenVINO int8, default precision":
        partial(prepare, is_int8=True, precision=None),
    "OpenVINO float": partial(prepare, is_int8=False, precision="f32"),
    "OpenVINO float, default precision":
        partial(prepare, is_int8=False, precision=None),
}
