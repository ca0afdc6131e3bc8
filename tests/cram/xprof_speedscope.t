speedscope's own importer takes the file, and finds the same total and the same functions.

  $ SPEEDSCOPE="$SRC/build/node/node_modules/speedscope"
  $ [ -d "$SPEEDSCOPE" ] && command -v node > /dev/null || [ "$CI" = true ] || exit 80
  $ import() { node "$TESTDIR/../formats/speedscope.js" "$SPEEDSCOPE" "$@" > told.json; }
  $ show() { python3 -c "import json; d = json.load(open('told.json')); print($1)"; }
  $ cat > work.lua <<'END'
  > local function leaf(n)
  >   for i = 1, n do end
  > end
  > local function rec(n)
  >   leaf(n) if n > 0 then rec(n - 1) end
  > end
  > rec(3)
  > END
  $ make() {
  >   cat > $1.prof <<END
  > {"format": "xdb-profile", "version": 1, "sampled": $2, "functions": [["$PWD/work.lua",1,"<main>",1,1,0.1,1],
  > ["$PWD/work.lua",1,"leaf",8,8,0.5,0.5],["$PWD/work.lua",4,"rec",2,5,0.25,0.6],["~",0,"<print>",1,1,0.15,0.15]],
  > "edges": [[0,2,2,2,0.2,0.6],[2,2,1,3,0.05,0.3],[2,1,5,5,0.35,0.35],[0,1,3,3,0.15,0.15],[0,3,1,0,0.15,0.15]],
  > "contexts": [[-1,0,1,0.1],[0,2,2,0.2],[1,2,3,0.05],[1,1,3,0.25],[2,1,2,0.1],[0,1,3,0.15],[0,3,1,0.15]],
  > "lines": [$3]}
  > END
  > }
  $ make work false
  $ make samples true '[0,7,1,15,0.1,1],[1,5,2,9,0.2,0.6],[2,5,3,3,0.05,0.15],[3,2,3,3,0.25,0.25],[4,2,2,2,0.1,0.1],[5,2,2,2,0.1,0.1],[5,1,1,1,0.05,0.05]'
  $ xprof report --format speedscope -o work.speedscope.json work.prof
  $ import work.speedscope.json
  $ show 'd["total"], d["unit"], d["shown"]'
  1000000000 nanoseconds 1.00s
  $ show '*(f[:1] + [f[1] and f[1].split("/")[-1]] + f[2:] for f in sorted(d["frames"])), sep="\n"'
  ['<main>', 'work.lua', 1, 100000000, 1000000000]
  ['leaf', 'work.lua', 1, 500000000, 500000000]
  ['rec', 'work.lua', 4, 250000000, 600000000]
  ['{print}', None, None, 150000000, 150000000]

A real program:

  $ cat > real.lua <<'END'
  > local co = coroutine.wrap(function() for i = 1, 1000 do coroutine.yield(("x"):rep(i)) end end)
  > local n = 0
  > for s in co do n = n + #s end
  > pcall(error, "x")
  > END
  $ xprof -o real.prof real.lua
  $ xprof report --format speedscope -o real.speedscope.json real.prof
  $ import real.speedscope.json
  $ show 'abs(d["total"] - sum(row[5] for row in json.load(open("real.prof"))["functions"]) * 1e9) < 1'
  True
  $ show 'sum(f[3] for f in d["frames"]) == d["total"]'
  True
