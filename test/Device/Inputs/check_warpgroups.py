# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Copies of boxes of tensors, and products of four warps; and what the stand-in reports of
those that are used wrongly.

Usage: check_warpgroups.py [faults|FAULT]
"""

import subprocess
import sys

import numpy as np
from standin import Buffer, Error, Module, TensorMap, WindowMap, kernel

from check_warps import expect

random = np.random.default_rng(4)
BOX = "cp.async.bulk.tensor.{rank}d.shared::cluster.global.tile.mbarrier::complete_tx::bytes"
# Thread 0 has an mbarrier of one arrival at 63 KiB.
BEGIN = """.reg .b32 %d<128>;
mov.u32 %r1, %tid.x;
ld.param.u64 %rd2, [p0];
mov.b64 %rd3, m0;
cvta.param.u64 %rd4, %rd3;
mov.b64 %rd5, m1;
cvta.param.u64 %rd6, %rd5;
mov.u32 %r20, memory;
setp.ne.s32 %p1, %r1, 0;
@%p1 bra $ready;
mbarrier.init.shared.b64 [memory+64512], 1;
$ready:
bar.sync 0;
"""
WAIT = """$wait:
mbarrier.try_wait.parity.shared.b64 %p2, [memory+64512], 0;
@!%p2 bra $wait;
"""
MEMORY = ".shared .align 1024 .b8 memory[65536];"


def run(body, maps, out_bytes, threads=128):
    out = Buffer(out_bytes)
    ptx = kernel(BEGIN + body, 1, outside=MEMORY, maps=2, target="sm_90a")
    Module(ptx).launch("kernel", [out, *maps], threads=threads)
    return out.read(np.uint8)


def bring(target, map_register, coordinates):
    at = ", ".join(str(c) for c in coordinates)
    copy = BOX.format(rank=len(coordinates))
    return f"{copy} [memory+{target}], [{map_register}, {{{at}}}], [memory+64512];\n"


def swizzle(data, width):
    """Rows of `width` bytes as they lie in shared memory, from a multiple of 1024 on."""
    at = np.arange(data.size)
    result = np.empty_like(data)
    result[at ^ ((at >> 7 & width // 16 - 1) << 4)] = data
    return result


def check_box(extents, box, coordinates, width, pitch):
    """Extents from the outermost on, as numpy has them."""
    rank = len(extents)
    pitches = [pitch * int(np.prod(extents[rank - 1 - axis:-1])) for axis in range(rank - 1)]
    data = random.integers(1, 256, (*extents[:-1], pitch) if rank > 1 else extents).astype(np.uint8)
    wanted = np.zeros(box, np.uint8)
    for place in np.ndindex(*box):
        at = tuple(p + c for p, c in zip(place, coordinates))
        if all(0 <= a < e for a, e in zip(at, extents)):
            wanted[place] = data[at]
    wanted = wanted.reshape(-1)
    if width:
        wanted = swizzle(wanted, width)
    tensor = TensorMap(Buffer(data), extents[::-1], pitches, box[::-1], width)
    got = read_box(tensor, bring(2048, "%rd4", coordinates[::-1]), wanted.size)
    expect(f"box {box} of {extents} at {coordinates}, swizzle {width}", got, wanted)


def read_box(tensor, copy, size):
    """What a copy brings to 2048."""
    return run(f"""@%p1 bra $wait;
        mbarrier.arrive.expect_tx.shared.b64 _, [memory+64512], {size};
        {copy}
        {WAIT}
        mov.u32 %r2, %r1;
    $next:
        add.s32 %r3, %r20, %r2;
        ld.shared.b8 %rs1, [%r3+2048];
        cvt.u64.u32 %rd7, %r2;
        add.s64 %rd7, %rd7, %rd2;
        st.global.b8 [%rd7], %rs1;
        add.s32 %r2, %r2, 128;
        setp.lt.u32 %p3, %r2, {size};
        @%p3 bra $next;
        ret;""", [tensor, tensor], size)


def bring_windows(target, coordinates, offsets):
    copy = bring(target, "%rd4", coordinates).replace(".tile.", ".im2col.")
    return copy.replace(";", f", {{{offsets[0]}, {offsets[1]}}};")


def check_windows(shape, window, dilations, pads, steps, channels, pixels, first, tap, swizzled):
    """Windows of a convolution from number `first` on, at one tap of it. Pairs are along w,
    then h."""
    n, h, w, c = shape
    data = random.integers(1, 256, shape).astype(np.uint8)
    reach = [d * (k - 1) for k, d in zip(window, dilations)]
    counts = [(e + 2 * p - r - 1) // s + 1 for e, p, r, s in zip((w, h), pads, reach, steps)]
    upper = [p - r for p, r in zip(pads, reach)]
    offsets = [t * d for t, d in zip(tap, dilations)]
    begin = 32  # of the channels
    wanted = np.zeros((pixels, channels), np.uint8)
    for pixel in range(pixels):
        rest, x = divmod(first + pixel, counts[0])
        image, y = divmod(rest, counts[1])
        x, y = x * steps[0] - pads[0] + offsets[0], y * steps[1] - pads[1] + offsets[1]
        if image < n and 0 <= y < h and 0 <= x < w:
            part = data[image, y, x, begin:begin + channels]
            wanted[pixel, :part.size] = part
    wanted = wanted.reshape(-1)
    if swizzled:
        wanted = swizzle(wanted, channels)
    tensor = WindowMap(Buffer(data), shape, [-p for p in pads], upper, channels, pixels, steps,
                       channels if swizzled else 0)  # fmt: skip
    rest, x = divmod(first, counts[0])
    image, y = divmod(rest, counts[1])
    at = (begin, x * steps[0] - pads[0], y * steps[1] - pads[1], image)
    got = read_box(tensor, bring_windows(2048, at, offsets), wanted.size)
    expect(f"windows {window} of {shape} from {first}", got, wanted)


def descriptor(register, address, width):
    """Of rows of `width` bytes along K, eight by eight."""
    layout = {128: 1, 64: 2, 32: 3}[width]
    bits = layout << 62 | (8 * width >> 4) << 32 | 1 << 16
    return f"""add.s32 %r5, %r20, {address};
        shr.u32 %r5, %r5, 4;
        cvt.u64.u32 {register}, %r5;
        or.b64 {register}, {register}, {bits};
        """


def product(columns, a_type="s8", b_type="s8", accumulates=1, suffix=""):
    sums = ", ".join(f"%d{i}" for i in range(columns // 2))
    return f"""{{
        .reg .pred p;
        setp.ne.b32 p, {accumulates}, 0;
        wgmma.mma_async.sync.aligned.m64n{columns}k32{suffix}.s32.{a_type}.{b_type} {{{sums}}}, %rd10, %rd11, p;
        }}
        """


def operands(rows, columns, width, a_ints=np.int8, b_ints=np.int8):
    def array(count, ints):
        limits = np.iinfo(ints)
        return random.integers(limits.min, limits.max + 1, (count, width)).astype(ints)

    a, b = array(rows, a_ints), array(columns, b_ints)
    maps = [TensorMap(Buffer(x), (width, len(x)), (width,), (width, len(x)), width) for x in (a, b)]
    return a, b, maps


def load(columns, width):
    """A at 0, B behind 64 rows of it."""
    return f"""@%p1 bra $wait;
        mbarrier.arrive.expect_tx.shared.b64 _, [memory+64512], {(64 + columns) * width};
        {bring(0, "%rd4", (0, 0))} {bring(64 * width, "%rd6", (0, 0))} {WAIT}"""


def start(columns, width=128):
    """The sums are 7, their number in the lane."""
    sums = "".join(f"mov.b32 %d{i}, {7 + i};\n" for i in range(columns // 2))
    return (load(columns, width) + sums + descriptor("%rd10", 0, width)
            + descriptor("%rd11", 64 * width, width) + "wgmma.fence.sync.aligned;\n")


def store(columns):
    stores = "".join(f"st.global.b32 [%rd7+{4 * i}], %d{i};\n" for i in range(columns // 2))
    return f"mad.wide.u32 %rd7, %r1, {2 * columns}, %rd2;\n{stores} ret;"


def sums_of(matrix):
    """As the threads of a group have the sums: PTX ISA, "Register Fragments for
    wgmma.mma_async.m64nNk32"."""
    columns = matrix.shape[1]
    result = np.empty((128, columns // 2), np.int32)
    for thread in range(128):
        for number in range(columns // 2):
            row = thread // 32 * 16 + thread % 32 // 4 + number % 4 // 2 * 8
            result[thread, number] = matrix[row, number // 4 * 8 + thread % 4 * 2 + number % 2]
    return result


def check_product(columns, width, a_type, b_type, accumulates):
    a, b, maps = operands(64, columns, width,
                          *(np.int8 if t == "s8" else np.uint8 for t in (a_type, b_type)))  # fmt: skip
    body = start(columns, width)
    for step in range(width // 32):
        body += product(columns, a_type, b_type, accumulates if step == 0 else 1)
        body += "add.s64 %rd10, %rd10, 2; add.s64 %rd11, %rd11, 2;\n"
    body += "wgmma.commit_group.sync.aligned; wgmma.wait_group.sync.aligned 0;\n" + store(columns)
    got = run(body, maps, 128 * 2 * columns).view(np.int32).reshape(128, -1)
    wanted = sums_of(a.astype(np.int32) @ b.T.astype(np.int32))
    if accumulates:
        wanted += 7 + np.arange(columns // 2)
    expect(f"wgmma {columns} {width} {a_type} {b_type} {accumulates}", got, wanted)


def check_saturation():
    a, b, maps = operands(64, 8, 32)
    body = start(8, 32) + "mov.b32 %d0, 2147483647; mov.b32 %d1, 0x80000000;\n"
    body += product(8, suffix=".satfinite")
    body += "wgmma.commit_group.sync.aligned; wgmma.wait_group.sync.aligned 0;\n" + store(8)
    got = run(body, maps, 128 * 16).view(np.int32).reshape(128, -1)
    wanted = sums_of(a.astype(np.int64) @ b.T.astype(np.int64)).astype(np.int64)
    wanted += [(1 << 31) - 1, -(1 << 31), 9, 10]
    expect("wgmma satfinite", got, np.clip(wanted, -(1 << 31), (1 << 31) - 1))


def check_order():
    """Of two groups the first is awaited: the second has not come. Operands that are written
    over too early have other values."""
    a, b, maps = operands(64, 8, 32)
    once = sums_of(a.astype(np.int32) @ b.T.astype(np.int32))
    begin = 7 + np.arange(4)
    commit = "wgmma.commit_group.sync.aligned;\n"
    wait = "wgmma.wait_group.sync.aligned {};\n"
    body = start(8, 32) + product(8) + commit + product(8) + commit
    got = run(body + wait.format(1) + store(8).replace("ret;", wait.format(0)) + "ret;", maps, 2048)
    expect("wgmma first of two groups", got.view(np.int32).reshape(128, -1), once + begin)
    body = start(8, 32) + product(8) + commit + "bar.sync 0;"
    clear = "@!%p1 st.shared.b64 [memory+2048], 0;\n"  # of column 0
    for name, text in (("early", clear + wait.format(0)),
                       ("in time", wait.format(0) + "bar.sync 0;" + clear)):  # fmt: skip
        got = run(body + text + store(8), maps, 2048).view(np.int32).reshape(128, -1)
        is_equal = np.array_equal(got, once + begin)
        print(f"operand overwritten {name}: {'equal' if is_equal else 'other values'}")


COMMIT = "wgmma.commit_group.sync.aligned;\n"
END = COMMIT + "wgmma.wait_group.sync.aligned 0;\n"
FAULTS = {
    "right": start(8) + product(8) + END,
    "lacks a fence": start(8).replace("wgmma.fence.sync.aligned;", "") + product(8) + END,
    "is not awaited": start(8) + product(8) + COMMIT,
    "reads too early": start(8).replace(WAIT, "$wait:") + product(8) + END,
    "has no swizzle": start(8) + "and.b64 %rd10, %rd10, 0xffffffff;" + product(8) + END,
    "is outside": start(8) + "or.b64 %rd10, %rd10, 0x3fff;" + product(8) + END,
    "lacks a warp": start(8) + "setp.lt.u32 %p4, %r1, 96; @!%p4 ret;" + product(8) + END,
    "is of other rows": start(8) + """setp.lt.u32 %p4, %r1, 96;
        @!%p4 add.s64 %rd11, %rd11, 2;""" + product(8) + END,
    "lacks lanes": start(8) + "setp.eq.u32 %p4, %r1, 5; @%p4 ret;" + product(8) + END,
    "takes registers": "setmaxnreg.inc.sync.aligned.u32 232;",
    "takes too many": """setp.lt.u32 %p4, %r1, 128; @%p4 bra $few;
        setmaxnreg.inc.sync.aligned.u32 240; ret; $few: setmaxnreg.dec.sync.aligned.u32 40;""",
    "is no map": "@%p1 ret; " + bring(0, "%rd6", (0, 0)).replace("[%rd6", "[%rd2"),
    "has other dimensions": "@%p1 ret; " + bring(0, "%rd4", (0, 0, 0)),
    "has windows": "@%p1 ret; " + bring_windows(0, (0, 0, 0, 0), (0, 0)),
    "is misaligned": "@%p1 ret; " + bring(512, "%rd4", (0, 0)),
    "is freed": "@%p1 ret; " + bring(0, "%rd4", (0, 0)),
}  # fmt: skip
# What is refused when it is loaded.
REFUSED = {
    "shape": product(40),
    "depth": product(8).replace("k32", "k16"),
    "type": product(8, "s4"),
    "registers": "wgmma.mma_async.sync.aligned.m64n8k32.s32.s8.s8 {%d0, %d1, %d2, %d3}, "
                 "{%r1, %r1, %r1, %r1}, %rd11, %p1;",
    "sums": product(16).replace("m64n16", "m64n8"),
    "offsets": bring_windows(0, (0, 0, 0), (0, 0)),
    "count": "setmaxnreg.inc.sync.aligned.u32 250;",
}  # fmt: skip


def report(what, body, threads=128):
    a, b, maps = operands(64, 8, 128)
    if what == "is freed":
        maps[0].buffer = None
    try:
        run(body + "ret;", maps, 128, threads)
        print(f"{what}: nothing")
    except Error as error:
        print(f"{what}: {error}{': ' * bool(error.log)}{error.log}")


def check_maps():
    buffer = Buffer(4096)
    for arguments in (((8, 8), (24,), (16, 8)), ((8, 8), (16,), (8, 8)), ((8, 8), (16,), (16, 257)),
                      ((0, 8), (16,), (16, 8)), ((8, 8), (16,), (16, 8), 32),
                      ((8, 8), (16,), (16, 8), 0, 8), ((8,) * 6, (16,) * 5, (16,) * 6)):  # fmt: skip
        try:
            TensorMap(buffer, *arguments)
            print("nothing")
        except Error as error:
            print(error)


def main():
    if sys.argv[1:] == ["faults"]:
        for fault in FAULTS:
            subprocess.run([sys.executable, sys.argv[0], fault], stderr=subprocess.STDOUT)
    elif len(sys.argv) > 1:
        report(sys.argv[1], FAULTS[sys.argv[1]],
               threads=384 if sys.argv[1].startswith("takes") else 128)  # fmt: skip
    else:
        check_box((700,), (256,), (-16,), 0, 700)
        check_box((37, 100), (64, 128), (0, 0), 128, 112)
        check_box((300, 250), (256, 128), (200, 128), 128, 256)
        check_box((9, 90), (16, 64), (-3, 48), 64, 96)
        check_box((9, 90), (24, 32), (4, -7), 32, 96)
        check_box((5, 4, 48), (2, 3, 32), (4, -1, 32), 0, 48)
        check_windows((2, 7, 9, 64), (3, 3), (1, 1), (0, 0), (1, 1), 32, 64, 20, (2, 1), True)
        check_windows((3, 9, 8, 160), (3, 2), (1, 2), (0, 0), (2, 1), 128, 128, 7, (1, 1), True)
        check_windows((2, 6, 6, 64), (3, 3), (1, 1), (1, 1), (2, 2), 64, 32, 5, (0, 2), False)
        for columns in (8, 24, 64, 256):
            check_product(columns, 128, "s8", "s8", 1)
        for types in (("u8", "s8"), ("s8", "u8"), ("u8", "u8")):
            check_product(16, 64, *types, 0)
        check_product(128, 32, "s8", "s8", 0)
        check_saturation()
        check_order()
        check_maps()
        for name, body in REFUSED.items():
            report(name, body)


if __name__ == "__main__":
    main()
