"""What the lints share: the project's files, C without comments, and TAP."""
import os
import re
import subprocess
import sys

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
C_TOKENS = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)


def project_files():
    """Every file of the project, relative to its root: what git knows or would add; all of them without git."""
    try:
        listed = subprocess.run(["git", "-C", ROOT, "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others",
                                 "--exclude-standard"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
        names = listed.stdout.decode().split("\0")
    except (OSError, subprocess.CalledProcessError):
        names = [os.path.relpath(os.path.join(folder, name), ROOT)
                 for folder, _, files in os.walk(ROOT) for name in files]
        names = [name for name in names if not name.startswith(("build", ".git/"))]
    return sorted(name for name in set(names) if name and os.path.isfile(os.path.join(ROOT, name)))


def c_files():
    return [name for name in project_files() if name.endswith((".c", ".h"))]


def read(name):
    with open(os.path.join(ROOT, name), encoding="utf-8", errors="replace") as f:
        return f.read()


def without_comments(text, strings=True):
    """The C text with comments blanked and, unless `strings` are wanted, the insides of literals too; same lines."""
    def blank(match):
        token = match.group()
        if token[0] == "/":
            return re.sub(r"[^\n]", " ", token)
        return token if strings else token[0] + " " * (len(token) - 2) + token[-1]
    return C_TOKENS.sub(blank, text)


class Tap:
    """Test points with complaints; `exit` prints the plan and ends the program."""

    def __init__(self):
        self.count = self.failed = 0

    def point(self, name, complaints):
        """One test: passes when there is nothing to complain about."""
        complaints = list(complaints)
        self.count += 1
        self.failed += bool(complaints)
        print(f"{'not ok' if complaints else 'ok'} {self.count} - {name}")
        for line in complaints:
            print("# " + line.rstrip().replace("\n", "\n# "))

    def sees(self, name, complaints):
        """One test of the rule itself: passes when it complains, as it should."""
        self.point(name, [] if list(complaints) else ["the rule is blind: it says nothing about a bad example"])

    def exit(self):
        print(f"1..{self.count}")
        sys.exit(self.failed != 0)
