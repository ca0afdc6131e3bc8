"""Every module in the stock Lua, alone and together, loaded in any order; the state is closed behind them, and valgrind finds
nothing lost: `together.py LUA_FILE`."""
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "tools"))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "lint"))
import common  # pylint: disable=wrong-import-position
import sandbox  # pylint: disable=wrong-import-position

MODULES = ["xdb", "xdb.bdb", "xdb.profile", "xdb.pstats", "xdb.timeit", "xdb.trace", "xdb.tracemalloc", "xdb.faulthandler",
           "xdb.devmode"]
ORDERS = [MODULES, MODULES[::-1], MODULES[4:] + MODULES[:4], MODULES[::2] + MODULES[1::2]]


def complaint(command, script, modules, env):
    done = subprocess.run([*command, script, *modules], env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False)
    if done.returncode == 0 and done.stdout == "true\tok\n":
        return []
    return [f"exit status {done.returncode}", done.stdout]


def main():
    script, tap = sys.argv[1], common.Tap()
    with sandbox.Home() as home:
        env = sandbox.environment(home)
        lua = [shutil.which(os.path.basename(env["XDB_LUA"]), path=env["PATH"]) or env["XDB_LUA"]]
        for name in MODULES:
            tap.point(f"{name} alone", complaint(lua, script, [name], env))
        for modules in ORDERS:
            tap.point("together: " + " ".join(modules), complaint(lua, script, modules, env))
        if "XDB_LUA_PRELOAD" not in env:  # sanitizers look for themselves
            valgrind = ["valgrind", "-q", "--leak-check=full", "--error-exitcode=9", *lua]
            tap.point("valgrind finds nothing lost when the state is closed", complaint(valgrind, script, MODULES, env))
    tap.exit()


main()
