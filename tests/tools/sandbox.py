"""The surroundings every test runs in: a home folder of its own, no terminal, no settings of the user's."""
import os
import shutil
import tempfile

# What the build says about a test (tests/meson.build), and what chooses the road the library takes.
KEPT = {"XDB_SOURCE_ROOT", "XDB_BUILD_ROOT", "XDB_LUA", "XDB_LUA_PRELOAD", "XDB_LAYOUT", "XDB_ENGINE",
        "LUA_PATH", "LUA_CPATH"}
DROPPED = {"NO_COLOR", "FORCE_COLOR", "CLICOLOR", "PAGER", "EDITOR", "VISUAL", "INPUTRC", "LINES", "LS_COLORS",
           "BASH_ENV", "ENV", "CDPATH", "GREP_OPTIONS", "PYTHONPATH", "LANGUAGE", "MAKEFLAGS"}


def environment(home):
    """A copy of the environment fit for a test, with `home` as home and temporary folder."""
    env = {name: value for name, value in os.environ.items()
           if name in KEPT or not name.startswith(("XDB_", "LUA_", "LC_")) and name not in DROPPED}
    env.update(HOME=home, TMPDIR=home, TERM="dumb", LANG="C.UTF-8", LC_ALL="C.UTF-8", TZ="UTC", COLUMNS="80",
               XDG_CONFIG_HOME=os.path.join(home, ".config"), XDG_STATE_HOME=os.path.join(home, ".local/state"))
    if "XDB_LUA_PRELOAD" in env:
        env["PATH"] = os.pathsep.join([prepared_lua(home, env), env["PATH"]])
    return env


def prepared_lua(home, env):
    """A folder for PATH whose Lua can load a sanitized module: the sanitizer is there from its first moment on."""
    folder = os.path.join(home, ".bin")
    path = os.path.join(folder, os.path.basename(env["XDB_LUA"]))
    os.mkdir(folder)
    with open(path, "w", encoding="utf-8") as f:
        f.write(f"#!/bin/bash\nLD_PRELOAD='{env['XDB_LUA_PRELOAD']}' "
                f"exec -a '{os.path.basename(path)}' '{env['XDB_LUA']}' \"$@\"\n")
    os.chmod(path, 0o755)
    return folder


class Home:
    """A temporary home folder: `with Home() as home:`."""

    def __enter__(self):
        self.path = os.path.realpath(tempfile.mkdtemp(prefix="xdb-test-"))
        return self.path

    def __exit__(self, *_):
        shutil.rmtree(self.path, ignore_errors=True)
