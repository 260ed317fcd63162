# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Flips a bit of the coded constants of a library.

Usage: damage_section.py LLVM_NM LIBRARY SHARE RESULT
SHARE of the section is before the damage: 0 is its first byte.
"""

import pathlib
import subprocess
import sys


def main():
    nm, library, share, result = sys.argv[1:]
    command = [nm, "--print-size", library]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    place, size = next(
        (int(line.split()[0], 16), int(line.split()[1], 16))
        for line in lines.splitlines()
        if line.endswith(" quantc_section")
    )
    # Constants are in the first segment, where addresses are places in the file.
    data = bytearray(pathlib.Path(library).read_bytes())
    data[place + int(float(share) * (size - 1))] ^= 0x10
    pathlib.Path(result).write_bytes(data)


if __name__ == "__main__":
    main()
