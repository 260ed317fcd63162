# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Counts the static libraries without the calls of one of both sanitizers.

One that accesses memory has something to check for each.

Usage: check_instrumentation.py BUILD-FOLDER
"""

import pathlib
import subprocess
import sys


def main():
    libraries = sorted(pathlib.Path(sys.argv[1]).rglob("*.a"))
    bare = []
    for library in libraries:
        nm = ["llvm-nm", "--undefined-only", "--format=just-symbols", library]
        symbols = subprocess.run(nm, check=True, capture_output=True, text=True).stdout
        accesses_memory = "__asan_report_" in symbols
        if "__asan_init" not in symbols or (
            accesses_memory and "__ubsan_handle_" not in symbols
        ):
            bare.append(library)
            print(library)
    print(f"{len(libraries)} libraries, {len(bare)} without instrumentation")


if __name__ == "__main__":
    main()
