# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""quantc, to int8 and to float, for every target that is asked for."""

import ctypes
import pathlib
import subprocess
import sys
import time
from functools import partial

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent

# Runs a command and prints the most KiB that it had in memory. A process begins
# with the memory of the one that forks it, which has to be a small one.
MEASURE = """
import resource, subprocess, sys
result = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(result.returncode)
"""


def compile_network(task, *options):
    library = task.folder / f"quantc{'-'.join(map(str, options[:2]))}.so"
    begin = time.perf_counter()
    measured = subprocess.run(
        [sys.executable, "-c", MEASURE, task.build / "bin/quantc", task.model,
         *options, "-o", library], capture_output=True, text=True)
    if measured.returncode != 0:
        raise RuntimeError(measured.stderr.replace(f"{task.model}: ", "").strip())
    print(f"  compiled in {time.perf_counter() - begin:.1f} s, at most "
          f"{int(measured.stdout) * 1024 / 1e6:.0f} MB")
    return library


def prepare(task, options):
    sys.path.insert(0, str(ROOT / "python"))
    import quantc

    if "--float" not in options:
        samples = task.folder / "calibration.npz"
        np.savez(samples, **{task.input: task.calibration})
        options = [*options, "--calibrate", samples]
    # The module then finds it.
    host = ctypes.CDLL(task.build / "lib/Runtime/Host/libquantc_host.so.1")
    model = quantc.Model(compile_network(task, *options), task.threads)
    run_model, state = model._model.run, model._state.address

    def bind(sample):
        """As Model.run, but what that allocates for each run is kept."""
        output = np.empty((1, *model.outputs[0].shape[1:]), np.float32)
        workspace = quantc._Buffer(model._model.workspace_bytes(state, 1))
        args = quantc._abi.RunArgs(
            abi_version=quantc._abi.ABI_VERSION, batch=1,
            inputs=quantc._addresses([sample]), outputs=quantc._addresses([output]),
            workspace=workspace.address, workspace_bytes=workspace.size)
        if model._pool:
            args.parallel_for = model._pool.parallel_for
            args.parallel_context = model._pool.parallel_context

        def run(kept=(workspace, host)):
            if run_model(state, args) != 0:
                raise RuntimeError("the network reports an error")

        return run, lambda: output

    return bind


def contenders(targets):
    return {
        f"quantc {label}, {target}": partial(
            prepare, options=[f"--target={target}", *options])
        for target in targets
        for label, options in (("int8", []), ("float", ["--float"]))
    }
