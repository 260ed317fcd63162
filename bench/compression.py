#!/usr/bin/env python3
# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How small networks become, how fast coded weights are decoded, and dense layers of few
levels computed.

  build/venv/bin/python bench/compression.py [NETWORK...]

Calibrates and compresses each network on its calibration file only, runs it on the
test file and compares its answers with those of ONNX Runtime on the float model. The
bytes are those of `quant-run --info --json`: all that replaces the parameters of the
model in the library, and the library. Then bench/decode.cpp, compiled as it says, and
dense layers of one sample with 256, 16 and 4 levels, in alternating turns.
"""
import pathlib
import re
import subprocess
import tempfile

import numpy

from models import ROOT, create_parser, describe_cpu, each_network, parse_networks

WAYS = [
    [],
    ["--encode=rans"],
    ["--encode=context"],
    ["--compress", "--encode=context"],
    ["--compress", "--max-kl=0.03", "--encode=context"],
    ["--compress", "--max-kl=0.06", "--encode=context"],
    ["--weights=int4"],
    ["--weights=codebook:16"],
    ["--weights=int2"],
    ["--weights=vq:256x4"],
]


def report(name, network):
    for options in WAYS:
        outputs = network.run_int8(*options)
        info = network.describe()
        size, before = info["parameter_bytes"], info["float_parameter_bytes"]
        print(f"| {name} | {' '.join(options) or 'int8'} | {size} | {before / size:.2f} "
              f"| {info['file_bytes']} | {network.compare(outputs)} |", flush=True)


def time_decoders(args):
    with tempfile.TemporaryDirectory() as folder:
        program = pathlib.Path(folder) / "decode"
        subprocess.run(
            [args.compiler, "-std=c++17", "-Os", "-I", ROOT / "include",
             ROOT / "bench/decode.cpp", args.build / "lib/Support/libQuantcSupport.a",
             "-o", program], check=True)
        subprocess.run([program], check=True)


DENSE = """!x = !quant.uniform<i8:f32, 0.0625:-3>
!w = !quant.uniform<i8<-127:127>:f32, 0.0009765625>
func.func @network(%x: tensor<1x{size}x!x> {{nn.name = "x"}})
    -> (tensor<1x{size}x!x> {{nn.name = "y"}}) {{
  %levels = arith.constant dense<"0x{levels}"> : tensor<{size}x{size}xi8>
  %weight = quant.scast %levels : tensor<{size}x{size}xi8> to tensor<{size}x{size}x!w>
  %y = nn.fully_connected %x, %weight
      : (tensor<1x{size}x!x>, tensor<{size}x{size}x!w>) -> tensor<1x{size}x!x>
  return %y : tensor<1x{size}x!x>
}}
"""
LEVELS = {"256": range(-127, 128), "16": range(-8, 8), "4": range(-2, 2)}
TURNS = 7


def make_dense(folder, tools, size, levels):
    """A library of a dense layer of random levels."""
    rng = numpy.random.default_rng(size)
    weights = rng.choice(numpy.array(levels, numpy.int8), (size, size))
    network, library = folder / "dense.mlir", folder / f"dense{size}-{len(levels)}.so"
    network.write_text(DENSE.format(size=size, levels=weights.tobytes().hex()))
    subprocess.run([tools / "quantc", network, "-o", library], check=True,
                   stdout=subprocess.DEVNULL)
    return library


def time_dense(args):
    """Microseconds of a sample: the least of the medians of all turns."""
    tools = args.build / "bin"
    print("| dense layer | 256 levels, us | 16 levels, us | 4 levels, us | 16 | 4 |")
    print("|---|---|---|---|---|---|")
    for size in (512, 2048, 4096):
        with tempfile.TemporaryDirectory() as folder:
            libraries = [make_dense(pathlib.Path(folder), tools, size, levels)
                         for levels in LEVELS.values()]
            times = [float("inf")] * len(libraries)
            for turn in range(TURNS * len(libraries)):
                place = turn % len(libraries)
                text = subprocess.run(
                    [tools / "quant-run", libraries[place], "--benchmark", "--threads=1"],
                    check=True, capture_output=True, text=True).stdout
                median = 1000 * float(re.search(r"([0-9.]+) ms median", text)[1])
                times[place] = min(times[place], median)
        ratios = " | ".join(f"{time / times[0]:.2f}" for time in times[1:])
        print(f"| {size} x {size} | {' | '.join(f'{t:.1f}' for t in times)} | {ratios} |",
              flush=True)


def main():
    parser = create_parser(__doc__)
    parser.add_argument("--compiler", default="c++", help="for bench/decode.cpp")
    args = parse_networks(parser)
    print(f"{describe_cpu()}\n")
    print("| network | options | bytes | times smaller | file | n | float | int8 "
          "| lost | won | KL |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for name, network in each_network(args):
        report(name, network)
    print()
    time_decoders(args)
    print()
    time_dense(args)


if __name__ == "__main__":
    main()
