"""Runs the tests of build/plain, build/asan and build/fuzz and adds them up: `run_all.py [--lint | NAME]`.

Every test runs three times: plainly, under the sanitizers, and with XDB_LAYOUT=off; the lints, the pages in a
browser and the fuzz targets run once. Counted are the single TAP tests, not the programs. The last line is `N passed, N failed`, with `, N skipped`
when there are any; the exit status is 0 when nothing failed and something passed.
"""
import json
import os
import re
import subprocess
import sys
import time

# name, build folder, arguments of `meson test`, the suites it leaves out
RUNS = [
    ("plain", "build/plain", [], []),
    ("sanitized", "build/asan", ["--setup", "sanitized"], ["lint", "browser"]),
    ("layout off", "build/plain", ["--setup", "layout_off"], ["lint", "browser", "fuzz"]),
    ("fuzz", "build/fuzz", ["--setup", "sanitized"], []),
]
POINT = re.compile(r"(not )?ok\b *(\d+)?( - | )?([^#]*)(?:# *(skip|todo)\b.*)?", re.IGNORECASE)


class Sum:
    """How many tests passed, failed and were skipped; what is to be said about the failed ones."""

    def __init__(self):
        self.passed = self.failed = self.skipped = 0
        self.told = []

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.told += other.told

    def __str__(self):
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}"


def read_program(run, record):
    """The Sum of one test program, from its line in meson's log."""
    result = Sum()
    names = []
    for line in record.get("stdout", "").splitlines():
        point = POINT.match(line)
        if not point:
            continue
        if point.group(5):
            result.skipped += 1
        elif point.group(1):
            result.failed += 1
            names.append(point.group(4).strip())
        else:
            result.passed += 1
    if record["result"] == "SKIP":
        result.skipped = max(result.skipped, 1)
    elif record["result"] not in ("OK", "EXPECTEDFAIL"):
        if not result.failed: # it crashed, hung, or did not keep to its plan
            result.failed += 1
            names.append(f"({record['result'].lower()}, exit status {record.get('returncode')})")
    elif not result.passed + result.skipped + result.failed:
        result.passed += 1
    if result.failed:
        title = f"{record['name']}: " + ", ".join(names)
        result.told.append((run, "\n".join([title, *what_matters(record)])))
    return result


def what_matters(record):
    """The output of a failed test program without the lines about what passed."""
    for line in (record.get("stdout", "") + "\n" + record.get("stderr", "")).splitlines():
        if line and not re.match(r"ok\b|1\.\.\d|\(test program exited with status code", line):
            yield line


def wanted(folder, left_out, only, name):
    """The names of the tests of a build folder to run."""
    output = subprocess.run(["meson", "introspect", "--tests", folder], stdout=subprocess.PIPE, text=True, check=True)
    names = set()
    for test in json.loads(output.stdout):
        suites = {suite.split(":")[-1] for suite in test["suite"]}
        if suites & set(left_out) or only and not suites & set(only):
            continue
        if name in test["name"] or any(name in f"{suite}/{test['name']}" for suite in suites):
            names.add(test["name"])
    return sorted(names)


def run_one(run, folder, arguments, left_out, only, name):
    """One run of `meson test`; prints its line, returns its Sum."""
    result = Sum()
    names = wanted(folder, left_out, only, name)
    if not names:
        return result
    start = time.monotonic()
    setup = "-" + arguments[1] if arguments else ""
    log = f"{folder}/meson-logs/testlog{setup}.json"
    if os.path.exists(log):
        os.remove(log)
    command = ["meson", "test", "-C", folder, "--num-processes", "2", "--no-rebuild", *arguments]
    for suite in left_out:
        command += ["--no-suite", suite]
    for suite in only:
        command += ["--suite", suite]
    done = subprocess.run(command + names, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if os.path.exists(log):
        with open(log, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                result.add(read_program(run, json.loads(line)))
    if done.returncode and not result.failed:
        result.failed += 1
        result.told.append((run, f"meson test\n{done.stdout}"))
    print(f"{run}: {result} ({time.monotonic() - start:.0f} s)", flush=True)
    return result


def main():
    os.chdir(os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", ".."))
    os.environ["MALLOC_PERTURB_"] = "165" # meson's own choice differs from run to run
    lint = sys.argv[1:] == ["--lint"]
    name = "" if lint else "".join(sys.argv[1:2])
    total = Sum()
    for run in RUNS[:1] if lint else RUNS:
        total.add(run_one(*run, ["lint"] if lint else [], name))
    for text in dict.fromkeys(text for _, text in total.told): # what failed alike is told once
        print(f"\n==== {', '.join(run for run, same in total.told if same == text)}: {text}")
    if name and not total.passed + total.failed:
        print(f"no test has {name} in its name")
    print(total)
    return 0 if total.passed and not total.failed else 1


if __name__ == "__main__":
    sys.exit(main())
