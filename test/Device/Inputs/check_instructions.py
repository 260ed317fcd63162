# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs single instructions on edge cases and random values, and compares with what the
PTX ISA defines, computed here by integers and fractions of any size.

Usage: check_instructions.py FAMILY...
Prints how many instructions of a family agree, or the first that does not.
"""

import itertools
import random
import struct
import sys

import numpy as np
from reference import (MODES, convert_to_integer, decode, encode, from_float, integral,
                       is_nan, round_fraction, round_root)
from standin import Buffer, Module, kernel

random.seed(1)
BITS = {"pred": 32, **{f"{k}{n}": n for k in "bus" for n in (8, 16, 32, 64)},
        "f16": 16, "f32": 32, "f64": 64}  # fmt: skip
REGISTERS = {8: "%rs", 16: "%rs", 32: "%r", 64: "%rd"}


def edge_values(type_, count):
    """Bits of values of a type: what is at the borders, and random ones."""
    bits = BITS[type_]
    ends = [0, 1, 2, (1 << bits) - 1, (1 << bits) - 2, 1 << (bits - 1), (1 << (bits - 1)) - 1,
            (1 << (bits - 1)) + 1, 7, 31, 32, 33, 63, 64, 0x80 % (1 << bits)]  # fmt: skip
    if type_ in ("f32", "f64"):
        reals = [0.0, -0.0, 1.0, -1.0, 0.5, 1.5, 2.5, -2.5, 0.1, 1 / 3, 127.5, -128.5, 255.5,
                 2.0**31, -(2.0**31), 2.0**32, 2.0**63, 2.0**64, -(2.0**63), 1e-45, -1e-45,
                 1.1754942e-38, 1.17549435e-38, 3.4028235e38, float("inf"), float("-inf"),
                 float("nan"), 16777217.0, 2147483520.0, 1.00000012]  # fmt: skip
        ends = [from_float(value, type_) for value in reals]
    some = [random.getrandbits(bits) for _ in range(max(0, count - len(ends)))]
    return ends + some


def signed(value, bits):
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value


def as_integer(value, type_):
    return signed(value, BITS[type_]) if type_[0] == "s" else value


def run(instruction, types, result, rows):
    """The bits of the instruction's result for each row of bits of operands."""
    count = -(-len(rows) // 32) * 32
    rows = rows + [rows[-1]] * (count - len(rows))
    buffers = [Buffer(np.array([row[index] for row in rows], np.uint64))
               for index in range(len(types))]
    out = Buffer(8 * count)
    lines = ["mov.u32 %r60, %ctaid.x;", "mov.u32 %r61, %tid.x;",
             "mad.lo.s32 %r62, %r60, 32, %r61;", "mul.wide.u32 %rd30, %r62, 8;"]  # fmt: skip
    operands = []
    for index, type_ in enumerate(types):
        register = f"{REGISTERS[BITS[type_]]}{index + 1}"
        access = {8: "s8" if type_[0] == "s" else "u8"}.get(BITS[type_], f"b{BITS[type_]}")
        lines += [f"ld.param.u64 %rd{20 + index}, [p{index}];",
                  f"add.s64 %rd{20 + index}, %rd{20 + index}, %rd30;",
                  f"ld.global.{access} {register}, [%rd{20 + index}];"]  # fmt: skip
        if type_ == "pred":
            lines.append(f"setp.ne.s32 %p{index + 1}, {register}, 0;")
            register = f"%p{index + 1}"
        operands.append(register)
    target = "%p9" if result == "pred" else f"{REGISTERS[BITS[result]]}9"
    lines.append(instruction.format(target, *operands) + ";")
    if result == "pred":
        lines += ["selp.b32 %r9, 1, 0, %p9;"]
    bits = BITS[result]
    if bits == 8:
        lines += [f"cvt.{result[0]}64.{result[0]}16 %rd9, %rs9;"]
    elif bits < 64:
        lines += [f"cvt.u64.u{bits} %rd9, {REGISTERS[bits]}9;"]
    lines += [f"ld.param.u64 %rd29, [p{len(types)}];", "add.s64 %rd29, %rd29, %rd30;",
              "st.global.b64 [%rd29], %rd9;", "ret;"]  # fmt: skip
    Module(kernel("\n".join(lines), len(types) + 1)).launch(
        "kernel", buffers + [out], blocks=count // 32)
    return [int(value) for value in out.read(np.uint64)]


class Family:
    def __init__(self):
        self.count = 0

    def check(self, instruction, types, result, expected, rows=None, count=24):
        """`expected` maps operands' bits to the result's, or None where anything may be."""
        if rows is None:
            rows = list(itertools.product(*[edge_values(type_, count) for type_ in types]))
            if len(rows) > 2000:
                rows = random.sample(rows, 2000)
        mask = (1 << BITS[result]) - 1
        for row, got in zip(rows, run(instruction, types, result, rows)):
            want = expected(*row)
            if want is not None and (want & mask) != (got & mask):
                operands = ", ".join(f"{bits:#x}" for bits in row)
                sys.exit(f"{instruction} of {operands}: expected {want & mask:#x}, but got "
                         f"{got & mask:#x}")
        self.count += 1

    def check_integer(self, instruction, types, result, function, **options):
        def expected(*row):
            return function(*map(as_integer, row, types))

        self.check(instruction, types, result, expected, **options)


def check_arithmetic(family):
    def clamp(value, bits):
        return max(-(1 << (bits - 1)), min(value, (1 << (bits - 1)) - 1))

    def divide(a, b):
        return None if b == 0 else abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)

    def remainder(a, b):
        return None if b == 0 else a - b * divide(a, b)

    for type_ in ("u16", "s16", "u32", "s32", "u64", "s64"):
        bits, two = BITS[type_], [type_, type_]

        def binary(name, function):
            family.check_integer(f"{name}.{type_} {{}}, {{}}, {{}}", two, type_, function)

        binary("add", lambda a, b: a + b)
        binary("sub", lambda a, b: a - b)
        binary("mul.lo", lambda a, b: a * b)
        binary("mul.hi", lambda a, b: (a * b) >> bits)
        binary("div", divide)
        binary("rem", remainder)
        binary("min", min)
        binary("max", max)
        family.check_integer(f"mad.lo.{type_} {{}}, {{}}, {{}}, {{}}", two + [type_], type_,
                             lambda a, b, c: a * b + c)
        family.check_integer(f"sad.{type_} {{}}, {{}}, {{}}, {{}}", two + [type_], type_,
                             lambda a, b, c: c + abs(a - b))
        if type_[0] == "s":
            family.check_integer(f"abs.{type_} {{}}, {{}}", [type_], type_, abs)
            family.check_integer(f"neg.{type_} {{}}, {{}}", [type_], type_, lambda a: -a)
        if bits < 64:
            wide = f"{type_[0]}{2 * bits}"
            family.check_integer(f"mul.wide.{type_} {{}}, {{}}, {{}}", two, wide,
                                 lambda a, b: a * b)
            family.check_integer(f"mad.wide.{type_} {{}}, {{}}, {{}}, {{}}", two + [wide], wide,
                                 lambda a, b, c: a * b + c)
    for name, function in (("add", lambda a, b: a + b), ("sub", lambda a, b: a - b)):
        family.check_integer(f"{name}.sat.s32 {{}}, {{}}, {{}}", ["s32", "s32"], "s32",
                             lambda a, b: clamp(function(a, b), 32))

    def parts(value, bits, type_):
        return [as_integer(value >> shift & ((1 << bits) - 1), f"{type_[0]}{bits}")
                for shift in range(0, 32, bits)]

    for a_type, b_type in itertools.product(("u32", "s32"), repeat=2):
        family.check(f"dp4a.{a_type}.{b_type} {{}}, {{}}, {{}}, {{}}", ["b32"] * 3, "b32",
                     lambda a, b, c: c + sum(x * y for x, y in zip(parts(a, 8, a_type),
                                                                   parts(b, 8, b_type))))
        for half, name in enumerate(("lo", "hi")):
            family.check(f"dp2a.{name}.{a_type}.{b_type} {{}}, {{}}, {{}}, {{}}", ["b32"] * 3,
                         "b32", lambda a, b, c: c + sum(
                             x * y for x, y in zip(parts(a, 16, a_type),
                                                   parts(b, 8, b_type)[2 * half:])))
    for type_, pick in itertools.product(("u16x2", "s16x2"), (min, max)):
        family.check(f"{pick.__name__}.{type_} {{}}, {{}}, {{}}", ["b32"] * 2, "b32",
                     lambda a, b: sum((pick(x, y) & 0xffff) << 16 * place for place, (x, y) in
                                      enumerate(zip(parts(a, 16, type_), parts(b, 16, type_)))))


def check_bits(family):
    for bits in (16, 32, 64):
        type_ = f"b{bits}"
        for name, function in (("and", lambda a, b: a & b), ("or", lambda a, b: a | b),
                               ("xor", lambda a, b: a ^ b)):
            family.check(f"{name}.{type_} {{}}, {{}}, {{}}", [type_] * 2, type_, function)
        family.check(f"not.{type_} {{}}, {{}}", [type_], type_, lambda a: ~a)
        family.check(f"cnot.{type_} {{}}, {{}}", [type_], type_, lambda a: int(a == 0))
        family.check(f"shl.{type_} {{}}, {{}}, {{}}", [type_, "u32"], type_,
                     lambda a, b: a << b if b < bits else 0)
        for kind in "us":
            family.check_integer(f"shr.{kind}{bits} {{}}, {{}}, {{}}", [f"{kind}{bits}", "u32"],
                                 type_, lambda a, b: a >> min(b, bits))
        if bits == 16:
            continue
        family.check(f"popc.{type_} {{}}, {{}}", [type_], "b32", lambda a: a.bit_count())
        family.check(f"clz.{type_} {{}}, {{}}", [type_], "b32", lambda a: bits - a.bit_length())
        family.check(f"brev.{type_} {{}}, {{}}", [type_], type_,
                     lambda a: int(f"{a:0{bits}b}"[::-1], 2))
        for kind in "us":
            def find(a):
                return (~a if a < 0 else a).bit_length() - 1

            def extract(a, start, count):
                start, count = start & 255, count & 255
                if kind == "s":
                    last = a >> min(start + count - 1, bits - 1) & 1 if count else 0
                    kept = min(count, max(0, bits - start))
                    value = (a & ((1 << bits) - 1)) >> start & ((1 << kept) - 1)
                    return value | (-1 << kept if last else 0)
                return a >> start & ((1 << count) - 1)

            family.check_integer(f"bfind.{kind}{bits} {{}}, {{}}", [f"{kind}{bits}"], "b32", find)
            family.check_integer(f"bfind.shiftamt.{kind}{bits} {{}}, {{}}", [f"{kind}{bits}"],
                                 "b32", lambda a: bits - 1 - find(a) if find(a) >= 0 else -1)
            family.check_integer(f"bfe.{kind}{bits} {{}}, {{}}, {{}}, {{}}",
                                 [f"{kind}{bits}", "u32", "u32"], type_, extract)

        def insert(a, b, start, count):
            start, count = start & 255, count & 255
            mask = ((1 << count) - 1) << start & ((1 << bits) - 1)
            return (b & ~mask) | (a << start & mask)

        family.check(f"bfi.{type_} {{}}, {{}}, {{}}, {{}}, {{}}", [type_] * 2 + ["u32"] * 2,
                     type_, insert)
    for clamp in ("wrap", "clamp"):
        def amount(by):
            return by & 31 if clamp == "wrap" else min(by, 32)

        family.check(f"shf.l.{clamp}.b32 {{}}, {{}}, {{}}, {{}}", ["b32"] * 3, "b32",
                     lambda a, b, c: ((b << 32 | a) << amount(c)) >> 32)
        family.check(f"shf.r.{clamp}.b32 {{}}, {{}}, {{}}, {{}}", ["b32"] * 3, "b32",
                     lambda a, b, c: (b << 32 | a) >> amount(c))
    for table in (0x00, 0x80, 0x96, 0xE8, 0xCA, 0xFE):
        family.check(f"lop3.b32 {{}}, {{}}, {{}}, {{}}, {table:#x}", ["b32"] * 3, "b32",
                     lambda a, b, c: sum((table >> ((a >> i & 1) << 2 | (b >> i & 1) << 1
                                                    | (c >> i & 1)) & 1) << i for i in range(32)))
    check_permutes(family)
    for name, function in (("and", lambda a, b: a and b), ("or", lambda a, b: a or b),
                           ("xor", lambda a, b: bool(a) != bool(b))):
        family.check(f"{name}.pred {{}}, {{}}, {{}}", ["pred"] * 2, "pred",
                     lambda a, b: int(bool(function(a, b))))
    family.check("not.pred {}, {}", ["pred"], "pred", lambda a: int(not a))


def check_permutes(family):
    # Bytes of the result, the last first, by the low bits of the control: PTX ISA, table
    # of prmt.
    tables = {"f4e": ["3210", "4321", "5432", "6543"], "b4e": ["5670", "6701", "7012", "0123"],
              "rc8": ["0000", "1111", "2222", "3333"], "ecl": ["3210", "3211", "3222", "3333"],
              "ecr": ["0000", "1110", "2210", "3210"],
              "rc16": ["1010", "3232", "1010", "3232"]}  # fmt: skip

    def byte(a, b, place):
        return (b << 32 | a) >> 8 * place & 255

    def any_(a, b, control):
        result = 0
        for place in range(4):
            select = control >> 4 * place & 15
            value = byte(a, b, select & 7)
            if select & 8:
                value = 255 if value & 128 else 0
            result |= value << 8 * place
        return result

    family.check("prmt.b32 {}, {}, {}, {}", ["b32"] * 3, "b32", any_)
    for mode, table in tables.items():
        family.check(f"prmt.b32.{mode} {{}}, {{}}, {{}}, {{}}", ["b32"] * 3, "b32",
                     lambda a, b, c: int.from_bytes(
                         [byte(a, b, int(place)) for place in table[c & 3]], "big"))


def check_floats(family):
    operations = {"add": lambda a, b: a + b, "sub": lambda a, b: a - b,
                  "mul": lambda a, b: a * b, "div": None, "fma": None}  # fmt: skip
    del operations["div"], operations["fma"]
    for type_, mode in itertools.product(("f32", "f64"), MODES):
        for ftz, sat in ((False, False), (True, False), (False, True)):
            if (ftz or sat) and type_ == "f64":
                continue
            suffix = f".{mode}{'.ftz' * ftz}{'.sat' * sat}.{type_}"

            def rounded(function, *row):
                return round_fraction(function, row, type_, mode, ftz, sat)

            for name in ("add", "sub", "mul", "div"):
                if name == "div" and sat:
                    continue
                family.check(f"{name}{suffix} {{}}, {{}}, {{}}", [type_] * 2, type_,
                             lambda a, b: rounded(name, a, b), count=36)
            family.check(f"fma{suffix} {{}}, {{}}, {{}}, {{}}", [type_] * 3, type_,
                         lambda a, b, c: rounded("fma", a, b, c), count=36)
            if not sat:
                family.check(f"rcp{suffix} {{}}, {{}}", [type_], type_,
                             lambda a: rounded("rcp", a), count=200)
                family.check(f"sqrt{suffix} {{}}, {{}}", [type_], type_,
                             lambda a: round_root(a, type_, mode, ftz), count=200)

    def extreme(a, b, type_, is_maximum, has_nan):
        if is_nan(a, type_) or is_nan(b, type_):
            if has_nan or (is_nan(a, type_) and is_nan(b, type_)):
                return 0x7FFFFFFF if type_ == "f32" else None
            return b if is_nan(a, type_) else a
        key_a, key_b = ((decode(x, type_), -(x >> (BITS[type_] - 1))) for x in (a, b))
        return (b if key_a < key_b else a) if is_maximum else (a if key_a < key_b else b)

    for type_, name in itertools.product(("f32", "f64"), ("min", "max")):
        for nan in (False, True):
            if nan and type_ == "f64":
                continue
            family.check(f"{name}{'.NaN' * nan}.{type_} {{}}, {{}}, {{}}", [type_] * 2, type_,
                         lambda a, b: extreme(a, b, type_, name == "max", nan), count=40)
    for type_ in ("f32", "f64"):
        sign = 1 << (BITS[type_] - 1)
        values = [(v,) for v in edge_values(type_, 60) if not is_nan(v, type_)]
        family.check(f"neg.{type_} {{}}, {{}}", [type_], type_, lambda a: a ^ sign, rows=values)
        family.check(f"abs.{type_} {{}}, {{}}", [type_], type_, lambda a: a & ~sign, rows=values)
        family.check(f"copysign.{type_} {{}}, {{}}, {{}}", [type_] * 2, type_,
                     lambda a, b: (a & sign) | (b & ~sign))


def check_comparisons(family):
    compare = {"eq": lambda a, b: a == b, "ne": lambda a, b: a != b, "lt": lambda a, b: a < b,
               "le": lambda a, b: a <= b, "gt": lambda a, b: a > b,
               "ge": lambda a, b: a >= b}  # fmt: skip
    aliases = {"lo": "lt", "ls": "le", "hi": "gt", "hs": "ge"}
    for type_ in ("u16", "s16", "u32", "s32", "u64", "s64"):
        names = dict(compare)
        if type_[0] == "u":
            names.update({alias: compare[name] for alias, name in aliases.items()})
        for name, function in names.items():
            family.check_integer(f"setp.{name}.{type_} {{}}, {{}}, {{}}", [type_] * 2, "pred",
                                 lambda a, b: int(function(a, b)))
    for type_ in ("f32", "f64"):
        def ordered(name, a, b, on_nan):
            if is_nan(a, type_) or is_nan(b, type_):
                return int(on_nan)
            return int(compare[name](decode(a, type_), decode(b, type_)))

        for name in compare:
            family.check(f"setp.{name}.{type_} {{}}, {{}}, {{}}", [type_] * 2, "pred",
                         lambda a, b: ordered(name, a, b, False), count=40)
            family.check(f"setp.{name}u.{type_} {{}}, {{}}, {{}}", [type_] * 2, "pred",
                         lambda a, b: ordered(name, a, b, True), count=40)
        for name, on_nan in (("num", 0), ("nan", 1)):
            family.check(f"setp.{name}.{type_} {{}}, {{}}, {{}}", [type_] * 2, "pred",
                         lambda a, b: on_nan if is_nan(a, type_) or is_nan(b, type_)
                         else 1 - on_nan, count=40)
    for combine, function in (("and", lambda x, y: x and y), ("or", lambda x, y: x or y),
                              ("xor", lambda x, y: bool(x) != bool(y))):
        family.check_integer(f"setp.lt.{combine}.s32 {{}}, {{}}, {{}}, {{}}",
                             ["s32", "s32", "pred"], "pred",
                             lambda a, b, c: int(bool(function(a < b, c))))
        family.check_integer(f"setp.lt.{combine}.s32 {{}}, {{}}, {{}}, !{{}}",
                             ["s32", "s32", "pred"], "pred",
                             lambda a, b, c: int(bool(function(a < b, not c))))
        family.check_integer(f"setp.lt.{combine}.s32 %p8|{{}}, {{}}, {{}}, {{}}",
                             ["s32", "s32", "pred"], "pred",
                             lambda a, b, c: int(bool(function(a >= b, c))))
    family.check_integer("set.lt.u32.s32 {}, {}, {}", ["s32", "s32"], "b32",
                         lambda a, b: -int(a < b))
    for bits in (16, 32, 64):
        family.check(f"selp.b{bits} {{}}, {{}}, {{}}, {{}}", [f"b{bits}"] * 2 + ["pred"],
                     f"b{bits}", lambda a, b, c: a if c else b)


def check_conversions(family):
    integers = [f"{kind}{bits}" for kind in "us" for bits in (8, 16, 32, 64)]

    def limits(type_):
        bits = BITS[type_]
        return (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if type_[0] == "s" else \
            (0, (1 << bits) - 1)

    for to, from_ in itertools.product(integers, repeat=2):
        low, high = limits(to)
        family.check_integer(f"cvt.{to}.{from_} {{}}, {{}}", [from_], to, lambda a: a, count=60)
        family.check_integer(f"cvt.sat.{to}.{from_} {{}}, {{}}", [from_], to,
                             lambda a: max(low, min(a, high)), count=60)
    for to, from_, mode in itertools.product(("f32", "f64"), integers, MODES):
        family.check_integer(f"cvt.{mode}.{to}.{from_} {{}}, {{}}", [from_], to,
                             lambda a: encode(a, to, mode), count=60)
    for to, from_, mode in itertools.product(integers, ("f32", "f64"), MODES):
        low, high = limits(to)
        family.check(f"cvt.{mode}i.{to}.{from_} {{}}, {{}}", [from_], to,
                     lambda a: convert_to_integer(a, from_, mode, low, high), count=120)
    for type_, mode in itertools.product(("f32", "f64"), MODES):
        family.check(f"cvt.{mode}i.{type_}.{type_} {{}}, {{}}", [type_], type_,
                     lambda a: integral(a, type_, mode), count=120)
    for mode in MODES:
        family.check(f"cvt.{mode}.f32.f64 {{}}, {{}}", ["f64"], "f32",
                     lambda a: round_fraction("id", (a,), "f64", mode, False, False, to="f32"),
                     count=200)
    family.check("cvt.f64.f32 {}, {}", ["f32"], "f64",
                 lambda a: None if is_nan(a, "f32") else from_float(decode(a, "f32"), "f64"),
                 count=200)
    family.check("cvt.rni.ftz.s32.f32 {}, {}", ["f32"], "s32",
                 lambda a: convert_to_integer(a, "f32", "rn", *limits("s32")), count=120)
    family.check("cvt.rn.f16.f32 {}, {}", ["f32"], "f16",
                 lambda a: 0x7FFF if is_nan(a, "f32") else int(
                     np.array([a], np.uint32).view(np.float32).astype(np.float16)
                     .view(np.uint16)[0]), count=400)
    family.check("cvt.f32.f16 {}, {}", ["b16"], "f32",
                 lambda a: from_half(a), rows=[(a,) for a in range(0, 1 << 16, 17)])
    for to in ("s8", "u8", "s16", "u16"):
        low, high = limits(to)

        def pack(a, b, c=0):
            mask = (1 << BITS[to]) - 1
            a, b = (max(low, min(signed(x, 32), high)) & mask for x in (a, b))
            return c << 2 * BITS[to] | a << BITS[to] | b

        if BITS[to] == 8:
            family.check(f"cvt.pack.sat.{to}.s32.b32 {{}}, {{}}, {{}}, {{}}", ["b32"] * 3, "b32",
                         pack)
        else:
            family.check(f"cvt.pack.sat.{to}.s32 {{}}, {{}}, {{}}", ["b32"] * 2, "b32", pack)


def from_half(bits):
    value = np.array([bits], np.uint16).view(np.float16).astype(np.float32)[0]
    return 0x7FFFFFFF if np.isnan(value) else struct.unpack("I", struct.pack("f", value))[0]


FAMILIES = {"arithmetic": check_arithmetic, "bits": check_bits, "floats": check_floats,
            "comparisons": check_comparisons, "conversions": check_conversions}  # fmt: skip

for name in sys.argv[1:]:
    family = Family()
    FAMILIES[name](family)
    print(f"{name}: {family.count} instructions agree")
