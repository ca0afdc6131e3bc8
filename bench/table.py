"""What is measured: the workloads, the commands that run them, and the rows of the table.

A new row is one `Row(...)` in the list of its tool; a new tool is a function that makes its `Command`s, like `xdb`,
and a list of rows in ROWS."""
import dataclasses


@dataclasses.dataclass(frozen=True)
class Workload:
    """A script of bench/workloads, which tells the CPU seconds of its work by `measured`."""
    script: str
    args: tuple = ()
    spawned: int = 0  # not 0: the life of the whole process is measured, the median of so many


WORKLOADS = {
    "fib": Workload("fib.lua", ("32",)),
    "loop": Workload("loop.lua", ("10000000",)),
    "C calls": Workload("ccalls.lua", ("5000000",)),
    "ping-pong": Workload("pingpong.lua", ("1000000",)),
    "recursion": Workload("recursion.lua", ("150000", "20")),
    "luacheck": Workload("checking.lua", ("400",)),
    # These take the place of others in one row.
    "a tenth as deep": Workload("recursion.lua", ("15000", "200")),
    "short loop": Workload("loop.lua", ("1000000",)),
    "start": Workload("empty.lua", spawned=20),
}
COLUMNS = ("fib", "loop", "C calls", "ping-pong", "recursion", "luacheck", "start")
ALL = COLUMNS[:6]
CALLS = ("fib", "C calls", "recursion", "luacheck")


@dataclasses.dataclass(frozen=True)
class Command:
    """How a workload is run. In `words`, {name} is FILE:LINE of the workload's line marked `-- @name`; MANY stands for
    10,000 breakpoints in 100 files. `shows` must be on its stdout, as proof that it did what it is measured at."""
    label: str
    program: str
    words: tuple = ()
    shows: tuple = ()
    script: bool = True


def floor(mask, label):
    return Command(label, "floor", (mask,))


LUA = Command("lua5.4", "lua")
LUA_NOTHING = Command("lua5.4 -e ''", "lua", ("-e", ""), script=False)
CALL = floor("c", "call hook")
RETURN = floor("r", "return hook")
LINE = floor("l", "line hook")
FLOORS = (floor("-", "no hook"), CALL, RETURN, floor("cr", "call+return hook"), LINE, floor("lc", "line+call hook"),
          floor("lcr", "all three hooks"))


def ratio(mine, base):
    return mine / base


def microseconds(times):
    """The added time of one of so many."""
    return lambda mine, base: (mine - base) / times * 1e6


@dataclasses.dataclass(frozen=True)
class Row:
    what: str
    command: Command
    against: Command
    bound: float = None      # None: only told
    where: tuple = ALL       # columns
    instead: str = None      # the workload that is run in place of the column's
    base: str = None         # the workload of `against`, in place of `instead` or the column's
    value: object = ratio    # of the two times
    unit: str = "x"
    noise: float = 0.0       # what a bound of "the same" allows for

    def workload(self, column):
        return WORKLOADS[self.instead or column]

    def base_workload(self, column):
        return WORKLOADS[self.base or self.instead or column]


# ---- floors ----
FLOOR_ROWS = [Row("empty C function, " + command.label, command, LUA) for command in FLOORS]


# ---- xdb ----
MANY = "{many}"


def xdb(label, *commands, shows=()):
    words = tuple(word for command in commands for word in ((MANY,) if command == MANY else ("-c", command)))
    return Command(label, "xdb", words, shows)


BREAK = r"(?m)^Breakpoint \d+ at "
END = ("continue", "quit")
NOTHING = xdb("xdb", *END)
ELSEWHERE = xdb("xdb, one breakpoint", "break {elsewhere}", *END, shows=(BREAK,))
TEN_THOUSAND = xdb("xdb, 10,000 breakpoints", MANY, "break {elsewhere}", *END, shows=(r"(?m)^Breakpoint 10001 at ",))
HOT = xdb("xdb, breakpoint not reached", "break {never}", *END, shows=(BREAK,))
CONDITION = xdb("xdb, false condition", "break {each}, i < 0", "continue", "break", "quit",
                shows=(r"breakpoint already hit 1000000 times",))
NEXT = xdb("xdb, next", "tbreak {work}", "continue", "next", *END, shows=(r"(?m)^-> measured\(",))
START = xdb("xdb -c q", "q")

XDB_ROWS = [
    Row("nothing set, after continue", NOTHING, LUA, 1.00, noise=0.02),
    Row("one breakpoint elsewhere, never hit", ELSEWHERE, CALL, 1.15, CALLS),
    Row("one breakpoint elsewhere, loop", ELSEWHERE, LUA, 1.03, ("loop",)),
    Row("one breakpoint elsewhere, coroutines", ELSEWHERE, CALL, 1.3, ("ping-pong",)),
    Row("breakpoint in the hot function, not reached", HOT, LINE, 1.3, ("fib", "loop", "C calls", "ping-pong")),
    Row("10,000 breakpoints in 100 files", TEN_THOUSAND, ELSEWHERE, 1.00, noise=0.03),
    Row("false condition in a hot loop, each", CONDITION, LUA, 1.0, ("loop",), instead="short loop",
        value=microseconds(1000000), unit="us"),
    Row("next over the work, calls", NEXT, RETURN, 1.2, CALLS + ("ping-pong",)),
    Row("next over the work, loop", NEXT, LUA, 1.03, ("loop",)),
    # As many calls in both: where the cost of one grows with the depth this is about 10.
    Row("10 times as deep, every 2nd with breakpoint", HOT, HOT, 1.5, ("recursion",), base="a tenth as deep"),
    Row("xdb -c q script, start to exit", START, LUA_NOTHING, 3.0, ("start",), instead="start"),
]

ROWS = FLOOR_ROWS + XDB_ROWS
