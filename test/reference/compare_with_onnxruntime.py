# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares what a library computed with ONNX Runtime on the quantized model.

Usage: compare_with_onnxruntime.py MODEL.onnx --inputs IN.npz --outputs OUT.npz [--check]
Runs the model on the inputs and counts: outputs that differ, the largest difference,
and answers (the largest output of a sample) that differ. With --check, the model must
pass the checker of the onnx package.
"""

import argparse

import numpy as np
import onnx
import onnxruntime

from run_reference import LABELS

SAMPLES_PER_RUN = 256


def run_onnxruntime(path, arrays):
    options = onnxruntime.SessionOptions()
    # Without it pairs of products saturate on CPUs that lack VNNI.
    options.add_session_config_entry("session.x64quantprecision", "1")
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(path, options, ["CPUExecutionProvider"])
    (info,) = session.get_inputs()
    (name,) = (name for name in arrays if name not in LABELS)
    dtype = {"tensor(float)": np.float32, "tensor(uint8)": np.uint8, "tensor(int8)": np.int8}[info.type]
    data = arrays[name].astype(dtype).reshape((-1, *info.shape[1:]))
    batch = info.shape[0] if isinstance(info.shape[0], int) else SAMPLES_PER_RUN
    parts = [
        session.run(None, {info.name: data[begin : begin + batch]})[0]
        for begin in range(0, len(data), batch)
    ]
    return session.get_outputs()[0].name, np.concatenate(parts)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    parser.add_argument("--inputs", required=True)
    parser.add_argument("--outputs", required=True)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    if options.check:
        onnx.checker.check_model(options.model, full_check=True)
    name, expected = run_onnxruntime(options.model, dict(np.load(options.inputs)))
    got = np.load(options.outputs)[name].reshape(expected.shape)
    differences = np.abs(got.astype(np.float64) - expected)
    answers = [array.reshape(len(array), -1).argmax(axis=1) for array in (got, expected)]
    print(
        f"{(got != expected).sum()} of {got.size} outputs differ, at most by {differences.max():g}; "
        f"{(answers[0] != answers[1]).sum()} of {len(got)} answers differ"
    )


if __name__ == "__main__":
    main()
