# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Replaces products that few machines have by plain arithmetic.

Usage: expand_intrinsics.py < BINARY.mlir > EXPANDED.mlir
Takes a module at stage binary. What comes out needs x86-64-v3 at most, so that the
code around the products runs everywhere. Matrix registers become memory, of all
threads: only one may run.
"""

import itertools
import re
import sys

# Lanes, and what the left operand is extended by.
DOTS = {
    "llvm.x86.avx512.vpdpbusd.512": (16, "zext"),
    "llvm.x86.avx512.vpdpbusd.256": (8, "zext"),
    "llvm.x86.avx2.vpdpbssd.256": (8, "sext"),
}

# Bits of the elements that are packed, and what they saturate to.
PACKS = {
    "llvm.x86.avx512.packssdw.512": (32, -(2**15), 2**15 - 1),
    "llvm.x86.avx512.packsswb.512": (16, -(2**7), 2**7 - 1),
    "llvm.x86.avx512.packuswb.512": (16, 0, 2**8 - 1),
}

# Of vectors of 64 bytes: which operands are the table, which is the index, and whether
# 128 bits of the table are looked up by those of the index, and nothing by a negative one.
LOOKUPS = {
    "llvm.x86.avx512.vpermi2var.qi.512": ([0, 2], 1, False),
    "llvm.x86.avx512.permvar.qi.512": ([0], 1, False),
    "llvm.x86.avx512.pshuf.b.512": ([0], 1, True),
}

MATRIX_STATE = """
llvm.mlir.global internal @tiles() : !llvm.array<8192 x i8> {
  %zero = llvm.mlir.zero : !llvm.array<8192 x i8>
  llvm.return %zero : !llvm.array<8192 x i8>
}
llvm.mlir.global internal @configuration() : !llvm.array<64 x i8> {
  %zero = llvm.mlir.zero : !llvm.array<64 x i8>
  llvm.return %zero : !llvm.array<64 x i8>
}
"""


def function_of(name):
    return name.replace("llvm.x86", "expanded").replace(".", "_")


def define_dot(name, group=4):
    """acc[i] + sum over j < 4 of left[4 * i + j] * right[4 * i + j]"""
    lanes, extension = DOTS[name]
    count = lanes * group
    acc, wide, narrow = f"vector<{lanes}xi32>", f"vector<{count}xi32>", f"vector<{count}xi8>"
    lines = [f"llvm.func internal @{function_of(name)}(%acc: {acc}, %left: {narrow}, %right: {narrow}) -> {acc} {{"]
    lines.append(f"  %l = llvm.{extension} %left : {narrow} to {wide}")
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


def define_pack(name):
    """Of each 128 bits those of the first operand, then those of the second,
    saturated to half the bits."""
    bits, least, most = PACKS[name]
    lanes, block = 512 // bits, 128 // bits
    order = [half * lanes + start + i
             for start in range(0, lanes, block) for half in range(2) for i in range(block)]  # fmt: skip
    operand, wide, narrow = f"vector<{lanes}xi{bits}>", f"vector<{2 * lanes}xi{bits}>", f"vector<{2 * lanes}xi{bits // 2}>"
    return f"""
llvm.func internal @{function_of(name)}(%a: {operand}, %b: {operand}) -> {narrow} {{
  %all = llvm.shufflevector %a, %b {order} : {operand}
  %least = llvm.mlir.constant(dense<{least}> : {wide}) : {wide}
  %most = llvm.mlir.constant(dense<{most}> : {wide}) : {wide}
  %raised = llvm.intr.smax(%all, %least) : ({wide}, {wide}) -> {wide}
  %saturated = llvm.intr.smin(%raised, %most) : ({wide}, {wide}) -> {wide}
  %packed = llvm.trunc %saturated : {wide} to {narrow}
  llvm.return %packed : {narrow}
}}
"""


def define_lookup(name, lanes=64):
    """Entries of all of a table, or of the 16 that are as far from its beginning as the
    index is, and 0 by a negative one."""
    table, index, in_blocks = LOOKUPS[name]
    narrow = f"vector<{lanes}xi8>"
    entries = [f"%arg{number}" for number in table]
    size = lanes * len(table)
    parameters = ", ".join(f"%arg{i}: {narrow}" for i in range(len(table) + 1))
    lines = [f"llvm.func internal @{function_of(name)}({parameters}) -> {narrow} {{"]
    lines.append(f"  %table = llvm.shufflevector {entries[0]}, {entries[-1]} {list(range(size))} : {narrow}")
    lines.append("  %zero = llvm.mlir.constant(0 : i8) : i8")
    lines.append(f"  %mask = llvm.mlir.constant({15 if in_blocks else size - 1} : i8) : i8")
    lines.append(f"  %r0 = llvm.mlir.poison : {narrow}")
    for lane in range(lanes):
        first = lane // 16 * 16 if in_blocks else 0
        lines += [
            f"  %lane{lane} = llvm.mlir.constant({lane} : i32) : i32",
            f"  %first{lane} = llvm.mlir.constant({first} : i8) : i8",
            f"  %i{lane} = llvm.extractelement %arg{index}[%lane{lane} : i32] : {narrow}",
            f"  %low{lane} = llvm.and %i{lane}, %mask : i8",
            f"  %place{lane} = llvm.add %low{lane}, %first{lane} : i8",
            f"  %e{lane} = llvm.extractelement %table[%place{lane} : i8] : vector<{size}xi8>",
        ]
        entry = f"%e{lane}"
        if in_blocks:
            lines.append(f'  %n{lane} = llvm.icmp "slt" %i{lane}, %zero : i8')
            lines.append(f"  %s{lane} = llvm.select %n{lane}, %zero, {entry} : i1, i8")
            entry = f"%s{lane}"
        lines.append(f"  %r{lane + 1} = llvm.insertelement {entry}, %r{lane}[%lane{lane} : i32] : {narrow}")
    lines += [f"  llvm.return %r{lanes} : {narrow}", "}"]
    return "\n".join(lines) + "\n"


class Function:
    """Emits scalar code of 64-bit integers, in the LLVM dialect."""

    def __init__(self, name, types):
        self.name = name
        self.lines = []
        self.numbers = itertools.count()
        self.parameters = [f"%arg{i}" for i in range(len(types))]
        self.signature = ", ".join(f"{p}: {t}" for p, t in zip(self.parameters, types))
        # Numbers of registers are i8.
        self.arguments = [
            self.value(f"llvm.zext {p} : i8 to i64") if t == "i8" else p
            for p, t in zip(self.parameters, types)]

    def value(self, text):
        name = f"%v{next(self.numbers)}"
        self.lines.append(f"  {name} = {text}")
        return name

    def constant(self, number):
        return self.value(f"llvm.mlir.constant({number} : i64) : i64")

    def sum(self, *terms):
        """Of values and of pairs of a value and a factor."""
        total = self.constant(0)
        for term in terms:
            if isinstance(term, tuple):
                term = self.value(f"llvm.mul {term[0]}, {self.constant(term[1])} : i64")
            total = self.value(f"llvm.add {total}, {term} : i64")
        return total

    def address(self, base, *terms):
        if base.startswith("@"):
            base = self.value(f"llvm.mlir.addressof {base} : !llvm.ptr")
        return self.value(f"llvm.getelementptr {base}[{self.sum(*terms)}] : (!llvm.ptr, i64) -> !llvm.ptr, i8")

    def load(self, address, kind="i8"):
        return self.value(f"llvm.load {address} : !llvm.ptr -> {kind}")

    def store(self, value, address, kind="i8"):
        self.lines.append(f"  llvm.store {value}, {address} : {kind}, !llvm.ptr")

    def configured(self, register, offset, factor):
        byte = self.load(self.address("@configuration", (register, factor), self.constant(offset)))
        return self.value(f"llvm.zext {byte} : i8 to i64")

    def rows(self, register):
        return self.configured(register, 48, 1)

    def bytes(self, register):
        return self.configured(register, 16, 2)

    def tile(self, register, row, byte):
        return self.address("@tiles", (register, 1024), (row, 64), byte)

    def loop(self, bound, body):
        number = next(self.numbers)
        counter = f"%i{number}"
        zero, one = self.constant(0), self.constant(1)
        self.lines.append(f"  llvm.br ^head{number}({zero} : i64)")
        self.lines.append(f"^head{number}({counter}: i64):")
        inside = self.value(f'llvm.icmp "ult" {counter}, {bound} : i64')
        self.lines.append(f"  llvm.cond_br {inside}, ^body{number}, ^end{number}")
        self.lines.append(f"^body{number}:")
        body(counter)
        following = self.value(f"llvm.add {counter}, {one} : i64")
        self.lines.append(f"  llvm.br ^head{number}({following} : i64)")
        self.lines.append(f"^end{number}:")

    def text(self):
        body = "\n".join(self.lines)
        return f"llvm.func internal @{function_of(self.name)}({self.signature}) {{\n{body}\n  llvm.return\n}}\n"


def zero_registers(f, first, count):
    zero = f.value("llvm.mlir.constant(0 : i8) : i8")
    f.loop(f.constant(count), lambda i: f.store(zero, f.address("@tiles", (first, 1024), i)))


def configure(f, memory):
    f.loop(f.constant(64), lambda i: f.store(f.load(f.address(memory, i)), f.address("@configuration", i)))
    zero_registers(f, f.constant(0), 8192)


def move(f, register, memory, stride, isLoad):
    def move_byte(row, byte):
        offset = f.value(f"llvm.mul {row}, {stride} : i64")
        places = [f.address(memory, offset, byte), f.tile(register, row, byte)]
        source, target = places if isLoad else reversed(places)
        f.store(f.load(source), target)

    f.loop(f.rows(register), lambda row: f.loop(f.bytes(register), lambda byte: move_byte(row, byte)))


def multiply(f, result, left, right):
    """result[m][n] += sum over k, j of left[m][4 * k + j] * right[k][4 * n + j]"""
    four = f.constant(4)
    width = f.value(f"llvm.udiv {f.bytes(result)}, {four} : i64")

    def add(m, k, n):
        place = f.tile(result, m, f.sum((n, 4)))
        total = f.load(place, "i32")
        for j in range(4):
            factors = [f.tile(left, m, f.sum((k, 4), f.constant(j))), f.tile(right, k, f.sum((n, 4), f.constant(j)))]
            l, r = [f.value(f"llvm.sext {f.load(factor)} : i8 to i32") for factor in factors]
            total = f.value(f"llvm.add {total}, {f.value(f'llvm.mul {l}, {r} : i32')} : i32")
        f.store(total, place, "i32")

    f.loop(f.rows(result), lambda m: f.loop(f.rows(right), lambda k: f.loop(width, lambda n: add(m, k, n))))


MATRICES = {
    "llvm.x86.ldtilecfg": (["!llvm.ptr"], configure),
    "llvm.x86.tilezero": (["i8"], lambda f, register: zero_registers(f, register, 1024)),
    "llvm.x86.tileloadd64": (["i8", "!llvm.ptr", "i64"], lambda *a: move(*a, isLoad=True)),
    "llvm.x86.tileloaddt164": (["i8", "!llvm.ptr", "i64"], lambda *a: move(*a, isLoad=True)),
    "llvm.x86.tilestored64": (["i8", "!llvm.ptr", "i64"], lambda *a: move(*a, isLoad=False)),
    "llvm.x86.tdpbssd": (["i8", "i8", "i8"], multiply),
}


def define_matrix(name):
    types, emit = MATRICES[name]
    function = Function(name, types)
    emit(function, *function.arguments)
    return function.text()


def expand(text):
    found = [name for name in [*DOTS, *PACKS, *LOOKUPS, *MATRICES] if f'"{name}"' in text]
    if not any(name in DOTS or name in MATRICES for name in found):
        raise ValueError("no product to expand")
    for name in found:
        text = text.replace(f'llvm.call_intrinsic "{name}"', f"llvm.call @{function_of(name)}")
    text = re.sub(r"(#llvm\.target<[^>]*?), features = <\[[^]]*\]>", r"\1", text)
    text = re.sub(r'(#llvm\.target<[^>]*?chip = )"x86-64-v4"', r'\1"x86-64-v3"', text)
    # The module ends with its last brace; locations may follow.
    end = text.rindex("}")
    definers = {**dict.fromkeys(DOTS, define_dot), **dict.fromkeys(PACKS, define_pack),
                **dict.fromkeys(LOOKUPS, define_lookup), **dict.fromkeys(MATRICES, define_matrix)}  # fmt: skip
    parts = [definers[name](name) for name in found]
    if any(name in MATRICES for name in found):
        parts.append(MATRIX_STATE)
    return text[:end] + "".join(parts) + text[end:]


if __name__ == "__main__":
    sys.stdout.write(expand(sys.stdin.read()))
