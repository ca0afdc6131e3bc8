"""The lists docs/*-parity.md: no item is missing or twice, and what a row cites is there.

A row is `| ID | behaviour | ... |`. Its last cell names files in backticks, each followed by words in backticks that
the file contains; without any it says `no analogue: why`. The page has `from XX-001 to XX-036`, perhaps several.
"""
import os
import re

import common

ROW = re.compile(r"^\| ([A-Z]+-\d+) \|.*\| (.*) \|$", re.MULTILINE)


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
        if not cited and not cell.startswith("no analogue: "):
            yield f"{name}: neither a test nor a reason"


def file_text(path):
    return common.read(path) if os.path.isfile(os.path.join(common.ROOT, path)) else None


EXAMPLE = "from XX-1 to XX-2\n| XX-1 | a | `tests/a.c` `one` |\n| XX-2 | b | {} |\n"
tap = common.Tap()
for what, cell in [("a test that is not there", "`tests/a.c` `two`"), ("a file that is not there", "`tests/b.c` `one`"),
                   ("a row without test or reason", "none")]:
    tap.sees(f"{what} is seen", complaints(EXAMPLE.format(cell), {"tests/a.c": "one"}.get))
tap.sees("a missing row is seen", complaints("from XX-1 to XX-3\n" + EXAMPLE.format("no analogue: x"), {"tests/a.c": "one"}.get))
tap.point("a good list passes", complaints(EXAMPLE.format("no analogue: x"), {"tests/a.c": "one"}.get))
for list_name in common.project_files():
    if re.fullmatch(r"docs/\w+-parity\.md", list_name):
        tap.point(f"{list_name} is whole", complaints(common.read(list_name), file_text))
tap.exit()
