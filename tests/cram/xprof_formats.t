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

callgrind_annotate finds that total, and all functions:

  $ if command -v callgrind_annotate > /dev/null; then
  >   callgrind_annotate work.callgrind | grep 'PROGRAM TOTALS' | tr -d , | sed 's/ .*//' > there
  >   grep totals: work.callgrind | sed 's/totals: //' | cmp - there
  >   callgrind_annotate work.callgrind | grep -c ':rec$'
  > else echo 1; fi
  1

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

pprof's protocol buffer, decoded by hand:

  $ cat > decode.py <<'END'
  > import sys
  > def varint(data, at):
  >     value = shift = 0
  >     while True:
  >         byte = data[at]
  >         value |= (byte & 127) << shift
  >         at, shift = at + 1, shift + 7
  >         if byte < 128:
  >             return value, at
  > def fields(data):
  >     at = 0
  >     while at < len(data):
  >         key, at = varint(data, at)
  >         value, at = varint(data, at)
  >         if key & 7 == 2:
  >             value, at = data[at:at + value], at + value
  >         else:
  >             assert key & 7 == 0
  >         yield key >> 3, value
  > def numbers(data):
  >     at, found = 0, []
  >     while at < len(data):
  >         value, at = varint(data, at)
  >         found.append(value)
  >     return found
  > top = list(fields(open(sys.argv[1], "rb").read()))
  > strings = [value.decode() for field, value in top if field == 6]
  > types = [dict(fields(value)) for field, value in top if field == 1]
  > print([(strings[t[1]], strings[t[2]]) for t in types])
  > functions = {f[1]: strings[f[2]] for f in (dict(fields(value)) for field, value in top if field == 5)}
  > places = {p[1]: dict(fields(p[4]))[1] for p in (dict(fields(value)) for field, value in top if field == 4)}
  > samples = [dict(fields(value)) for field, value in top if field == 2]
  > calls = {}
  > for sample in samples:
  >     stack, values = numbers(sample[1]), numbers(sample[2])
  >     name = functions[places[stack[0]]]
  >     calls[name] = calls.get(name, 0) + values[0]
  > print(sorted(calls.items()))
  > print(sum(numbers(sample[2])[1] for sample in samples) == dict(top)[10])
  > END
  $ python3 decode.py work.pprof
  [('calls', 'count'), ('time', 'nanoseconds')]
  [('<function>', 1), ('<main>', 1), ('leaf', 80), ('rec', 60), ('{coroutine.wrap}', 1), ('{coroutine.yield}', 20), ('{co}', 20), ('{error}', 20), ('{pcall}', 20)]
  True
