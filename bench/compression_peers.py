#!/usr/bin/env python3
# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How small networks become in other ways, beside bench/compression.py.

  build/venv/bin/python bench/compression_peers.py [NETWORK...]

- int8 + xz: a scale for each output channel, levels by rounding, all by lzma.
- k-means + Huffman: 2^b values of each layer (Han et al., "Deep compression", 2016, without
  pruning or training), their indices by a Huffman code.
- MPEG (ISO/IEC 15938-17): the package nncodec with trellis quantization, where it is
  installed, of tensors that are brought to one root mean square.

All work on the weights of the network as quantc folds it, with biases as they are, and
ONNX Runtime computes with what comes out, in float: int8 activations, which cost quantc's
networks some answers, are not in it.
"""
import heapq
import lzma
import tempfile

import numpy
import onnx
from onnx import numpy_helper

from models import create_parser, each_network, parse_networks, run_float

BITS = [5, 4, 3]
STEPS = [-20, -16, -12, -8, -4]  # quantization parameters of MPEG


class Weights:
    """The float network with batch normalizations folded: weights as outputs x others."""

    def __init__(self, network):
        path = network.folder / "folded.onnx"
        network.call("quantc", network.model, "--float", "--emit=onnx", "-o", path)
        self.model = onnx.load(path)
        self.constants = {c.name: c for c in self.model.graph.initializer}
        self.layers = {}  # name: whether outputs are the last dimension
        for node in self.model.graph.node:
            if node.op_type in ("Conv", "Gemm", "MatMul") and node.input[1] in self.constants:
                is_transposed = any(a.name == "transB" and a.i for a in node.attribute)
                self.layers[node.input[1]] = node.op_type != "Conv" and not is_transposed

    def get(self, name):
        values = numpy_helper.to_array(self.constants[name])
        return (values.T if self.layers[name] else values).reshape(
            values.shape[-1 if self.layers[name] else 0], -1)

    def biases(self):
        return [numpy_helper.to_array(c) for name, c in self.constants.items()
                if name not in self.layers and c.data_type == onnx.TensorProto.FLOAT]

    def put(self, name, rows):
        shape = tuple(self.constants[name].dims)
        values = rows.T if self.layers[name] else rows.reshape(shape)
        self.constants[name].CopyFrom(numpy_helper.from_array(
            numpy.ascontiguousarray(values, numpy.float32), name))

    def save(self, path):
        onnx.save(self.model, path)


def by_xz(weights):
    parts = []
    for name in weights.layers:
        rows = weights.get(name)
        scales = numpy.maximum(abs(rows).max(1), 1e-30) / 127
        levels = numpy.rint(rows / scales[:, None]).astype(numpy.int8)
        parts += [levels.tobytes(), scales.astype(numpy.float32).tobytes()]
        weights.put(name, levels * scales[:, None])
    parts += [bias.tobytes() for bias in weights.biases()]
    return len(lzma.compress(b"".join(parts), preset=9 | lzma.PRESET_EXTREME))


def count_huffman_bits(counts):
    """Of all symbols: the sum of the inner nodes of the tree."""
    heap = [int(count) for count in counts if count > 0]
    heapq.heapify(heap)
    bits = 0 if len(heap) > 1 else sum(heap)
    while len(heap) > 1:
        joined = heapq.heappop(heap) + heapq.heappop(heap)
        bits += joined
        heapq.heappush(heap, joined)
    return bits


def by_clusters(weights, bits):
    size = 4 * sum(bias.size for bias in weights.biases())
    for name in weights.layers:
        rows = weights.get(name)
        centers = numpy.linspace(rows.min(), rows.max(), 2**bits)
        for _ in range(60):
            nearest = numpy.searchsorted((centers[1:] + centers[:-1]) / 2, rows.ravel())
            counts = numpy.bincount(nearest, minlength=len(centers))
            sums = numpy.bincount(nearest, rows.ravel(), len(centers))
            centers = numpy.sort(numpy.where(counts > 0, sums / numpy.maximum(counts, 1),
                                             centers))
        nearest = numpy.searchsorted((centers[1:] + centers[:-1]) / 2, rows.ravel())
        counts = numpy.bincount(nearest, minlength=len(centers))
        # Each center as f32, and the length of its code in a byte.
        size += count_huffman_bits(counts) / 8 + 5 * numpy.count_nonzero(counts)
        weights.put(name, centers[nearest].reshape(rows.shape))
    return round(size)


def by_mpeg(weights, step):
    from nncodec.nn import decode, encode

    # One step is taken for all tensors: of each its root mean square, as f32, makes them alike.
    scales = {name: numpy.sqrt((weights.get(name)**2).mean()) for name in weights.layers}
    tensors = {name: (weights.get(name) / scale).astype(numpy.float32)
               for name, scale in scales.items()}
    tensors |= {f"bias{index}": bias.ravel() for index, bias in enumerate(weights.biases())}
    with tempfile.TemporaryDirectory() as folder:  # where it writes a copy
        stream = encode(tensors, args={"qp": step, "use_dq": True, "results": folder})
    found = decode(stream)
    for name in weights.layers:
        rows = numpy.asarray(found[name]).reshape(tensors[name].shape)
        weights.put(name, rows * scales[name])
    return len(stream) + 4 * len(scales)


def list_ways():
    ways = [("int8 + xz", by_xz, ())]
    ways += [(f"k-means of {bits} bits + Huffman", by_clusters, (bits,)) for bits in BITS]
    try:
        import nncodec.nn  # noqa: F401
    except ImportError as error:
        print(f"MPEG is left out: {error}")
        return ways
    return ways + [(f"MPEG, qp {step}", by_mpeg, (step,)) for step in STEPS]


def main():
    args = parse_networks(create_parser(__doc__))
    ways = list_ways()
    print("| network | way | bytes | times smaller | n | float | smaller | lost | won | KL |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for name, network in each_network(args):
        before = sum(4 * int(numpy.prod(c.dims))
                     for c in onnx.load(network.model).graph.initializer
                     if c.data_type == onnx.TensorProto.FLOAT)
        for way, make, options in ways:
            weights = Weights(network)
            size = make(weights, *options)
            weights.save(network.folder / "small.onnx")
            outputs = run_float(network.folder / "small.onnx", network.test)
            print(f"| {name} | {way} | {size} | {before / size:.2f} "
                  f"| {network.compare(outputs)} |", flush=True)


if __name__ == "__main__":
    main()
