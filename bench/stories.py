#!/usr/bin/env python3
# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A language model with fewer bits in its matrices: perplexity and bytes.

  build/venv/bin/python bench/stories.py

Takes the matrices of stories260K-prefill.onnx in the order of the network through
lib/Compress, by the program compress-layer of the tests: each sees what the ones before
leave of its inputs on the calibration texts, which the network wrote itself, and is to give
what the float network gives, with the shortcut that it is added to. The embedding, which is
the last matrix, too, is chosen for both. How much an error of a channel matters is probed
by noise. Gains of norms are folded into the matrices behind them. ONNX Runtime runs the network with the levels times their
steps in place of the weights, in float; score.py says the perplexity on the test texts.
The bytes are those of a library of all these matrices and the embedding, coded by
contexts, in generic code: levels and scales. Sums start from 0; in code that adds 128 to
the inputs, from that times the sum of the weights.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import onnx
from onnx import helper, numpy_helper

ROOT = pathlib.Path(__file__).resolve().parents[1]
# Nats a token that a bit may cost, or bits and inputs of a group.
WAYS = [{"bits": 8}, {"bits": 4}, {"bits": 4, "group": 32}, {"bits": 2, "group": 32},
        {"price": 2e-7}, {"price": 3e-7}, {"price": 3.7e-7}, {"price": 4e-7},
        {"price": 4.5e-7}, {"price": 6e-7}, {"price": 1.2e-6}]
EMBEDDING = "model.embed_tokens.weight"
NOISE = 0.3  # Of a channel, in standard deviations, to see how much it matters.
PROBED_TEXTS = 2


class Network:
    """The model, whose matrices are replaced one by one."""

    def __init__(self, path):
        import onnxruntime

        self.runtime = onnxruntime
        self.model = onnx.load(path)
        self.constants = {c.name: c for c in self.model.graph.initializer}
        nodes = self.model.graph.node
        self.layers = [node for node in nodes if node.op_type == "MatMul"
                       and node.input[1] in self.constants]
        (self.embedded,) = [node.output[0] for node in nodes if EMBEDDING in node.input
                            and node.op_type == "Gather"]
        self.shortcuts = {}
        for node in nodes:
            for layer in self.layers:
                if node.op_type == "Add" and layer.output[0] in node.input:
                    (other,) = set(node.input) - {layer.output[0]}
                    self.shortcuts[layer.output[0]] = (other, node.output[0])
        self.fold_gains()

    def fold_gains(self):
        """Of norms, into the matrices behind them; that of the last one, whose matrix is
        the embedding, too, stays."""
        for node in self.model.graph.node:
            gains = [name for name in node.input if name.endswith("norm.weight")]
            if node.op_type != "Mul" or not gains:
                continue
            behind = [layer for layer in self.layers if node.output[0] in layer.input]
            if behind == [self.layers[-1]]:
                continue
            gain = numpy_helper.to_array(self.constants[gains[0]])
            for layer in behind:
                self.replace(layer.input[1], self.weight(layer).T * gain[:, None])
            self.replace(gains[0], np.ones_like(gain))

    def weight(self, node):
        return numpy_helper.to_array(self.constants[node.input[1]]).T

    def session(self, outputs=None):
        model = onnx.ModelProto()
        model.CopyFrom(self.model)
        if outputs:
            del model.graph.output[:]
            model.graph.output.extend(
                helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None)
                for name in outputs)
        options = self.runtime.SessionOptions()
        options.intra_op_num_threads, options.log_severity_level = 1, 3
        return self.runtime.InferenceSession(model.SerializeToString(), options,
                                             providers=["CPUExecutionProvider"])

    def observe(self, names, texts):
        session = self.session(names)
        rows = [[values[0] for values in session.run(None, {"input_ids": text[None]})]
                for text in texts]
        return dict(zip(names, map(np.concatenate, zip(*rows))))

    def target_of(self, node):
        """What a layer is to give: where that is added to a shortcut, the sum."""
        return self.shortcuts.get(node.output[0], (None, node.output[0]))[1]

    def list_targets(self):
        return [self.target_of(node) for node in self.layers]

    def replace(self, name, value):
        self.constants[name].CopyFrom(
            numpy_helper.from_array(np.ascontiguousarray(value, np.float32), name))


def compress(tool, folder, way, weight, inputs, targets, sensitivity, also=0):
    """`also` is added to the diagonal of the inputs' second moments, for what else errors of
    the weights do. Inputs come with both signs: so their means count like all else, and the
    layer gets no bias, as it has none."""
    outputs, depth = weight.shape
    scale = np.abs(inputs).max() / 127
    if also:
        more = np.eye(depth) * np.sqrt(also * len(inputs))
        inputs = np.concatenate([inputs, more])
        targets = np.concatenate([targets, more @ weight.T])
    inputs, targets = (np.concatenate([values, -values]) for values in (inputs, targets))
    arrays = {"weight": weight, "inputs": inputs, "targets": targets,
              "input_means": inputs, "target_means": targets, "taps": 1, "positions": 1,
              "sensitivity": np.broadcast_to(sensitivity, outputs), "coherence": 0,
              "input_scale": scale, "zero_point": 0, **way}
    np.savez(folder / "in.npz", **{k: np.asarray(v, np.float32) for k, v in arrays.items()})
    subprocess.run([tool, folder / "in.npz", folder / "out.npz"], check=True)
    result = dict(np.load(folder / "out.npz"))
    assert not result["starts"].any()
    result["levels"] = result["levels"].reshape(weight.shape)
    result["scale"] = scale
    return result


def divergence(expected, got):
    """KL of the answers, in nats a token."""
    def log_softmax(logits):
        logits = logits.astype(np.float64)
        logits -= logits.max(1, keepdims=True)
        return logits - np.log(np.exp(logits).sum(1, keepdims=True))

    expected, got = log_softmax(expected), log_softmax(got)
    return (np.exp(expected) * (expected - got)).sum(1).mean()


class Disturbed:
    """The float network, with noise added to one of its values."""

    def __init__(self, path, name, channels):
        network = Network(path)
        nodes = network.model.graph.node
        (place,) = [i for i, node in enumerate(nodes) if node.output[0] == name]
        nodes[place].output[0] = "quiet"
        nodes.insert(place + 1, helper.make_node("Add", ["quiet", "noise"], [name]))
        network.model.graph.input.append(helper.make_tensor_value_info(
            "noise", onnx.TensorProto.FLOAT, [1, "sequence", channels]))
        self.session = network.session([network.layers[-1].output[0]])

    def answers(self, texts, noise):
        """`noise` has a row for each token of all texts."""
        parts = np.split(noise.astype(np.float32), np.cumsum([len(text) for text in texts])[:-1])
        return np.concatenate([
            self.session.run(None, {"input_ids": text[None], "noise": part[None]})[0][0]
            for text, part in zip(texts, parts)])


def probe(path, texts):
    """What a mean square of noise in each channel of a layer's output, and of the
    embedding, adds to the divergence, by the name of the output."""
    network = Network(path)
    last = network.layers[-1].output[0]
    names = [network.embedded, *(node.output[0] for node in network.layers[:-1])]
    seen = network.observe([*names, last], texts)
    generator = np.random.default_rng(1)
    found = {}
    for name in names:
        values = seen[name]
        disturbed = Disturbed(path, name, values.shape[1])
        found[name] = np.zeros(values.shape[1])
        for channel in range(values.shape[1]):
            amplitude = NOISE * values[:, channel].std()
            noise = np.zeros_like(values)
            noise[:, channel] = amplitude * generator.choice([-1, 1], len(values))
            cost = divergence(seen[last], disturbed.answers(texts, noise))
            found[name][channel] = cost / amplitude**2
    return found


def sensitivity_of_answers(logits):
    """What a mean square of noise in each logit adds to the divergence: half the diagonal
    of its Hessian."""
    powers = np.exp(logits.astype(np.float64) - logits.max(1, keepdims=True))
    shares = powers / powers.sum(1, keepdims=True)
    return (shares * (1 - shares)).mean(0) / 2


def weigh_embedding(sensitivities, last, embedded):
    """What errors of the embedding as input add to the second moments of the last matrix's
    inputs: for both, tokens count by how frequent they are."""
    return sensitivities[embedded].mean() / sensitivities[last].sum()


def quantize(path, tool, folder, way, texts, seen, sensitivities):
    """The network with fewer bits, and its layers."""
    student = Network(path)
    results = []
    # The last matrix is the embedding, which the others see the errors of.
    for node in [student.layers[-1], *student.layers[:-1]]:
        weight = student.weight(node)
        inputs, output = node.input[0], node.output[0]
        targets = seen[student.target_of(node)]
        shortcut = student.shortcuts.get(output, (None,))[0]
        now = student.observe([name for name in (inputs, shortcut) if name], texts)
        if shortcut:  # what it lost is made up for, too
            targets = targets - now[shortcut]
        is_last = node is student.layers[-1]
        also = weigh_embedding(sensitivities, output, student.embedded) if is_last else 0
        result = compress(tool, folder, way, weight, now[inputs], targets,
                          sensitivities[output], also)
        results.append(result)
        found = result["levels"] * result["steps"][:, None]
        student.replace(node.input[1], found.T)
        if is_last:
            student.replace(EMBEDDING, found)
    return student, results


def count_bytes(tools, folder, results):
    """Of a library of all matrices, as quant-run --info says."""
    arguments, types, names, body = [], [], [], ""
    for number, result in enumerate(results):
        outputs, depth = result["levels"].shape
        steps = ", ".join(repr(float(step)) for step in result["steps"])
        x = f"tensor<1x{depth}x!quant.uniform<i8:f32, {float(np.float32(result['scale']))!r}>>"
        y = f"tensor<1x{outputs}x!quant.uniform<i8:f32, 0.5>>"
        w = f"tensor<{outputs}x{depth}x!quant.uniform<i8<-127:127>:f32:0, {{{steps}}}>>"
        arguments.append(f'%x{number}: {x} {{nn.name = "x{number}"}}')
        types.append(f'{y} {{nn.name = "y{number}"}}')
        names.append((f"%y{number}", y))
        body += f"""
  %l{number} = arith.constant dense<"0x{result["levels"].tobytes().hex()}"> : tensor<{outputs}x{depth}xi8>
  %w{number} = quant.scast %l{number} : tensor<{outputs}x{depth}xi8> to {w}
  %y{number} = nn.fully_connected %x{number}, %w{number} : ({x}, {w}) -> {y}"""
    values, of = (", ".join(column) for column in zip(*names))
    (folder / "matrices.mlir").write_text(
        f"func.func @network({', '.join(arguments)}) -> ({', '.join(types)}) {{{body}\n"
        f"  return {values} : {of}\n}}\n")
    library = folder / "matrices.so"
    subprocess.run([tools / "quantc", folder / "matrices.mlir", "--encode=context",
                    "--strategy=generic", "-o", library], check=True, stdout=subprocess.DEVNULL)
    info = subprocess.run([tools / "quant-run", library, "--info", "--json"], check=True,
                          capture_output=True, text=True).stdout
    return json.loads(info)["parameter_bytes"]


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/dev")
    parser.add_argument("--models", type=pathlib.Path, default=ROOT / "../shared/models",
                        help="folder of models, data and score.py")
    args = parser.parse_args()
    sys.path.insert(0, str(args.models))
    import score

    path = args.models / "stories/stories260K-prefill.onnx"
    tools = args.build / "bin"
    texts = score.stories("calibration")
    teacher = Network(path)
    seen = teacher.observe(teacher.list_targets(), texts)
    sensitivities = probe(path, texts[:PROBED_TEXTS])
    last = teacher.layers[-1].output[0]
    sensitivities[last] = sensitivity_of_answers(seen[last])
    expected, labels, _ = score.run(Network(path).session())
    before = score.perplexity(expected, labels)
    network = Network(path)
    matrices = sum(network.weight(node).size for node in network.layers)
    gains = [numpy_helper.to_array(c) for c in network.constants.values()
             if c.name.endswith("norm.weight")]
    float_bytes = 4 * (matrices + sum(gain.size for gain in gains))
    rest = sum(gain.size for gain in gains if (gain != 1).any())  # but for those folded
    print(f"float: {float_bytes} bytes of parameters, perplexity {before:.4f}, "
          f"n {len(labels)}\n")
    print("| weights | bytes | times smaller | bits a weight | perplexity | times float's | KL |")
    print("|---|---|---|---|---|---|---|")
    for way in WAYS:
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            network, results = quantize(path, tools / "compress-layer", folder, way, texts,
                                        seen, sensitivities)
            size = count_bytes(tools, folder, results) + 4 * rest
        logits, labels, _ = score.run(network.session())
        after = score.perplexity(logits, labels)
        text = ", ".join(f"{key} {value}" for key, value in way.items())
        print(f"| {text} | {size} | {float_bytes / size:.2f} | {8 * size / matrices:.2f} "
              f"| {after:.4f} | {after / before:.4f} "
              f"| {divergence(expected, logits):.4f} |", flush=True)


if __name__ == "__main__":
    main()
