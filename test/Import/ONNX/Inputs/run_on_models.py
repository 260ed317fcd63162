# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs a command on every model of a folder, in that folder.

Usage: run_on_models.py [--fails] FOLDER COMMAND...

Makes the models first, where there are texts of them. Prints NAME: and what the
command prints. With --fails the command must report errors: exit with 1, print
nothing to standard output, and leave no file behind.
"""

import argparse
import pathlib
import subprocess
import sys

from make_model import make_models


def run(command, model, fails):
    folder = model.parent
    if fails:
        command = [*command, "-o", "result"]
    files = set(folder.iterdir())
    result = subprocess.run(
        [*command, model.name], cwd=folder, capture_output=True, text=True
    )
    print(f"{model.stem}:\n{result.stdout}{result.stderr}", flush=True)
    if not fails:
        return result.returncode == 0
    left = set(folder.iterdir()) - files
    for path in left:
        print(f"left behind: {path.name}")
        path.unlink()
    if result.returncode != 1:
        print(f"expected exit status 1, but got {result.returncode}")
    return result.returncode == 1 and not result.stdout and not left


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--fails", action="store_true")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    if any(options.folder.glob("*.txt")):
        make_models(options.folder)
    models = sorted(options.folder.glob("*.onnx"))
    assert models, "expected at least one model"
    sys.exit(not all([run(options.command, model, options.fails) for model in models]))


if __name__ == "__main__":
    main()
