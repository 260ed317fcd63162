# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
r"""Compiles what run.py times, into a folder that can be copied to a machine with a GPU.

    build/venv/bin/python bench/gpu/build.py gpu-bench
    scp -r gpu-bench HOST: && ssh HOST python3 gpu-bench/run.py

The folder has a library for each network, with inputs and outputs that a CPU computed
by the same library where that takes less than a minute, the scripts, and quantc's Python
module. Weights are random; layers and products take and give int8.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys

import cases
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
X_SCALE, Y_SCALE = 0.02, 0.05
# Multiply-adds that a CPU does in some seconds.
CHECKED = 2e10


def quantized(case):
    """A graph whose input, weights and output are int8: x -> dequantize, op, quantize."""
    random = np.random.default_rng(0)
    is_gemm = case.kind == "gemm"
    filters, depth = ((case.n, case.k) if is_gemm else
                      (case.filters, case.channels * case.kernel**2))  # fmt: skip
    weights = random.integers(-127, 128, (filters, depth)).astype(np.int8)
    # Results then spread over the range of int8.
    scales = random.uniform(0.5, 1.5, filters) * Y_SCALE * 40 / (X_SCALE * 74 * 74 * depth**0.5)
    bias = random.integers(-20000, 20000, filters)
    if not is_gemm:
        weights = weights.reshape(filters, case.channels, case.kernel, case.kernel)
    constants = {
        "w": weights, "w_scale": scales.astype(np.float32), "x_scale": np.float32(X_SCALE),
        "w_zero": np.zeros(filters, np.int8), "zero": np.int8(0),
        "y_scale": np.float32(Y_SCALE), "bias": bias.astype(np.int32),
        "bias_scale": (scales * X_SCALE).astype(np.float32),
        "bias_zero": np.zeros(filters, np.int32)}  # fmt: skip
    nodes = [helper.make_node("DequantizeLinear", ["x", "x_scale", "zero"], ["xf"]),
             helper.make_node("DequantizeLinear", ["w", "w_scale", "w_zero"], ["wf"], axis=0),
             helper.make_node("DequantizeLinear", ["bias", "bias_scale", "bias_zero"], ["bf"],
                              axis=0)]  # fmt: skip
    if is_gemm:
        nodes.append(helper.make_node("Gemm", ["xf", "wf", "bf"], ["yf"], transB=1))
        shapes = [case.k], [case.n]
    else:
        nodes += [helper.make_node("Transpose", ["xf"], ["xc"], perm=[0, 3, 1, 2]),
                  helper.make_node("Conv", ["xc", "wf", "bf"], ["yc"],
                                   kernel_shape=[case.kernel] * 2, strides=[case.stride] * 2,
                                   pads=[case.padding] * 4),
                  helper.make_node("Transpose", ["yc"], ["yf"], perm=[0, 2, 3, 1])]  # fmt: skip
        shapes = ([case.size, case.size, case.channels],
                  [case.result, case.result, case.filters])  # fmt: skip
    nodes.append(helper.make_node("QuantizeLinear", ["yf", "y_scale", "zero"], ["y"]))
    x, y = (helper.make_tensor_value_info(name, TensorProto.INT8, ["batch", *shape])
            for name, shape in zip("xy", shapes))  # fmt: skip
    graph = helper.make_graph(nodes, case.name, [x], [y], [
        numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)])


def write_model(case, folder):
    """The path of the model, and what quantc needs besides it."""
    path = folder / f"{case.name}.onnx"
    if case.kind != "network":
        onnx.save(quantized(case), path)
        return path, []
    networks = [sys.executable, ROOT / "bench/networks.py"]
    subprocess.run([*networks, case.title, "-o", path], check=True)
    samples = folder / "calibration.npz"
    subprocess.run([*networks, "--calibration", "16", "-o", samples], check=True)
    return path, ["--calibrate", samples]


def add_reference(model, case, path):
    """Random inputs, and the outputs of the CPU."""
    if "nvptx" in model.choice["target"]:
        raise RuntimeError("a GPU cannot check itself: name a CPU in --target")
    shape = [case.batch, *model.inputs[0].shape[1:]]
    random = np.random.default_rng(case.batch)
    if model.inputs[0].dtype == np.int8:
        x = random.integers(-128, 128, shape).astype(np.int8)
    else:
        x = random.normal(0, 1, shape).astype(np.float32)
    np.savez(path, x=x, y=model.run(x))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--target", default="native,nvidia-sm_80,nvidia-sm_90a",
                        help="of quantc; the CPU among them computes what is expected")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/dev")
    parser.add_argument("--small", action="store_true", help="two small cases alone")
    arguments = parser.parse_args()
    folder = arguments.folder
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["CUDA_VISIBLE_DEVICES"] = ""  # what is expected comes from the CPU
    sys.path.insert(0, str(ROOT / "python"))
    import quantc

    chosen = cases.SMALL if arguments.small else cases.ALL
    for name in dict.fromkeys(case.name for case in chosen):
        case = next(case for case in chosen if case.name == name)
        path, options = write_model(case, folder)
        library = folder / f"{name}.so"
        subprocess.run([arguments.build / "bin/quantc", path, *options, "-o", library,
                        f"--target={arguments.target}"], check=True, stdout=subprocess.DEVNULL)
        path.unlink()
        model = quantc.Model(library)
        for case in chosen:
            if case.name == name and case.operations() < 2 * CHECKED:
                add_reference(model, case, folder / f"{name}-{case.batch}.npz")
        print(f"{name}: {library.stat().st_size} bytes")
    (folder / "calibration.npz").unlink(missing_ok=True)
    (folder / "cases.json").write_text(json.dumps([cases.describe(case) for case in chosen]))
    for script in ("run.py", "cases.py", "device.py", "peers.py"):
        shutil.copy(HERE / script, folder)
    shutil.copytree(ROOT / "python/quantc", folder / "quantc", dirs_exist_ok=True,
                    ignore=shutil.ignore_patterns("__pycache__"))


if __name__ == "__main__":
    main()
