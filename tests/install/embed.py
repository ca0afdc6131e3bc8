"""The hosts of examples/embed: each is built with nothing but pkg-config against what `meson install` put into a folder, and
run: `embed.py BUILD_FOLDER`. What they print is compared with embed/NAME.txt, in which `T` stands for a time."""
import difflib
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "tools"))
from installed import common, compile_host, find, install, library_path  # pylint: disable=wrong-import-position

HERE = os.path.dirname(os.path.realpath(__file__))
EXAMPLES = os.path.join(HERE, "..", "..", "examples", "embed")
# name of the host -> its arguments, what is typed, its exit status
HOSTS = {
    "break_on_error": (["order.lua"], "where\np name, pieces\nup\np basket\nq\n", 1),
    "profile_server": (["requests.lua"], "", 0),
    "game_loop": (["game.lua", "70"], "", 0),
}


def expected(name):
    with open(os.path.join(HERE, "embed", name + ".txt"), encoding="utf-8") as f:
        return f.read()


def play(folder, scratch, name):
    """Complaints about one host."""
    arguments, typed, status = HOSTS[name]
    program = os.path.join(scratch, name)
    wrong = compile_host(folder, os.path.join(EXAMPLES, name + ".c"), program, "-pthread")
    if wrong:
        return wrong
    done = subprocess.run([program, *arguments], cwd=EXAMPLES, env={**library_path(folder), "HOME": scratch}, input=typed,
                          capture_output=True, text=True, check=False)
    said = re.sub(r"\d+\.\d{3}\b", "T", done.stdout).replace(os.path.realpath(EXAMPLES) + "/", "") + done.stderr
    if name == "profile_server":  # which function took longest is the machine's affair
        lines = said.splitlines()
        said = "\n".join([*lines[:9], *sorted(lines[9:], key=lambda line: line.split("T")[-1])]).rstrip() + "\n"
    diff = difflib.unified_diff(expected(name).splitlines(), said.splitlines(), "expected", "said", lineterm="")
    return [*([] if done.returncode == status else [f"exit status {done.returncode}"]), *diff]


def documented(folder, name):
    """Complaints when docs/embedding.md does not speak of the host, or the host was not installed."""
    if f"examples/embed/{name}.c" not in common.read("docs/embedding.md"):
        yield "docs/embedding.md does not name it"
    if not find(folder, rf"/examples/embed/{name}\.c$"):
        yield "it is not installed"


def main():
    tap = common.Tap()
    sources = {name[:-2] for name in os.listdir(EXAMPLES) if name.endswith(".c")}
    tap.point("every example is tried", sorted(sources.symmetric_difference(HOSTS)))
    with tempfile.TemporaryDirectory() as scratch:
        folder = os.path.join(scratch, "destination")
        install(os.path.realpath(sys.argv[1]), folder)
        for name in HOSTS:
            tap.point(f"{name} is built with pkg-config alone, and works", play(folder, scratch, name))
            tap.point(f"{name} is documented and installed", documented(folder, name))
    tap.exit()


main()
