callgrind_annotate reads what we write: the total, the functions, who called them.

  $ command -v callgrind_annotate > /dev/null || [ "$CI" = true ] || exit 80
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
  $ annotate() { callgrind_annotate "$@" | tr -s ' ' | sed "s|$PWD/||"; }
  $ xprof report --format callgrind -o work.callgrind work.prof
  $ annotate work.callgrind | grep -A9 'PROGRAM TOTALS'
  1,000,000,000 (100.0%) PROGRAM TOTALS
  
  --------------------------------------------------------------------------------
  ns file:function
  --------------------------------------------------------------------------------
  500,000,000 (50.00%) work.lua:leaf
  250,000,000 (25.00%) work.lua:rec
  150,000,000 (15.00%) C:<print>
  100,000,000 (10.00%) work.lua:<main>
  

A call is counted with all that it took, an edge without a count of its own as one:

  $ called() { annotate --tree=caller --inclusive=yes work.callgrind | grep -B2 "\* $1" | grep . | sed 's/^ //; s/ \[\]$//'; }
  $ called work.lua:leaf | head -3
  350,000,000 (35.00%) < work.lua:rec (5x)
  150,000,000 (15.00%) < work.lua:<main> (3x)
  500,000,000 (50.00%) * work.lua:leaf
  $ called 'C:<print>' | tail -2
  150,000,000 (15.00%) < work.lua:<main> (1x)
  150,000,000 (15.00%) * C:<print>

Samples have the time of each line:

  $ xprof report --format callgrind -o samples.callgrind samples.prof
  $ annotate samples.callgrind | grep 'PROGRAM TOTALS'
  1,000,000,000 (100.0%) PROGRAM TOTALS
  $ annotate samples.callgrind | sed 's/^ //' | grep -A15 'Auto-annotated source' | sed -n '/%) [^=]/p'
  50,000,000 ( 5.00%) local function leaf(n)
  450,000,000 (45.00%) for i = 1, n do end
  250,000,000 (25.00%) leaf(n) if n > 0 then rec(n - 1) end
  100,000,000 (10.00%) rec(3)
