# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Replaces dot products that few machines have by plain arithmetic.

Usage: expand_intrinsics.py < BINARY.mlir > EXPANDED.mlir
Takes a module at stage binary. What comes out needs none of the features behind the
level of its target, so that the code around the dot products runs everywhere.
"""

import re
import sys

# What the left operand is extended by.
INTRINSICS = {
    "llvm.x86.avx512.vpdpbusd.256": "zext",
    "llvm.x86.avx2.vpdpbssd.256": "sext",
}


def function_of(name):
    return name.replace("llvm.x86", "expanded").replace(".", "_")


def define(name, lanes=8, group=4):
    """acc[i] + sum over j < 4 of left[4 * i + j] * right[4 * i + j]"""
    count = lanes * group
    acc, wide, narrow = f"vector<{lanes}xi32>", f"vector<{count}xi32>", f"vector<{count}xi8>"
    lines = [f"llvm.func internal @{function_of(name)}(%acc: {acc}, %left: {narrow}, %right: {narrow}) -> {acc} {{"]
    lines.append(f"  %l = llvm.{INTRINSICS[name]} %left : {narrow} to {wide}")
    lines.append(f"  %r = llvm.sext %right : {narrow} to {wide}")
    lines.append(f"  %products = llvm.mul %l, %r : {wide}")
    total = "%acc"
    for j in range(group):
        lanes_of = list(range(j, count, group))
        lines.append(f"  %p{j} = llvm.shufflevector %products, %products {lanes_of} : {wide}")
        lines.append(f"  %sum{j} = llvm.add {total}, %p{j} : {acc}")
        total = f"%sum{j}"
    lines += [f"  llvm.return {total} : {acc}", "}"]
    return "\n".join(lines) + "\n"


def expand(text):
    found = [name for name in INTRINSICS if f'"{name}"' in text]
    if not found:
        raise ValueError("no dot product to expand")
    for name in found:
        text = text.replace(f'llvm.call_intrinsic "{name}"', f"llvm.call @{function_of(name)}")
    text = re.sub(r"(#llvm\.target<[^>]*?), features = <\[[^]]*\]>", r"\1", text)
    # The module ends with its last brace; locations may follow.
    end = text.rindex("}")
    return text[:end] + "".join(map(define, found)) + text[end:]


if __name__ == "__main__":
    sys.stdout.write(expand(sys.stdin.read()))
