# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
r"""Times whole networks beside other runtimes, in alternating rounds.

    build/bench-venv/bin/python bench/compare.py --write
    build/bench-venv/bin/python bench/compare.py resnet50 net.onnx --threads 2

Every contender of a network (peers/) has a process of its own, kept on as many CPUs as
there are threads; all have the same calibration samples. In each round each has a turn:
a run that brings its data back to the caches, then runs that are timed. The table has
the median and the minimum of all timed runs, and of its outputs on test samples the
signal-to-noise ratio beside ONNX Runtime's on the float network. What cannot take part
is named below with the reason.

A network is a name from networks.py or models.py or the path of an .onnx file with
one float input. Needs the Python packages of requirements.txt; of those of peers each
may be missing.
"""

import argparse
import math
import multiprocessing
import os
import pathlib
import platform
import re
import statistics
import sys
import tempfile
import time
import traceback
from importlib import metadata

import numpy as np
import onnx

import accuracy
import networks
import peers
from models import NETWORKS, ROOT
from peers import ceilings, litert, onnxruntime, openvino, quantc

TURN_SECONDS = 0.1
CALIBRATION_SAMPLES = 32
TEST_SAMPLES = 32
YARDSTICK = "ONNX Runtime int8"
REFERENCE = "ONNX Runtime float"
PACKAGES = {"onnxruntime": "ONNX Runtime", "openvino": "OpenVINO", "nncf": "NNCF",
            "ai-edge-litert": "LiteRT", "ai-edge-quantizer": "AI Edge Quantizer"}
DOCUMENT = ROOT / "docs/benchmarks.md"
# Extensions that decide how fast a network can be.
EXTENSIONS = ("avx2", "avx512f", "avx_vnni", "avx512_vnni", "avx512_bf16", "amx_bf16",
              "amx_int8", "asimddp", "i8mm", "sve")


def multiply_adds(model):
    """Of convolutions, dense layers and matrix products, for one sample."""
    graph = onnx.shape_inference.infer_shapes(model).graph
    shapes = {info.name: [d.dim_value or 1 for d in info.type.tensor_type.shape.dim]
              for info in [*graph.input, *graph.value_info, *graph.output]}
    shapes.update((i.name, list(i.dims)) for i in graph.initializer)
    total = 0
    for node in graph.node:
        if node.op_type == "Conv":
            inner = math.prod(shapes[node.input[1]][1:])
        elif node.op_type in ("Gemm", "MatMul"):
            inner = shapes[node.input[0]][-1]
        else:
            continue
        total += math.prod(shapes[node.output[0]]) * inner
    return total


def load(network, models, folder):
    """The file, and samples for calibration and for tests."""
    if network in NETWORKS:
        sys.path.insert(0, str(models))
        from score import prepare
        samples = [prepare(network, split)[0] for split in ("calibration", "test")]
        return (models / NETWORKS[network],
                samples[0][:CALIBRATION_SAMPLES], samples[1][:TEST_SAMPLES])
    path = pathlib.Path(network)
    if network in networks.NETWORKS:
        path = folder / f"{network}.onnx"
        onnx.save(networks.NETWORKS[network](), path)
    value = onnx.load(path).graph.input[0]
    shape = [d.dim_value for d in value.type.tensor_type.shape.dim][1:]
    samples = np.random.default_rng(2).normal(
        0, 1, (CALIBRATION_SAMPLES + TEST_SAMPLES, *shape)).astype(np.float32)
    return path, samples[:CALIBRATION_SAMPLES], samples[CALIBRATION_SAMPLES:]


def take_turn(run):
    """Milliseconds of each run."""
    run()
    times = []
    now = time.perf_counter()
    end = now + TURN_SECONDS
    while now < end:
        begin, _ = now, run()
        now = time.perf_counter()
        times.append(1e3 * (now - begin))
    return times


def work(connection, contender, task, samples):
    """What a contender's process does."""
    os.dup2(2, 1)  # All may print what they like.
    cpus = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, cpus[-task.threads:])
    try:
        bind = contender(task)
        outputs = []
        for sample in np.split(samples, len(samples)):
            run, read = bind(sample)
            run()
            outputs.append(read())
        connection.send(outputs)
    except Exception as failure:  # pylint: disable=broad-except
        traceback.print_exc()
        connection.send(str(failure))
        return
    while connection.recv():
        connection.send(take_turn(run))


class Contender:
    """A process; `missing` is why it takes no part."""

    def __init__(self, contender, task, samples):
        context = multiprocessing.get_context("spawn")
        self.connection, end = context.Pipe()
        self.times = []
        self.process = context.Process(
            target=work, args=(end, contender, task, samples))
        self.process.start()
        end.close()
        self.outputs = self.receive()
        self.missing = self.outputs if isinstance(self.outputs, str) else None

    def receive(self):
        try:
            return self.connection.recv()
        except EOFError:
            self.process.join()
            self.missing = f"its process ended with status {self.process.exitcode}"
            return self.missing

    def take_turn(self):
        if not self.missing:
            self.connection.send(True)
            times = self.receive()
            if not self.missing:
                self.times += times

    def stop(self):
        if not self.missing:
            self.connection.send(False)
        self.process.join()


def signal_to_noise(expected, got):
    ratio = accuracy.signal_to_noise(
        *(np.ravel(outputs).astype(np.float64) for outputs in (expected, got)))
    return f"{ratio:.1f}"


def show(number):
    return f"{number:.3g}" if number < 100 else f"{number:.0f}"


def compare(network, contenders, options):
    """The table of a network."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        path, calibration, test = load(network, options.models, folder)
        model = onnx.load(path)
        task = peers.Task(path, model.graph.input[0].name, calibration,
                          multiply_adds(model), options.threads, options.build, folder)
        everyone = {}
        for label, contender in contenders.items():
            print(f"{path.stem}: {label}", file=sys.stderr, flush=True)
            everyone[label] = Contender(contender, task, test)
        for _ in range(options.rounds):
            for contender in everyone.values():
                contender.take_turn()
        for contender in everyone.values():
            contender.stop()

    present = {k: v for k, v in everyone.items() if not v.missing}
    medians = {k: statistics.median(v.times) for k, v in present.items()}
    lines = [f"#### {path.stem}, {show(task.multiply_adds / 1e6)} M multiply-adds", "",
             f"| | median ms | min ms | GOP/s | times {YARDSTICK} | SQNR dB |",
             "|---|---|---|---|---|---|"]
    for label, contender in present.items():
        speed = sqnr = ""
        if YARDSTICK in present:
            speed = f"{medians[YARDSTICK] / medians[label]:.2f}"
        if (REFERENCE in present and label != REFERENCE
                and contender.outputs[0] is not None):
            sqnr = signal_to_noise(present[REFERENCE].outputs, contender.outputs)
        lines.append(
            f"| {label} | {show(medians[label])} | {show(min(contender.times))} "
            f"| {2e-6 * task.multiply_adds / medians[label]:.0f} | {speed} | {sqnr} |")
    missing = [f"- {k}: {v.missing.splitlines()[0]}"
               for k, v in everyone.items() if v.missing]
    return "\n".join(lines + (["", "Missing:", "", *missing] if missing else []))


def describe_machine(threads):
    flags = peers.cpu_flags()
    name = peers.cpu_info("model name") or platform.machine()
    count = "one thread" if threads == 1 else f"{threads} threads"
    return f"{name} ({', '.join(e for e in EXTENSIONS if e in flags)}), {count}"


def describe_versions():
    versions = []
    for package, name in PACKAGES.items():
        try:
            versions.append(f"{name} {metadata.version(package)}")
        except metadata.PackageNotFoundError:
            pass
    return ", ".join(versions)


def write_section(document, heading, body):
    """Replaces the section of this heading, or appends it."""
    text = document.read_text()
    section = f"### {heading}\n\n{body}\n"
    pattern = re.compile(rf"^### {re.escape(heading)}\n.*?(?=^##?#? |\Z)", re.M | re.S)
    text, count = pattern.subn(lambda match: section + "\n", text)
    document.write_text((text if count else f"{text}\n{section}").rstrip("\n") + "\n")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("networks", nargs="*",
                        default=[*networks.NETWORKS, *NETWORKS])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--targets", nargs="+", default=["native"],
                        help="quantc's --target, each two contenders")
    parser.add_argument("--only", type=re.compile, default="", metavar="REGEX",
                        help="contenders whose label it is found in")
    parser.add_argument("--write", action="store_true",
                        help=f"the tables to {DOCUMENT.name}, in the place of those of "
                        "the same CPU and number of threads")
    parser.add_argument("--build", type=pathlib.Path,
                        default=ROOT / "build/dev")
    parser.add_argument("--models", type=pathlib.Path,
                        default=ROOT / "../shared/models")
    options = parser.parse_args()

    contenders = {
        **quantc.contenders(options.targets), **onnxruntime.CONTENDERS,
        **openvino.CONTENDERS, **litert.CONTENDERS, **ceilings.CONTENDERS,
    }
    contenders = {k: v for k, v in contenders.items()
                  if options.only.search(k)}
    heading = describe_machine(options.threads)
    body = [describe_versions() + "."]
    print(f"### {heading}\n\n{body[0]}", flush=True)
    for network in options.networks:
        body.append(compare(network, contenders, options))
        print(f"\n{body[-1]}", flush=True)
    if options.write:
        write_section(DOCUMENT, heading, "\n\n".join(body))


if __name__ == "__main__":
    main()
