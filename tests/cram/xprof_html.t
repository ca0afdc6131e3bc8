The page needs nothing but itself:

  $ export XDG_STATE_HOME=$PWD/state
  $ cat > work.lua <<'END'
  > local function leaf(n) for i = 1, n * 1000 do end end
  > local function rec(n) leaf(n) if n > 0 then rec(n - 1) end end
  > for i = 1, 50 do rec(i % 5) end
  > load("local function evil() end evil()", "=</script><b>'\"")()
  > END
  $ xprof --format html -o page.html work.lua
  $ grep -cE 'https?://|src=|@import|url\(' page.html
  0
  [1]
  $ grep -c '</script>' page.html
  2

Its data are the profile's:

  $ xprof -o work.prof work.lua
  $ xprof report --format html -o page.html work.prof
  $ python3 - <<'END'
  > import json, re
  > page = open("page.html").read()
  > data = json.loads(re.search('<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)[1])
  > profile = json.load(open("work.prof"))
  > print(abs(data["total"] - sum(row[5] for row in profile["functions"]) * 1e9) < 1, len(data["functions"]) == len(profile["functions"]))
  > print(sum(row[3] for row in data["contexts"]) == data["total"])
  > print([data["files"][row[1]][0] for row in data["functions"] if row[0] == "evil"])
  > print([file[2] == open("work.lua").read() for file in data["files"] if file[1] == "text"])
  > print([row[2:4] for row in data["functions"] if row[0] == "rec"])
  > END
  True True
  True
  ['</script><b>\'"']
  [True]
  [[2, 2]]

A sampled profile has the lines on which the program was found; without knowing Lua's insides, those of calls:

  $ echo 'for i = 1, 2e7 do local x = i * i end' > loop.lua
  $ xprof --sample --format html -o page.html loop.lua
  $ python3 - <<'END'
  > import json, os, re
  > data = json.loads(re.search('<script type="application/json" id="data">(.*?)</script>', open("page.html").read(), re.DOTALL)[1])
  > samples, found = sum(row[4] for row in data["functions"]), sum(row[2] for row in data["lines"] if row[1] == 1)
  > print(found > samples / 2 or os.environ.get("XDB_LAYOUT") == "off", found <= samples)
  > END
  True True
