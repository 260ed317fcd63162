# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks the divergence that a report of --compress or --prune-channels states.

Usage: check_divergence.py FLOAT.npz CHANGED.npz REPORT.json
The files hold the logits that both networks gave for the calibration inputs.
"""

import json
import sys

import numpy as np


def log_softmax(logits):
    shifted = logits - logits.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def load_logits(path):
    arrays = np.load(path)
    return arrays[arrays.files[0]].astype(float)


def main(teacher_path, student_path, report_path):
    teacher, student = load_logits(teacher_path), load_logits(student_path)
    with open(report_path) as file:
        report = json.load(file)
    stated = report["compression"] if "compression" in report else report["pruning"]
    temperature = stated["temperature"]
    p, q = log_softmax(teacher / temperature), log_softmax(student / temperature)
    divergence = np.mean(np.sum(np.exp(p) * (p - q), axis=1))
    agreement = np.mean(teacher.argmax(axis=1) == student.argmax(axis=1))
    chosen = stated.get("chosen", stated)
    # A few of the sums that are rounded to 8 bits come out on the other side.
    if abs(divergence / chosen["kl"] - 1) > 0.02 or abs(agreement - chosen["agreement"]) > 0.004:
        sys.exit(
            f"expected divergence {divergence} and agreement {agreement}, "
            f"but the report says {chosen}"
        )


main(*sys.argv[1:])
