"""Runs one transcript with cram and reports it as TAP: one test for each stretch of prose with its commands.

Volatile text is replaced before it is compared, so that no transcript has to: the folder the test runs in becomes
$PWD, the transcript's own $TESTDIR, the checkout $SRC, the build folder $BUILD, the home folder $HOME; an address
becomes 0x... and "in 0.123 seconds" becomes "in 0.000 seconds". A transcript can use these names in its commands too.
Exit status 80 skips the rest of a transcript, as always in cram.
"""
import os
import re
import shlex
import stat
import sys

import cram

import sandbox

REPLACED = [(r"0x[0-9a-f]{6,16}\b", "0x..."), (r"\bin [0-9]+\.[0-9]+ seconds", "in 0.000 seconds")]


def shell_with_filter(home, folders):
    """Writes a shell that replaces volatile text in everything its commands print; returns its path."""
    rules = [f"s|{re.escape(path)}|{name}|g" for path, name in folders]
    rules += [f"s|{pattern}|{text}|g" for pattern, text in REPLACED]
    sed = " ".join("-e " + shlex.quote(rule) for rule in rules)
    path = os.path.join(home, "shell")
    with open(path, "w", encoding="utf-8") as f:
        # pipefail: exit status 80 of the transcript is cram's word for "skip"
        f.write(f'#!/bin/bash\nset -o pipefail\n/bin/bash --noprofile --norc "$@" 2>&1 | sed -E -u {sed}\n')
    os.chmod(path, stat.S_IRWXU)
    return path


def sections(lines):
    """The stretches of a transcript, [first line, title, has commands]; line numbers count from 1."""
    found = [[1, "", False]]
    prose = False
    for number, line in enumerate(lines, 1):
        if line.startswith("  "):
            found[-1][2] |= line.startswith("  $ ")
            prose = False
        elif line.strip():
            if not prose:
                found.append([number, line.strip().strip("#= ").rstrip(":"), False])
            prose = True
    return [s for s in found if s[2]]


def failing_lines(diff):
    """The line numbers of the transcript that a diff changes, with the diff's text around each."""
    number = 0
    for line in diff:
        start = re.match(r"@@ -(\d+)", line)
        if start:
            number = int(start.group(1))
        elif line.startswith(("---", "+++")) and number == 0:
            continue
        elif line.startswith("+"):
            yield max(number - 1, 1)
        else:
            if line.startswith("-"):
                yield number
            number += 1


def run(path, home):
    """Runs the transcript; returns its lines, the lines that came out (None: skipped) and the diff."""
    env = sandbox.environment(home)
    work = os.path.join(home, "work")
    os.mkdir(work)
    os.chdir(work)
    testdir = os.path.dirname(path)
    env.update(SRC=env["XDB_SOURCE_ROOT"], BUILD=env["XDB_BUILD_ROOT"])
    shell = shell_with_filter(home, [(work, "$PWD"), (home, "$HOME"), (testdir, "$TESTDIR"),
                                     (env["BUILD"], "$BUILD"), (env["SRC"], "$SRC")])
    before, after, diff = cram.testfile(path, shell=[shell], env=env, cleanenv=False,
                                       testname=os.fsencode(os.path.basename(path)))
    text = [line.decode("utf-8", "replace") for line in diff]
    return [line.decode("utf-8", "replace") for line in before], after, text


def main():
    path = os.path.realpath(sys.argv[1])
    with sandbox.Home() as home:
        lines, after, diff = run(path, home)
        os.chdir("/")
    if after is None:
        print(f"1..0 # SKIP {os.path.basename(path)} asks to be skipped here")
        return 0
    parts = sections(lines)
    broken = set()
    for number in failing_lines(diff):
        broken.add(max([i for i, part in enumerate(parts) if part[0] <= number], default=0))
    print(f"1..{len(parts)}")
    for i, (_, title, _) in enumerate(parts):
        print(f"{'not ok' if i in broken else 'ok'} {i + 1} - {title or os.path.basename(path)}".replace(" #", " "))
    for line in diff:
        print("# " + line.rstrip("\n"))
    return 1 if broken or not parts else 0


sys.exit(main())
