# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What compare.py times: a module each, with its contenders by label.

A contender is a function that prepares a Task and gives a function `bind`, which
takes a sample and gives two: `run` is what is timed, `read` gives the output. Whatever
it raises is why it is missing, so packages are imported as late as that.
"""

import pathlib
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Task:
    """A float network with one input, and how it is to be run."""

    model: pathlib.Path  # ONNX
    input: str
    calibration: np.ndarray  # the first axis counts samples
    multiply_adds: int  # of one sample
    threads: int
    build: pathlib.Path  # of quantc
    folder: pathlib.Path  # for files; all contenders have the same


def cpu_info(key):
    for line in open("/proc/cpuinfo"):
        if line.startswith(key):
            return line.split(":")[1].strip()
    return ""


def cpu_flags():
    return set((cpu_info("flags") or cpu_info("Features")).split())
