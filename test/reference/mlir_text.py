# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Reads the generic text form of MLIR modules into plain Python objects.

Only what `quant-opt --mlir-print-op-generic` prints of a network in the nn dialect:
one function, one block. The text is the one thing that the reference shares with
the compiler.
"""

import re
from dataclasses import dataclass, field

import numpy as np

TOKEN = re.compile(
    r"""\s*(?:
      (?P<string>"(?:[^"\\]|\\.)*")
    | (?P<name>[%^@!\#][\w$.\-]+)
    | (?P<number>-?(?:0x[0-9A-Fa-f]+|\d+\.\d*(?:[eE][-+]?\d+)?|\d+(?:[eE][-+]?\d+)?))
    | (?P<word>[A-Za-z_][\w$.]*)
    | (?P<punctuation>->|[()\[\]{}<>:,=?*])
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Quantized:
    """!quant.uniform: real = scales[c] * (stored - zero_points[c])."""

    bits: int
    lo: int
    hi: int
    scales: tuple
    zero_points: tuple
    axis: int = -1  # -1: one scale for the whole tensor


@dataclass(frozen=True)
class Tensor:
    """A tensor type; None is a dynamic extent. The element is "f32", "i8", ... or
    Quantized."""

    shape: tuple
    element: object


@dataclass
class Op:
    name: str
    operands: list
    results: list
    attributes: dict = field(default_factory=dict)
    result_types: list = field(default_factory=list)


@dataclass
class Network:
    argument_names: list  # of SSA values
    argument_types: list
    input_names: list  # nn.name
    input_offsets: list  # what makes stored integers of the host's: -128 with nn.unsigned
    output_names: list
    output_offsets: list  # as input_offsets
    ops: list  # the last is func.return
    attributes: dict


class Parser:
    def __init__(self, text):
        self.aliases = {}
        self.tokens = self.tokenize(text)
        self.position = 0

    @staticmethod
    def tokenize(text):
        tokens, position = [], 0
        text = text.rstrip()
        while position < len(text):
            match = TOKEN.match(text, position)
            if not match:
                raise SyntaxError(f"unexpected text: {text[position:position + 40]!r}")
            tokens.append(match.group(match.lastgroup))
            position = match.end()
        return tokens + [None]

    # Tokens

    def peek(self):
        return self.tokens[self.position]

    def next(self):
        self.position += 1
        return self.tokens[self.position - 1]

    def accept(self, token):
        if self.peek() == token:
            self.position += 1
            return True
        return False

    def expect(self, token):
        got = self.next()
        if got != token:
            near = " ".join(map(str, self.tokens[self.position - 6 : self.position + 4]))
            raise SyntaxError(f"expected {token!r}, but got {got!r} near {near!r}")

    def list_of(self, parse, close, open_=None):
        if open_:
            self.expect(open_)
        items = []
        while not self.accept(close):
            items.append(parse())
            if not self.accept(","):
                self.expect(close)
                break
        return items

    # Types

    def type(self):
        token = self.next()
        if token == "(":
            return self.function_type_after_paren()
        if token.startswith("!"):
            if token in self.aliases:
                return self.aliases[token]
            if token == "!quant.uniform":
                return self.uniform()
            if token == "!quant.calibrated":
                depth = 0
                while True:  # not needed by any rule
                    depth += {"<": 1, ">": -1}.get(self.next(), 0)
                    if depth == 0:
                        return token
            raise SyntaxError(f"unknown type {token}")
        if token == "tensor":
            return self.tensor()
        return token  # f32, i8, index, none

    def tensor(self):
        # The lexer sees "4x8x!q" as pieces such as "4", "x8x", "!q".
        self.expect("<")
        pieces, shape = "", []
        while True:
            token = self.peek()
            if token.startswith("!"):
                element = self.type()
                self.expect(">")
                break
            token = self.next()
            if token == ">":
                element = pieces.split("x")[-1]
                pieces = pieces[: len(pieces) - len(element)]
                break
            pieces += token
        for extent in pieces.split("x"):
            if extent:
                shape.append(None if extent == "?" else int(extent))
        return Tensor(tuple(shape), element)

    def function_type_after_paren(self):
        arguments = self.list_of(self.type, ")")
        self.expect("->")
        if self.accept("("):
            return arguments, self.list_of(self.type, ")")
        return arguments, [self.type()]

    def uniform(self):
        self.expect("<")
        storage = self.next()
        bits = int(storage[1:])
        if storage[0] not in "iu":
            raise SyntaxError(f"unknown storage {storage}")
        signed = storage[0] == "i"
        lo = -(1 << bits - 1) if signed else 0
        hi = (1 << bits - 1) - 1 if signed else (1 << bits) - 1
        if self.accept("<"):
            lo = int(self.next())
            self.expect(":")
            hi = int(self.next())
            self.expect(">")
        self.expect(":")
        self.next()  # the expressed type, f32
        axis = -1
        if self.accept(":"):
            axis = int(self.next())
        self.expect(",")
        pairs = (
            self.list_of(self.scale, "}", "{") if self.peek() == "{" else [self.scale()]
        )
        self.expect(">")
        scales, zero_points = zip(*pairs)
        return Quantized(bits, lo, hi, scales, zero_points, axis)

    def scale(self):
        text = self.next()
        # Numbers beyond six digits come as the bits of a double.
        scale = np.float32(
            np.uint64(int(text, 16)).view(np.float64)
            if text.startswith("0x")
            else float(text)
        )
        zero_point = int(self.next()) if self.accept(":") else 0
        return scale, zero_point

    # Attributes

    def attribute(self):
        token = self.peek()
        if token == "[":
            return self.list_of(self.attribute, "]", "[")
        if token == "{":
            return self.dictionary("{", "}")
        if token.startswith('"'):
            return self.unquote(self.next())
        if token == "dense":
            return self.dense()
        if token == "array":
            self.next()
            self.expect("<")
            self.next()
            return self.list_of(self.number, ">") if self.accept(":") else (self.expect(">") or [])
        if token == "(" or token == "tensor" or token.startswith("!"):
            return self.type()
        if token == "#nn.edge":  # not needed by any rule
            self.next()
            return self.list_of(self.attribute, ">", "<")
        if token in ("unit", "true", "false"):
            return self.next()
        value = self.next()
        if re.fullmatch(r"[-\d].*", value):
            suffix = self.next() if self.accept(":") else None
            return self.to_number(value, suffix)
        return value

    def number(self):
        return self.to_number(self.next(), None)

    @staticmethod
    def to_number(text, type_):
        if type_ == "f32":
            if text.startswith("0x"):
                return np.uint32(int(text, 16)).view(np.float32)
            return np.float32(float(text))
        return float(text) if "." in text else int(text, 0)

    def dictionary(self, open_, close):
        self.expect(open_)
        entries = {}
        while not self.accept(close):
            name = self.next()
            name = self.unquote(name) if name.startswith('"') else name
            entries[name] = self.attribute() if self.accept("=") else True
            if not self.accept(","):
                self.expect(close)
                break
        return entries

    @staticmethod
    def unquote(text):
        return re.sub(
            r"\\([0-9A-Fa-f]{2}|.)",
            lambda m: chr(int(m[1], 16)) if len(m[1]) == 2 else m[1],
            text[1:-1],
        )

    def dense(self):
        """dense<...> : tensor<...>; a string holds little-endian bytes."""
        self.expect("dense")
        self.expect("<")
        values = []
        hexadecimal = None
        while not self.accept(">"):
            token = self.next()
            if token.startswith('"'):
                hexadecimal = token[3:-1]
            elif token not in "[],":
                values.append(token)
        self.expect(":")
        type_ = self.type()
        dtype = {"f32": "<f4", "i8": "<i1", "i32": "<i4", "i64": "<i8"}[type_.element]
        if hexadecimal is not None:
            flat = np.frombuffer(bytes.fromhex(hexadecimal), dtype)
        else:
            suffix = type_.element if type_.element == "f32" else None
            flat = np.array([self.to_number(v, suffix) for v in values], dtype)
        if flat.size == 1:
            return np.full(type_.shape, flat[0])
        return flat.reshape(type_.shape)

    # Ops

    def module(self):
        while self.peek() and self.peek()[0] in "!#":
            name = self.next()
            self.expect("=")
            self.aliases[name] = self.type() if name[0] == "!" else self.attribute()
        self.expect('"builtin.module"')
        self.expect("(")
        self.expect(")")
        self.expect("(")
        self.expect("{")
        network = self.function()
        self.expect("}")
        self.expect(")")
        if self.peek() == "{":
            network.attributes = self.dictionary("{", "}")
        return network

    def function(self):
        self.expect('"func.func"')
        self.expect("(")
        self.expect(")")
        properties = self.properties()
        self.expect("(")
        self.expect("{")
        self.next()  # ^bb0
        arguments = []
        if self.accept("("):
            arguments = self.list_of(self.argument, ")")
        self.expect(":")
        ops = []
        while not self.accept("}"):
            ops.append(self.op())
        self.expect(")")
        if self.peek() == "{":
            self.dictionary("{", "}")
        self.operation_type()
        inputs, outputs = properties["function_type"]
        return Network(
            [name for name, _ in arguments],
            [type_ for _, type_ in arguments],
            self.names(properties.get("arg_attrs"), len(inputs)),
            self.offsets(properties.get("arg_attrs"), len(inputs)),
            self.names(properties.get("res_attrs"), len(outputs)),
            self.offsets(properties.get("res_attrs"), len(outputs)),
            ops,
            {},
        )

    @staticmethod
    def names(attributes, count):
        attributes = attributes or [{}] * count
        return [entry.get("nn.name", str(i)) for i, entry in enumerate(attributes)]

    @staticmethod
    def offsets(attributes, count):
        attributes = attributes or [{}] * count
        return [-128 if "nn.unsigned" in entry else 0 for entry in attributes]

    def argument(self):
        name = self.next()
        self.expect(":")
        return name, self.type()

    def properties(self):
        if self.peek() != "<":
            return {}
        self.expect("<")
        entries = self.dictionary("{", "}")
        self.expect(">")
        return entries

    def operation_type(self):
        self.expect(":")
        self.expect("(")
        return self.function_type_after_paren()

    def op(self):
        results = []
        while self.peek().startswith("%"):
            results.append(self.next())
            if not self.accept(","):
                self.expect("=")
        name = self.unquote(self.next())
        operands = self.list_of(self.next, ")", "(")
        attributes = self.properties()
        if self.peek() == "{":
            attributes |= self.dictionary("{", "}")
        _, result_types = self.operation_type()
        return Op(name, operands, results, attributes, result_types)


def parse(text):
    """The network in the generic text of a module."""
    return Parser(text).module()
