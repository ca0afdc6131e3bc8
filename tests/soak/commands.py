#!/usr/bin/python3
"""Random commands for xdb: `commands.py XDB FIRST COUNT [SECONDS]` plays COUNT sessions, numbered from FIRST, of commands that
make sense or do not, on programs that do unusual things. A session that ends by a signal, that a sanitizer complains about, or that
does not end in SECONDS (60) is told with its number, and its commands are kept. Meant for a build with sanitizers. Prints TAP."""
import os
import random
import subprocess
import sys
import tempfile

COMMANDS = [
    "s", "n", "r", "c", "u", "d", "w", "l", "ll", "l .", "l 3,5", "p a", "p b, ...", "pp _ENV", "p t", "args", "b 3", "b 5",
    "b 7", "tbreak 4", "b f", "b gen", "b 3, a == 1", "cl 1", "cl", "y", "disable 1", "enable 1", "ignore 1 2",
    "condition 1 x>1", "commands 1\nsilent\np 1\nend", "commands\nc\nend", "until", "unt 8", "j 3", "j 6", "j 5",
    "debug f(1)", "whatis f", "source f", "retval", "rv", "display a", "display", "undisplay a", "undisplay",
    "interact\nprint(a)\n", "exceptions", "alias x p %1", "x 3", "unalias x", "catch raised", "catch off", "watch s",
    "watch a, a==2", "unwatch", "unwatch 1", "coroutines", "coroutine 1", "coroutine 2", "locals", "upvalues", "info f",
    "log 3, \"{a} {b}\"", "save saved", "read saved", "run", "restart 1 2", "a = 5", "local q = 1", "$x = 3", "p $x + 1",
    "$_frame", "for i=1,2 do", "print(i)", "end", "function zz() return f end", "zz()(1)", "error(\"e\")",
    "coroutine.yield(1)", "p coroutine.running()", "p debug.traceback()", "collectgarbage()", "up 3", "down 2", "where 2",
    "where -1", "EOF", "h", "h p", "h xdb", "p (", "{", "!p", "a b", "p \"\\0\\1\\255\"", "p string.rep(\"x\",1e6)",
    "p (\"x\"):rep(100)", "b nosuch", "b nosuch.lua:3", "tbreak ld.lua:2", "p --raw t", "q", "", "", "", ";;", "p 1;;p 2",
    "n;;n", "s;;s;;s", "debug debug f(1)", "os.exit(3)", "t = nil", "j 100", "j -1", "b 999999", "l 99999", "w 99999999999",
    "longlist", "list f", "list first", "run \"a", "print(io.read())",
]
PROGRAM = """local function gen(n) for i=1,n do coroutine.yield(i) end return "end" end
local t=setmetatable({},{__index=function(t,k) return k.."x" end,__tostring=function() error("no") end,__close=function() end})
local function f(...) local a,b=... local c <close> = t; return select('#',...),a end
for v in coroutine.wrap(function() gen(3) end) do print(v) end
print(pcall(f,1,2,nil))
print(pcall(error,setmetatable({},{__tostring=function() return "E" end})))
local co=coroutine.create(gen) coroutine.resume(co,2)
print(xpcall(function() local x = nil; x.y=1 end, function(m) return "h:"..m end))
goto done
::done::
local s=0 for i=1,5 do s=s+i if s>7 then break end end
table.sort({3,2,1},function(a,b) return a<b end)
string.gsub("abc",".",function(c) return c:upper() end)
print(load("return ...")(5))
error("bye")
"""
ROOT = os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "..")


def complaint(xdb, program, text, layout, folder, seconds):
    """What is wrong with a session, or None."""
    env = {**os.environ, "HOME": folder, "XDB_LAYOUT": layout}
    try:
        done = subprocess.run([xdb, program], input=text.encode(), capture_output=True, timeout=seconds, cwd=folder, env=env, check=False)
    except subprocess.TimeoutExpired:
        return f"it has not ended in {seconds} seconds"
    said = done.stderr.decode(errors="replace")
    if done.returncode < 0 or "Sanitizer" in said or "runtime error" in said:
        return f"exit status {done.returncode}\n{said}"
    return None


def main():
    xdb, first, count = os.path.realpath(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    seconds = float(sys.argv[4]) if len(sys.argv) > 4 else 60
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        unusual = os.path.join(folder, "unusual.lua")
        with open(unusual, "w", encoding="utf-8") as f:
            f.write(PROGRAM)
        for number in range(first, first + count):
            r = random.Random(number)
            text = "\n".join(r.choice(COMMANDS) for _ in range(r.randint(5, 60))) + "\n"
            program = r.choice([unusual, os.path.join(ROOT, "examples", "bank.lua")])
            wrong = complaint(xdb, program, text, r.choice(["", "off"]), folder, seconds)
            print(f"{'not ok' if wrong else 'ok'} {number - first + 1} - session {number}")
            if wrong:
                failed += 1
                with open(f"session{number}", "w", encoding="utf-8") as f:
                    f.write(text)
                print(f"# {program}\n# " + wrong.replace("\n", "\n# "))
    print(f"1..{count}")
    sys.exit(failed > 0)


main()
