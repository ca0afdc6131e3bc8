"""Runs a script that prints TAP itself in clean surroundings: `script_tap.py COMMAND... FILE`, or `--lua FILE` for the
Lua of the build. The script runs in an empty temporary folder that is also its home."""
import os
import shutil
import subprocess
import sys

import sandbox


def main():
    command = [os.path.realpath(arg) if os.path.exists(arg) else arg for arg in sys.argv[1:]]
    with sandbox.Home() as home:
        env = sandbox.environment(home)
        if command[0] == "--lua":
            command[0] = shutil.which(os.path.basename(env["XDB_LUA"]), path=env["PATH"]) or env["XDB_LUA"]
        env["TOOLS"] = os.path.dirname(os.path.realpath(__file__))
        env["TESTDIR"] = os.path.dirname(command[-1])
        return subprocess.run(command, cwd=home, env=env, check=False).returncode


sys.exit(main())
