#!/usr/bin/python3
"""Runs what a document shows: `tutorial.py DOCUMENT` takes its ```console blocks together as one transcript, gives
each `$ command` what is typed behind the prompts below it, and compares what is said with what the document has.
The current folder is /demo to the document. Prints the difference; ends with 1 when there is one."""
import difflib
import os
import re
import subprocess
import sys

SESSION = os.path.join(os.path.dirname(os.path.realpath(__file__)), "session.py")
TYPED = re.compile(r"(?:\(+xdb\)+|\(com\)|>>>|\.\.\.  ) (.*)")


def shown(document):
    """The lines of all blocks."""
    with open(document, encoding="utf-8") as f:
        blocks = re.findall(r"^```console\n(.*?)^```$", f.read(), re.MULTILINE | re.DOTALL)
    return "".join(blocks).splitlines()


def commands(lines):
    """(command, what is typed into it) for each."""
    found = []
    for line in lines:
        typed = TYPED.fullmatch(line)
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif typed and found:
            found[-1][1].append(typed.group(1))
    return found


def said(command, typed):
    """What the command says, as it looks on a terminal."""
    done = subprocess.run([sys.executable, SESSION, "/bin/sh", "-c", command], text=True, check=False,
                          input="".join(line + "\n" for line in typed), stdout=subprocess.PIPE)
    return [line[1:].replace(os.getcwd(), "/demo") for line in done.stdout.splitlines() if line != "|"]


def main():
    wanted = shown(sys.argv[1])
    run = commands(wanted)
    got = [line for command, typed in run for line in ["$ " + command, *said(command, typed)]]
    print("\n".join(difflib.unified_diff(wanted, got, "the document", "the programs", lineterm="")))
    print(f"{len(run)} commands, {sum(len(typed) for _, typed in run)} lines typed")
    return wanted != got


sys.exit(main())
