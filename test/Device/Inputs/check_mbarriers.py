# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Barriers in shared memory and the bulk copies that they count; and what the stand-in
reports of those that are used wrongly.

Usage: check_mbarriers.py [faults]
"""

import numpy as np
from check_warps import LANE, expect, main, report, run

MEMORY = ".shared .align 128 .b8 memory[4096];"
COPY = "cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes"


def check_ring(chunks):
    """A warp brings chunks of 128 bytes into a ring of two stages, full barriers at 256 and
    empty ones at 272; another takes them out."""
    data = np.random.default_rng(3).integers(0, 1 << 32, (chunks, 32), np.uint32)
    got = run(f"""{LANE}
        setp.ne.s32 %p1, %r1, 0;
        mov.u32 %r20, memory;
        @%p1 bra $ready;
        mbarrier.init.shared.b64 [%r20+256], 1;
        mbarrier.init.shared::cta.b64 [%r20+264], 1;
        mbarrier.init.shared.b64 [%r20+272], 32;
        mbarrier.init.shared.b64 [%r20+280], 32;
        fence.mbarrier_init.release.cluster;
    $ready:
        bar.sync 0;
        mov.u32 %r2, 0;  // the chunk
        mov.u32 %r3, 0;  // of the stage: full
        setp.ge.u32 %p2, %r1, 32;
        @%p2 bra $take;
        @%p1 bra $end;
    $bring:
        and.b32 %r4, %r2, 1;
        shl.b32 %r5, %r4, 3;
        add.s32 %r6, %r20, %r5;
        shr.u32 %r7, %r2, 1;
        not.b32 %r7, %r7;
        and.b32 %r7, %r7, 1;
    $isEmpty:
        mbarrier.try_wait.parity.shared.b64 %p3, [%r6+272], %r7, 1000;
        @!%p3 bra $isEmpty;
        mbarrier.arrive.expect_tx.shared.b64 _, [%r6+256], 128;
        shl.b32 %r8, %r4, 7;
        add.s32 %r8, %r8, %r20;
        mul.wide.u32 %rd3, %r2, 128;
        add.s64 %rd3, %rd3, %rd1;
        {COPY} [%r8], [%rd3], 128, [%r6+256];
        add.s32 %r2, %r2, 1;
        setp.lt.u32 %p4, %r2, {chunks};
        @%p4 bra $bring;
        bra $end;
    $take:
        and.b32 %r4, %r2, 1;
        shl.b32 %r5, %r4, 3;
        add.s32 %r6, %r20, %r5;
        shr.u32 %r7, %r2, 1;
        and.b32 %r7, %r7, 1;
    $isFull:
        mbarrier.try_wait.parity.shared.b64 %p3, [%r6+256], %r7;
        @!%p3 bra $isFull;
        shl.b32 %r8, %r4, 7;
        add.s32 %r8, %r8, %r20;
        cvt.u32.u64 %r10, %rd9;
        and.b32 %r10, %r10, 127;
        add.s32 %r8, %r8, %r10;
        ld.shared.b32 %r11, [%r8];
        mbarrier.arrive.shared.b64 %rd5, [%r6+272];
        mul.wide.u32 %rd3, %r2, 128;
        add.s64 %rd3, %rd3, %rd2;
        cvt.u64.u32 %rd4, %r10;
        add.s64 %rd3, %rd3, %rd4;
        st.global.b32 [%rd3], %r11;
        add.s32 %r2, %r2, 1;
        setp.lt.u32 %p4, %r2, {chunks};
        @%p4 bra $take;
    $end:
        ret;""", data, data.nbytes, outside=MEMORY, threads=64)
    expect("ring of bulk copies", got, data.view(np.uint8).reshape(-1))


def check_states():
    """Waits by state, generic addresses, arrivals of several threads at once."""
    got = run(f"""{LANE}
        mov.u64 %rd3, memory;
        cvta.shared.u64 %rd3, %rd3;
        setp.eq.s32 %p1, %r1, 0;
        @%p1 mbarrier.init.b64 [%rd3], 34;
        mbarrier.arrive.b64 %rd4, [%rd3];
        mbarrier.test_wait.b64 %p2, [%rd3], %rd4;
        selp.b32 %r2, 1, 0, %p2;
        @%p1 mbarrier.arrive.release.cta.b64 %rd5, [%rd3], 2;
        mbarrier.test_wait.b64 %p2, [%rd3], %rd4;
        selp.b32 %r3, 2, 0, %p2;
        @%p1 mbarrier.inval.b64 [%rd3];
        st.shared.b32 [memory], %r1;
        or.b32 %r2, %r2, %r3;
        add.s64 %rd2, %rd2, %rd9;
        st.global.b32 [%rd2], %r2;
        ret;""", np.zeros(1, np.uint32), 128, outside=MEMORY)
    expect("states", got.view(np.uint32), np.full(32, 2, np.uint32))


# One thread initializes an mbarrier of one arrival behind 128 bytes, then does this.
BEGIN = """setp.ne.s32 %p1, %r1, 0;
@%p1 exit;
mov.u32 %r20, memory;
add.s32 %r21, %r20, 128;
mbarrier.init.shared.b64 [%r21], 1;
"""
WAIT = """$wait:
mbarrier.try_wait.parity.shared.b64 %p2, [%r21], 0;
@!%p2 bra $wait;
ld.shared.b32 %r2, [%r20];
"""


def bring(expected, copied=128):
    return f"""mbarrier.arrive.expect_tx.shared.b64 _, [%r21], {expected};
{COPY} [%r20], [%rd1], {copied}, [%r21];
"""


FAULTS = {
    "right": bring(128) + WAIT,
    "expects too much": bring(128, 112) + WAIT,
    "expects too little": bring(112) + WAIT,
    "reads too early": bring(128) + "ld.shared.b32 %r2, [%r20+124];",
    "copies over a copy": bring(128) + f"{COPY} [%r20+112], [%rd1], 16, [%r21];",
    "ends too early": bring(128),
    "lacks an arrival": f"{COPY} [%r20], [%rd1], 16, [%r21];" + WAIT,
    "arrives too often": bring(128) + "mbarrier.arrive.shared.b64 _, [%r21];",
    "reads an mbarrier": "ld.shared.b32 %r2, [%r21+4];",
    "is not there": "mbarrier.arrive.shared.b64 _, [%r20];",
    "is there twice": "mbarrier.init.shared.b64 [%r21], 1;",
    "expects nobody": "mbarrier.init.shared.b64 [%r20], 0;",
    "is outside": "mbarrier.init.shared.b64 [%r20+4092], 1;",
    "counts too far": "mbarrier.arrive.expect_tx.shared.b64 _, [%r21], 1048576;",
    "has a bad size": "mov.u32 %r5, 120;" + bring(128, "%r5"),
    "reads behind": bring(128).replace("[%rd1]", "[%rd1+16]"),
}

# What is refused when it is loaded leaves the context as it was.
REFUSED = {
    "has no mbarrier": "cp.async.bulk.global.shared::cta.bulk_group [%rd1], [%r20], 128;",
    "is of a cluster": "mbarrier.arrive.shared::cluster.b64 _, [%r21];",
    "is pending": "mbarrier.pending_count.b64 %r1, %rd1;",
}


def check_all():
    check_ring(3000)
    check_states()
    for name, body in REFUSED.items():
        report(name, BEGIN + body, outside=MEMORY)


if __name__ == "__main__":
    faults = {name: (BEGIN + body, {"outside": MEMORY}) for name, body in FAULTS.items()}
    main(faults, check_all)
