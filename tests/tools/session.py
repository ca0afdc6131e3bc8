#!/usr/bin/python3
"""A dialogue as it looks on a terminal: `session.py COMMAND ARG...` gives the command the lines of standard input, and
prints what it says with each line shown behind the prompt that read it. Ends with the command's exit status. A bar
stands in front of every line, because a transcript would take a banner (`> FILE...`) for more input."""
import re
import subprocess
import sys

PROMPT = re.compile(rb"\(+xdb\)+ |\(com\) |\.\.\.   |>>> |Clear all breaks\? |"
                    rb"Quitting xdb will kill the process\. Quit anyway\? \[y/n\] ")


def main():
    lines = sys.stdin.buffer.read().splitlines(keepends=True)
    done = subprocess.run(sys.argv[1:], input=b"".join(lines), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=False)
    left = iter(lines)
    for line in done.stdout.removesuffix(b"\n").split(b"\n"):
        prompt = prompted = PROMPT.match(line)
        while prompt:  # what was read ended the line on a terminal
            sys.stdout.buffer.write(b"|" + prompt.group() + next(left, b"").rstrip(b"\n") + b"\n")
            line = line[prompt.end():]
            prompt = PROMPT.match(line)
        if line or not prompted:
            sys.stdout.buffer.write(b"|" + line + b"\n")
    if done.returncode < 0:
        print(f"killed by signal {-done.returncode}", flush=True)
    return abs(done.returncode)


sys.exit(main())
