# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs a command whose standard error is a terminal, and prints what it gets.

  terminal.py COMMAND...
"""
import os
import pty
import subprocess
import sys

screen, terminal = pty.openpty()
process = subprocess.Popen(sys.argv[1:], stderr=terminal)
os.close(terminal)
try:
    while data := os.read(screen, 4096):
        sys.stdout.write(data.decode().replace("\r", "\n"))
except OSError:  # the other side is closed
    pass
sys.exit(process.wait())
