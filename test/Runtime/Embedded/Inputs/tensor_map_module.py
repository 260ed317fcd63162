# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Prints a module at stage binary whose one kernel writes x + x to y. It gets x by a tensor
map: boxes of four samples, swizzled by 32 bytes.

Usage: tensor_map_module.py [NAME=VALUE]...
extent (of the outermost dimension, per sample), map (all fields).
"""

import sys

options = {"extent": "1"}
options.update(argument.split("=", 1) for argument in sys.argv[1:])
options.setdefault("map", f"0, 32, 1, 0, 32, 1, 32, 1, 0, 0, {options['extent']}, 32, 4, 1, 0, 0")
ptx = """.version 8.0
.target sm_90a
.address_size 64
.shared .align 1024 .b8 ring[136];
.visible .entry twice(.param .align 64 .b8 x[128], .param .u64 y, .param .u64 batch) {
.reg .pred %p<4>; .reg .b32 %r<16>; .reg .b64 %rd<8>;
mov.u32 %r1, %ctaid.x; mov.u32 %r2, %tid.x; shl.b32 %r3, %r1, 2;
mov.b64 %rd1, x; cvta.param.u64 %rd2, %rd1;
setp.ne.s32 %p1, %r2, 0;
@%p1 bra $ready;
mbarrier.init.shared.b64 [ring+128], 1;
mbarrier.arrive.expect_tx.shared.b64 _, [ring+128], 128;
cp.async.bulk.tensor.2d.shared::cluster.global.tile.mbarrier::complete_tx::bytes [ring], [%rd2, {0, %r3}], [ring+128];
$ready: bar.sync 0;
$wait: mbarrier.try_wait.parity.shared.b64 %p2, [ring+128], 0; @!%p2 bra $wait;
shl.b32 %r4, %r2, 2; shr.u32 %r5, %r4, 3; and.b32 %r5, %r5, 16; xor.b32 %r6, %r4, %r5;
mov.u32 %r7, ring; add.s32 %r7, %r7, %r6; ld.shared.b32 %r8, [%r7]; add.rn.f32 %r8, %r8, %r8;
shr.u32 %r9, %r2, 3; add.s32 %r9, %r9, %r3; cvt.u64.u32 %rd3, %r9; ld.param.u64 %rd4, [batch];
setp.ge.u64 %p3, %rd3, %rd4; @%p3 ret;
ld.param.u64 %rd5, [y]; mad.wide.u32 %rd6, %r1, 128, %rd5; cvt.u64.u32 %rd7, %r4;
add.s64 %rd6, %rd6, %rd7; st.global.b32 [%rd6], %r8; ret;
}
"""
print("""module attributes {{
  llvm.target = #llvm.target<triple = "nvptx64-nvidia-cuda", chip = "sm_90a">,
  quantc.inputs = [{{name = "x", type = tensor<?x8xf32>}}],
  quantc.outputs = [{{name = "y", type = tensor<?x8xf32>}}],
  quantc.observed = [], quantc.provenance = {{stage = "float"}},
  quantc.device_code = {{ptx = "{ptx}", workspace_per_sample = 0 : i64,
    launches = [{{kernel = "twice", grid = array<i64: 1, 4, 1, 1>, threads = 32 : i64,
      shared_bytes = 0 : i64,
      arguments = [array<i64: 2, 0, 0, {map}>, array<i64: 3, 0, 0>]}}]}}}} {{}}
""".format(ptx=ptx.replace("\n", "\\0A"), **options))
