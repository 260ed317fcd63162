# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Assembles PTX for a chip; fails where a kernel spills or ptxas has a warning.

Usage: assemble.py PTXAS CHIP FILE
Prints how many kernels there are, and the most registers that one takes.
"""

import pathlib
import re
import subprocess
import sys


def main():
    ptxas, chip, path = sys.argv[1:]
    command = [ptxas, f"-arch={chip}", "-v", "--warn-on-spills", path, "-o", "/dev/null"]
    result = subprocess.run(command, capture_output=True, text=True)
    log = result.stdout + result.stderr
    if result.returncode != 0 or re.search("warning", log, re.IGNORECASE):
        sys.exit(f"{chip}: ptxas says:\n{log[:2000]}")
    spills = [int(n) for n in re.findall(r"(\d+) bytes spill", log)]
    registers = [int(n) for n in re.findall(r"Used (\d+) registers", log)]
    kernels = pathlib.Path(path).read_text().count(".entry")
    assert len(registers) == kernels and len(spills) == 2 * kernels, log[:2000]
    if any(spills):
        sys.exit(f"{chip}: kernels spill registers:\n{log[:2000]}")
    print(f"{chip}: {kernels} kernels, at most {max(registers)} registers, no spills")


if __name__ == "__main__":
    main()
