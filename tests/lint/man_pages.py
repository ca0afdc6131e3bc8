"""`--help` and the manual page name the same options: `man_pages.py COMMAND PAGE.scd`."""
import os
import re
import subprocess
import sys

import common

OPTION = r"--?[A-Za-z][\w-]*"


def help_options(text):
    """The options of a help text: those that start a line, with their other spellings after a comma."""
    found = set()
    for line in text.splitlines():
        start = re.match(rf"\s+({OPTION}.*)", line)
        if start:
            head = re.split(r"\s{2,}", start.group(1))[0]
            found.update(re.findall(rf"(?<![\w-]){OPTION}", head))
    return found


def page_options(text):
    """The options of a page: bold at the start of a line of its own."""
    found = set()
    for line in text.replace("\\-", "-").replace("\\_", "_").splitlines():
        if re.match(rf"\*{OPTION}", line):
            found.update(re.findall(rf"(?<![\w-])({OPTION})", re.sub(r"_[^_]*_", "", line)))
    return found


def differences(in_help, in_page):
    for option in sorted(in_help - in_page):
        yield f"{option} is in --help, but not in the manual page"
    for option in sorted(in_page - in_help):
        yield f"{option} is in the manual page, but not in --help"


def main():
    tap = common.Tap()
    command, page = sys.argv[1:]
    example = help_options("options:\n  -c CMD, --command CMD   run -x\n  -h\n")
    tap.point("options are found in a help text", {"-c", "--command", "-h"} ^ example)
    tap.point("options are found in a page",
              {"-c", "--command"} ^ page_options("*-c* _CMD_, *--command* _CMD_\n\tsee *-x*\n"))
    tap.sees("a missing option is seen", differences({"-c"}, set()))
    done = subprocess.run([command, "--help"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    shown = help_options(done.stdout)
    tap.point("--help works and shows options", [] if done.returncode == 0 and shown else [done.stdout])
    if os.path.exists(page):
        with open(page, encoding="utf-8") as f:
            tap.point("--help and the manual page agree", differences(shown, page_options(f.read())))
    else:
        tap.point("--help and the manual page agree", [f"there is no {os.path.relpath(page, common.ROOT)}"])
    tap.exit()


main()
