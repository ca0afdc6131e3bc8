"""`meson install` puts a whole into a prefix: `install.py BUILD_FOLDER COMMAND...`. Reads what was installed as others
will: through pkg-config, a host program, and the stock Lua."""
import difflib
import os
import re
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "tools"))
from installed import STRICT, common, compile_host, complaint, find, install, library_path, pkg_config, run  # pylint: disable=wrong-import-position

HERE = os.path.dirname(os.path.realpath(__file__))


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
    wrong = compile_host(folder, os.path.join(HERE, "host.c"), program)
    if wrong:
        return wrong
    status, said = run([program, os.path.join(HERE, "program.lua")], env=library_path(folder))
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


def foreign_names(archive):
    """What an archive defines for others under names that are not ours."""
    for line in run(["nm", "-g", "--defined-only", archive])[1].splitlines():
        words = line.split()
        if len(words) == 3 and not words[2].startswith(("xdb_", "luaopen_xdb")):
            yield f"{os.path.basename(archive)} defines {words[2]}"


def static_host(folder, scratch):
    """The host again, from the archive and what pkg-config says that it needs."""
    program = os.path.join(scratch, "static_host")
    libs = [word for word in pkg_config(folder, "--static", "--libs") if word != "-lxdb"]
    archive = find(folder, r"/libxdb\.a$")[0]
    wrong = complaint(["cc", "-std=c11", *pkg_config(folder, "--cflags"), os.path.join(HERE, "host.c"), "-o", program, archive,
                       *libs, "-lm"])
    return wrong or complaint([program, os.path.join(HERE, "program.lua")])


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
    tap.point("the static library has no other names either", foreign_names(find(folder, r"/libxdb\.a$")[0]))
    tap.point("a host that is linked statically works", static_host(folder, scratch))
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
        install(build, folder)
        check(folder, scratch, commands)


main()
