"""Runs one cmocka program in an empty temporary folder: `unit_tap.py PROGRAM`. Its skipped tests, which cmocka writes as
`not ok 1 # SKIP name`, are passed on as TAP has them."""
import os
import re
import subprocess
import sys

import sandbox


def main():
    with sandbox.Home() as home:
        env = sandbox.environment(home)
        env["CMOCKA_MESSAGE_OUTPUT"] = "TAP"
        with subprocess.Popen([os.path.realpath(sys.argv[1])], cwd=home, env=env, stdout=subprocess.PIPE, text=True,
                              errors="replace") as program:
            for line in program.stdout:
                print(re.sub(r"^not ok (\d+) # SKIP (.*)", r"ok \1 - \2 # SKIP", line), end="", flush=True)
    if program.returncode < 0:
        print(f"killed by signal {-program.returncode}", file=sys.stderr)
    return 128 - program.returncode if program.returncode < 0 else program.returncode


sys.exit(main())
