protoc reads pprof's protocol buffer back, by a description that stands in tests/formats.

  $ command -v protoc > /dev/null || [ "$CI" = true ] || exit 80
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
  $ decode() { protoc --decode=Profile -I"$TESTDIR/../formats" pprof.proto < $1 | python3 "$TESTDIR/../formats/pprof.py" > $1.json; }
  $ show() { python3 -c "import json; d = json.load(open('$1.json')); print($2)"; }
  $ xprof report --format pprof -o work.pprof work.prof && decode work.pprof
  $ show work.pprof 'd["types"], d["unknown"], d["empty"]'
  [['calls', 'count'], ['time', 'nanoseconds']] [] 
  $ show work.pprof 'd["total"] == d["duration"] == 10 ** 9, d["roots"]'
  True ['<main>']
  $ show work.pprof 'sorted(d["own"].items())'
  [('<main>', 1), ('leaf', 8), ('rec', 5), ('{print}', 1)]
  $ show work.pprof 'sorted(d["lines"].items())'
  [('<main>:1', 100000000), ('leaf:1', 500000000), ('rec:4', 250000000), ('{print}', 150000000)]

Samples have the time of each line:

  $ xprof report --format pprof -o samples.pprof samples.prof && decode samples.pprof
  $ show samples.pprof 'd["types"][0], d["total"] == d["duration"] == 10 ** 9'
  ['samples', 'count'] True
  $ show samples.pprof 'sorted(d["lines"].items())'
  [('<main>:7', 100000000), ('leaf:1', 50000000), ('leaf:2', 450000000), ('rec:5', 250000000), ('{print}', 150000000)]
  $ show samples.pprof 'sorted(d["own"].items())'
  [('<main>', 1), ('leaf', 8), ('rec', 5), ('{print}', 1)]

A real run adds up to the nanosecond:

  $ xprof -o run.prof work.lua && xprof report --format pprof -o run.pprof run.prof && decode run.pprof
  $ (cat work.lua; echo 'for i = 1, 1e7 do end') > longer.lua
  $ xprof --sample --rate 5000 -o run2.prof longer.lua && xprof report --format pprof -o run2.pprof run2.prof && decode run2.pprof
  $ for p in run run2; do show $p.pprof "abs(d['total'] - sum(row[5] for row in json.load(open('$p.prof'))['functions']) * 1e9) < 1"; done
  True
  True
