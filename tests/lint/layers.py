"""The arrows between the rooms (docs/architecture.md) and what only one room may do."""
import re

import common

TOOLS = ["bdb", "pdb", "profiler", "timeit", "trace", "tracemalloc", "faulthandler", "devmode"]
ARROWS = {"core": {"core"}, "cli": {"cli", "core"}, **{tool: {tool, "core"} for tool in TOOLS}}
ARROWS["pdb"] |= {"bdb", "cli"}
ARROWS["devmode"] |= {"faulthandler", "tracemalloc"}
TALKS = re.compile(r".*/(main\w*|browse\w*)\.[ch]")  # commands and the statistics browser may use cli

# pattern, the files that may contain it, what to say to the others
ALONE = [
    (r"\blua_sethook\b", r"core/(hook|layout)\w*\.[ch]", "only core/hook sets hooks"),
    (r"\blayout_load\b|\bLAYOUT_CI_|\bstruct CallInfo \{|\bstruct Proto \{", r"core/layout\w*\.[ch]",
     "only core/layout knows Lua's insides"),
    (r"\bluaopen_xdb\w*\s*\(", r"\w+/lua_open\.c", "only lua_open.c enters a module, by xdb_open_<module>"),
    (r"#\s*include\s*[<\"]l(state|object|opcodes|func|debug|gc|limits|do|vm)\.h", r"nothing",
     "Lua's private headers are not for us"),
]
LIBRARY = re.compile(r"(core|bdb|timeit)/(?!lua_|main\.c)")
LIBRARY_NEVER = [
    (r"\b(v?printf|puts|putchar|perror)\s*\(|\b(stdout|stderr)\b", r"nothing", "the library never prints"),
    (r"\b_?exit\s*\(", r"nothing", "the library never exits"),
    (r"\b(secure_)?getenv\s*\(", r"core/layout\.c", "the library does not read the environment"),
]


def arrows(name, text):
    """Complaints about the includes of one file."""
    room = name.split("/")[0]
    if room not in ARROWS:
        return
    allowed = ARROWS[room] | ({"cli"} if TALKS.fullmatch(name) else set())
    for target in re.findall(r'^\s*#\s*include\s*"([^"]+)"', common.without_comments(text), re.MULTILINE):
        if "/" not in target:
            yield f'{name}: include "{target}" from the root, as "{room}/{target}"'
        elif target.split("/")[0] not in allowed:
            yield f'{name}: {room} must not include "{target}"'


def boundaries(name, text):
    """Complaints about what this file does and another should."""
    rules = ALONE + (LIBRARY_NEVER if LIBRARY.match(name) else [])
    code = common.without_comments(text, strings=False)
    for pattern, allowed, words in rules:
        if re.fullmatch(allowed, name) or name.startswith(("tests/", "bench/")):
            continue
        for match in re.finditer(pattern, code):
            if not re.search(r"format\s*\($", code[:match.start()]):  # __attribute__((format(printf, ...
                yield f"{name}:{code.count(chr(10), 0, match.start()) + 1}: {words}"


def rooms_without_row(names, page):
    """Rooms, named by the first word of their header, that docs/architecture.md does not describe."""
    rooms = {(name.split("/")[0], re.split(r"[_.]", name.split("/")[1])[0]) for name in names
             if re.fullmatch(r"(core|cli|bdb|pdb|profiler|timeit|faulthandler|devmode)/\w+\.h", name)}
    for folder, room in sorted(rooms):
        section = re.search(rf"^### {folder}\n(.*?)(?=^##)", page, re.DOTALL | re.MULTILINE)
        if not section or f"| `{room}` |" not in section.group(1):
            yield f"{folder}/{room} has no row in docs/architecture.md"


tap = common.Tap()
files = {name: common.read(name) for name in common.c_files()}
tap.sees("an arrow that runs back is seen", arrows("core/x.c", '#include "bdb/stop.h"\n'))
tap.sees("an engine that uses cli is seen", arrows("profiler/collect.c", '#include "cli/term.h"\n'))
tap.sees("sibling tools are kept apart", arrows("trace/main.c", '#include "timeit/timeit.h"\n'))
tap.sees("a relative include is seen", arrows("core/x.c", '#include "y.h"\n'))
tap.point("commands may use cli", arrows("trace/main.c", '#include "cli/options.h"\n#include "core/file.h"\n'))
tap.sees("a hook set elsewhere is seen", boundaries("bdb/arm.c", "lua_sethook(L, f, 1, 0);"))
tap.sees("an entry that may open a second copy is seen", boundaries("trace/lua_trace.c", "int luaopen_xdb_trace(lua_State *L)"))
tap.sees("a library that prints is seen", boundaries("core/x.c", 'fprintf(stderr, "no");'))
tap.point("a comment or a string is no code", boundaries("core/x.c", '/* exit(1) */ f("exit(1)");'))
tap.point("includes follow the arrows", [c for name, text in files.items() for c in arrows(name, text)])
tap.point("each room keeps to its job", [c for name, text in files.items() for c in boundaries(name, text)])
tap.sees("a room without a row is seen", rooms_without_row(["core/x.h"], "### core\n| `y` | its job |\n## End\n"))
tap.point("every room has a row in docs/architecture.md",
          rooms_without_row(files, common.read("docs/architecture.md")))
tap.exit()
