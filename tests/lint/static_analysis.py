"""clang-tidy and cppcheck on the C files that changed: `static_analysis.py BUILD_FOLDER`.

Changed means: since the branch left origin/main, on main itself since the commit before; where git knows neither, all
files count. A clean file is remembered in the build folder until it, a header or the rules change. A run looks at new
files for at most BUDGET seconds and says how many it left for the next one.
"""
import concurrent.futures
import hashlib
import os
import re
import subprocess
import sys
import tempfile
import time

import common

BUDGET = 150
CPPCHECK = ["cppcheck", "-q", "--enable=warning,performance,portability", "--inline-suppr", "--std=c11",
            "-D_GNU_SOURCE", "-I.", "--error-exitcode=1",
            "--suppress=uninitvar"] # blind to arrays filled by a loop; clang and the sanitizers look as well


def git(*args):
    """The lines git prints; None when it cannot."""
    done = subprocess.run(["git", "-c", "safe.directory=*", *args], cwd=common.ROOT, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True, check=False)
    return done.stdout.splitlines() if done.returncode == 0 else None


def changed():
    """The changed C sources: of a changed header those that stand beside it under its name."""
    sources = [name for name in common.c_files() if name.endswith(".c") and not name.startswith(("tests/", "bench/"))]
    head, base = git("rev-parse", "HEAD"), git("merge-base", "HEAD", "origin/main")
    if base is None or base == head:
        base = git("rev-parse", "--verify", "HEAD~1")
    if base is None:
        return sources
    names = set(git("diff", "--name-only", base[0]) + git("ls-files", "--others", "--exclude-standard"))
    return [name for name in sources if name in names or name[:-1] + "h" in names]


def run(command):
    """What a tool complains about; nothing when it is content."""
    done = subprocess.run(command, cwd=common.ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False)
    return done.stdout.splitlines() if done.returncode else []


def analyse(name, build):
    """The complaints about a file, without the analyser's long stories and what it makes up about uthash."""
    blocks = []
    for line in run(["clang-tidy", "-p", build, "--quiet", name]):
        if re.search(r": (error|warning|note): |^\d+ warnings", line):
            blocks.append([])
        if blocks:
            blocks[-1].append(line)
    told = [line for block in blocks if "error: " in block[0] and not re.search(r"\bHASH_[A-Z_]+\(", "".join(block))
            for line in block]
    if told:
        told.append(f"(more: clang-tidy -p {os.path.relpath(build, common.ROOT)} {name})")
    return told + run([*CPPCHECK, name])


def digest_of_rules():
    """A digest of all that a verdict on any file depends on."""
    rules = hashlib.sha256(repr((CPPCHECK, run(["clang-tidy", "--version"]))).encode())
    for name in [".clang-tidy", *common.c_files()]:
        if not name.endswith(".c"):
            rules.update(common.read(name).encode())
    return rules


class Memory:
    """Which files were found clean, as empty files named by digests."""

    def __init__(self, folder):
        self.folder = folder
        self.rules = digest_of_rules()
        os.makedirs(folder, exist_ok=True)

    def path(self, name):
        digest = self.rules.copy()
        digest.update((name + "\0" + common.read(name)).encode())
        return os.path.join(self.folder, digest.hexdigest())

    def knows(self, name):
        return os.path.exists(self.path(name))

    def learn(self, name):
        with open(self.path(name), "w", encoding="utf-8"):
            pass


def look_at(names, build, memory):
    """Analyses files, two at a time; returns the complaints and how many files there was no time for."""
    end = time.monotonic() + BUDGET
    complaints, left = [], 0

    def one(name):
        return analyse(name, build) if time.monotonic() < end else None

    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        for name, found in zip(names, pool.map(one, names)):
            if found is None:
                left += 1
            elif found:
                complaints += found
            else:
                memory.learn(name)
    return complaints, left


def bad_example(build):
    """What is said about a file with a leak, which lies outside the build."""
    with tempfile.NamedTemporaryFile("w", suffix=".c", dir=build) as f:
        f.write("#include <stdlib.h>\nint f(void)\n{\n    char *p = malloc(9);\n    return p != 0;\n}\n")
        f.flush()
        return (run(["clang-tidy", "--quiet", f"--config-file={common.ROOT}/.clang-tidy", f.name, "--", "-std=c11"]),
                run([*CPPCHECK, f.name]))


tap = common.Tap()
build_folder = os.path.realpath(sys.argv[1])
tidy, check = bad_example(build_folder)
tap.sees("clang-tidy sees a leak", tidy)
tap.sees("cppcheck sees a leak", check)
clean = Memory(os.path.join(build_folder, "analysed"))
todo = [name for name in changed() if not clean.knows(name)]
said, without_time = look_at(todo, build_folder, clean)
tap.point("clang-tidy and cppcheck find nothing in the changed files", said)
if without_time:
    tap.count += 1
    print(f"ok {tap.count} - the rest # SKIP no time for {without_time} of {len(todo)} files")
tap.exit()
