"""`meson install` puts a whole into a prefix: `install.py BUILD_FOLDER COMMAND...`. Reads what was installed as others
will: through pkg-config, a host program, and the stock Lua."""
import difflib
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "lint"))
import common  # pylint: disable=wrong-import-position

HERE = os.path.dirname(os.path.realpath(__file__))
STRICT = ["-Wall", "-Wextra", "-Werror"]


def run(command, **options):
    """(exit status, what it printed)"""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **options)
    return done.returncode, done.stdout


def complaint(command, **options):
    """What a command said that should have succeeded."""
    status, output = run(command, **options)
    return [f"{' '.join(command)}: {status}", output] if status else []


def find(folder, pattern):
    """The files below a folder whose path matches."""
    paths = [os.path.join(where, name) for where, _, names in os.walk(folder) for name in names]
    return sorted(path for path in paths if re.search(pattern, path))


def pkg_config(folder, *arguments):
    """pkg-config's words about the installed xdb, for the place where it lies now."""
    pc = find(folder, r"/xdb\.pc$")[0]
    env = {**os.environ, "PKG_CONFIG_PATH": os.path.dirname(pc), "PKG_CONFIG_SYSROOT_DIR": folder}
    xdb = run(["pkg-config", *arguments, "xdb"], env=env)[1].split()
    lua = next((name for name in ["lua5.4", "lua-5.4", "lua54"] if run(["pkg-config", "--exists", name])[0] == 0))
    return xdb + run(["pkg-config", *arguments, lua])[1].split()


def headers(folder, compiler):
    """Complaints of a compiler about each public header, included alone and twice."""
    cflags = pkg_config(folder, "--cflags")
    for path in find(folder, r"/include/.*\.h$"):
        name = re.sub(r".*/include/", "", path)
        _, said = run([*compiler, *STRICT, *cflags, "-fsyntax-only", "-"], input=f"#include <{name}>\n" * 2)
        if said:
            yield f"{name}: {said}"


def host(folder, scratch):
    """Builds a debugger from what is installed, lets it stop in a program, and compares what it saw."""
    program = os.path.join(scratch, "host")
    cflags, libs = pkg_config(folder, "--cflags"), pkg_config(folder, "--libs")
    library = os.path.dirname(find(folder, r"/libxdb\.so$")[0])
    wrong = complaint(["cc", "-std=c11", *STRICT, "-Wshadow", *cflags, os.path.join(HERE, "host.c"), "-o", program, *libs])
    if wrong:
        return wrong
    status, said = run([program, os.path.join(HERE, "program.lua")], env={**os.environ, "LD_LIBRARY_PATH": library})
    expected = common.read("tests/install/host.txt")
    if status == 0 and said == expected:
        return []
    return [f"the host ended with {status}", *difflib.unified_diff(expected.splitlines(), said.splitlines(), lineterm="")]


def foreign_symbols(path):
    """What a library exports under names that are not ours."""
    for line in run(["nm", "-D", "--defined-only", path])[1].splitlines():
        name = line.split()[-1]
        if not name.startswith(("xdb_", "luaopen_xdb")):
            yield f"{os.path.basename(path)} exports {name}"


def needs_lua(path):
    """Whether a library brings a Lua of its own."""
    return [line for line in run(["readelf", "-d", path])[1].splitlines() if "NEEDED" in line and "lua" in line]


def check(folder, scratch, commands):
    """All test points about what was installed below a folder."""
    tap = common.Tap()
    wanted = [r"/libxdb\.so$", r"/libxdb\.a$", r"/xdb\.pc$", r"/lua/5\.4/xdb\.so$", r"/include/xdb/.*\.h$"]
    wanted += [rf"/bin/{os.path.basename(name)}$" for name in commands]
    tap.point("everything arrives", [f"nothing like {p}" for p in wanted if not find(folder, p)])
    tap.point("each header compiles alone as C", headers(folder, ["cc", "-std=c11", "-x", "c"]))
    tap.point("each header compiles alone as C++", headers(folder, ["c++", "-std=c++11", "-x", "c++"]))
    tap.point("a host builds a debugger with pkg-config, and it works", host(folder, scratch))
    libraries = find(folder, r"/(libxdb\.so\.[0-9.]*|xdb\.so)$")
    tap.point("only xdb's own names are exported", [c for path in libraries for c in foreign_symbols(path)])
    tap.point("no library brings a second Lua", [c for path in libraries for c in needs_lua(path)])
    module = find(folder, r"/lua/5\.4/xdb\.so$")[0]
    load = f"local ok, why = package.loadlib('{module}', '*') if not ok then error(why, 0) end"
    tap.point("the stock Lua loads the module", complaint([os.environ["XDB_LUA"], "-e", load]))
    for name in commands:
        path = find(folder, rf"/bin/{os.path.basename(name)}$")[0]
        tap.point(f"{os.path.basename(name)} starts", complaint([path, "--help"]))
    tap.exit()


def main():
    build, commands = os.path.realpath(sys.argv[1]), sys.argv[2:]
    with tempfile.TemporaryDirectory() as scratch:
        folder = os.path.join(scratch, "destination")
        wrong = complaint(["meson", "install", "-C", build, "--no-rebuild", "--quiet", "--destdir", folder])
        if wrong:
            print("\n".join(wrong))
            sys.exit(1)
        check(folder, scratch, commands)


main()
