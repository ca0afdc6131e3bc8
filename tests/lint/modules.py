"""Every command has all modules inside, so that a program's `require` opens no second copy of the suite:
`modules.py XDB_SO COMMAND...`. What xdb.so lets a program enter leads to xdb_open_<module>, which each command exports."""
import os
import subprocess
import sys

import common


def exported(path):
    output = subprocess.run(["nm", "-D", "--defined-only", path], stdout=subprocess.PIPE, text=True, check=True).stdout
    return {line.split()[-1] for line in output.splitlines()}


def missing(name, has, wanted):
    for symbol in sorted(wanted - has):
        yield f"{name} does not export {symbol}"


def unpaired(entries, openers):
    """Modules whose way in does not lead anywhere else."""
    for entry in sorted(entries):
        opener = entry.replace("luaopen_xdb_", "xdb_open_") if entry != "luaopen_xdb" else "xdb_open_module"
        if opener not in openers:
            yield f"{entry} is exported, but there is no {opener} for it to call"


module, commands = sys.argv[1], sys.argv[2:]
symbols = exported(module)
wanted = {name for name in symbols if name.startswith("xdb_open_")}
tap = common.Tap()
tap.sees("a module that a command lacks is seen", missing("xprof", {"xdb_open_profile"}, {"xdb_open_bdb"}))
tap.sees("an entry that leads nowhere is seen", unpaired({"luaopen_xdb_trace"}, {"xdb_open_bdb"}))
tap.point("each entry has what it leads to", unpaired({s for s in symbols if s.startswith("luaopen_")}, wanted))
tap.point("there are modules", [] if "xdb_open_module" in wanted else [f"{module} has none"])
for path in commands:
    name = os.path.basename(path)
    tap.point(f"{name} has every module inside", missing(name, exported(path), wanted))
tap.exit()
