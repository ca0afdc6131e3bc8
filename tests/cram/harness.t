The tests' own tools must be able to fail. Here they are given what should fail.

  $ tool() { name=$1; shift; /usr/bin/python3 "$SRC/tests/tools/$name.py" "$@"; }

A transcript that differs, in the stretch where it differs:

  $ printf '%s\n' 'Good:' '' '  $ echo a' '  a' '' 'Bad:' '' '  $ echo b' '  c' '' 'Good again:' '' '  $ true' > bad.t
  $ tool cram_tap bad.t | grep -v '^#'
  1..3
  ok 1 - Good
  not ok 2 - Bad
  ok 3 - Good again
  $ tool cram_tap bad.t > out
  [1]
  $ grep '^#[ ]*[-+] ' out
  # -  c
  # +  b

Output that is missing or too much, and an exit status:

  $ printf '%s\n' 'Missing:' '' '  $ true' '  a' '' 'Too much:' '' '  $ echo b' '' 'Status:' '' '  $ false' > bad.t
  $ tool cram_tap bad.t | grep '^not'
  not ok 1 - Missing
  not ok 2 - Too much
  not ok 3 - Status

A transcript without commands proves nothing:

  $ echo 'Only prose.' > empty.t
  $ tool cram_tap empty.t
  1..0
  [1]

A Lua test that fails:

  $ cat > bad.lua <<'END'
  > local t = require "tap"
  > t.same({1, {a = "x"}}, {1, {a = "y"}}, "tables")
  > t.same(1, 1.0, "numbers")
  > t.done()
  > END
  $ tool script_tap --lua bad.lua
  not ok 1 - tables
  # got  {1, {["a"] = "x"}}
  # want {1, {["a"] = "y"}}
  not ok 2 - numbers
  # got  1
  # want 1.0
  1..2
  [1]

A dialogue whose answer does not come before the end:

  $ cat > bad.exp <<'END'
  > source $env(TOOLS)/tap.tcl
  > start echo hello
  > wants {goodbye} "an answer"
  > finish
  > END
  $ tool script_tap expect -f bad.exp
  not ok 1 - an answer
  # the end before goodbye in:
  # hello
  # 
  1..1
  [1]

A program that dies in the middle, as the sum of all tests sees it:

  $ cat > sum.py <<'END'
  > import os, sys
  > sys.path.insert(0, os.environ["SRC"] + "/tests/tools")
  > import run_all
  > def show(result, *lines):
  >     print(run_all.read_program("plain", {"name": "x", "result": result, "stdout": "\n".join(lines)}))
  > show("OK", "1..2", "ok 1 - a", "ok 2 - b # SKIP not here")
  > show("FAIL", "1..2", "ok 1 - a", "not ok 2 - b")
  > show("ERROR", "1..2", "ok 1 - a")
  > show("TIMEOUT")
  > show("OK")
  > show("SKIP", "1..0 # SKIP nothing here")
  > END
  $ /usr/bin/python3 sum.py
  1 passed, 0 failed, 1 skipped
  1 passed, 1 failed
  1 passed, 1 failed
  0 passed, 1 failed
  1 passed, 0 failed
  0 passed, 0 failed, 1 skipped

A fuzz target that finds something, here one that only says so:

  $ printf '#!/bin/sh\necho "SUMMARY: found"; exit 77\n' > fuzz_bad; chmod +x fuzz_bad; mkdir corpus
  $ tool fuzz_tap ./fuzz_bad corpus
  1..1
  not ok 1 - fuzz_bad survives 20000 runs
  # SUMMARY: found
  [1]
