"""What is measured: the workloads, the commands that run them, and the rows of the table.

A new row is one `Row(...)` in the list of its tool; a new tool is a function that makes its `Command`s, like `xdb`,
and a list of rows in ROWS."""
import csv
import dataclasses
import re


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
    "allocations": Workload("allocate.lua", ("2000000",)),
    "tables": Workload("tables.lua", ("3000000",)),
    "tables, 25 deep": Workload("tables.lua", ("3000000", "25")),
    "snapshots": Workload("snapshots.lua"),
    "short loop": Workload("loop.lua", ("1000000",)),
    "covered loop": Workload("covered.lua", ("10000000",)),
    "start": Workload("empty.lua", spawned=20),
    "statement": Workload("byhand.lua"),
    "report": Workload("reporting.lua", ("5000",)),
    "once": Workload("empty.lua", spawned=1),
    "tiny calls": Workload("tiny.lua", ("1000000",)),
}
COLUMNS = ("fib", "loop", "C calls", "ping-pong", "recursion", "luacheck", "start", "statement")
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
    reads: object = None  # how to find the seconds on its stdout; None: the script tells them


def floor(mask, label):
    return Command(label, "floor", (mask,))


LUA = Command("lua5.4", "lua")
LUA_NOTHING = Command("lua5.4 -e ''", "lua", ("-e", ""), script=False)
CALL = floor("c", "call hook")
RETURN = floor("r", "return hook")
LINE = floor("l", "line hook")
CALL_RETURN = floor("cr", "call+return hook")
FLOORS = (floor("-", "no hook"), CALL, RETURN, CALL_RETURN, LINE, floor("lc", "line+call hook"),
          floor("lcr", "all three hooks"))
TIMER = floor("t", "1 kHz timer")


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
    least: float = None      # less than this is a miss, too
    best: bool = False       # the least time of all rounds counts, of both: for times by the clock on the wall
    args: tuple = None       # of the workload's script, in place of its own

    def workload(self, column):
        return self.with_args(WORKLOADS[self.instead or column])

    def base_workload(self, column):
        return self.with_args(WORKLOADS[self.base or self.instead or column])

    def with_args(self, workload):
        return workload if self.args is None else dataclasses.replace(workload, args=self.args)


# ---- floors ----
FLOOR_ROWS = [Row("empty C function, " + command.label, command, LUA) for command in FLOORS]
FLOOR_ROWS.append(Row("empty signal handler, 1 kHz timer", TIMER, LUA))


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
NEXT = xdb("xdb, next", "tbreak {work}", "continue", "next", "where 0", *END, shows=(r"(?m)^-> measured\(",))
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


# ---- xprof ----
XPROF = Command("xprof", "xprof", shows=(r"\d function calls ",))
XPROF_SAMPLE = Command("xprof --sample", "xprof", ("--sample",), shows=(r"\d samples in ",))


def own_times(output):
    """A profile's own times in seconds, by function."""
    return {f"{row['file']}:{row['line']}({row['function']})": float(row["tottime"])
            for row in csv.DictReader(output.splitlines())}


def points_apart(mine, base):
    """The greatest difference, in percentage points, between the shares that two profiles give a function, of those that
    have more than 5 % in the second."""
    whole, base_whole = sum(mine.values()), sum(base.values())
    return max(abs(mine.get(name, 0) / whole - time / base_whole) * 100
               for name, time in base.items() if time > 0.05 * base_whole)


def tiny_calls(output):
    """The own times of the calls and of the loop around them."""
    return sum(time for name, time in own_times(output).items() if "tiny.lua" in name)


def three(output):
    return [float(word) for word in output.split()]


EVENTS = Command("xprof --bias", "xprof", ("--bias", "{bias}", "--format", "csv"), reads=own_times)
TINY = dataclasses.replace(EVENTS, reads=tiny_calls)
SAMPLES = Command("xprof --sample", "xprof", ("--sample", "--rate", "10000", "--format", "csv"), reads=own_times)
CONSERVE = Command("conserve", "conserve", reads=three)


def told_bias(output):
    """Nanoseconds."""
    return float(re.search(r"costs ([0-9.]+) ns", output)[1])


def seconds(mine, _):
    return mine


def more_seconds(mine, base):
    return mine - base


CALIBRATE = Command("xprof --calibrate", "xprof", ("--calibrate",), script=False, reads=told_bias)
ONCE_MORE = dataclasses.replace(CALIBRATE, label="xprof --calibrate, before")
TOP = ("report", "-s", "tottime", "-n", "20")
HUNDRED_THOUSAND = Command("xprof report", "xprof", TOP + ("{profile 100000}",), script=False)
MILLION = Command("xprof report", "xprof", TOP + ("{profile 1000000}",), script=False)
WRITE = Command("xprof report -o", "xprof", ("report", "--format", "json", "-o", "{out}", "{profile 100000}"), script=False)


def error_of_samples(column, *args):
    """Against the profile of events: both are of one run, long enough for thousands of samples."""
    return Row(f"error of samples, {column}", SAMPLES, EVENTS, 2.0, (column,), args=args, value=points_apart,
               unit="points")


XPROF_ROWS = [
    Row("xprof, calls", XPROF, LUA, 3.0, ("fib",)),
    Row("xprof, calls, to the hook", XPROF, CALL_RETURN, 1.3, ("fib",)),
    Row("xprof, C calls and coroutines, to the hook", XPROF, CALL_RETURN, 1.4, ("C calls", "ping-pong")),
    Row("xprof, loop", XPROF, LUA, 1.02, ("loop",)),
    Row("xprof, luacheck", XPROF, LUA, 1.6, ("luacheck",)),
    Row("xprof --sample", XPROF_SAMPLE, LUA, 1.03, noise=0.02),
    Row("xprof --sample, to the timer", XPROF_SAMPLE, TIMER, 1.03, noise=0.02),
    error_of_samples("fib", "35"),
    error_of_samples("loop", "100000000"),
    error_of_samples("C calls", "30000000"),
    error_of_samples("ping-pong", "5000000"),
    error_of_samples("recursion", "150000", "100"),
    error_of_samples("luacheck", "400"),
    Row("xprof, own times to the whole run", CONSERVE, CONSERVE, 0.1, unit="% apart",
        value=lambda mine, _: abs(mine[0] / mine[1] - 1) * 100),
    Row("xprof, finding names, of the run", CONSERVE, CONSERVE, None, unit="%",
        value=lambda mine, _: (1 - mine[1] / mine[2]) * 100),
    Row("xprof, a million tiny calls, their own time", TINY, LUA, 1.1, ("fib",), instead="tiny calls", least=0.9,
        best=True),
    Row("xprof --calibrate, again", CALIBRATE, ONCE_MORE, 1.1, ("statement",), least=0.9),
    Row("xprof, reading 100,000 functions", HUNDRED_THOUSAND, LUA_NOTHING, 0.5, ("start",), instead="once", value=seconds,
        unit="s", best=True),
    Row("xprof, writing 100,000 functions", WRITE, HUNDRED_THOUSAND, 0.5, ("start",), instead="once", value=more_seconds,
        unit="s", best=True),
    Row("xprof, top 20 of a million functions", MILLION, LUA_NOTHING, 2.0, ("start",), instead="once", value=seconds,
        unit="s", best=True),
    Row("xprof, deep recursion, to the hook", XPROF, CALL_RETURN, None, ("recursion",)),
]


# ---- xtimeit ----
def csv_seconds(output):
    """Seconds of the whole run, as by hand: the loops by the best time of one."""
    row = list(csv.DictReader(output.splitlines()))[0]
    return int(row["loops"]) * float(row["best"])


def statement(what, number, setup, text, bound=1.03, least=0.97):
    """The same statement by xtimeit and by hand."""
    command = Command("xtimeit", "xtimeit", ("-p", "-r", "1", "-n", str(number), "--csv", "-s", setup, "--", text),
                      script=False, reads=csv_seconds)
    return Row(f"xtimeit, {what}", command, LUA, bound, ("statement",), args=(str(number), setup, text), least=least)


LIST = "local t = {} for i = 1, %d do t[i] = i * 7919 %% 1009 end"
XTIMEIT_ROWS = [
    statement("empty loop", 200000000, "", "", 1.1, None),
    statement("assignment", 100000000, "local x, y = 1, 2", "x = y"),
    statement("addition", 50000000, "local x = 1", "x = x + 1"),
    statement("field", 20000000, "local t = {x = 1}", "t.x = t.x + 1"),
    statement("global", 20000000, "x = 1", "x = x + 1"),
    statement("call", 10000000, "local function f(a) return a end", "f(1)"),
    statement("table", 1000000, "", "local t = {1, 2}"),
    statement("string", 1000000, "local s = ('x'):rep(20)", "s:upper()"),
    statement("concat of 100", 100000, LIST % 100, "table.concat(t, ',')"),
    statement("sort of 100", 20000, LIST % 100, "table.sort(t)"),
    statement("sum of 500,000", 100, LIST % 500000, "local s = 0 for i = 1, #t do s = s + t[i] end"),
    Row("xtimeit, start to exit", Command("xtimeit -n 1 -r 1", "xtimeit", ("-n", "1", "-r", "1"), script=False),
        LUA_NOTHING, 5.0, ("start",), instead="start", value=lambda mine, base: mine * 1e3, unit="ms"),
]

# ---- xtrace ----
REPORT = Command("xtrace report", "lua", reads=float)
COUNT = Command("xtrace -c", "xtrace", ("-c", "-s", "-C", "cover"), (r"(?m)^lines   cov%",))


def cover(label, *options):
    return Command(label, "xtrace", ("cover", "--data-file", "covered", *options))


BRANCHES = cover("xtrace cover --branch", "--branch")
ONCE = cover("xtrace cover --no-counts", "--no-counts")
OMITTED = cover("xtrace cover --omit", "--omit", "**", "--omit", "/**")

XTRACE_ROWS = [
    Row("xtrace -c, calls and loops", COUNT, LUA, 5.0, ("fib", "loop")),
    Row("xtrace -c, luacheck", COUNT, LUA, 2.6, ("luacheck",)),
    Row("xtrace cover --branch, calls and loops", BRANCHES, LUA, 5.5, ("fib", "loop")),
    Row("xtrace cover --branch, luacheck", BRANCHES, LUA, 3.0, ("luacheck",)),
    Row("xtrace cover --no-counts, calls", ONCE, LUA, 4.0, ("fib",)),
    Row("xtrace cover --no-counts, luacheck", ONCE, LUA, 2.0, ("luacheck",)),
    Row("xtrace cover --no-counts, a covered loop", ONCE, LUA, 1.1, ("loop",), instead="covered loop"),
    Row("xtrace cover --no-counts, a loop with a line that never runs", ONCE, LUA, None, ("loop",)),
    Row("files omitted, to the hook", OMITTED, CALL, 1.1, ("fib", "loop", "luacheck")),
    Row("xtrace report --format html, 5,000 files, 1,000,000 lines", REPORT, REPORT, 5.0, ("start",), instead="report",
        value=lambda mine, _: mine, unit="s"),
]

# ---- xmem ----
XMEM = Command("xmem", "xmem", ("--report", "/dev/null"))
XMEM_FAST = Command("xmem --fast", "xmem", ("--fast", "--report", "/dev/null"))
XMEM_DEEP = Command("xmem --frames 25", "xmem", ("--frames", "25", "--report", "/dev/null"))


def snapshots(what, bound):
    """Of a million blocks."""
    return Row(f"xmem, a snapshot of 1,000,000 blocks, {what}", XMEM, XMEM, bound, ("start",), instead="snapshots",
               args=(what,), value=lambda mine, _: mine, unit="s")


XMEM_ROWS = [
    Row("xmem, loop", XMEM, LUA, 2.2, ("loop",)),
    Row("xmem --fast, loop", XMEM_FAST, LUA, 1.05, ("loop",)),
    Row("xmem, nothing but small tables", XMEM, LUA, 1.7, ("loop",), instead="tables"),
    Row("xmem --frames 25, nothing but small tables, 25 deep", XMEM_DEEP, LUA, 2.5, ("loop",), instead="tables, 25 deep"),
    Row("xmem, luacheck", XMEM, LUA, 1.4, ("luacheck",)),
    Row("xmem, bytes of a live block", XMEM, XMEM, 24.0, ("start",), instead="snapshots", args=("bytes",),
        value=lambda mine, _: mine, unit="bytes"),
    snapshots("take", 0.3),
    snapshots("dump", 1.0),
    snapshots("load", 1.0),
    snapshots("group", 0.3),
]

# ---- xlua ----
XLUA = Command("xlua", "xlua")
XLUA_FAULT = Command("xlua -X faulthandler", "xlua", ("-X", "faulthandler"))
XLUA_DEV = Command("xlua -X dev", "xlua", ("-X", "dev"))
XLUA_ROWS = [
    Row("xlua", XLUA, LUA, 1.00, noise=0.03),
    Row("xlua -X faulthandler, to xlua", XLUA_FAULT, XLUA, 1.00, noise=0.03),
    Row("xlua -X dev", XLUA_DEV, LUA, None, ("fib", "loop", "C calls", "ping-pong", "recursion")),
    Row("xlua -X dev, luacheck", XLUA_DEV, LUA, 1.5, ("luacheck",)),
    Row("xlua -X dev, nothing but allocations", XLUA_DEV, LUA, 2.0, ("loop",), instead="allocations"),
    Row("xlua -e '', start to exit", Command("xlua -e ''", "xlua", ("-e", ""), script=False), LUA_NOTHING, 1.3,
        ("start",), instead="start"),
]

ROWS = FLOOR_ROWS + XDB_ROWS + XPROF_ROWS + XTIMEIT_ROWS + XTRACE_ROWS + XMEM_ROWS + XLUA_ROWS
