# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The structs of include/quantc-rt/quantc_rt.h, field by field."""

import ctypes
import os
import platform
import struct
from ctypes import (CFUNCTYPE, POINTER, Structure, c_char_p, c_float, c_int32,
                    c_int64, c_size_t, c_uint32, c_uint64, c_void_p)

ABI_VERSION = 3
DIM_BATCH = -1
WORKSPACE_ALIGNMENT = 64

# Element types.
F32, I8, U8, I32 = 1, 2, 3, 4

Body = CFUNCTYPE(None, c_void_p, c_int64, c_int64)
ParallelFor = CFUNCTYPE(None, c_void_p, c_void_p, c_void_p, c_int64)
Observe = CFUNCTYPE(None, c_void_p, c_int32, c_void_p, c_int64)
LayerDone = CFUNCTYPE(None, c_void_p, c_int32)
ReportError = CFUNCTYPE(None, c_void_p, c_int32, c_char_p)


class TensorInfo(Structure):
    _fields_ = [("name", c_char_p), ("type", c_int32), ("rank", c_int32),
                ("dims", POINTER(c_int64)), ("scale_count", c_int32),
                ("axis", c_int32), ("scales", POINTER(c_float)),
                ("zero_points", POINTER(c_int32))]


class ObservedInfo(Structure):
    _fields_ = [("id", c_int32), ("reserved", c_int32), ("tensor", TensorInfo)]


class Provenance(Structure):
    _fields_ = [("version", c_char_p), ("contract", c_char_p), ("stage", c_char_p),
                ("target", c_char_p), ("strategy", c_char_p),
                ("model_sha256", c_char_p), ("network_sha256", c_char_p),
                ("calibration_sha256", c_char_p)]


class Choice(Structure):
    _fields_ = [("target", c_char_p), ("strategy", c_char_p), ("reason", c_char_p)]


class PrepareArgs(Structure):
    _fields_ = [("abi_version", c_uint32), ("reserved", c_uint32),
                ("weights", c_void_p), ("weights_bytes", c_uint64),
                ("report_error", ReportError), ("error_context", c_void_p)]


class RunArgs(Structure):
    _fields_ = [("abi_version", c_uint32), ("reserved", c_uint32), ("batch", c_int64),
                ("inputs", POINTER(c_void_p)), ("outputs", POINTER(c_void_p)),
                ("workspace", c_void_p), ("workspace_bytes", c_uint64),
                ("parallel_for", ParallelFor), ("parallel_context", c_void_p),
                ("observe", Observe), ("observe_context", c_void_p),
                ("report_error", ReportError), ("error_context", c_void_p),
                ("layer_done", LayerDone), ("layer_context", c_void_p),
                ("stream", c_void_p)]


class LayerInfo(Structure):
    _fields_ = [("name", c_char_p), ("kernel", c_char_p), ("why_slow", c_char_p),
                ("multiply_adds", c_int64), ("bytes", c_int64),
                ("expected_cycles", c_int64), ("least_cycles", c_int64)]


class EncodingInfo(Structure):
    _fields_ = [("name", c_char_p), ("plain_bytes", c_int64), ("bytes", c_int64)]


class ModelStruct(Structure):
    _fields_ = [("abi_version", c_uint32), ("input_count", c_int32),
                ("output_count", c_int32), ("observed_count", c_int32),
                ("name", c_char_p), ("inputs", POINTER(TensorInfo)),
                ("outputs", POINTER(TensorInfo)), ("observed", POINTER(ObservedInfo)),
                ("provenance", POINTER(Provenance)), ("fixed_batch", c_int64),
                ("weights_bytes", c_uint64), ("state_bytes", c_uint64),
                ("prepare", CFUNCTYPE(c_int32, c_void_p, POINTER(PrepareArgs))),
                ("workspace_bytes", CFUNCTYPE(c_uint64, c_void_p, c_int64)),
                ("run", CFUNCTYPE(c_int32, c_void_p, POINTER(RunArgs))),
                ("release", CFUNCTYPE(None, c_void_p)),
                ("layers", POINTER(LayerInfo)), ("layer_count", c_int64),
                ("float_parameter_bytes", c_uint64),
                ("encodings", POINTER(EncodingInfo)), ("encoding_count", c_int64)]


# As e_machine of an ELF header has them.
_MACHINES = {"x86_64": 62, "aarch64": 183}


def _verify_elf(path):
    """What dlopen would misname, or map although it is cut off: a signal, later."""
    with open(path, "rb") as file:
        header = file.read(64)
        if len(header) < 64 or header[:5] != b"\x7fELF\x02":
            raise OSError(f"'{path}' is not a library that quantc wrote: expected an ELF "
                          "file of 64 bits")
        machine, = struct.unpack_from("<H", header, 18)
        if machine != _MACHINES.get(platform.machine(), machine):
            raise OSError(f"'{path}' is for another kind of CPU than this machine, which "
                          f"is {platform.machine()}: compile the network with "
                          "--target=native")
        table, = struct.unpack_from("<Q", header, 32)
        size = 56 * struct.unpack_from("<H", header, 56)[0]
        file.seek(table)
        parts = file.read(size)
        length = file.seek(0, os.SEEK_END)
    # Offset and size of each part that is loaded.
    ends = map(sum, struct.iter_unpack("<8xQ16xQ16x", parts[:len(parts) // 56 * 56]))
    if len(parts) < size or max(ends, default=0) > length:
        raise OSError(f"'{path}' is cut off after {length} bytes: copy or compile it anew")


def load(path):
    """The library at `path` and its model. OSError where it is none."""
    _verify_elf(path)
    library = ctypes.CDLL(path)
    try:
        # The version comes first in all versions of the struct.
        version = c_uint32.in_dll(library, "quantc_model").value
    except ValueError:
        raise OSError(f"'{path}' is not a library that quantc wrote: it has no symbol "
                      "quantc_model") from None
    if version != ABI_VERSION:
        raise OSError(f"'{path}' has version {version} of the binary interface, but "
                      f"this module knows version {ABI_VERSION}: compile the network "
                      "with the same version of quantc")
    return library, ModelStruct.in_dll(library, "quantc_model")


_HOST = "libquantc_host.so.1"


def _load_host():
    # The module is installed as PREFIX/share/quantc/python/quantc.
    prefix = os.path.join(os.path.dirname(os.path.abspath(__file__)), *[os.pardir] * 4)
    for path in (os.path.join(prefix, "lib", _HOST), _HOST):
        try:
            return ctypes.CDLL(path)
        except OSError:
            continue
    raise OSError(f"threads need {_HOST}, which is neither in the lib folder of an "
                  "installed quantc nor where the system looks: set LD_LIBRARY_PATH to "
                  "its folder")


class Pool:
    """Threads of libquantc_host, as two fields of RunArgs."""

    def __init__(self, threads):
        self._host = _load_host()
        create = self._host.quantc_pool_create
        create.argtypes, create.restype = (c_int32, c_char_p, c_size_t), c_void_p
        self._host.quantc_pool_destroy.argtypes = (c_void_p,)
        error = ctypes.create_string_buffer(256)
        self.parallel_context = create(threads, error, len(error))
        if not self.parallel_context:
            raise ValueError(error.value.decode())
        # Called by the network itself: Python takes no part in a run.
        self.parallel_for = ctypes.cast(self._host.quantc_pool_parallel_for, ParallelFor)

    def __del__(self):
        if getattr(self, "parallel_context", None):
            self._host.quantc_pool_destroy(self.parallel_context)
