Random programs whose branches are worked out by a model of the language, and counted by xtrace: place, kind and both counts agree.

  $ test "$XDB_LAYOUT" != off || exit 80 # no branches without the fast layout
  $ cat > told.py <<'END'
  > import json
  > last = sum(1 for _ in open("program.lua"))
  > for b in json.load(open("report.json"))["files"][0]["branches"]:
  >     if 4 < b["line"] < last:  # the helpers before, the loop after
  >         print(f'{b["line"]}:{b["column"]}', b["kind"], *(o["count"] for o in b["outcomes"]))
  > END
  $ for seed in 1 2 3 4 5 6 7 8; do
  >   lua5.4 $SRC/tests/soak/branches.lua $seed program.lua | sort >expected
  >   xtrace cover --fresh --branch program.lua && xtrace report --format json -o report.json
  >   python3 told.py | sort >counted
  >   cat expected >>all
  >   diff expected counted
  > done
  $ test $(wc -l <all) -gt 1000

A wrong count would be seen:

  $ sed '1s/ [0-9]* / 99999 /' expected | diff - counted | grep -c '^[<>]'
  2
