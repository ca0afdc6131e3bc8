#!/usr/bin/env python3
"""The manual of the C library, made from its public headers: `api.py OUTPUT HEADER...` writes Markdown. What stands above a
declaration explains it; the comment that opens a header introduces it. `api.py --check HEADER...` prints each function that nothing
explains, and ends with 1 when there is one."""
import os
import re
import sys

HEADING = re.compile(r"/\* ---- (.*?) -+ \*/")


def text_of(comment):
    """The words of a comment without its frame of stars."""
    lines = [re.sub(r"^\s*\*\*? ?", "", line).rstrip() for line in comment.strip("*").split("\n")]
    return "\n".join(lines).strip()


def parts(header):
    """The header as [(kind, text)]: "heading", "comment" and "code", without what every header has."""
    source = re.sub(r"^#(?:ifdef __cplusplus|ifndef XDB_API)\n.*?^#endif\n", "", header, flags=re.MULTILINE | re.DOTALL)
    source = re.sub(r"^#(?:ifndef \w+_H|define \w+_H|include .*|endif)\n", "", source, flags=re.MULTILINE)
    result, at = [], 0
    for match in re.finditer(r"/\*.*?\*/", source, re.DOTALL):
        before = re.sub(r"/\*.*?\*/", "", source[:match.start()], flags=re.DOTALL)
        if before.count("{") > before.count("}") or before[-1:] not in ("", "\n"):
            continue  # explains a member, or the line that it ends
        result.append(("code", source[at:match.start()]))
        heading = HEADING.fullmatch(match.group())
        result.append(("heading", heading.group(1)) if heading else ("comment", text_of(match.group()[2:-2])))
        at = match.end()
    result.append(("code", source[at:]))
    return [(kind, text.strip("\n")) for kind, text in result if text.strip()]


def declarations(code):
    """The functions that a piece of code declares."""
    return re.findall(r"XDB_API\s[^;{]*?(\w+)\(", code)


def unexplained(path):
    """Functions of a header that stand under no comment, or under a heading alone."""
    with open(path, encoding="utf-8") as f:
        kinds = parts(f.read())
    last = None
    for kind, text in kinds:
        if kind == "code" and last in (None, "heading"):
            yield from (f"{os.path.basename(path)}: {name}" for name in declarations(text))
        last = kind


def chapter(path):
    """A header as Markdown."""
    name = os.path.basename(path)
    with open(path, encoding="utf-8") as f:
        pieces = parts(f.read())
    out = [f"## <xdb/{name}>\n"]
    for i, (kind, text) in enumerate(pieces):
        if kind == "heading":
            out.append(f"### {text}\n")
        elif kind == "comment":
            text = re.sub(r"^xdb/\S+ - (.)", lambda m: m.group(1).upper(), text) if i == 0 else text
            out.append(text + "\n")
        else:
            out.append("```c\n" + re.sub(r"XDB_API ", "", text) + "\n```\n")
    return "\n".join(out)


def main():
    if sys.argv[1] == "--check":
        missing = [line for path in sys.argv[2:] for line in unexplained(path)]
        print("\n".join(missing))
        sys.exit(bool(missing))
    headers = sorted(sys.argv[2:], key=os.path.basename)
    with open(sys.argv[1], "w", encoding="utf-8") as f:
        f.write("# The C library\n\nMade from the public headers, which say the same. How to link it: embedding.md.\n\n")
        f.write("".join(f"- [`<xdb/{os.path.basename(h)}>`](#xdb{os.path.basename(h).replace('.', '')})\n" for h in headers))
        f.write("\n" + "\n".join(chapter(h) for h in headers))


main()
