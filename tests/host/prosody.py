"""A real server debugged from end to end: prosody, which Debian runs with the stock Lua and its own C modules. The debugger
breaks in its code while a client talks to it, looks around, lets it go on; the client gets its answer, and so does the
next one. The only network is the machine's own loopback."""
import os
import select
import socket
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "tools"))
import sandbox  # pylint: disable=wrong-import-position

PROSODY = "/usr/bin/prosody"
PATIENCE = 60  # seconds, for a machine that is busy with other things
HELLO = (b"<?xml version='1.0'?><stream:stream to='localhost' version='1.0' xmlns='jabber:client' "
         b"xmlns:stream='http://etherx.jabber.org/streams'>")
CONFIG = """
run_as_root = true
pidfile = "{home}/prosody.pid"
data_path = "{home}"
certificates = "{home}"
log = {{ {{ levels = {{ min = "info" }}, to = "console" }} }}
modules_enabled = {{ "saslauth" }}
modules_disabled = {{ "s2s", "offline" }}
interfaces = {{ "127.0.0.1" }}
c2s_ports = {{ {port} }}
c2s_require_encryption = false
s2s_ports = {{}}
authentication = "anonymous"
VirtualHost "localhost"
"""


class Debugger:
    """xdb with prosody in it, talked to through pipes."""

    def __init__(self, home):
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.port = s.getsockname()[1]
        config = os.path.join(home, "prosody.cfg.lua")
        with open(config, "w", encoding="utf-8") as f:
            f.write(CONFIG.format(home=home, port=self.port))
        self.said = b""
        env = sandbox.environment(home)
        env["ASAN_OPTIONS"] = env.get("ASAN_OPTIONS", "") + ":detect_leaks=0"  # its C modules leave things behind
        self.process = subprocess.Popen(["xdb", PROSODY, "--config", config, "-F"], cwd=home, env=env,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, bufsize=0)

    def until(self, text):
        """What it says up to and including the text; all of it when the text does not come."""
        while text not in self.said:
            ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
            more = os.read(self.process.stdout.fileno(), 65536) if ready else b""
            if not more:
                text = self.said
                break
            self.said += more
        before, _, self.said = self.said.partition(text)
        return (before + text).decode(errors="replace")

    def type(self, line):
        self.process.stdin.write(line.encode() + b"\n")

    def ask(self, line):
        self.type(line)
        return self.until(b"(xdb) ")


class Tap:
    """Counts and prints what was expected to be said."""
    count = failed = 0

    def wants(self, name, said, *words):
        missing = [word for word in words if word not in said]
        self.count += 1
        self.failed += bool(missing)
        print(f"{'not ok' if missing else 'ok'} {self.count} - {name}")
        if missing:
            print("# missing: " + ", ".join(missing) + "\n# said: " + said.replace("\n", "\n# "))


def client(port):
    """A client that has said hello."""
    s = socket.create_connection(("127.0.0.1", port), PATIENCE)
    s.sendall(HELLO)
    return s


def answer(s):
    """What the server says, up to what it offers."""
    said = b""
    while b"</stream:features>" not in said:
        more = s.recv(4096)
        if not more:
            break
        said += more
    return said.decode()


def play(tap, d):
    tap.wants("stops at its first line", d.until(b"(xdb) "), "/usr/bin/prosody(")
    tap.wants("a breakpoint in a module to come", d.ask("b stream_callbacks._streamopened"), "(pending)")
    d.type("c")
    tap.wants("the service starts", d.until(b"Activated service 'c2s' on [127.0.0.1]"), "Activated")
    first = client(d.port)
    tap.wants("a client makes it stop", d.until(b"(xdb) "), "mod_c2s.lua(", "stream_callbacks._streamopened()")
    tap.wants("what the client said", d.ask("p attr.to, attr.version"), '"localhost", "1.0"')
    tap.wants("the server's own objects", d.ask("p session.type"), '"c2s_unauthed"')
    tap.wants("the stack goes through the coroutine that serves it", d.ask("where 4"), "(...resumes thread", "util/async.lua(")
    tap.wants("a step", d.ask("next"), "stream_callbacks._streamopened()")
    tap.wants("the breakpoint goes", d.ask("clear 1"), "Deleted breakpoint 1")
    d.type("c")
    with first, client(d.port) as second:
        for name, s in ("the client", first), ("the next one", second):
            tap.wants(f"{name} is answered", answer(s), "from='localhost'", "ANONYMOUS")
    d.process.terminate()
    tap.wants("the server ends as ever", d.until(b"(xdb) "), "Shutdown complete", "Exit status: 0")
    d.type("q")
    tap.wants("and the debugger", str(d.process.wait(PATIENCE)), "0")


def main():
    if not os.path.exists(PROSODY):
        print("1..0 # SKIP prosody is not installed")
        return
    tap = Tap()
    with sandbox.Home() as home:
        d = Debugger(home)
        try:
            play(tap, d)
        finally:
            d.process.kill()
            d.process.wait()
    print(f"1..{tap.count}")
    sys.exit(tap.failed > 0)


main()
