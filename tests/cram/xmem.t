xmem tells who allocated the memory.

  $ cat >t.lua <<'EOF'
  > local kept = {}
  > for i = 1, 100 do
  >   kept[i] = {i}
  > end
  > local text = ("x"):rep(5000)
  > local function f(n)
  >   if n > 0 then
  >     return (f(n - 1))
  >   end
  >   kept.last = {n = n}
  > end
  > f(3)
  > print(#kept, ...)
  > EOF
  $ xmem t.lua a b | grep -A1 -e a.b -e 't.lua:3:'
  100\ta\tb (esc)
  Top 8 lines
  --
  #2: $PWD/t.lua:3: 9248 B, 201 blocks
      kept[i] = {i}
  $ xmem --format csv t.lua | grep ',3$'
  9248,201,$PWD/t.lua,3
  $ xmem --format csv --group type t.lua | sed 's/.*,//' | sort
  100
  coroutine
  function
  string
  table
  type
  userdata
  $ xmem --frames 9 --group traceback --format csv t.lua | grep 't.lua:8;.*t.lua:10'
  104,3,$PWD/t.lua:12;$PWD/t.lua:8;$PWD/t.lua:8;$PWD/t.lua:8;$PWD/t.lua:10
  $ xmem --frames 9 --format collapsed t.lua | grep ';.*t.lua:8;.*t.lua:10 '
  $PWD/t.lua:12;$PWD/t.lua:8;$PWD/t.lua:8;$PWD/t.lua:8;$PWD/t.lua:10 104
  $ xmem --frames 9 --format collapsed t.lua | grep -o ':5;{[a-z.]*}' | sed s/string.// | sort -u
  :5;{rep}
  $ xmem --frames 9 --cumulative --format csv t.lua | grep -c ',12$'
  1
  $ xmem --format json t.lua | tail -1 | python3 -c 'import json, sys; d = json.load(sys.stdin); print(d["format"], [g["count"] for g in d["groups"] if g["traceback"][0]["line"] == 3])'
  xdb-tracemalloc-report [201]

The program's output, status, errors and os.exit are its own; the report comes all the same.

  $ echo 'print("out") io.stderr:write("err\n") os.exit(3)' >exit.lua
  $ xmem --report r.txt exit.lua
  out
  err
  [3]
  $ head -1 r.txt
  Top 2 lines
  $ echo 'local t = {} error("broken")' >error.lua
  $ xmem --report r.txt error.lua
  lua5.4: error.lua:1: broken
  stack traceback:
  \t[C]: in function 'error' (esc)
  \terror.lua:1: in main chunk (esc)
  \t[C]: in ? (esc)
  [1]
  $ head -1 r.txt | cut -c1-3
  Top
  $ echo 'return +' | xmem --report r.txt -
  lua5.4: stdin:1: unexpected symbol near '+'
  [1]
  $ xmem nowhere.lua >/dev/null
  lua5.4: cannot open nowhere.lua: No such file or directory
  [1]

The peak is not the end.

  $ cat >peak.lua <<'EOF'
  > local function part() local t = {} for i = 1, 10000 do t[i] = {} end end
  > part()
  > collectgarbage() collectgarbage()
  > EOF
  $ xmem --format csv peak.lua | awk -F, 'NR > 1 && $1 > 500000'
  $ xmem --peak --format csv peak.lua | awk -F, 'NR > 1 && $1 > 500000 {print ($2 >= 10000), $4}'
  1 1

Leaks are what a collection does not free.

  $ echo 'kept = {{}, {}} for i = 1, 100 do local x = {i} end' >leak.lua
  $ xmem --leaks --format csv leak.lua
  size,count,file,line
  200,4,$PWD/leak.lua,1

Snapshots are written, compared, and one after the other.

  $ xmem -o a.json --report /dev/null t.lua
  100
  $ xmem -o b.json --report /dev/null t.lua
  100
  $ xmem --diff --top 0 a.json b.json | grep -c '(+0 B)'
  2
  $ xmem --every 0.0000001 -o s --report /dev/null peak.lua && ls s s.1 s.2
  s
  s.1
  s.2
  $ xmem --html p.html --report /dev/null t.lua && grep -c '<title>t.lua</title>' p.html
  100
  1

The report says when lines may be wrong.

  $ xmem --fast t.lua | tail -1
  Traced with --fast: a table may be booked to a neighbouring line.

What cannot be read or written is told.

  $ echo '{"format": "xdb-tracemalloc", "version": 1}' >bad.json
  $ xmem --diff a.json bad.json
  xmem: bad.json: "limit" must be a number from 0 to 65535
  [1]
  $ head -c 300 a.json >cut.json
  $ xmem --diff cut.json b.json 2>&1 | cut -c1-17
  xmem: cut.json:1:
  $ xmem --diff nowhere.json b.json
  xmem: cannot read nowhere.json: No such file or directory
  [1]
  $ xmem -o /nowhere/x --top 0 --format csv t.lua
  100
  size,count,file,line
  xmem: cannot write /nowhere/x: No such file or directory
  [1]
  $ xmem --html /nowhere/x --report /dev/null t.lua
  100
  xmem: cannot write /nowhere/x: No such file or directory
  [1]
  $ xmem --report /nowhere/x --format csv --top 0 t.lua
  100
  xmem: cannot write /nowhere/x: No such file or directory
  size,count,file,line
  [1]

Wrong usage.

  $ xmem 2>&1 | tail -1
  xmem: error: a script, "-" or -m is needed
  $ xmem --frames 0 t.lua 2>&1 | tail -1
  xmem: error: argument -f/--frames: the number of frames must be in range [1; 65535], not '0'
  $ xmem --frames 70000 t.lua 2>&1 | tail -1
  xmem: error: argument -f/--frames: the number of frames must be in range [1; 65535], not '70000'
  $ xmem --top x t.lua 2>&1 | tail -1
  xmem: error: argument -n/--top: must be a number, 0 or more: 'x'
  $ xmem --group x t.lua 2>&1 | tail -1
  xmem: error: argument -g/--group: invalid choice: 'x' (choose from lineno, filename, traceback, type)
  $ xmem --format x t.lua 2>&1 | tail -1
  xmem: error: argument --format: invalid choice: 'x' (choose from text, json, csv, collapsed)
  $ xmem --every 0 -o x t.lua 2>&1 | tail -1
  xmem: error: argument --every: must be seconds above 0: '0'
  $ xmem --every 1 t.lua 2>&1 | tail -1
  xmem: error: --every needs -o
  $ xmem --cumulative --group type t.lua 2>&1 | tail -1
  xmem: error: --cumulative goes with lineno and filename only
  $ xmem --diff a.json 2>&1 | tail -1
  xmem: error: --diff needs two snapshots and takes no -o
  $ xmem --peak --leaks t.lua 2>&1 | tail -1
  xmem: error: argument --leaks: not allowed with argument --peak
