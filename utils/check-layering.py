# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks that each folder includes and links only what it may see.

Usage: check-layering.py [ROOT]
The table "Folders" of docs/architecture.md says which folders there are and what
each sees; what a folder sees includes what that one sees. Folders that do not see
MLIR include no header of LLVM. Prints one line for each violation.
"""

import collections
import pathlib
import re
import sys

Component = collections.namedtuple("Component", "folder sees")
UPSTREAM = "MLIR"  # in the table: the headers and libraries of LLVM and MLIR
UPSTREAM_HEADERS = ("llvm/", "llvm-c/", "mlir/", "mlir-c/", "lld/", "clang/")
# The C interface needs no header but these and its own.
INTERFACE = "include/quantc-rt"
INTERFACE_HEADERS = {"stddef.h", "stdint.h"}

INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]', re.MULTILINE)
ROW = re.compile(r"^\| `((?:lib|tools)/[\w/-]+)` \|.*\|([^|]*)\|$", re.MULTILINE)
OPTION = re.compile(r"\bcl::(?:opt|list|bits)\s*<")
LIBRARY = re.compile(
    r"\b(?:quantc_\w+_(?:library|tool)|add_library|add_executable)\(\s*([\w-]+)([^)]*)\)"
)
LINK = re.compile(r"\btarget_link_libraries\(\s*([\w-]+)([^)]*)\)")


def read_table(root):
    """The components by folder; `sees` holds folders and UPSTREAM, transitively."""
    text = (root / "docs/architecture.md").read_text()
    rows = {folder: sees for folder, sees in ROW.findall(text)}

    def resolve(name):
        found = [folder for folder in rows if f"/{folder}".endswith(f"/{name}")]
        if name != UPSTREAM and len(found) != 1:
            sys.exit(f"docs/architecture.md: error: no single folder is '{name}'")
        return found[0] if found else name

    direct = {
        folder: {resolve(name.strip()) for name in sees.split(",") if name.strip()}
        for folder, sees in rows.items()
    }

    def close(folder):
        return {folder}.union(*(close(seen) for seen in direct.get(folder, ())))

    return {folder: Component(folder, close(folder)) for folder in rows}


class Checker:
    def __init__(self, root):
        self.root = root
        self.components = read_table(root)
        self.violations = []

    def report(self, path, text, position, message):
        line = text.count("\n", 0, position) + 1
        place = path.relative_to(self.root)
        self.violations.append(f"{place}:{line}: error: {message}")

    def component_of(self, path):
        """Of a file or folder below lib, tools or include/quantc."""
        place = str(path.relative_to(self.root))
        place = re.sub(r"^include/quantc(?=/|$)", "lib", place)
        while place and place not in self.components:
            place = place.rpartition("/")[0]
        return self.components.get(place)

    def check_seen(self, path, text, position, component, seen, what):
        if seen.folder not in component.sees:
            self.report(
                path, text, position,
                f"{component.folder} must not see {seen.folder} ({what})",
            )  # fmt: skip

    def find_include(self, path, header):
        """Where a header of ours is, or None for one from elsewhere."""
        for folder in (path.parent, self.root / "include"):
            place = (folder / header).resolve()
            if place.exists():
                return place
        if header.startswith("quantc/"):  # generated
            return self.root / "include" / header
        return None

    def check_source(self, path):
        text = path.read_text()
        component = self.component_of(path)
        if not component:
            self.report(path, text, 0, "no folder of docs/architecture.md holds this")
            return
        for match in INCLUDE.finditer(text):
            quote, header = match.groups()
            place = self.find_include(path, header) if quote == '"' else None
            if place and place.is_relative_to(self.root / INTERFACE):
                continue
            seen = self.component_of(place) if place else None
            if seen:
                self.check_seen(path, text, match.start(2), component, seen, header)
            elif header.startswith(UPSTREAM_HEADERS):
                if UPSTREAM not in component.sees:
                    message = f"{component.folder} must not see {UPSTREAM} ({header})"
                    self.report(path, text, match.start(2), message)
            elif place:
                message = f"no folder of docs/architecture.md holds {header}"
                self.report(path, text, match.start(2), message)
        if not component.folder.startswith("tools/"):
            for match in OPTION.finditer(text):
                message = "options of a command line belong to tools"
                self.report(path, text, match.start(), message)

    def check_interface(self, path):
        text = path.read_text()
        for match in INCLUDE.finditer(text):
            header = match.group(2)
            if header not in INTERFACE_HEADERS and not header.startswith("quantc-rt/"):
                message = f"the C interface must not need {header}"
                self.report(path, text, match.start(2), message)

    def check_links(self, paths):
        owners, links = {}, []
        for path in paths:
            text = path.read_text()
            for match in LIBRARY.finditer(text):
                owners[match.group(1)] = self.component_of(path)
                links.append((path, text, match))
            links += [(path, text, match) for match in LINK.finditer(text)]
        for path, text, match in links:
            component = owners.get(match.group(1))
            if not component:
                continue
            words = re.findall(r"[\w-]+", match.group(2))
            for word in words:
                if owners.get(word):
                    self.check_seen(
                        path, text, match.start(), component, owners[word], word
                    )
            if "MLIR" in words and UPSTREAM not in component.sees:
                message = f"{component.folder} must not see {UPSTREAM}"
                self.report(path, text, match.start(), message)

    def run(self):
        sources = [
            path
            for folder in ("include/quantc", "lib", "tools")
            for path in sorted((self.root / folder).rglob("*"))
        ]
        for path in sources:
            if path.suffix in (".h", ".cpp", ".td"):
                self.check_source(path)
        for path in sorted((self.root / INTERFACE).rglob("*.h")):
            self.check_interface(path)
        self.check_links([p for p in sources if p.name == "CMakeLists.txt"])


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    checker = Checker(root)
    checker.run()
    for violation in checker.violations:
        print(violation, file=sys.stderr)
    return 1 if checker.violations else 0


if __name__ == "__main__":
    sys.exit(main())
