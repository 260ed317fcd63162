# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The stand-in for a GPU from Python: modules of PTX, launches, memory."""

import ctypes

import numpy as np

cuda = ctypes.CDLL("libcuda.so.1")


class Error(Exception):
    """A CUresult that is no success; `log` is what the PTX compiler says."""

    def __init__(self, result, log=""):
        name = ctypes.c_char_p()
        cuda.cuGetErrorName(result, ctypes.byref(name))
        super().__init__(name.value.decode() if name.value else str(result))
        self.log = log


def check(result):
    if result:
        raise Error(result)


check(cuda.cuInit(0))
_context = ctypes.c_void_p()
check(cuda.cuDevicePrimaryCtxRetain(ctypes.byref(_context), 0))
check(cuda.cuCtxPushCurrent_v2(_context))


class Buffer:
    """Device memory with the contents of an array, or so many bytes."""

    def __init__(self, data):
        data = np.ascontiguousarray(data) if not isinstance(data, int) else data
        self.size = data if isinstance(data, int) else data.nbytes
        self.address = ctypes.c_uint64()
        check(cuda.cuMemAlloc_v2(ctypes.byref(self.address), ctypes.c_size_t(self.size)))
        if not isinstance(data, int):
            check(cuda.cuMemcpyHtoD_v2(self.address, data.ctypes.data_as(ctypes.c_void_p),
                                       ctypes.c_size_t(self.size)))

    def read(self, dtype):
        result = np.empty(self.size // np.dtype(dtype).itemsize, dtype)
        check(cuda.cuMemcpyDtoH_v2(result.ctypes.data_as(ctypes.c_void_p), self.address,
                                   ctypes.c_size_t(self.size)))
        return result

    def __del__(self):
        cuda.cuMemFree_v2(self.address)


class TensorMap:
    """A CUtensorMap of elements of a byte; extents and box from the innermost on, `pitch`
    from a row to the next, `swizzle` of rows of 32, 64 or 128 bytes."""

    def __init__(self, buffer, extents, pitches, box, swizzle=0, offset=0):
        room = ctypes.create_string_buffer(128 + 64)
        self.place = (ctypes.c_char * 128).from_buffer(room, -ctypes.addressof(room) % 64)
        self.buffer = buffer
        rank = len(extents)
        check(cuda.cuTensorMapEncodeTiled(
            self.place, 0, rank, ctypes.c_uint64(buffer.address.value + offset),
            (ctypes.c_uint64 * rank)(*extents), (ctypes.c_uint64 * rank)(*pitches),
            (ctypes.c_uint32 * rank)(*box), (ctypes.c_uint32 * rank)(*[1] * rank), 0,
            {0: 0, 32: 1, 64: 2, 128: 3}[swizzle], 0, 0))


class WindowMap(TensorMap):
    """A CUtensorMap of windows of an image of bytes, [n][h][w][c]: `channels` of `pixels`
    windows in turn, which begin from `lower` on, at `steps`, up to `upper` from the end;
    pairs are along w, then h."""

    def __init__(self, buffer, shape, lower, upper, channels, pixels, steps, swizzle=0):
        room = ctypes.create_string_buffer(128 + 64)
        self.place = (ctypes.c_char * 128).from_buffer(room, -ctypes.addressof(room) % 64)
        self.buffer = buffer
        n, h, w, c = shape
        check(cuda.cuTensorMapEncodeIm2col(
            self.place, 0, 4, buffer.address, (ctypes.c_uint64 * 4)(c, w, h, n),
            (ctypes.c_uint64 * 3)(c, w * c, h * w * c), (ctypes.c_int32 * 2)(*lower),
            (ctypes.c_int32 * 2)(*upper), channels, pixels,
            (ctypes.c_uint32 * 4)(1, *steps, 1), 0, {0: 0, 32: 1, 64: 2, 128: 3}[swizzle], 0, 0))


class Module:
    def __init__(self, ptx):
        self.handle = ctypes.c_void_p()
        log = ctypes.create_string_buffer(1000)
        options = (ctypes.c_int32 * 2)(5, 6)  # CU_JIT_ERROR_LOG_BUFFER, its size
        values = (ctypes.c_void_p * 2)(ctypes.addressof(log), len(log))
        result = cuda.cuModuleLoadDataEx(ctypes.byref(self.handle), ptx.encode(), 2,
                                         options, values)
        if result:
            raise Error(result, log.value.decode())

    def launch(self, name, arguments, blocks=1, threads=32, shared=0):
        """Arguments are buffers, tensor maps, or integers of 32 bits with a numpy type."""
        function = ctypes.c_void_p()
        check(cuda.cuModuleGetFunction(ctypes.byref(function), self.handle, name.encode()))
        if shared > 48 * 1024:
            check(cuda.cuFuncSetAttribute(function, 8, shared))
        values = [a.address if isinstance(a, Buffer) else
                  a.place if isinstance(a, TensorMap) else ctypes.c_uint64(int(a))
                  for a in arguments]
        pointers = (ctypes.c_void_p * len(values))(*map(ctypes.addressof, values))
        check(cuda.cuLaunchKernel(function, blocks, 1, 1, threads, 1, 1, shared, None,
                                  pointers, None))
        check(cuda.cuStreamSynchronize(None))

    def __del__(self):
        if self.handle:
            cuda.cuModuleUnload(self.handle)


def kernel(body, parameters, name="kernel", target="sm_80", version="8.0", outside="", maps=0):
    """A module with one kernel, whose parameters are 64-bit pointers p0, p1, ..., then
    tensor maps m0, m1, ..."""
    declared = ", ".join([f".param .u64 p{index}" for index in range(parameters)] +
                         [f".param .align 64 .b8 m{index}[128]" for index in range(maps)])
    return f""".version {version}
.target {target}
.address_size 64
{outside}
.visible .entry {name}({declared})
{{
.reg .pred %p<16>;
.reg .b16 %rs<32>;
.reg .b32 %r<64>;
.reg .b64 %rd<32>;
{body}
}}
"""
