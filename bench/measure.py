"""Runs commands on workloads, all of them once a round, so that whatever the machine does meanwhile befalls all."""
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.realpath(__file__))
SCRIPTS = os.path.join(HERE, "workloads")
MANY_FILES, MANY_LINES = 100, 100


def ticks(number):
    """Seconds that look like measured ones."""
    return number * 7919 % 1000003 / 2.9e9


# The lists of a profile's file, as profiler/stats_file.c writes them, and a row of each.
PROFILE_ROWS = (
    ("functions", lambda i: f'["/home/me/project/file{i % 5000}.lua",{i // 5000 * 7 + 3},"function_{i}",{i % 1000},{i % 1000},'
                            f'{ticks(i)!r},{2 * ticks(i)!r}]'),
    ("edges", lambda i: f"[{i // 3},{i},{i % 10},{i % 10},{ticks(i)!r},{2 * ticks(i)!r}]"),
    ("contexts", lambda i: f"[{i // 3 if i else -1},{i},{i % 10},{ticks(i)!r}]"),
)


class Failure(Exception):
    """A command that did not do what it is measured at."""


def place(script, name):
    """FILE:LINE of the line that is marked with `-- @name`."""
    with open(script, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if re.search(rf"-- @{name}\b", line):
                return f"{script}:{number}"
    raise Failure(f"{os.path.basename(script)} has no line marked @{name}")


class Bench:
    """Where the programs are, and a folder for what is made while measuring."""

    def __init__(self, build, lua, timeout):
        self.programs = {"lua": lua, "floor": os.path.join(build, "bench", "floor"),
                         "spawn": os.path.join(build, "bench", "spawn"), "xdb": os.path.join(build, "bin", "xdb"),
                         "xprof": os.path.join(build, "bin", "xprof"),
                         "xtrace": os.path.join(build, "bin", "xtrace"),
                         "conserve": os.path.join(build, "bench", "conserve"),
                         "xlua": os.path.join(build, "bin", "xlua"),
                         "xmem": os.path.join(build, "bin", "xmem"),
                         "xtimeit": os.path.join(build, "bin", "xtimeit")}
        self.timeout = timeout
        self.folder = tempfile.TemporaryDirectory(prefix="xdb-bench-")
        self.times = os.path.join(self.folder.name, "times")
        # Nothing of the user's own: no rc files, no LUA_INIT. XDB_LAYOUT=off is let through: its cost is of interest.
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("LUA")}
        self.environment.pop("XDG_STATE_HOME", None)
        self.environment.update(HOME=self.folder.name, LUA_PATH=SCRIPTS + "/?.lua;;",
                                LUA_CPATH=os.path.join(build, "lua", "?.so") + ";;", XDB_BENCH_TIMES=self.times,
                                NO_COLOR="1", XDB_BENCH_BIN=os.path.join(build, "bin"))
        self.many = self.make_many()
        self.known_bias = None
        self.profiles = {}

    def make_many(self):
        """Files of many lines, and the words that set a breakpoint on each line."""
        words = []
        for number in range(1, MANY_FILES + 1):
            name = os.path.join(self.folder.name, f"file{number}.lua")
            with open(name, "w", encoding="utf-8") as file:
                file.write("x = 1\n" * MANY_LINES)
            for line in range(1, MANY_LINES + 1):
                words += ["-c", f"break {name}:{line}"]
        return words

    def has(self, command):
        return os.access(self.programs[command.program], os.X_OK)

    def words(self, command, script):
        """The command's words with places for {name}, breakpoints for {many}, {bias} as found here, {profile N} for a file."""
        words = []
        for word in command.words:
            if word == "{many}":
                words += self.many
            elif word == "{bias}":
                words.append(self.bias())
            elif word.startswith("{profile "):
                words.append(self.profile(int(word[9:-1])))
            elif word == "{out}":
                words.append(os.path.join(self.folder.name, "out"))
            else:
                words.append(re.sub(r"\{(\w+)\}", lambda match: place(script, match[1]), word))
        return words

    def profile(self, count):
        """The name of a profile of so many functions, edges and contexts."""
        if count not in self.profiles:
            self.profiles[count] = os.path.join(self.folder.name, f"{count}.prof")
            with open(self.profiles[count], "w", encoding="utf-8") as file:
                file.write('{"format": "xdb-profile", "version": 1,\n"sampled": false, "folded": false, "incomplete": false')
                for name, row in PROFILE_ROWS:
                    file.write(f',\n"{name}": [\n' + ",\n".join(map(row, range(count))) + "]")
                file.write("}\n")
        return self.profiles[count]

    def bias(self):
        """What `xprof --calibrate` finds on this machine, in seconds: measured once."""
        if self.known_bias is None:
            self.output([self.programs["xprof"], "--calibrate"])
            path = os.path.join(self.folder.name, ".local", "state", "xdb", "profiler.json")
            with open(path, encoding="utf-8") as file:
                self.known_bias = repr(json.load(file)["bias"])
            os.remove(path)  # nobody else is to use it
        return self.known_bias

    def output(self, argv):
        """What a command that must succeed writes on stdout."""
        with subprocess.Popen(argv, cwd=self.folder.name, env=self.environment, stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, errors="replace",
                              start_new_session=True) as process:
            try:
                out, err = process.communicate(timeout=self.timeout)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)  # also what `spawn` has started
                raise Failure(f"more than {self.timeout:g} s") from None
            except BaseException:
                os.killpg(process.pid, signal.SIGKILL)
                raise
        if process.returncode != 0:
            raise Failure((err.strip().splitlines() or [f"exit status {process.returncode}"])[-1])
        return out

    def run(self, command, workload):
        """Seconds of one run."""
        script = os.path.join(SCRIPTS, workload.script)
        argv = [self.programs[command.program]] + self.words(command, script)
        if command.script:
            argv += [script, *workload.args]
        if workload.spawned:
            argv = [self.programs["spawn"], str(workload.spawned)] + argv
        if os.path.exists(self.times):
            os.remove(self.times)
        output = self.output(argv)
        for pattern in command.shows:
            if not re.search(pattern, output):
                raise Failure(f"its output has nothing like {pattern!r}")
        if workload.spawned:
            return float(output)
        if command.reads:
            return command.reads(output)
        try:
            with open(self.times, encoding="utf-8") as file:
                return float(file.readline())
        except (OSError, ValueError):
            raise Failure("the work was not done") from None


def order(pairs, number):
    """The pairs as round `number` takes them: those with the same script side by side, since the nearer in time they
    are run the less does it matter what else the machine does; and each round starts with another of them."""
    groups = {}
    for pair in pairs:
        groups.setdefault(pair[1].script, []).append(pair)
    for group in groups.values():
        first = number % len(group)
        yield from group[first:] + group[:first]


def rounds(bench, pairs, count):
    """Runs each pair (command, workload) `count` times. Returns the seconds of each, a list by round, or the Failure of
    the first run that failed."""
    results = {pair: [] for pair in pairs}
    for number in range(count):
        for turn, pair in enumerate(order(pairs, number)):
            if sys.stderr.isatty():
                print(f"\rround {number + 1} of {count}, {turn + 1} of {len(pairs)} ", end="", file=sys.stderr)
            if isinstance(results[pair], Failure):
                continue
            try:
                results[pair].append(bench.run(*pair))
            except Failure as failure:
                results[pair] = failure
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    return results


def judge(row, column, results):
    """One cell: the median of the rounds' values, and those; or the Failure."""
    mine = results[row.command, row.workload(column)]
    base = results[row.against, row.base_workload(column)]
    for times in (mine, base):
        if isinstance(times, Failure):
            return times
    by_round = [row.value(*times) for times in zip(mine, base)]
    if row.best:
        return row.value(min(mine), min(base)), by_round
    return statistics.median(by_round), by_round
