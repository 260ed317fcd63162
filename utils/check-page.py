#!/usr/bin/env python3
# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs the commands of a page and compares their output with what it shows.

In the page, a fenced block

    ```sh
    command
    ```

is run by bash, in an empty folder that all blocks of the page share. The block that
follows, if it is not another `sh` block, is what the command prints: line by line,
where `...` on a line of its own stands for any lines, and within a line for any text.
Blank lines at the end do not count, nor do the numbers of constants (%cst_2 is %cst).
A block whose fence says `title=NAME` is a file and is written to NAME. A command
with no output block after it may print anything; every command must succeed.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile

FENCE = re.compile(r"^```(?P<language>\w*)(?: +title=(?P<title>\S+))?$")


class Block:
    def __init__(self, language, title, line):
        self.language, self.title, self.line, self.text = language, title, line, ""


def parse(text, section):
    """The fenced blocks of a page, or of the section under a heading, in order."""
    blocks, block, inside = [], None, section is None
    for number, line in enumerate(text.splitlines(), 1):
        if block is None:
            if section and line.startswith("#"):
                inside = line.lstrip("# ") == section
            if (match := FENCE.match(line)) and inside:
                block = Block(match["language"], match["title"], number)
        elif line == "```":
            blocks.append(block)
            block = None
        else:
            block.text += line + "\n"
    assert block is None, "the last block has no end"
    return blocks


def normalize(text):
    return re.sub(r"%cst_\d+", "%cst", text.rstrip()) + "\n"


def pattern_of(expected):
    """A regular expression for the text of an output block."""
    pattern = ""
    for line in normalize(expected).splitlines():
        if line.strip() == "...":
            pattern += r"(?:.*\n)*?"
        else:
            pattern += ".*?".join(map(re.escape, line.split("..."))) + r"[ ]*\n"
    return re.compile(pattern)


def run(block, folder, environment):
    return subprocess.run(["bash", "-euo", "pipefail", "-c", block.text], cwd=folder,
                          env=environment, capture_output=True, text=True)


def check(page, section, folder, environment):
    """The number of blocks run, and of failures."""
    blocks = parse(page.read_text(), section)
    runs = failures = 0
    for index, block in enumerate(blocks):
        if block.title:
            (folder / block.title).write_text(block.text)
        if block.language != "sh" or block.title:
            continue
        result = run(block, folder, environment)
        runs += 1
        following = blocks[index + 1] if index + 1 < len(blocks) else None
        expects = (following and following.language != "sh" and not following.title)
        if result.returncode != 0:
            print(f"{page}:{block.line}: exit status {result.returncode}\n"
                  f"{result.stderr}")
            return runs, failures + 1  # What follows needs what it made.
        elif expects and not pattern_of(following.text).fullmatch(
                normalize(result.stdout)):
            print(f"{page}:{following.line}: the page shows other output than the "
                  f"command gives:\n{result.stdout}")
            failures += 1
    return runs, failures


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pages", nargs="+", type=pathlib.Path)
    parser.add_argument("--section", help="only the blocks under this heading")
    options = parser.parse_args()
    # `python3` in a page is the Python that runs this.
    with tempfile.TemporaryDirectory() as tools:
        python = pathlib.Path(tools) / "python3"
        python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
        python.chmod(0o755)
        environment = {**os.environ, "LC_ALL": "C",
                       "PATH": f"{tools}:{os.environ['PATH']}"}
        failed = False
        for page in options.pages:
            with tempfile.TemporaryDirectory() as folder:
                runs, failures = check(page, options.section,
                                       pathlib.Path(folder), environment)
            print(f"{page.name}: {runs} commands, {failures} failures")
            failed |= failures > 0 or runs == 0
    sys.exit(failed)


if __name__ == "__main__":
    main()
