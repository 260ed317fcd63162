# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
r"""Checks and times quantc's code on a GPU beside other int8 and fp16 code.

    python3 gpu-bench/run.py [--only REGEX] [-o benchmarks-gpu.md]

in the folder that build.py made. Needs numpy and the driver; PyTorch, Triton and
torchvision for what they are there for, and what is missing is named. Every call is one
CUDA graph; times are medians with cold caches. Outputs are compared with those of the
CPU, byte for byte.
"""

import argparse
import ctypes
import json
import pathlib
import re
import subprocess
import sys

import cases
import numpy as np
from device import Device

HERE = pathlib.Path(__file__).resolve().parent
# Dense int8 operations a second by the datasheets.
PEAKS = {"H100": 1979e12, "H200": 1979e12, "A100": 624e12}


class Network:
    """A library with inputs and outputs on the GPU."""

    def __init__(self, device, case):
        import quantc

        self.device, self.case, self.abi = device, case, quantc._abi
        self.model = quantc.Model(HERE / f"{case.name}.so")
        if "nvptx" not in self.model.choice["target"]:
            raise RuntimeError(self.model.choice["reason"])
        reference = HERE / f"{case.name}-{case.batch}.npz"
        self.reference = np.load(reference) if reference.exists() else None
        self.output = self.model.outputs[0]
        shape = [case.batch, *self.model.inputs[0].shape[1:]]
        if self.reference is not None:
            x = self.reference["x"]
        else:
            x = np.random.default_rng(0).integers(-128, 128, shape)
        self.x = device.upload(np.ascontiguousarray(x, self.model.inputs[0].dtype))
        self.shape = [case.batch, *self.output.shape[1:]]
        self.y = device.allocate(int(np.prod(self.shape)) * self.output.dtype.itemsize)
        pointers = (ctypes.c_void_p * 2)(self.x, self.y)
        at = ctypes.addressof(pointers)
        pointer = ctypes.POINTER(ctypes.c_void_p)
        self.kept = pointers
        self.args = self.abi.RunArgs(
            abi_version=self.abi.ABI_VERSION, batch=case.batch,
            inputs=ctypes.cast(at, pointer),
            outputs=ctypes.cast(at + ctypes.sizeof(ctypes.c_void_p), pointer),
            stream=device.stream)

    def run(self):
        status = self.model._model.run(self.model._state.address, self.args)
        if status:
            raise RuntimeError(f"quantc reports error {status}")

    def check(self):
        """Whether outputs are those of the CPU, where there are any."""
        if self.reference is None:
            return "not checked"
        self.run()
        self.device.synchronize()
        y = self.device.download(self.y, self.shape, self.output.dtype)
        return "equal" if np.array_equal(y, self.reference["y"]) else "NOT EQUAL"

    def close(self):
        for address in (self.x, self.y):
            self.device.free(address)


def read_clocks():
    """Clock of the SMs and power, as nvidia-smi says them."""
    query = ["nvidia-smi", "--query-gpu=clocks.sm,power.draw", "--format=csv,noheader"]
    try:
        return subprocess.run(query, capture_output=True, text=True,
                              check=True).stdout.splitlines()[0]  # fmt: skip
    except (OSError, subprocess.CalledProcessError, IndexError):
        return "unknown"


def time_peers(device, case, count):
    import peers

    times = {}
    for name, call in peers.contenders(case).items():
        replay, stream = peers.capture(call)
        own, device.stream = device.stream, ctypes.c_void_p(stream)
        try:
            times[name] = device.time(replay, count)
        finally:
            device.stream = own
    return times


def measure(device, case, count):
    """The state of the check, and microseconds by contender."""
    network = Network(device, case)
    try:
        state = network.check()
        times = {"quantc int8": device.time(network.run, count)}
    finally:
        network.close()
    try:
        times.update(time_peers(device, case, count))
    except ImportError as error:
        state += f"; no peers: {error}"
    return state, times


def row(device, case, state, times, clocks):
    ours = times["quantc int8"]
    rate = case.operations() / ours * 1e6
    peak = next((peak for name, peak in PEAKS.items() if name in device.name), None)
    share = f"{100 * rate / peak:.1f} %" if peak else "-"
    others = ", ".join(f"{name} {time:.1f} ({time / ours:.2f})"
                       for name, time in times.items() if name != "quantc int8")  # fmt: skip
    title = {"gemm": "{m} x {n} x {k}", "layer": "{title}, batch {batch}",
             "network": "{title}, batch {batch}"}[case.kind].format(**vars(case))  # fmt: skip
    return (f"| {title} | {ours:.1f} | {rate / 1e12:.1f} | {share} | {others or '-'} | "
            f"{state} | {clocks} |")  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--only", default="", help="cases whose names have this")
    parser.add_argument("--count", type=int, default=100, help="timed calls of each")
    parser.add_argument("-o", dest="output", type=pathlib.Path)
    arguments = parser.parse_args()
    device = Device()
    lines = [f"# quantc on {device.name}", "",
             "Microseconds, medians with cold caches; of others with how many times as long as "
             "quantc they take. Share: of the dense int8 peak of the datasheet.", "",
             "| case | quantc | TOPS | share | others | outputs | clock, power |",
             "|---|---|---|---|---|---|---|"]  # fmt: skip
    print("\n".join(lines))
    failures = 0
    for fields in json.loads((HERE / "cases.json").read_text()):
        case = cases.restore(fields)
        if not re.search(arguments.only, case.name):
            continue
        try:
            state, times = measure(device, case, arguments.count)
            lines.append(row(device, case, state, times, read_clocks()))
            failures += "NOT EQUAL" in state
        except RuntimeError as error:
            lines.append(f"| {case.name} | - | - | - | - | {error} | - |")
            failures += 1
        print(lines[-1], flush=True)
    if arguments.output:
        arguments.output.write_text("\n".join(lines) + "\n")
    return failures > 0


if __name__ == "__main__":
    sys.exit(main())
