# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Prints a module at stage binary whose one kernel writes x + x to y.

Usage: device_module.py [NAME=VALUE]...
chip, version (of PTX), instruction (in place of the addition), shared, constants and
workspace (bytes), items (per sample).
"""

import sys

options = {"chip": "sm_80", "version": "7.0", "instruction": "add.rn.f32 %r4, %r4, %r4;",
           "shared": 0, "constants": 4, "workspace": 0, "items": 8}  # fmt: skip
options.update(argument.split("=", 1) for argument in sys.argv[1:])
ptx = """.version {version}
.target {chip}
.address_size 64
.visible .entry twice(.param .u64 x, .param .u64 y, .param .u64 batch) {{
.reg .pred %p<2>; .reg .b32 %r<5>; .reg .b64 %rd<8>;
mov.u32 %r1, %ctaid.x; mov.u32 %r2, %tid.x; mad.lo.s32 %r3, %r1, 32, %r2;
cvt.u64.u32 %rd1, %r3; ld.param.u64 %rd2, [batch]; shl.b64 %rd2, %rd2, 3;
setp.ge.u64 %p1, %rd1, %rd2; @%p1 ret;
shl.b64 %rd1, %rd1, 2;
ld.param.u64 %rd3, [x]; add.s64 %rd3, %rd3, %rd1; ld.global.b32 %r4, [%rd3];
{instruction}
ld.param.u64 %rd4, [y]; add.s64 %rd4, %rd4, %rd1; st.global.b32 [%rd4], %r4; ret;
}}
""".format(**options)
print("""module attributes {{
  llvm.target = #llvm.target<triple = "nvptx64-nvidia-cuda", chip = "{chip}">,
  quantc.inputs = [{{name = "x", type = tensor<?x8xf32>}}],
  quantc.outputs = [{{name = "y", type = tensor<?x8xf32>}}],
  quantc.observed = [], quantc.provenance = {{stage = "float"}},
  quantc.device_code = {{ptx = "{ptx}", workspace_per_sample = {workspace} : i64,
    constants = [dense<1> : tensor<{constants}xi8>],
    launches = [{{kernel = "twice", grid = array<i64: {items}, 32, 1, 1>, threads = 32 : i64,
      shared_bytes = {shared} : i64,
      arguments = [array<i64: 2, 0, 0>, array<i64: 3, 0, 0>]}}]}}}} {{}}
""".format(ptx=ptx.replace("\n", "\\0A"), **options))
