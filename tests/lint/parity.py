"""The lists docs/*-parity.md: no item is missing or twice, and what a row cites is there.

A row is `| ID | behaviour | ... |`, where ID is XX-001 or `test_file: name` for a test of the original's. Its last cell
names files below tests/ in backticks, each followed by words in backticks that the file contains; or it refers to
another row by `see XX-001`; without any it says `no analogue: why`, or `not yet: what`. The page has
`from XX-001 to XX-036`, perhaps several.
"""
import os
import re

import common

ROW = re.compile(r"^\| ([A-Z]+-\d+|test_\w+: [^|]+) \|.*\| (.*) \|$", re.MULTILINE)
REASONS = ("no analogue: ", "not yet: ", "see ")


def items(page):
    """The identifiers that a list should have."""
    spans = re.findall(r"from ([A-Z]+)-(\d+)\s+to\s+\1-(\d+)", page)
    return [f"{letters}-{n:0{len(first)}}" for letters, first, last in spans for n in range(int(first), int(last) + 1)]


def complaints(page, text_of):
    """What is wrong with a list; text_of(path) is a file's text, or None."""
    found = ROW.findall(page)
    names = [name for name, _ in found]
    if not items(page):
        yield "does not say which items it is about"
    for name in items(page):
        if names.count(name) != 1:
            yield f"{name} has {names.count(name)} rows"
    for name, cell in found:
        path = None
        cited = re.findall(r"`([^`]+)`", cell)
        for words in cited:
            if "/" in words and text_of(words) is not None:
                path = words
            elif path is None or words.startswith("tests/"):
                yield f"{name}: there is no {words}"
            elif words.lower() not in text_of(path).lower():
                yield f"{name}: {path} has nothing like {words}"
        if not cited and not cell.startswith(REASONS):
            yield f"{name}: neither a test nor a reason"
        if cited and not re.search(r"`tests/", cell):
            yield f"{name}: what it names is no test"
        for other in re.findall(r"[A-Z]+-\d+", cell) if cell.startswith("see ") else []:
            if other not in names:
                yield f"{name}: there is no row {other}"


def file_text(path):
    return common.read(path) if os.path.isfile(os.path.join(common.ROOT, path)) else None


EXAMPLE = "from XX-1 to XX-2\n| XX-1 | a | `tests/a.c` `one` |\n| XX-2 | b | {} |\n"
tap = common.Tap()
for what, cell in [("a test that is not there", "`tests/a.c` `two`"), ("a file that is not there", "`tests/b.c` `one`"),
                   ("a row without test or reason", "none"), ("what is no test", "`core/a.c` `one`"),
                   ("a reference to no row", "see XX-3")]:
    tap.sees(f"{what} is seen", complaints(EXAMPLE.format(cell), {"tests/a.c": "one", "core/a.c": "one"}.get))
tap.sees("a missing row is seen", complaints("from XX-1 to XX-3\n" + EXAMPLE.format("no analogue: x"), {"tests/a.c": "one"}.get))
tap.point("a good list passes", complaints(EXAMPLE.format("no analogue: x"), {"tests/a.c": "one"}.get))
for list_name in common.project_files():
    if re.fullmatch(r"docs/\w+-parity\.md", list_name):
        tap.point(f"{list_name} is whole", complaints(common.read(list_name), file_text))
tap.exit()
