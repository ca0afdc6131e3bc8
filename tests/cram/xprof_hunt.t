The hunt of docs/profiling.md; its programs are taken from there.

  $ export XDG_STATE_HOME=$PWD/state
  $ times() { sed -E 's/ +[0-9]+\.[0-9]{3}/    T.TTT/g'; }
  $ blocks() { awk '/^```lua/ {n++; on = 1; next} /^```/ {on = 0} on && n == '$1 "$SRC/docs/profiling.md"; }
  $ cat > rest.lua <<'END'
  > local list = {}
  > for i = 1, 2000 do list[i] = ("w"):rep(i % 1000 + 1) end
  > print(#unique(split(table.concat(list, " "))) .. " different words")
  > END
  $ (blocks 1; cat rest.lua) > words.lua

The functions that take the time come first. Under a clock that each call and each return moves on by one:

  $ cat > exact.lua <<'END'
  > local now = 0
  > local function timer() now = now + 1 return now end
  > local p = require "xdb.profile".Profile(timer, 1e-6)
  > p:runcall(dofile, "words.lua")
  > require "xdb.pstats".Stats(p):strip_dirs():sort_stats("cumulative"):print_stats(5)
  > END
  $ lua5.4 exact.lua
  1000 different words
           1011011 function calls in 0.000 seconds
  
     Ordered by: cumulative time
     List reduced from 12 to 5 due to restriction <5>
  
     ncalls  tottime  percall  cumtime  percall filename:lineno(function)
          1    0.000    0.000    2.022    2.022 {dofile}
          1    0.002    0.002    2.022    2.022 words.lua:1(<main>)
          1    0.004    0.004    2.014    2.014 words.lua:8(unique)
       2000    1.005    0.001    2.008    0.001 words.lua:1(contains)
    1005002    1.005    0.000    1.005    0.000 {for iterator}
  
  

The command times the same calls; in what order a machine brings them is its own affair:

  $ xprof words.lua | times | sed '1,6d; /^$/d' | sort
          1    T.TTT    T.TTT    T.TTT    T.TTT words.lua:1(<main>)
          1    T.TTT    T.TTT    T.TTT    T.TTT words.lua:16(split)
          1    T.TTT    T.TTT    T.TTT    T.TTT words.lua:8(unique)
          1    T.TTT    T.TTT    T.TTT    T.TTT {<function>}
          1    T.TTT    T.TTT    T.TTT    T.TTT {print}
          1    T.TTT    T.TTT    T.TTT    T.TTT {string.gmatch}
          1    T.TTT    T.TTT    T.TTT    T.TTT {table.concat}
       2000    T.TTT    T.TTT    T.TTT    T.TTT words.lua:1(contains)
       2000    T.TTT    T.TTT    T.TTT    T.TTT {string.rep}
       2001    T.TTT    T.TTT    T.TTT    T.TTT {ipairs}
    1005002    T.TTT    T.TTT    T.TTT    T.TTT {for iterator}

Who calls it, and what does it call?

  $ xprof -o words.prof words.lua
  1000 different words
  $ printf 'strip\ncallees contains\ncallers contains\nquit\n' | xprof --browse words.prof | times
  Welcome to the profile statistics browser.
  words.prof% words.prof%    Random listing order was used
     List reduced from 11 to 1 due to restriction <'contains'>
  
  Function               called...
                             ncalls  tottime  cumtime
  words.lua:1(contains)  -> 1001000    T.TTT    T.TTT  {for iterator}
                               2000    T.TTT    T.TTT  {ipairs}
  
  
  words.prof%    Random listing order was used
     List reduced from 11 to 1 due to restriction <'contains'>
  
  Function               was called by...
                             ncalls  tottime  cumtime
  words.lua:1(contains)  <-    2000    T.TTT    T.TTT  words.lua:8(unique)
  
  
  words.prof% Goodbye.

With a set there is no such function any more:

  $ (blocks 1 | sed '/^local function unique/,/^end/d'; blocks 2; cat rest.lua) > words.lua
  $ xprof -s calls -n 3 words.lua | times
  1000 different words
           6010 function calls in    T.TTT seconds
  
     Ordered by: call count
     List reduced from 10 to 3 due to restriction <3>
  
     ncalls  tottime  percall  cumtime  percall filename:lineno(function)
       4002    T.TTT    T.TTT    T.TTT    T.TTT {for iterator}
       2000    T.TTT    T.TTT    T.TTT    T.TTT {string.rep}
          1    T.TTT    T.TTT    T.TTT    T.TTT words.lua:1(<main>)
  
  

The same by samples:

  $ xprof --sample words.lua | sed -E 's/[0-9]+ samples.*/N samples/' | sed -n 1,2p
  1000 different words
           N samples

And the page knows the line: in a text of as many words as before, most of the time is where the list is walked through.

  $ (blocks 1; cat rest.lua) > slow.lua
  $ xprof --sample --rate 5000 --format html -o page.html slow.lua
  1000 different words
  $ python3 - <<'END'
  > import json, re
  > data = json.loads(re.search('<script type="application/json" id="data">(.*?)</script>', open("page.html").read(), re.DOTALL)[1])
  > own = {}
  > for context, line, _, _, ns, _ in data["lines"]:
  >     own[line] = own.get(line, 0) + ns
  > import os # lines of the function that runs need the layout
  > print(os.environ.get("XDB_LAYOUT") == "off" or max(own, key=own.get) in (2, 3), [name for name, state, *_ in data["files"] if state == "text"][0].endswith("/slow.lua"))
  > END
  True True
