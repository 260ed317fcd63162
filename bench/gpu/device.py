# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A GPU by the driver alone: memory, a stream, and times of what is in it."""

import ctypes
import statistics

import numpy as np


class Device:
    """The first GPU, in the context that PyTorch uses, too."""

    def __init__(self):
        self.cuda = ctypes.CDLL("libcuda.so.1")
        self.call("cuInit", 0)
        context = ctypes.c_void_p()
        self.call("cuDevicePrimaryCtxRetain", ctypes.byref(context), 0)
        self.call("cuCtxPushCurrent_v2", context)
        name = ctypes.create_string_buffer(100)
        self.call("cuDeviceGetName", name, 100, 0)
        self.name = name.value.decode()
        self.stream = ctypes.c_void_p()
        self.call("cuStreamCreate", ctypes.byref(self.stream), 0)
        # More than the second-level cache of any GPU so far: 128 MiB on a B200.
        self.flushed_bytes = 256 << 20
        self.flushed = None

    def call(self, name, *arguments):
        result = getattr(self.cuda, name)(*arguments)
        if result:
            text = ctypes.c_char_p()
            self.cuda.cuGetErrorName(result, ctypes.byref(text))
            raise RuntimeError(f"{name}: {text.value.decode() if text.value else result}")

    def allocate(self, size):
        address = ctypes.c_uint64()
        self.call("cuMemAlloc_v2", ctypes.byref(address), ctypes.c_size_t(size))
        return address.value

    def free(self, address):
        self.call("cuMemFree_v2", ctypes.c_uint64(address))

    def upload(self, array):
        address = self.allocate(array.nbytes)
        self.call("cuMemcpyHtoD_v2", ctypes.c_uint64(address),
                  array.ctypes.data_as(ctypes.c_void_p), ctypes.c_size_t(array.nbytes))
        return address

    def download(self, address, shape, dtype):
        array = np.empty(shape, dtype)
        self.call("cuMemcpyDtoH_v2", array.ctypes.data_as(ctypes.c_void_p),
                  ctypes.c_uint64(address), ctypes.c_size_t(array.nbytes))
        return array

    def synchronize(self):
        self.call("cuStreamSynchronize", self.stream)

    def flush(self):
        """Writes over what the caches hold."""
        if self.flushed is None:
            self.flushed = self.allocate(self.flushed_bytes)
        self.call("cuMemsetD8Async", ctypes.c_uint64(self.flushed), ctypes.c_ubyte(1),
                  ctypes.c_size_t(self.flushed_bytes), self.stream)

    def time(self, run, count):
        """Median microseconds of `run`, which puts work into the stream, with cold caches."""
        run()
        self.synchronize()
        events = [[ctypes.c_void_p(), ctypes.c_void_p()] for _ in range(count)]
        for pair in events:
            for event in pair:
                self.call("cuEventCreate", ctypes.byref(event), 0)
        for begin, end in events:
            self.flush()
            self.call("cuEventRecord", begin, self.stream)
            run()
            self.call("cuEventRecord", end, self.stream)
        self.synchronize()
        times = []
        for begin, end in events:
            milliseconds = ctypes.c_float()
            # Every driver has this one; the second version came with CUDA 12.8.
            self.call("cuEventElapsedTime", ctypes.byref(milliseconds), begin, end)
            times.append(milliseconds.value * 1e3)
            self.call("cuEventDestroy_v2", begin)
            self.call("cuEventDestroy_v2", end)
        return statistics.median(times)
