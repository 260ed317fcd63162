# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares the options that docs/tools.md names with those of --help.

Usage: check_options.py PAGE TOOL...
The page has a heading `## TOOL` and a table for each tool.
"""

import os
import re
import subprocess
import sys


def documented(page, tool):
    section = page.split(f"\n## {tool}\n")[1].split("\n## ")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `-")]
    return set(re.findall(r"`(-[-\w]+)`", " ".join(rows)))


def existing(tool):
    text = subprocess.run([tool, "--help"], capture_output=True, text=True,
                          check=True).stdout
    return set(re.findall(r"(?<![\w-])(--?[a-z][-\w]*)", text))


page = open(sys.argv[1]).read()
for path in sys.argv[2:]:
    tool = os.path.basename(path)
    options = documented(page, tool)
    unknown = sorted(options - existing(path))
    print(f"{tool}: {len(options)} options, unknown: {unknown}")
