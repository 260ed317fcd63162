# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Prints the innermost loops of x86 or AArch64 assembly in which an instruction occurs.

    python3 inner_loops.py MNEMONIC < FILE.s

One line a loop, the most frequent first: how often the instruction and
broadcasts occur (on x86 of 32 bits from memory), how many instructions access the
stack, and how many extend bytes.
"""

import re
import sys

LABEL = r"(\.L\w+)"
JUMP = rf"\s+(?:j\w+|b|b\.\w+|cbn?z\s+\w+,|tbn?z\s+\w+, #\d+,)\s+{LABEL}"
BROADCAST = r"\s+(?:v(?:pbroadcastd|broadcastss)\s.*\(|(?:dup|ld1rw?)\s)"
STACK = r"%rsp|\[sp\b"


def inner_loops(lines):
    """The instructions of each stretch from a label to a jump back to it, without
    another label inside that is jumped back to."""
    label_at = {}
    last_start = -1
    for number, line in enumerate(lines):
        label = re.match(LABEL + ":", line)
        if label:
            label_at[label[1]] = number
            continue
        jump = re.match(JUMP, line)
        start = label_at.get(jump[1]) if jump else None
        if start is not None and start > last_start:
            yield lines[start + 1 : number]
            last_start = start


def main():
    mnemonic = sys.argv[1]
    counts = []
    for loop in inner_loops(sys.stdin.read().splitlines()):
        steps = sum(bool(re.match(rf"\s+{mnemonic}\s", line)) for line in loop)
        broadcasts = sum(bool(re.match(BROADCAST, line)) for line in loop)
        stack = sum(bool(re.search(STACK, line)) for line in loop)
        extensions = sum(bool(re.match(r"\s+v?pmovsxb", line)) for line in loop)
        if steps:
            counts.append((steps, broadcasts, stack, extensions))
    for steps, broadcasts, stack, extensions in sorted(counts, reverse=True):
        print(
            f"{steps} {mnemonic}, {broadcasts} broadcasts, {stack} of the stack, "
            f"{extensions} extensions"
        )


if __name__ == "__main__":
    main()
