  $ cat > work.lua <<'END'
  > local function leaf(n) for i = 1, n * 100 do end end
  > local function rec(n) leaf(n) if n > 0 then rec(n - 1) end end
  > local co = coroutine.wrap(function() while true do leaf(3) coroutine.yield() end end)
  > for i = 1, 20 do rec(i % 5) co() pcall(error, "x") end
  > END
  $ export XDG_STATE_HOME=$PWD/state
  $ xprof -o work.prof work.lua
  $ for f in csv pstats callgrind collapsed speedscope pprof; do xprof report --format $f -o work.$f work.prof || exit; done

The total in nanoseconds is the same in all that have one, and in the profile itself:

  $ python3 - <<'END'
  > import json
  > profile = json.load(open("work.prof"))
  > total = round(sum(row[5] for row in profile["functions"]) * 1e9)
  > stacks = sum(int(line.rsplit(" ", 1)[1]) for line in open("work.collapsed"))
  > scope = json.load(open("work.speedscope"))["profiles"][0]
  > grind = [line.split() for line in open("work.callgrind")]
  > totals = [int(words[1]) for words in grind if words and words[0] == "totals:"][0]
  > print([abs(n - total) <= 1 for n in (stacks, totals, sum(scope["weights"]), scope["endValue"])])
  > print(len(scope["weights"]) == len(scope["samples"]))
  > END
  [True, True, True, True]
  True

Python prints its file as we print ours:

  $ xprof report -s nfl work.prof | tail -n +2 > ours
  $ python3 - <<'END' | tail -n +2 > theirs
  > import pstats
  > pstats.Stats("work.pstats").strip_dirs().sort_stats("nfl").print_stats()
  > END
  $ cmp ours theirs
  $ (echo sort nfl; echo callers; echo callees; echo quit) | xprof --browse work.prof | sed '1d;s/^work.prof% //' > ours
  $ python3 - <<'END' > theirs
  > import pstats
  > s = pstats.Stats("work.pstats")
  > s.sort_stats("nfl").print_callers()
  > s.print_callees()
  > print("Goodbye.")
  > END
  $ sed 's/^work.prof% //' ours | diff - theirs

Numbers beyond 32 bits, and names of any bytes:

  $ printf '{"format":"xdb-profile","version":1,"functions":[["caf\303\251",2147483647,"a;b\\n\\"c",9223372036854775807,9223372036854775807,1,1]],"edges":[],"contexts":[[-1,0,9223372036854775807,1]]}' > big.prof
  $ for f in pstats pprof callgrind collapsed speedscope; do xprof report --format $f -o big.$f big.prof; done
  $ python3 -c 'import pstats; print(pstats.Stats("big.pstats").stats)'
  {('caf\xc3\xa9', 2147483647, 'a;b\\n"c'): (9223372036854775807, 9223372036854775807, 1.0, 1.0, {})} (esc)
  $ cat big.collapsed
  caf\xc3\xa9:2147483647(a b "c) 1000000000 (esc)
  $ python3 -c 'import json; print(json.load(open("big.speedscope"))["shared"]["frames"])'
  [{'name': 'a;b\\n"c', 'file': 'caf\xc3\xa9', 'line': 2147483647}] (esc)

A name is told on its line, and steers no terminal:

  $ echo '{"format":"xdb-profile","version":1,"functions":[["a\u001b[31m\n",1,"f\u0007caf\u00e9",1,1,1,1]],"edges":[[0,0,1,1,1,1]],"contexts":[]}' > odd.prof
  $ xprof report odd.prof | tail -3 | head -1
          1    1.000    1.000    1.000    1.000 a\\27[31m\\n:1(f\\7caf\xc3\xa9) (esc)
  $ printf 'callers\n' | xprof --browse odd.prof | grep '<-'
  a\\27[31m\\n:1(f\\7caf\xc3\xa9)  <-       1    1.000    1.000  a\\27[31m\\n:1(f\\7caf\xc3\xa9) (esc)

Profiles of nothing, without contexts, with times below zero:

  $ echo '{"format":"xdb-profile","version":1,"functions":[],"edges":[],"contexts":[]}' > none.prof
  $ echo '{"format":"xdb-profile","version":1,"functions":[["/a.lua",1,"f",0,0,-1,-1]],"edges":[],"contexts":[[-1,0,0,-1]]}' > minus.prof
  $ for p in none minus; do for f in text json csv pstats callgrind collapsed speedscope pprof html; do
  >   xprof report --format $f -o $p.$f $p.prof && test -f $p.$f || echo $p $f; done; done
  $ python3 -c 'import json; print([sum(json.load(open(p + ".speedscope"))["profiles"][0]["weights"]) for p in ("none", "minus")])'
  [0, 0]
  $ cat none.collapsed minus.collapsed

What the format is called is checked, and each has an exporter:

  $ xprof report --format xml work.prof 2>&1 | tail -1
  xprof report: error: argument --format: invalid choice: 'xml' (choose from 'text', 'json', 'csv', 'pstats', 'callgrind', 'collapsed', 'speedscope', 'pprof', 'html')
