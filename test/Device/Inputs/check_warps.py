# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What takes more than one lane: matrices, exchanges, barriers, copies, branches; and what
the stand-in reports. Expected values are computed by numpy from the PTX ISA's tables of
which lane holds what.

Usage: check_warps.py [faults]
"""

import subprocess
import sys

import numpy as np
from standin import Buffer, Error, Module, kernel

random = np.random.default_rng(2)
LANE = """mov.u32 %r1, %tid.x;
mul.wide.u32 %rd9, %r1, 4;
ld.param.u64 %rd1, [p0];
ld.param.u64 %rd2, [p1];
"""
SHARED = ".shared .align 16 .b8 memory[4096];"


def expect(what, got, wanted):
    if not np.array_equal(got, wanted):
        raise SystemExit(f"{what}: expected\n{wanted}, but got\n{got}")
    print(f"{what}: equal")


def run(body, data, out_bytes, outside="", **options):
    """The bytes that a kernel of p0, `data`, and p1 writes to the latter."""
    out = Buffer(out_bytes)
    Module(kernel(body, 2, outside=outside)).launch("kernel", [Buffer(data), out], **options)
    return out.read(np.uint8)


def check_product(rows, depth, a_type, b_type, saturate):
    a_ints, b_ints = (np.int8 if t == "s8" else np.uint8 for t in (a_type, b_type))
    a = random.integers(np.iinfo(a_ints).min, np.iinfo(a_ints).max + 1, (rows, depth)).astype(a_ints)
    b = random.integers(np.iinfo(b_ints).min, np.iinfo(b_ints).max + 1, (depth, 8)).astype(b_ints)
    c = random.integers(-(1 << 31), 1 << 31, (rows, 8)).astype(np.int32)
    a[0], b[:, 0], c[0, 0] = np.iinfo(a_ints).max, np.iinfo(b_ints).max, (1 << 31) - 1
    sums, a_count, b_count = rows // 4, rows * depth // 128, depth // 16
    words = np.zeros((32, a_count + b_count + sums), np.uint32)
    for lane in range(32):
        group, inner = lane // 4, lane % 4
        # PTX ISA, "Matrix Fragments for mma": rows group and group + 8, then columns + 16.
        for number in range(a_count):
            row = group + (8 * (number % 2) if rows == 16 else 0)
            column = 4 * inner + 16 * (number // (rows // 8))
            words[lane, number] = a[row, column:column + 4].copy().view(np.uint32)[0]
        for number in range(b_count):
            k = 4 * inner + 16 * number
            words[lane, a_count + number] = b[k:k + 4, group].copy().view(np.uint32)[0]
        for number in range(sums):
            words[lane, a_count + b_count + number] = c[
                group + 8 * (number // 2), 2 * inner + number % 2].view(np.uint32)
    total = words.shape[1]
    loads = "\n".join(f"ld.global.b32 %r{10 + i}, [%rd3+{4 * i}];" for i in range(total))
    names = [f"%r{10 + i}" for i in range(total)]
    parts = [names[:a_count], names[a_count:a_count + b_count], names[a_count + b_count:]]
    d = [f"%r{40 + i}" for i in range(sums)]
    vectors = ", ".join("{" + ", ".join(part) + "}" for part in [d, *parts])
    stores = "\n".join(f"st.global.b32 [%rd4+{4 * i}], {d[i]};" for i in range(sums))
    shape = f"m{rows}n8k{depth}"
    name = f"{shape}.row.col{'.satfinite' * saturate}.s32.{a_type}.{b_type}.s32"
    got = run(f"""{LANE}
        mad.wide.u32 %rd3, %r1, {4 * total}, %rd1;
        mad.wide.u32 %rd4, %r1, {4 * sums}, %rd2;
        {loads}
        mma.sync.aligned.{name} {vectors};
        {stores}
        ret;""", words, 32 * 4 * sums).view(np.int32).reshape(32, sums)
    wanted = a.astype(np.int64) @ b.astype(np.int64) + c
    if saturate:
        wanted = np.clip(wanted, -(1 << 31), (1 << 31) - 1)
    wanted = wanted.astype(np.int32)
    lanes = np.array([[wanted[lane // 4 + 8 * (n // 2), lane % 4 * 2 + n % 2]
                       for n in range(sums)] for lane in range(32)])
    expect(f"mma {name}", got, lanes)


def check_matrix_access(count, trans):
    data = random.integers(0, 1 << 16, (8 * count, 8)).astype(np.uint16)
    registers = [f"%r{10 + i}" for i in range(count)]
    suffix = f"x{count}{'.trans' * trans}"
    got = run(f"""{LANE}
        add.s64 %rd4, %rd1, %rd9;
        mov.u64 %rd6, memory;
        mul.lo.u32 %r2, %r1, 16;
        cvt.u64.u32 %rd5, %r2;
        add.s64 %rd7, %rd6, %rd5;       // the row of this lane
        add.s64 %rd8, %rd1, %rd5;
        setp.lt.u32 %p1, %r1, {8 * count};
        @!%p1 bra $rows_done;
        ld.global.v4.b32 {{%r20, %r21, %r22, %r23}}, [%rd8];
        st.shared.v4.b32 [%rd7], {{%r20, %r21, %r22, %r23}};
        $rows_done:
        bar.warp.sync -1;
        ldmatrix.sync.aligned.m8n8.{suffix}.shared.b16 {{{", ".join(registers)}}}, [%rd7];
        mad.wide.u32 %rd3, %r1, {4 * count}, %rd2;
        {chr(10).join(f"st.global.b32 [%rd3+{4 * i}], {r};" for i, r in enumerate(registers))}
        ret;""", data, 32 * 4 * count, outside=SHARED).view(np.uint16).reshape(32, count, 2)
    wanted = np.zeros((32, count, 2), np.uint16)
    for lane, matrix, half in np.ndindex(32, count, 2):
        row, column = lane // 4, lane % 4 * 2 + half
        part = data[8 * matrix:8 * matrix + 8]
        wanted[lane, matrix, half] = part[column, row] if trans else part[row, column]
    expect(f"ldmatrix {suffix}", got, wanted)


def check_shuffles():
    data = random.integers(0, 1 << 32, 32).astype(np.uint32)
    for mode, by, control in (("idx", 5, 31), ("idx", 3, 0x181F), ("up", 1, 0), ("up", 4, 0x1800),
                              ("down", 3, 31), ("down", 2, 0x1C1F), ("bfly", 16, 31),
                              ("bfly", 5, 31), ("bfly", 8, 0x181F)):
        got = run(f"""{LANE}
            add.s64 %rd3, %rd1, %rd9;
            ld.global.b32 %r2, [%rd3];
            shfl.sync.{mode}.b32 %r3|%p1, %r2, {by}, {control}, -1;
            selp.b32 %r4, 1, 0, %p1;
            mad.wide.u32 %rd4, %r1, 8, %rd2;
            st.global.v2.b32 [%rd4], {{%r3, %r4}};
            ret;""", data, 256).view(np.uint32).reshape(32, 2)
        wanted = []
        for lane in range(32):
            segment, clamp = control >> 8 & 31, control & 31
            last, first = (lane & segment) | (clamp & ~segment), lane & segment
            source = {"up": lane - by, "down": lane + by, "bfly": lane ^ by,
                      "idx": first | (by & ~segment)}[mode]  # fmt: skip
            inside = source >= last if mode == "up" else source <= last
            wanted.append((data[source if inside else lane], inside))
        expect(f"shfl {mode} {by} {control:#x}", got, np.array(wanted, np.uint32))


def check_votes():
    data = random.integers(0, 1 << 32, 32).astype(np.uint32)
    got = run(f"""{LANE}
        add.s64 %rd3, %rd1, %rd9;
        ld.global.b32 %r2, [%rd3];
        setp.gt.s32 %p1, %r2, 0;
        vote.sync.ballot.b32 %r3, %p1, -1;
        vote.sync.any.pred %p2, %p1, -1;
        vote.sync.all.pred %p3, !%p1, -1;
        selp.b32 %r4, 1, 0, %p2;
        selp.b32 %r5, 1, 0, %p3;
        redux.sync.add.s32 %r6, %r2, -1;
        redux.sync.min.s32 %r7, %r2, -1;
        redux.sync.max.u32 %r8, %r2, -1;
        activemask.b32 %r9;
        mad.wide.u32 %rd4, %r1, 32, %rd2;
        st.global.v4.b32 [%rd4], {{%r3, %r4, %r5, %r6}};
        st.global.v4.b32 [%rd4+16], {{%r7, %r8, %r9, %r3}};
        ret;""", data, 1024).view(np.uint32).reshape(32, 8)
    signed = data.view(np.int32)
    ballot = sum(1 << lane for lane in range(32) if signed[lane] > 0)
    row = [ballot, 1, 0, int(signed.sum(dtype=np.int64)) % (1 << 32),
           int(signed.min()) % (1 << 32), data.max(), 0xFFFFFFFF, ballot]  # fmt: skip
    expect("vote, redux, activemask", got, np.array([row] * 32, np.uint32))


def check_barriers():
    """A sum over a block, through shared memory, with other threads than a power of 2."""
    threads, blocks = 224, 3
    data = random.integers(-1000, 1000, (blocks, threads)).astype(np.int32)
    got = run(f"""{LANE}
        mov.u32 %r2, %ctaid.x;
        mad.lo.s32 %r3, %r2, {threads}, %r1;
        mad.wide.u32 %rd3, %r3, 4, %rd1;
        ld.global.b32 %r4, [%rd3];
        mov.u32 %r5, memory;
        mad.lo.s32 %r6, %r1, 4, %r5;
        st.shared.b32 [%r6], %r4;
        mov.u32 %r7, 128;
        $loop:
        bar.sync 0;
        setp.ge.u32 %p1, %r1, %r7;
        add.s32 %r8, %r1, %r7;
        setp.ge.or.u32 %p2, %r8, {threads}, %p1;
        @%p2 bra $next;
        mad.lo.s32 %r9, %r8, 4, %r5;
        ld.shared.b32 %r10, [%r9];
        ld.shared.b32 %r11, [%r6];
        add.s32 %r11, %r11, %r10;
        st.shared.b32 [%r6], %r11;
        $next:
        shr.u32 %r7, %r7, 1;
        setp.ne.s32 %p3, %r7, 0;
        @%p3 bra $loop;
        setp.ne.s32 %p4, %r1, 0;
        @%p4 ret;
        mad.wide.u32 %rd4, %r2, 4, %rd2;
        st.global.b32 [%rd4], %r11;
        ret;""", data, 4 * blocks, outside=SHARED, threads=threads, blocks=blocks)
    expect("bar.sync", got.view(np.int32), data.sum(axis=1, dtype=np.int32))


def check_branches():
    """Loops of other lengths for each lane, and a table of branches."""
    data = random.integers(0, 50, 32).astype(np.uint32)
    got = run(f"""{LANE}
        add.s64 %rd3, %rd1, %rd9;
        ld.global.b32 %r2, [%rd3];
        mov.u32 %r3, 0;
        mov.u32 %r4, %r2;
        $loop:
        setp.eq.s32 %p1, %r4, 0;
        @%p1 bra $done;
        add.s32 %r3, %r3, %r4;
        sub.s32 %r4, %r4, 1;
        bra.uni $loop;
        $done:
        rem.u32 %r5, %r2, 3;
        $table: .branchtargets $zero, $one, $two;
        brx.idx %r5, $table;
        $zero:
        add.s32 %r3, %r3, 1000;
        bra $end;
        $one:
        {{ .reg .b32 scale; mov.u32 scale, 3; mul.lo.s32 %r3, %r3, scale; }}
        $two:
        sub.s32 %r3, %r3, 7;
        $end:
        activemask.b32 %r6;  // all are together again
        setp.eq.s32 %p2, %r6, -1;
        selp.b32 %r3, %r3, 0, %p2;
        add.s64 %rd4, %rd2, %rd9;
        st.global.b32 [%rd4], %r3;
        ret;""", data, 128)
    sums = data * (data + 1) // 2
    wanted = np.where(data % 3 == 0, sums + 1000, np.where(data % 3 == 1, 3 * sums - 7, sums - 7))
    expect("bra, brx.idx", got.view(np.uint32), wanted)


def check_warp_barrier():
    """Half of the lanes would go on ahead, round and round, as their code is in front."""
    got = run(f"""{LANE}
        mov.u32 %r2, 0;
        bra $part;
    $again:
        bar.warp.sync -1;
        activemask.b32 %r3;
        add.s32 %r2, %r2, 1;
        setp.eq.s32 %p1, %r2, 3;
        @%p1 bra $end;
    $part:
        setp.ge.u32 %p2, %r1, 16;
        @%p2 bra $again;
        add.s32 %r4, %r2, %r1;
        bra $again;
    $end:
        add.s64 %rd2, %rd2, %rd9;
        st.global.b32 [%rd2], %r3;
        ret;""", np.zeros(1, np.uint32), 128)
    expect("bar.warp.sync", got.view(np.uint32), np.full(32, 0xFFFFFFFF, np.uint32))


def check_copies():
    data = random.integers(1, 255, 64 * 16).astype(np.uint8)
    got = run(f"""{LANE}
        mul.lo.u32 %r2, %r1, 16;
        mad.wide.u32 %rd3, %r1, 16, %rd1;
        mov.u32 %r3, memory;
        add.s32 %r4, %r3, %r2;
        min.u32 %r5, %r1, 16;           // lane 5 reads 5 bytes, 0 none
        cp.async.cg.shared.global [%r4], [%rd3], 16, %r5;
        cp.async.commit_group;
        cp.async.ca.shared.global [%r4+512], [%rd3+512], 4;
        cp.async.commit_group;
        cp.async.wait_group 1;
        mad.wide.u32 %rd4, %r1, 20, %rd2;
        ld.shared.v4.b32 {{%r10, %r11, %r12, %r13}}, [%r4];
        ld.shared.b32 %r14, [%r4+512];  // not there yet
        st.global.b32 [%rd4], %r10;
        st.global.b32 [%rd4+4], %r11;
        st.global.b32 [%rd4+8], %r12;
        st.global.b32 [%rd4+12], %r13;
        cp.async.wait_all;
        ld.shared.b32 %r15, [%r4+512];
        xor.b32 %r15, %r15, %r14;
        st.global.b32 [%rd4+16], %r15;
        ret;""", data, 640, outside=SHARED).reshape(32, 20)
    rows = data.reshape(64, 16)
    wanted = np.zeros((32, 20), np.uint8)
    for lane in range(32):
        count = min(lane, 16)
        wanted[lane, :count] = rows[lane, :count]
        wanted[lane, 16:] = rows[32 + lane, :4] ^ 0xCD
    expect("cp.async", got, wanted)


def check_memory():
    """Sub-words, local and constant memory, generic addresses, atomics."""
    data = random.integers(0, 256, 256).astype(np.uint8)
    got = run(f"""{LANE}
        .local .align 8 .b8 depot[16];
        mov.u64 %rd10, depot;
        cvta.local.u64 %rd11, %rd10;
        mad.wide.u32 %rd3, %r1, 8, %rd1;
        ld.global.v2.b32 {{%r2, %r3}}, [%rd3];
        st.v2.b32 [%rd11], {{%r2, %r3}};
        ld.local.s8 %rs1, [%rd10+1];
        ld.u8 %rs2, [%rd11+2];
        cvt.s32.s16 %r4, %rs1;
        cvt.u32.u16 %r5, %rs2;
        and.b32 %r6, %r1, 7;
        mul.wide.u32 %rd5, %r6, 4;
        mov.u64 %rd6, table;
        add.s64 %rd6, %rd6, %rd5;
        ld.const.b32 %r7, [%rd6];
        mov.u64 %rd7, memory;
        cvta.shared.u64 %rd8, %rd7;
        setp.eq.s32 %p1, %r1, 0;
        @%p1 st.b32 [%rd8], 5;
        bar.sync 0;
        atom.shared.add.u32 %r8, [memory], 2;
        red.global.max.s32 [%rd2+768], %r1;
        mad.wide.u32 %rd4, %r1, 24, %rd2;
        mov.b64 %rd12, {{%r2, %r3}};
        mov.b64 {{%r9, %r10}}, %rd12;
        mov.b32 {{%rs3, %rs4}}, %r9;
        mov.b32 %r11, {{%rs4, %rs3}};
        st.global.b32 [%rd4], %r4;
        st.global.b32 [%rd4+4], %r5;
        st.global.b32 [%rd4+8], %r7;
        st.global.b32 [%rd4+12], %r8;
        st.global.b32 [%rd4+16], %r10;
        st.global.b32 [%rd4+20], %r11;
        ret;""", data, 772, outside=SHARED +
        ".const .align 4 .b32 table[8] = {1, -2, 0x30, 4, 5, 6, 7};")
    rows = data.reshape(32, 8)
    table = [1, -2, 0x30, 4, 5, 6, 7, 0]
    wanted = np.zeros((32, 6), np.int32)
    for lane, row in enumerate(rows):
        words = row.view(np.int32)
        halves = row[:4].view(np.uint16)[::-1].copy()
        wanted[lane] = [row[1:2].view(np.int8)[0], row[2], table[lane % 8], 5 + 2 * lane, words[1],
                        halves.view(np.int32)[0]]  # fmt: skip
    expect("memory", got[:768].view(np.int32).reshape(32, 6), wanted)
    # What was there, 0xcdcdcdcd, is below all lanes.
    expect("red.max", got[768:].view(np.int32), [31])


def report(what, body, outside="", threads=32, **options):
    try:
        run(LANE + body, np.zeros(32, np.uint32), 128, outside=outside, threads=threads, **options)
        print(f"{what}: nothing")
    except Error as error:
        print(f"{what}: {error}{': ' * bool(error.log)}{error.log}")


def main(faults, check):
    """Checks; or reports what is wrong in each of `faults`, of a name, or of all, each in a
    process of its own."""
    if sys.argv[1:] == ["faults"]:
        for fault in faults:
            subprocess.run([sys.executable, sys.argv[0], fault], stderr=subprocess.STDOUT)
    elif len(sys.argv) > 1:
        body, options = faults[sys.argv[1]]
        report(sys.argv[1], body, **options)
    else:
        check()


def check_refused():
    report("unknown", "ex2.approx.f32 %r2, %r1;")
    report("contractible", "add.f32 %r2, %r1, %r1;")
    report("no rounding", "cvt.f32.s32 %r2, %r1;")
    report("register", "mov.u32 %r2, %clock;")
    report("label", "bra $nowhere;")
    report("modifier", "add.cc.u32 %r2, %r1, %r1;")
    report("call", "call foo;")


# Those of a kernel stay: each is the end of a process.
FAULTS = {
    "behind": ("add.s64 %rd3, %rd2, %rd9; st.global.b32 [%rd3+4], %r1;", {}),
    "nowhere": ("ld.global.b32 %r2, [%rd9];", {}),
    "misaligned": ("ld.global.b32 %r2, [%rd1+2];", {}),
    "vector": ("ld.global.v4.b32 {%r2, %r3, %r4, %r5}, [%rd1+8];", {}),
    "shared": ("ld.shared.b32 %r2, [memory+4096];", {"outside": SHARED}),
    "race": ("st.shared.b32 [memory], %r1;", {"outside": SHARED, "threads": 64}),
    "read race": ("""setp.lt.u32 %p1, %r1, 32; @%p1 ld.shared.b32 %r2, [memory];
                  @!%p1 st.shared.b32 [memory], %r1;""", {"outside": SHARED, "threads": 64}),
    "deadlock": ("""setp.lt.u32 %p1, %r1, 32; @%p1 bar.sync 0; @!%p1 bar.sync 1; ret;""",
                 {"threads": 64}),
    "shuffle": ("""setp.lt.u32 %p1, %r1, 16; @%p1 bra $end;
                shfl.sync.idx.b32 %r2, %r1, 0, 31, -1; $end: ret;""", {}),
    "trap": ("trap;", {}),
    "threads": ("ret;", {"threads": 1025}),
}  # fmt: skip


def check_all():
    for rows, depth in ((16, 32), (16, 16), (8, 16)):
        for a_type, b_type in (("s8", "s8"), ("u8", "s8"), ("s8", "u8"), ("u8", "u8")):
            check_product(rows, depth, a_type, b_type, False)
        check_product(rows, depth, "s8", "s8", True)
    for count in (1, 2, 4):
        check_matrix_access(count, False)
        check_matrix_access(count, True)
    check_shuffles()
    check_votes()
    check_barriers()
    check_warp_barrier()
    check_branches()
    check_copies()
    check_memory()
    check_refused()


if __name__ == "__main__":
    main(FAULTS, check_all)
