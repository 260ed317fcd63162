# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What quantc is timed beside: cuBLASLt and cuDNN by PyTorch, Triton, torch.compile.

`contenders(case)` gives names and functions that put one call into PyTorch's current
stream. Each is captured in a CUDA graph, as quantc's launches are.
"""

import torch
import torch.nn.functional as F

try:
    import triton
    import triton.language as tl
except ImportError:
    triton = None

DEVICE = "cuda"


def random_int8(*shape):
    return torch.randint(-128, 128, shape, device=DEVICE, dtype=torch.int8)


def requantize(sums, bias, scale):
    return torch.round((sums + bias).float() * scale).clamp(-128, 127).to(torch.int8)


if triton:

    @triton.autotune(
        configs=[triton.Config({"BM": bm, "BN": bn, "BK": bk}, num_warps=warps,
                               num_stages=stages)
                 for bm, bn, bk, warps, stages in (
                     (128, 256, 128, 8, 3), (128, 128, 128, 8, 3), (128, 128, 128, 4, 4),
                     (64, 256, 128, 8, 3), (128, 64, 128, 4, 4), (64, 128, 128, 4, 4),
                     (64, 64, 128, 4, 5), (64, 32, 256, 4, 4), (32, 64, 256, 4, 5),
                     (128, 256, 64, 8, 4))],
        key=["m", "n", "k"])  # fmt: skip
    @triton.jit
    def fused_kernel(a, b, y, bias, scale, m, n, k, BM: tl.constexpr, BN: tl.constexpr,
                     BK: tl.constexpr, GROUP: tl.constexpr = 8):
        """y = requantize(a @ b.T): int8 with the epilogue that quantc has."""
        program = tl.program_id(0)
        columns = tl.cdiv(n, BN)
        rows = tl.cdiv(m, BM)
        group = program // (GROUP * columns)
        height = min(rows - group * GROUP, GROUP)
        row = group * GROUP + program % (GROUP * columns) % height
        column = program % (GROUP * columns) // height
        i = row * BM + tl.arange(0, BM)
        j = column * BN + tl.arange(0, BN)
        depth = tl.arange(0, BK)
        sums = tl.zeros((BM, BN), tl.int32)
        for begin in range(0, k, BK):
            inside = begin + depth < k
            left = tl.load(a + i[:, None] * k + begin + depth[None, :],
                           mask=(i[:, None] < m) & inside[None, :], other=0)
            right = tl.load(b + j[None, :] * k + begin + depth[:, None],
                            mask=(j[None, :] < n) & inside[:, None], other=0)
            sums = tl.dot(left, right, sums)
        sums += tl.load(bias + j, mask=j < n, other=0)[None, :]
        real = sums.to(tl.float32) * tl.load(scale + j, mask=j < n, other=0.0)[None, :]
        # Adding 1.5 * 2^23 rounds to the nearest integer, ties to even.
        real = tl.clamp(real, -128.0, 127.0) + 12582912.0 - 12582912.0
        tl.store(y + i[:, None] * n + j[None, :], real.to(tl.int8),
                 mask=(i[:, None] < m) & (j[None, :] < n))


def gemm_contenders(case):
    a, b = random_int8(case.m, case.k), random_int8(case.n, case.k)
    bias = torch.randint(-20000, 20000, (case.n,), device=DEVICE, dtype=torch.int32)
    scale = torch.rand(case.n, device=DEVICE) * 1e-3
    compiled = torch.compile(requantize)
    found = {}
    if case.m > 16:  # torch._int_mm asks for it
        found["cublaslt int8"] = lambda: torch._int_mm(a, b.t())
        found["cublaslt int8 + requantize"] = lambda: compiled(
            torch._int_mm(a, b.t()), bias, scale)
    if triton:
        y = torch.empty(case.m, case.n, device=DEVICE, dtype=torch.int8)

        def fused():
            fused_kernel[lambda meta: (triton.cdiv(case.m, meta["BM"])
                                       * triton.cdiv(case.n, meta["BN"]),)](
                a, b, y, bias, scale, case.m, case.n, case.k)

        found["triton int8 fused"] = fused
    return found


def layer_contenders(case):
    def half(*shape):
        return torch.randn(shape, device=DEVICE, dtype=torch.half)

    torch.backends.cudnn.benchmark = True
    x = half(case.batch, case.channels, case.size, case.size).to(
        memory_format=torch.channels_last)
    w = half(case.filters, case.channels, case.kernel, case.kernel).to(
        memory_format=torch.channels_last)
    bias = half(case.filters)
    return {"cudnn fp16": lambda: F.conv2d(x, w, bias, case.stride, case.padding)}


def network_contenders(case):
    import torchvision

    models = {"resnet50": torchvision.models.resnet50,
              "mobilenet_v2": torchvision.models.mobilenet_v2}  # fmt: skip
    model = models[case.title](weights=None).eval().to(
        DEVICE, torch.half, memory_format=torch.channels_last)
    x = torch.randn(case.batch, 3, 224, 224, device=DEVICE, dtype=torch.half).to(
        memory_format=torch.channels_last)
    compiled = torch.compile(model, options={"max_autotune": True})

    def run():
        with torch.inference_mode():
            return compiled(x)

    return {"torch.compile fp16": run}


def contenders(case):
    return {"gemm": gemm_contenders, "layer": layer_contenders,
            "network": network_contenders}[case.kind](case)  # fmt: skip


def capture(call):
    """A function that replays one call, and the stream that it is in."""
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(3):
            call()
    stream.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph, stream=stream):
        call()

    def replay():
        with torch.cuda.stream(stream):
            graph.replay()

    return replay, stream.cuda_stream
