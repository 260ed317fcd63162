# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""LiteRT, which computes by XNNPACK what that can; int8 by AI Edge Quantizer."""

from functools import partial

import numpy as np

from .onnxruntime import simplify


def quantize(model, samples):
    from ai_edge_quantizer import qtyping, quantizer, recipe, recipe_manager

    manager = recipe_manager.RecipeManager()
    manager.load_quantization_recipe(recipe.static_wi8_ai8())
    # As for all contenders.
    for operator in (qtyping.TFLOperationName.INPUT, qtyping.TFLOperationName.OUTPUT):
        manager.add_quantization_config(".*", operator, algorithm_key="no_quantize")
    tool = quantizer.Quantizer(model, manager.get_quantization_recipe())
    ranges = tool.calibrate(
        {"serving_default": [{"input": samples[i:i + 1]} for i in range(len(samples))]})
    return tool.quantize(ranges).quantized_model


def prepare(task, is_int8):
    import onnx
    from ai_edge_litert.interpreter import Interpreter

    from . import tflite

    model, order = tflite.convert(onnx.load(simplify(task)))

    def arrange(samples):
        return np.ascontiguousarray(samples.transpose(order))

    if is_int8:
        model = quantize(model, arrange(task.calibration))
    interpreter = Interpreter(model_content=bytes(model), num_threads=task.threads)
    interpreter.allocate_tensors()
    source = interpreter.get_input_details()[0]["index"]
    result = interpreter.get_output_details()[0]["index"]

    def bind(sample):
        interpreter.set_tensor(source, arrange(sample))
        return interpreter.invoke, lambda: interpreter.get_tensor(result)

    return bind


CONTENDERS = {
    "LiteRT int8": partial(prepare, is_int8=True),
    "LiteRT float": partial(prepare, is_int8=False),
}
