"""clang-format leaves every C file as it is; shellcheck finds nothing in the shell scripts."""
import re
import subprocess

import common


def run(command, files):
    """What a tool says about the files; nothing when it is content."""
    if not files:
        return []
    done = subprocess.run([*command, *files], cwd=common.ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, input="", check=False)
    return done.stdout.splitlines()[:60] if done.returncode else []


def shell_scripts():
    return [name for name in common.project_files() if re.match(r"#!/bin/(ba)?sh\b", common.read(name)[:20])]


def ugly():
    """What clang-format says about a file out of form."""
    done = subprocess.run(["clang-format", "--dry-run", "-Werror", "--assume-filename=x.c"], cwd=common.ROOT,
                          input="int  f( void ){return 0 ;}\n", stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False)
    return done.stdout.splitlines()


tap = common.Tap()
tap.sees("a file out of form is seen", ugly())
tap.point("C files are in form (./dev format)", run(["clang-format", "--dry-run", "-Werror"], common.c_files()))
tap.point("shell scripts are clean", run(["shellcheck"], shell_scripts()))
tap.exit()
