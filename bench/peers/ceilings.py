# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Loops in registers alone (ceiling.c) with as many multiply-adds as the network, of
which each thread has its share."""

import ctypes
import pathlib
import subprocess
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from . import cpu_flags

SOURCE = pathlib.Path(__file__).resolve().parent.parent / "ceiling.c"


def prepare(task, function):
    library = task.folder / "ceiling.so"
    if not library.exists():
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", SOURCE, "-o", library],
                       check=True)
    ceiling = getattr(ctypes.CDLL(library), function)
    ceiling.argtypes = [ctypes.c_int64]
    ceiling.restype = ctypes.c_int
    count = task.multiply_adds // task.threads
    if ceiling(count) != 0:
        raise RuntimeError("the system does not grant the instruction")
    others = ThreadPoolExecutor(max(1, task.threads - 1))

    def run():
        shares = [others.submit(ceiling, count) for _ in range(task.threads - 1)]
        ceiling(count)
        for share in shares:
            share.result()

    return lambda sample: (run, lambda: None)


# Of the instructions, the flags of /proc/cpuinfo that they need.
NEEDED = {
    "vpmaddwd": {"avx2"},
    "vpmaddubsw": {"avx2"},
    "vpdpbusd256": {"avx_vnni"},
    "vpdpbusd512": {"avx512_vnni"},
    "tdpbssd": {"amx_int8"},
    "fma256": {"avx2", "fma"},
    "fma512": {"avx512f"},
}


CONTENDERS = {f"ceiling of {function}": partial(prepare, function=function)
              for function, needed in NEEDED.items() if needed <= cpu_flags()}
