# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Imports cut and changed copies of a model; an error is an answer, a crash is not.

Usage: damage_model.py MODEL FOLDER QUANT_TRANSLATE
"""

import argparse
import pathlib
import subprocess

import numpy as np

CUTS = 40
CHANGES = 300


def run(command, path):
    """The exit status; asserts that an error is reported where it is 1."""
    arguments = [command, "--import-onnx", str(path), "-o", "/dev/null"]
    result = subprocess.run(arguments, capture_output=True, text=True, errors="replace")
    assert result.returncode != 1 or ": error: " in result.stderr, result.stderr
    return result.returncode


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("command")
    options = parser.parse_args()
    data = options.model.read_bytes()
    damaged = options.folder / "damaged.onnx"
    (options.folder / "empty.onnx").write_bytes(b"")
    (options.folder / "text.onnx").write_bytes(b"this is not a model\n")

    statuses = []
    for size in np.linspace(1, len(data) - 1, CUTS, dtype=int):
        damaged.write_bytes(data[:size])
        statuses.append(run(options.command, damaged))
    assert all(status == 1 for status in statuses), statuses
    print(f"{len(statuses)} of {CUTS} cut files refused")

    generator = np.random.default_rng(1)
    # The structure lies outside of the weights, which make up most of the file.
    ends = [range(0, 400), range(len(data) - 1000, len(data))]
    positions = np.concatenate([np.array(part) for part in ends])
    crashes = 0
    for _ in range(CHANGES):
        changed = bytearray(data)
        for position in generator.choice(positions, generator.integers(1, 4)):
            changed[position] = generator.integers(256)
        damaged.write_bytes(changed)
        crashes += run(options.command, damaged) not in (0, 1)
    print(f"{crashes} of {CHANGES} changed files crashed")


if __name__ == "__main__":
    main()
