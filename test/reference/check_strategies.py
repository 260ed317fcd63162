# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiles a network by every strategy of this CPU but naive, and compares what the
libraries compute.

Usage: check_strategies.py DIRECTORY NETWORK.mlir --inputs=IN.npz --expect=OUT.npz
Needs quant-opt, quantc and quant-run in PATH.
"""

import argparse
import pathlib
import subprocess

from check_random_networks import list_strategies


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=pathlib.Path)
    parser.add_argument("network")
    parser.add_argument("--inputs", required=True)
    parser.add_argument("--expect", required=True)
    options = parser.parse_args()
    strategies = [name for name in list_strategies("native") if name != "naive"]
    for strategy in strategies:
        library = options.directory / f"{strategy}.so"
        quiet = {"check": True, "stdout": subprocess.DEVNULL}
        subprocess.run(["quantc", options.network, f"--strategy={strategy}", "-o", library], **quiet)
        compare = ["--inputs", options.inputs, "--expect", options.expect]
        subprocess.run(["quant-run", library, *compare], **quiet)
    print(f"{options.network}: the same bytes by {', '.join(strategies)}")


if __name__ == "__main__":
    main()
