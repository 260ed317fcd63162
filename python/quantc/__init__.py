# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs networks that quantc compiled.

    import quantc
    model = quantc.Model("model.so")
    scores = model.run(images)

Needs numpy and nothing else; the library holds the network and its code.
"""

import ctypes
import os
from dataclasses import dataclass

import numpy as np

from . import _abi

__all__ = ["Model", "Tensor"]

_DTYPES = {_abi.F32: np.dtype(np.float32), _abi.I8: np.dtype(np.int8),
           _abi.U8: np.dtype(np.uint8), _abi.I32: np.dtype(np.int32)}

# Samples per run of a network that takes any number: enough to amortize a call,
# few enough to stay in the caches.
_BATCH = 16


@dataclass(frozen=True)
class Tensor:
    """An input, output or observed tensor of a network."""

    name: str
    dtype: np.dtype
    shape: tuple  # None is the batch
    scales: tuple  # real = scale * (stored - zero point); empty for real data
    zero_points: tuple
    axis: int  # of several scales, or -1

    @staticmethod
    def _of(info):
        count = info.scale_count
        return Tensor(
            info.name.decode(errors="replace"), _DTYPES[info.type],
            tuple(None if d == _abi.DIM_BATCH else d for d in info.dims[:info.rank]),
            tuple(info.scales[:count]) if count else (),
            tuple(info.zero_points[:count]) if count else (), info.axis)

    def __str__(self):
        dims = ", ".join("batch" if d is None else str(d) for d in self.shape)
        return f"{self.name}: {self.dtype} [{dims}]"


class Model:
    """A shared library that quantc wrote.

    `inputs`, `outputs` and `observed` are lists of Tensor, `provenance` a dictionary
    of texts. Where the library has code for several targets or a GPU, `choice` says which
    one runs here, and why none that is better; else it is None. Any number of threads may
    call `run` at once. `threads` of libquantc_host share the loops of a run; that library
    is needed only where they are more than one.
    """

    def __init__(self, path, threads=1):
        # A path without a folder would be looked for in the system's.
        self._library, self._model = _abi.load(os.path.abspath(os.fspath(path)))
        model = self._model
        self.name = model.name.decode()
        self.inputs = [Tensor._of(i) for i in model.inputs[:model.input_count]]
        self.outputs = [Tensor._of(o) for o in model.outputs[:model.output_count]]
        observed = model.observed[:model.observed_count] if model.observed_count else []
        self._observed = {o.id: Tensor._of(o.tensor) for o in observed}
        self.observed = list(self._observed.values())
        self.fixed_batch = (None if model.fixed_batch == _abi.DIM_BATCH
                            else model.fixed_batch)
        self.provenance = {name: getattr(model.provenance[0], name).decode()
                           for name, _ in _abi.Provenance._fields_}
        self._pool = None if threads == 1 else _abi.Pool(threads)
        self._prepare()

    def __repr__(self):
        def tensors(list_):
            return ", ".join(map(str, list_))
        return f"<quantc.Model {self.name}: {tensors(self.inputs)} -> {tensors(self.outputs)}>"

    def run(self, *arrays, observe=None, **named):
        """Runs the network on arrays, given in the order of `inputs` or by name.

        The first axis of each counts samples, of which there may be any number. A
        float input takes any numbers, by value; an integer input integers that fit.
        Gives the output, or a dictionary of outputs by name where there are several.
        `observe(tensor, values)` is called with what an observed network computes,
        up to 16 samples at a time.
        """
        inputs = self._match(arrays, named)
        samples = len(inputs[0]) if inputs else self._batch()
        outputs = [np.empty((samples, *self._sample_shape(o)), o.dtype)
                   for o in self.outputs]
        batch = self._batch()
        for begin in range(0, samples, batch):
            self._run_batch(inputs, outputs, begin, min(begin + batch, samples), observe)
        if len(outputs) == 1:
            return outputs[0]
        return {tensor.name: output for tensor, output in zip(self.outputs, outputs)}

    def _is_per_sample(self, tensor):
        """Whether it has one slice per sample, or belongs to a run as a whole."""
        return bool(tensor.shape) and tensor.shape[0] == self.fixed_batch

    def _sample_shape(self, tensor):
        return tensor.shape[1:] if self._is_per_sample(tensor) else tensor.shape

    def _batch(self):
        if self.fixed_batch is not None:
            return self.fixed_batch
        return _BATCH if all(map(self._is_per_sample, self.inputs + self.outputs)) else 1

    def _prepare(self):
        self._state = _Buffer(self._model.state_bytes)
        messages = []
        args = _abi.PrepareArgs(abi_version=_abi.ABI_VERSION,
                                report_error=_keep_in(messages))
        self._check(self._model.prepare(self._state.address, args), messages)
        self.choice = None
        if self._state.size > 0:
            choice = _abi.Choice.from_address(self._state.address)
            self.choice = {name: getattr(choice, name).decode()
                           for name, _ in _abi.Choice._fields_}

    def __del__(self):
        if hasattr(self, "_state"):
            self._model.release(self._state.address)

    def _match(self, arrays, named):
        """One array per input, contiguous and of its type."""
        names = [tensor.name for tensor in self.inputs]
        if len(arrays) > len(names):
            raise TypeError(f"expected {len(names)} inputs ({', '.join(names)}), but "
                            f"got {len(arrays)}")
        given = dict(zip(names, arrays))
        for name, array in named.items():
            if name not in names:
                raise TypeError(f"'{name}' is no input; the inputs are "
                                f"{', '.join(names)}")
            if name in given:
                raise TypeError(f"input '{name}' is given twice")
            given[name] = array
        missing = [name for name in names if name not in given]
        if missing:
            raise TypeError(f"missing inputs: {', '.join(missing)}")
        inputs = [_convert(np.asarray(given[tensor.name]), tensor,
                           self._sample_shape(tensor)) for tensor in self.inputs]
        counts = {len(array) for array in inputs}
        if len(counts) > 1:
            raise ValueError("expected as many samples for every input, but got "
                             f"{', '.join(map(str, sorted(counts)))}")
        return inputs

    def _run_batch(self, inputs, outputs, begin, end, observe):
        count = end - begin
        batch = self.fixed_batch or count
        # The last batch of a network with a fixed one is filled up with zeros.
        ins = [_padded(array[begin:end], batch) for array in inputs]
        outs = [np.empty((batch, *output.shape[1:]), output.dtype) for output in outputs]
        workspace = _Buffer(self._model.workspace_bytes(self._state.address, batch))
        messages, failures = [], []
        args = _abi.RunArgs(
            abi_version=_abi.ABI_VERSION, batch=batch,
            inputs=_addresses(ins), outputs=_addresses(outs),
            workspace=workspace.address, workspace_bytes=workspace.size,
            parallel_for=self._pool.parallel_for if self._pool else _abi.ParallelFor(),
            parallel_context=self._pool.parallel_context if self._pool else None,
            observe=self._observe_with(observe, count, batch, failures),
            report_error=_keep_in(messages))
        self._check(self._model.run(self._state.address, args), messages)
        if failures:
            raise failures[0]
        for output, out in zip(outputs, outs):
            output[begin:end] = out[:count]

    def _observe_with(self, observe, count, batch, failures):
        if observe is None:
            return _abi.Observe()

        def call(_, id_, data, size):
            tensor = self._observed[id_]
            values = np.ctypeslib.as_array(
                ctypes.cast(data, ctypes.POINTER(ctypes.c_uint8)),
                (size * tensor.dtype.itemsize,)).view(tensor.dtype)
            try:  # An exception cannot pass through the network.
                if failures:
                    return
                if self._is_per_sample(tensor):
                    values = values.reshape(batch, *tensor.shape[1:])[:count]
                else:
                    values = values.reshape(tensor.shape)
                observe(tensor, values.copy())
            except Exception as failure:  # pylint: disable=broad-except
                failures.append(failure)

        return _abi.Observe(call)

    def _check(self, status, messages):
        if status != 0:
            detail = messages[-1] if messages else "no details"
            raise RuntimeError(f"network '{self.name}' reports error {status}: {detail}")


class _Buffer:
    """Memory with the alignment of workspaces."""

    def __init__(self, size):
        self._bytes = np.empty(size + _abi.WORKSPACE_ALIGNMENT, np.uint8)
        start = self._bytes.ctypes.data
        self.address = start + -start % _abi.WORKSPACE_ALIGNMENT
        self.size = size


def _keep_in(messages):
    return _abi.ReportError(
        lambda _, status, text: messages.append(text.decode(errors="replace")))


def _addresses(arrays):
    return (ctypes.c_void_p * len(arrays))(*[array.ctypes.data for array in arrays])


def _padded(array, samples):
    if len(array) == samples:
        return np.ascontiguousarray(array)
    padded = np.zeros((samples, *array.shape[1:]), array.dtype)
    padded[:len(array)] = array
    return padded


def _convert(array, tensor, sample):
    if array.ndim != len(sample) + 1 or array.shape[1:] != sample:
        raise ValueError(f"input '{tensor.name}' takes arrays of shape "
                         f"[samples{''.join(f', {d}' for d in sample)}], but got "
                         f"{list(array.shape)}")
    if array.dtype == tensor.dtype:
        return np.ascontiguousarray(array)
    if tensor.dtype.kind == "f":
        if array.dtype.kind not in "buif":
            raise TypeError(f"input '{tensor.name}' takes real numbers, but got "
                            f"{array.dtype}")
        return array.astype(tensor.dtype)
    if array.dtype.kind not in "bui":
        raise TypeError(f"input '{tensor.name}' takes integers ({tensor.dtype}), but got "
                        f"{array.dtype}")
    limits = np.iinfo(tensor.dtype)
    if array.size and (array.min() < limits.min or array.max() > limits.max):
        raise ValueError(f"input '{tensor.name}' takes {tensor.dtype}, but got values "
                         f"from {array.min()} to {array.max()}")
    return array.astype(tensor.dtype)
