#!/usr/bin/env python3
"""Texts as C: `embed.py OUT.c PREFIX FILE ...` makes of page.css the constant `const char PREFIXpage_css[]`."""
import os
import sys


def literal(line):
    """A line as a string literal; bytes outside of ASCII as three octal digits, which end by themselves."""
    return '    "' + "".join(f"\\{byte:03o}" if byte < 32 or byte > 126 else "\\" + chr(byte) if chr(byte) in '"\\?' else chr(byte)
                             for byte in line.encode()) + '"\n'


def main():
    out, prefix, *paths = sys.argv[1:]
    with open(out, "w", encoding="ascii") as c:
        for path in paths:
            name = prefix + os.path.basename(path).replace(".", "_")
            with open(path, encoding="utf-8") as f:
                c.write(f"extern const char {name}[];\nconst char {name}[] =\n" + "".join(map(literal, f)).rstrip("\n") + ";\n")


main()
