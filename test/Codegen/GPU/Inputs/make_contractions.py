# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes a network at stage int8 of many contractions, each with an input and an
output of its own, and inputs for it.

Usage: make_contractions.py MODULE.mlir INPUTS.npz BATCH [boxes|groups]
Rows, columns and depths that no tile divides; windows with strides and dilations; runs
along K of 16, 8, 4 and fewer neighbours; with and without a bias, a residual, a table.
With `boxes` rows of left operands, and pixels, are at multiples of 16 bytes; with `groups`
convolutions are depthwise, or have several channels in a group. Images with and
without a border: on both sides or one, of zeros or another value, so wide that no window is
whole.
"""

import sys

import numpy as np

# Columns, depth.
MATMULS = [(10, 64), (33, 48), (66, 130), (130, 24)]
# Image (height, width, channels), filters, window, strides, dilations; and the border: lines
# in front and behind, columns in front and behind, the value.
CONVOLUTIONS = [
    ((6, 6, 32), 24, (3, 3), (1, 1), (1, 1)),
    ((9, 8, 3), 16, (3, 3), (2, 2), (1, 1)),
    ((9, 9, 8), 40, (3, 2), (2, 1), (1, 2)),
    ((7, 11, 4), 65, (2, 3), (1, 2), (2, 1)),
    ((8, 5, 5), 12, (3, 3), (1, 1), (2, 1)),
    ((6, 6, 32), 24, (3, 3), (1, 1), (1, 1), (1, 1, 1, 1, -7)),
    ((9, 8, 3), 16, (7, 7), (2, 2), (1, 1), (3, 3, 3, 3, 5)),
    ((5, 5, 8), 40, (3, 3), (1, 1), (1, 2), (0, 1, 2, 1, 0)),
    ((3, 2, 4), 12, (5, 5), (1, 1), (1, 1), (2, 2, 2, 3, -128)),
    ((7, 6, 16), 33, (3, 2), (2, 3), (2, 1), (2, 0, 0, 1, 127)),
    ((4, 9, 16), 20, (1, 15), (1, 1), (1, 1), (0, 0, 7, 7, 3)),
]
BOX_MATMULS = [(10, 64), (33, 48), (65, 144), (136, 528), (257, 1040), (300, 16), (64, 1600), (9, 128)]
BOX_CONVOLUTIONS = [
    ((6, 7, 32), 24, (1, 1), (1, 1), (1, 1)),
    ((13, 5, 272), 144, (1, 1), (1, 1), (1, 1)),
    ((5, 5, 640), 72, (1, 1), (1, 1), (1, 1)),
    ((9, 8, 32), 40, (3, 3), (1, 1), (1, 1)),
    ((8, 11, 64), 72, (3, 3), (2, 2), (1, 1)),
    ((7, 7, 128), 136, (3, 3), (1, 1), (1, 1)),
    ((10, 9, 48), 24, (3, 2), (2, 1), (1, 2)),
    ((9, 9, 144), 33, (2, 3), (1, 2), (2, 1)),
    ((7, 9, 16), 20, (5, 1), (1, 1), (1, 1)),
    ((8, 7, 160), 48, (1, 1), (2, 2), (1, 1)),
    ((7, 7, 128), 136, (3, 3), (1, 1), (1, 1), (1, 1, 1, 1, -7)),
    ((9, 6, 16), 24, (3, 3), (2, 2), (1, 1), (1, 0, 1, 0, 0)),
    ((2, 3, 32), 40, (5, 5), (1, 1), (1, 1), (2, 2, 2, 2, -128)),
    ((8, 7, 80), 33, (3, 2), (2, 3), (2, 1), (2, 0, 0, 1, 127)),
    ((1, 9, 16), 20, (1, 3), (1, 1), (1, 1), (0, 0, 1, 1, 3)),
    ((5, 5, 32), 24, (1, 1), (1, 1), (1, 1), (1, 2, 1, 0, 9)),
]
# A group has one filter, and all channels that are left for it.
GROUP_CONVOLUTIONS = [
    ((7, 9, 8), 8, (3, 3), (1, 1), (1, 1), (1, 1, 1, 1, -7)),
    ((12, 11, 20), 20, (3, 3), (2, 2), (1, 1), (0, 1, 0, 1, 5)),
    ((9, 8, 12), 12, (5, 5), (1, 1), (1, 1), (2, 2, 2, 2, -128)),
    ((3, 2, 4), 4, (5, 5), (1, 1), (1, 1), (2, 2, 2, 3, 127)),
    ((15, 14, 4), 4, (3, 3), (1, 1), (2, 1), (2, 2, 2, 2, 9)),
    ((8, 13, 8), 8, (2, 3), (1, 1), (1, 2)),
    ((8, 9, 8), 8, (7, 7), (2, 1), (1, 1), (3, 3, 3, 3, 0)),
    ((6, 6, 16), 16, (1, 1), (1, 1), (1, 1)),
    ((24, 24, 32), 32, (3, 3), (1, 1), (1, 1), (1, 1, 1, 1, 3)),
    ((5, 9, 8), 8, (8, 7), (1, 1), (1, 1), (4, 4, 3, 3, 3)),
    ((10, 9, 8), 8, (12, 11), (1, 1), (1, 1), (2, 2, 1, 3, 3)),
    ((7, 9, 6), 6, (3, 3), (1, 1), (1, 1), (1, 1, 1, 1, -7)),
    ((7, 6, 12), 4, (3, 3), (1, 1), (1, 1), (1, 0, 0, 1, 2)),
]


class Writer:
    def __init__(self, batch):
        self.random = np.random.default_rng(5)
        self.batch = batch
        self.inputs, self.arguments, self.results, self.body = [], [], [], []
        self.arrays = {}

    def constant(self, name, array):
        element = {"i1": "i8", "i4": "i32", "f4": "f32"}[array.dtype.str[1:]]
        shape = "x".join(str(extent) for extent in array.shape)
        self.body.append(
            f'%{name} = arith.constant dense<"0x{array.tobytes().hex()}"> : tensor<{shape}x{element}>'
        )
        return f"%{name} : tensor<{shape}x{element}>"

    def argument(self, name, shape):
        self.arrays[name] = self.random.integers(-128, 128, (self.batch, *shape)).astype("i1")
        type = f"tensor<?x{'x'.join(str(extent) for extent in shape)}xi8>"
        self.arguments.append(f"%{name}: {type}")
        self.inputs.append((name, type))
        return f"%{name} : {type}"

    def pad(self, number, x, image, border):
        """`x` within the border, and extents of that."""
        top, bottom, left, right, value = border
        height, width, channels = image
        padded = (height + top + bottom, width + left + right, channels)
        name, type = x.split(" : ")
        result = f"tensor<?x{'x'.join(str(extent) for extent in padded)}xi8>"
        self.body.append(
            f"%v{number} = arith.constant {value} : i8\n"
            f"%p{number} = tensor.pad {name} low[0, {top}, {left}, 0] high[0, {bottom}, {right}, 0] {{\n"
            f"^bb0(%n: index, %h: index, %w: index, %c: index):\n"
            f"  tensor.yield %v{number} : i8\n"
            f"}} : {type} to {result}"
        )
        return f"%p{number} : {result}"

    def split(self, number, name, kind, shape, element, groups):
        """`name`, whose last dimension is that of all groups, with two in its place."""
        *outer, channels = shape
        whole = "x".join(["?", *(str(extent) for extent in shape)])
        parts = "x".join(["?", *(str(extent) for extent in (*outer, groups, channels // groups))])
        extents = ", ".join(str(extent) for extent in (*outer, groups, channels // groups))
        self.body.append(
            f"%{kind}{number} = tensor.expand_shape {name} [[0], [1], [2], [3, 4]] "
            f"output_shape [%batch, {extents}] : tensor<{whole}x{element}> into "
            f"tensor<{parts}x{element}>"
        )
        return f"%{kind}{number}", f"tensor<{parts}x{element}>"

    def add(self, number, contraction, image, weights, rows, border=None, groups=1):
        """`rows`: extents of the outputs between the batch and the columns."""
        columns, depth = weights[0], int(np.prod(weights[1:]))
        if groups > 1:
            weights = (groups, columns // groups, *weights[1:])
        x = self.argument(f"x{number}", image)
        if border:
            x = self.pad(number, x, image, border)
        w = self.constant(
            f"w{number}", self.random.integers(-127, 128, weights).astype("i1"))  # fmt: skip
        scale = 40 / (74 * 74 * np.sqrt(depth))
        scales = (scale * self.random.uniform(0.5, 2, columns)).astype("f4")
        m = self.constant(f"m{number}", scales)
        shape = "x".join(["?", *(str(extent) for extent in (*rows, columns))])
        dims = ", ".join(f"d{i}" for i in range(len(rows) + 2))
        last = f"d{len(rows) + 1}"
        same, column = f"affine_map<({dims}) -> ({dims})>", f"affine_map<({dims}) -> ({last})>"
        add = self.body.append
        add(f"%e{number} = tensor.empty(%batch) : tensor<{shape}xi32>")
        if number % 3 == 2:
            add(f"%s{number} = linalg.fill ins(%zero : i32) outs(%e{number} : tensor<{shape}xi32>) -> tensor<{shape}xi32>")
        else:
            biases = self.random.integers(-9000, 9000, columns).astype("i4")
            b = self.constant(f"b{number}", biases)
            dimensions = ", ".join(str(i) for i in range(len(rows) + 1))
            add(f"%s{number} = linalg.broadcast ins({b}) outs(%e{number} : tensor<{shape}xi32>) dimensions = [{dimensions}]")
        x_name, x_type = x.split(" : ")
        w_name, w_type = w.split(" : ")
        sums, sums_type = f"%s{number}", f"tensor<{shape}xi32>"
        if groups > 1:
            x_shape = [int(n) for n in x_type[len("tensor<?x") : -len("xi8>")].split("x")]
            x_name, x_type = self.split(number, x_name, "g", x_shape, "i8", groups)
            sums, sums_type = self.split(number, sums, "t", (*rows, columns), "i32", groups)
        add(f"%k{number} = {contraction} ins({x_name}, {w_name} : {x_type}, {w_type}) outs({sums} : {sums_type}) -> {sums_type}")
        results = f"%k{number}"
        if groups > 1:
            add(f"%a{number} = tensor.collapse_shape %k{number} [[0], [1], [2], [3, 4]] : {sums_type} into tensor<{shape}xi32>")
            results = f"%a{number}"
        residual = self.argument(f"r{number}", (*rows, columns)) if number % 4 == 1 else None
        names, types, maps = [results, f"%m{number}"], [f"tensor<{shape}xi32>", m.split(" : ")[1]], [same, column]
        if residual:
            names.append(f"%r{number}")
            types.append(f"tensor<{shape}xi8>")
            maps.append(same)
        add(f"%i{number} = tensor.empty(%batch) : tensor<{shape}xi8>")
        parallel = ", ".join(['"parallel"'] * (len(rows) + 2))
        block = "%sum: i32, %scale: f32, " + ("%left: i8, " if residual else "") + "%old: i8"
        add(f"%y{number} = linalg.generic {{indexing_maps = [{', '.join(maps)}, {same}], iterator_types = [{parallel}]}}")
        add(f"  ins({', '.join(names)} : {', '.join(types)}) outs(%i{number} : tensor<{shape}xi8>) {{")
        add(f"^bb0({block}):")
        add("  %0 = arith.sitofp %sum : i32 to f32")
        add("  %1 = arith.mulf %0, %scale : f32")
        value = "%1"
        if residual:
            add("  %2 = arith.sitofp %left : i8 to f32")
            add("  %3 = arith.addf %1, %2 : f32")
            value = "%3"
        add(f"  %4 = arith.cmpf ogt, {value}, %lower : f32")
        add(f"  %5 = arith.select %4, {value}, %lower : f32")
        add("  %6 = arith.cmpf olt, %5, %upper : f32")
        add("  %7 = arith.select %6, %5, %upper : f32")
        add("  %8 = math.roundeven %7 : f32")
        add("  %9 = arith.fptosi %8 : f32 to i32")
        add("  %10 = arith.trunci %9 : i32 to i8")
        value = "%10"
        if number % 5 == 4:
            add("  %11 = arith.index_cast %10 : i8 to index")
            add("  %12 = arith.addi %11, %c128 : index")
            add("  %13 = tensor.extract %table[%12] : tensor<256xi8>")
            value = "%13"
        add(f"  linalg.yield {value} : i8")
        add(f"}} -> tensor<{shape}xi8>")
        self.results.append((f"y{number}", f"tensor<{shape}xi8>"))

    def write(self, path):
        def describe(tensors):
            return ", ".join(f'{{name = "{name}", type = {type}}}' for name, type in tensors)

        first = self.inputs[0]
        types = ", ".join(type for _, type in self.results)
        names = ", ".join(f"%{name}" for name, _ in self.results)
        with open(path, "w") as file:
            file.write(
                f"module attributes {{quantc.inputs = [{describe(self.inputs)}],\n"
                f"  quantc.outputs = [{describe(self.results)}],\n"
                "  quantc.observed = [], quantc.provenance = {stage = \"int8\"}} {\n"
                f"func.func @network({', '.join(self.arguments)}) -> ({types}) {{\n"
                "%c0 = arith.constant 0 : index\n%c128 = arith.constant 128 : index\n"
                "%zero = arith.constant 0 : i32\n"
                "%lower = arith.constant -128.0 : f32\n%upper = arith.constant 127.0 : f32\n"
                f"%batch = tensor.dim %{first[0]}, %c0 : {first[1]}\n"
            )
            file.write("\n".join(self.body))
            file.write(f"\nreturn {names} : {types}\n}}\n}}\n")


def main():
    module, inputs, batch = sys.argv[1:4]
    kind = sys.argv[4] if len(sys.argv) > 4 else ""
    matmuls, convolutions = {
        "": (MATMULS, CONVOLUTIONS),
        "boxes": (BOX_MATMULS, BOX_CONVOLUTIONS),
        "groups": ([], GROUP_CONVOLUTIONS),
    }[kind]
    writer = Writer(int(batch))
    writer.constant("table", np.random.default_rng(9).permutation(256).astype("u1").view("i1"))
    maps = ", ".join(
        f"affine_map<(m, n, k) -> ({pair})>" for pair in ("m, k", "n, k", "m, n"))  # fmt: skip
    for number, (columns, depth) in enumerate(matmuls):
        writer.add(
            number, f"linalg.matmul indexing_maps = [{maps}]", (depth,), (columns, depth), ())  # fmt: skip
    for number, convolution in enumerate(convolutions, len(matmuls)):
        image, filters, window, strides, dilations, *rest = convolution
        border = rest[0] if rest else (0, 0, 0, 0, 0)
        reached = image[0] + sum(border[:2]), image[1] + sum(border[2:4])
        rows = [
            (extent - dilation * (size - 1) - 1) // stride + 1
            for extent, size, stride, dilation in zip(reached, window, strides, dilations)
        ]
        attributes = ", ".join(
            f"{name} = dense<[{pair[0]}, {pair[1]}]> : tensor<2xi64>"
            for name, pair in (("dilations", dilations), ("strides", strides))
        )
        groups = filters if kind == "groups" else 1
        op = "conv_2d_nhwgc_gfhwc" if groups > 1 else "conv_2d_nhwc_fhwc"
        writer.add(number, f"linalg.{op} {{{attributes}}}", image,
                   (filters, *window, image[2] // groups), rows, border if rest else None,
                   groups)  # fmt: skip
    writer.write(module)
    np.savez(inputs, **writer.arrays)


if __name__ == "__main__":
    main()
