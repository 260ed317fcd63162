#!/usr/bin/env python3
# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How fast calibration is beside inference of the float network.

  build/venv/bin/python bench/calibration.py [NETWORK...]

Runs the float library and calibration on the same samples in turns and takes the
least CPU time of each, without what a run with one sample takes: loading, reading
and writing files. The samples are repeated, so that a run takes most of a second.
Fails where calibration is less than half as fast.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy

from models import NETWORKS, create_parser, describe_cpu, parse_networks

ROUNDS = 5
LEAST_RATIO = 0.5
LEAST_VALUES = 10_000_000  # of the input, in a run


def cpu_seconds(command):
    """CPU time of a command that succeeds. The system's part is in it: kernels that
    count by ticks know the sum well, but not the parts."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{' '.join(map(str, command))} failed")
    return usage.ru_utime + usage.ru_stime


def measure(name, args, prepare, folder):
    """CPU seconds of inference and of calibration, and the number of samples."""
    quantc, quant_run = args.build / "bin/quantc", args.build / "bin/quant-run"
    model = args.models / NETWORKS[name]
    samples, _ = prepare(name, "calibration")
    samples = numpy.concatenate([samples] * -(-LEAST_VALUES // samples.size))
    numpy.savez(folder / "all.npz", input=samples)
    numpy.savez(folder / "one.npz", input=samples[:1])
    for option in ["float", "observe"]:
        subprocess.run([quantc, model, "--" + option, "-o", folder / f"{option}.so"],
                       check=True, stdout=subprocess.DEVNULL)

    def commands(data):
        return ([quant_run, folder / "float.so", "--inputs", folder / data],
                [quant_run, "--calibrate", folder / "observe.so", folder / data,
                 "-o", folder / "record"])

    least = [[float("inf")] * 2 for _ in range(2)]
    for _ in range(ROUNDS):
        for row, data in zip(least, ["one.npz", "all.npz"]):
            for column, command in enumerate(commands(data)):
                row[column] = min(row[column], cpu_seconds(command))
    return [all - one for one, all in zip(*least)], len(samples)


def main():
    args = parse_networks(create_parser(__doc__), ["mnist", "dscnn", "resnet8"])
    from score import prepare

    print(describe_cpu() + "\n")
    print("| network | samples | float ms | calibration ms | speed beside float |")
    print("|---|---|---|---|---|")
    is_good = True
    for name in args.networks:
        with tempfile.TemporaryDirectory() as folder:
            (inference, calibration), n = measure(name, args, prepare,
                                                  pathlib.Path(folder))
        ratio = inference / calibration
        is_good &= ratio >= LEAST_RATIO
        print(f"| {name} | {n} | {1000 * inference / n:.3f} "
              f"| {1000 * calibration / n:.3f} | {ratio:.2f} |", flush=True)
    if not is_good:
        sys.exit("calibration is less than half as fast as inference")


if __name__ == "__main__":
    main()
