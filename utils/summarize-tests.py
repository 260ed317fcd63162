# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Prints one line, "N passed, N failed, N skipped", for a lit results file.

Usage: summarize-tests.py RESULTS.json LIT-EXIT-STATUS
Exits with zero only if tests ran, none failed, and lit itself succeeded.
"""

import json
import sys

# lit's result codes. Any other code counts as failed: FAIL, XPASS, UNRESOLVED,
# TIMEOUT, and whatever a later lit may add.
PASSED = {"PASS", "FLAKYPASS", "XFAIL"}
SKIPPED = {"UNSUPPORTED", "SKIPPED"}
# Not asked for on lit's command line.
NOT_COUNTED = {"EXCLUDED"}


def main():
    results, lit_status = sys.argv[1], int(sys.argv[2])
    try:
        with open(results, encoding="utf-8") as file:
            codes = [test["code"] for test in json.load(file)["tests"]]
        codes = [code for code in codes if code not in NOT_COUNTED]
    except (OSError, ValueError, KeyError) as error:
        print(f"cannot read the results of lit: {error}", file=sys.stderr)
        codes = []

    passed = sum(code in PASSED for code in codes)
    skipped = sum(code in SKIPPED for code in codes)
    failed = len(codes) - passed - skipped
    if lit_status != 0 and failed == 0:
        print(f"lit exited with status {lit_status}", file=sys.stderr)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 0 if passed > 0 and failed == 0 and lit_status == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
