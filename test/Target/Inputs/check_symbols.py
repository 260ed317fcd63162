# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks what a binary defines and needs, as llvm-nm and llvm-readelf see it.

Usage: check_symbols.py [--gpu] BINARY SYMBOL...
The binary may need memcpy, memmove and memset alone, no other library, exports
exactly the SYMBOLs and runs no code when it is loaded. With code for a GPU it also
needs dlopen and dlsym, weakly.
"""

import subprocess
import sys

MAY_NEED = {"memcpy", "memmove", "memset"}
# Made by the assembler for code that finds its data relative to itself.
IN_EVERY_OBJECT = {"_GLOBAL_OFFSET_TABLE_"}
RUN_AT_LOAD = (".init", ".fini", ".init_array", ".fini_array", ".preinit_array",
               ".ctors", ".dtors")  # fmt: skip


def read(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def list_symbols(binary, *options):
    dynamic = ["--dynamic"] if binary.endswith(".so") else []
    nm = ("llvm-nm", "--format=just-symbols", *dynamic, *options, binary)
    return set(read(*nm).split())


def main():
    is_gpu = sys.argv[1] == "--gpu"
    binary, *expected = sys.argv[1 + is_gpu:]
    expected = set(expected)
    needed = list_symbols(binary, "--undefined-only") - MAY_NEED - IN_EVERY_OBJECT
    if is_gpu:
        weak = {line.split()[-1] for line in read(
            "llvm-nm", *["--dynamic"] * binary.endswith(".so"), binary).splitlines()
            if line.split()[-2] == "w"}  # fmt: skip
        needed ^= weak & {"dlopen", "dlsym"}
    exported = list_symbols(binary, "--defined-only", "--extern-only")
    sections = read("llvm-readelf", "--wide", "--sections", binary).split()
    at_load = [name for name in sections if name.startswith(RUN_AT_LOAD)]
    libraries = [
        line for line in read("llvm-readelf", "--dynamic", binary).splitlines()
        if "NEEDED" in line
    ]  # fmt: skip
    problems = {
        "needs": needed | set(libraries),
        "exports": exported ^ expected,
        "runs at load": set(at_load),
    }
    for what, names in problems.items():
        if names:
            print(f"{binary} {what}: {', '.join(sorted(names))}")
    return 1 if any(problems.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
