"""The names that libxdb exports are listed in symbols.txt; who adds or takes away one says so there: `symbols.py LIBRARY
HEADER...`. With --write after it the list is made anew. Every function of the public headers is explained there."""
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "lint"))
import common  # pylint: disable=wrong-import-position

LIST = os.path.join(os.path.dirname(os.path.realpath(__file__)), "symbols.txt")


def exported(library):
    text = subprocess.run(["nm", "-D", "--defined-only", library], capture_output=True, text=True, check=True).stdout
    return sorted(line.split()[-1] for line in text.splitlines())


def declared():
    """What the public headers declare."""
    names = set()
    for path in common.project_files():
        if path.endswith(".h"):
            for text in re.findall(r"XDB_API\s+([^;{(]*?)\s*[(;]", common.without_comments(common.read(path))):
                names.add(text.split()[-1].lstrip("*"))
    return names


def main():
    names = exported(sys.argv[1])
    if "--write" in sys.argv:
        with open(LIST, "w", encoding="utf-8") as f:
            f.write("\n".join(names) + "\n")
        return
    tap = common.Tap()
    listed = common.read("tests/install/symbols.txt").split()
    tap.sees("a name that is not listed is seen", set(names + ["xdb_new"]).difference(listed))
    tap.point("every exported name is listed", [f"{name} is new" for name in names if name not in listed])
    tap.point("every listed name is exported", [f"{name} is gone" for name in listed if name not in names])
    documented = [name for name in names if not name.startswith(("luaopen_", "xdb_open_"))]  # those are Lua modules
    known = declared()
    tap.point("every other exported name is declared in a header", [f"{n} is in none" for n in documented if n not in known])
    api = [sys.executable, os.path.join(common.ROOT, "docs", "api.py"), "--check", *sys.argv[2:]]
    unexplained = subprocess.run(api, capture_output=True, text=True, check=False).stdout.split("\n")
    tap.point("every function of the headers is explained", [line for line in unexplained if line])
    tap.exit()


main()
