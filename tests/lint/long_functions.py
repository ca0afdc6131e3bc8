"""Functions of more than 60 lines and files of more than 800, but for those that long_functions.txt excuses."""
import os
import re

import common

LIMIT, FILE_LIMIT = 60, 800
EXCUSES = os.path.join(os.path.dirname(__file__), "long_functions.txt")
# Functions start in column one, and so does the brace that ends them (.clang-format sees to it).
FUNCTION = re.compile(r"^(?![#{}\s/])([^;{}=]*?\b(\w+)\s*\([^;{}]*\))\s*\n\{\n(.*?)^\}", re.DOTALL | re.MULTILINE)


def functions(text):
    """(name, number of lines) of each function of a C file, from its braces' inside."""
    for match in FUNCTION.finditer(common.without_comments(text, strings=False)):
        yield match.group(2), match.group(3).count("\n")


def too_long(name, text):
    return [(f"{name} {function}", f"{name}: {function} has {lines} lines, {LIMIT} are the limit")
            for function, lines in functions(text) if lines > LIMIT]


def excuses():
    """`FILE FUNCTION: why` lines -> {"FILE FUNCTION": why}"""
    with open(EXCUSES, encoding="utf-8") as f:
        rows = [line.strip() for line in f if line.strip() and not line.startswith("#")]
    return {row.partition(":")[0].strip(): row.partition(":")[2].strip() for row in rows}


tap = common.Tap()
excused = excuses()
found = [item for name in common.c_files() for item in too_long(name, common.read(name))]
long_one = "static int f(int a,\n             int b)\n{\n" + "    g();\n" * 61 + "}\n"
tap.sees("a long function is seen", too_long("x.c", long_one))
tap.point("sixty lines are not too long", too_long("x.c", long_one.replace("    g();\n", "", 1)))
tap.point("functions are short", [words for key, words in found if key not in excused])
tap.point("excuses have a reason and are still needed",
          [f"{key}: {'no reason' if not why else 'not needed any more'}" for key, why in excused.items()
           if not why or key not in dict(found)])
tap.point("files can be held in mind", [f"{name}: more than {FILE_LIMIT} lines" for name in common.c_files()
                                        if not name.startswith("tests/") and common.read(name).count("\n") > FILE_LIMIT])
tap.exit()
