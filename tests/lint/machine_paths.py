"""No tracked file names a place that exists on one machine only."""
import re

import common

# Spelt so that this file does not contain what it looks for.
PATHS = re.compile(r"(?<![\w.~-])/(?:wor[k]|roo[t]|farm)/\w|/home/(?!user\b|me\b)\w+/|/tm[p]/(?:bash|brief|luasrc)"
                   r"|\.\./share[d]\b")
BINARY = (".png", ".gif", ".luac")


def complaints(name, text):
    for number, line in enumerate(text.splitlines(), 1):
        if PATHS.search(line):
            yield f"{name}:{number}: {line.strip()[:120]}"


tap = common.Tap()
tap.sees("a home folder is seen", complaints("x", "see /home/" + "jane/src/x.c"))
tap.sees("a checkout folder is seen", complaints("x", "cd /wor" + "k/main"))
tap.point("the words themselves are no paths", complaints("x", "frame/" + "work/x and /roots"))
tap.point("no machine's paths in the files", [c for name in common.project_files() if not name.endswith(BINARY)
                                              if not name.startswith("tests/fuzz/corpus/")
                                              for c in complaints(name, common.read(name))])
tap.exit()
