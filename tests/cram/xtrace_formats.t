  $ test "$XDB_LAYOUT" != off || exit 80 # no branches without the fast layout
  $ mkdir lib lib/deep
  $ cat > lib/shop.lua <<'END'
  > local M = {}
  > function M.price(item, discount)
  >   if discount and discount > 0 then
  >     return item.price * (1 - discount)
  >   end
  >   return item.price
  > end
  > function M.total(list)
  >   local sum = 0
  >   for _, item in ipairs(list) do sum = sum + M.price(item) end
  >   return sum
  > end
  > function M.debug() -- pragma: no cover
  >   print(M)
  > end
  > local function twice() return function() return 1 end, function() return 2 end end
  > M.one = twice()
  > return M
  > END
  $ cat > 'lib/deep/a<b>&"c.lua' <<'END'
  > for i = 1, 3 do
  > 	if i > 1 then print(i) end -- pragma: no branch
  > end
  > END
  $ echo 'print("never"); while x do y() end' > lib/unused.lua
  $ cat > main.lua <<'END'
  > local shop = dofile("lib/shop.lua")
  > shop.total{{price = 10}, {price = 5}}
  > shop.price({price = 1}, .5)
  > dofile('lib/deep/a<b>&"c.lua')
  > require("xdb.trace").context("by hand")
  > shop.total{}
  > END
  $ printf 'source = lib\nbranch = yes\ncontexts = yes\n' > .xtracerc
  $ xtrace cover main.lua
  2
  3
  $ for f in text lcov cobertura json; do xtrace report --format $f -o out.$f; done
  $ xtrace report --format html && xtrace report --format cover
  $ find htmlcov cover -type f | LC_ALL=C sort
  cover/lib/deep/a<b>&"c.cover
  cover/lib/shop.cover
  cover/lib/unused.cover
  htmlcov/coverage.css
  htmlcov/coverage.js
  htmlcov/files/lib/deep/a<b>&"c.lua.html
  htmlcov/files/lib/shop.lua.html
  htmlcov/files/lib/unused.lua.html
  htmlcov/index.html
  $ cat out.text
  Name                  Lines  Miss  Branches  Miss  Partial  Functions  Miss    Cover
  ------------------------------------------------------------------------------------
  lib/deep/a<b>&"c.lua      3     0         2     0        0          0     0   100.0%
  lib/shop.lua             14     0         6     1        1          5     2    95.0%
  lib/unused.lua            1     1         2     2        0          0     0     0.0%
  ------------------------------------------------------------------------------------
  TOTAL                    18     1        10     3        1          5     2    85.7%
  $ cat cover/lib/shop.cover | sed 's/ *$//'
      1: local M = {}
      1: function M.price(item, discount)
      3:   if discount and discount > 0 then
      1:     return item.price * (1 - discount)
           end
      2:   return item.price
      1: end
      1: function M.total(list)
      2:   local sum = 0
      4:   for _, item in ipairs(list) do sum = sum + M.price(item) end
      2:   return sum
      1: end
         function M.debug() -- pragma: no cover
           print(M)
         end
      2: local function twice() return function() return 1 end, function() return 2 end end
      1: M.one = twice()
      1: return M
  $ sed -n 2p 'cover/lib/deep/a<b>&"c.cover'
      3:         if i > 1 then print(i) end -- pragma: no branch

LCOV reads its format, branches on:

  $ lcov --rc lcov_branch_coverage=1 --summary out.lcov 2>&1 | grep '%'
    lines......: 94.4% (17 of 18 lines)
    functions..: 60.0% (3 of 5 functions)
    branches...: 70.0% (7 of 10 branches)
  $ genhtml --branch-coverage -o gen out.lcov >log 2>&1 || cat log
  $ grep -A6 'Overall coverage rate' log
  Overall coverage rate:
    lines......: 94.4% (17 of 18 lines)
    functions..: 60.0% (3 of 5 functions)
    branches...: 70.0% (7 of 10 branches)

XML is well-formed, and diff-cover reads it:

  $ xmllint --noout --nonet out.cobertura
  $ xmllint --nonet --xpath 'string(//class[1]/@filename)' out.cobertura
  lib/deep/a<b>&"c.lua
  $ xmllint --nonet --xpath 'string(//source)' out.cobertura | sed "s#$PWD#HERE#"
  HERE
  $ git init -q . && git config user.email a@b && git config user.name a && git add main.lua && git commit -qm start && git branch -M base
  $ git checkout -qb work && git add lib/*.lua && git commit -qm lib
  $ cp out.cobertura out.xml && diff-cover out.xml --compare-branch base --diff-range-notation .. 2>/dev/null | grep -vE "^(-|Diff|$)"
  lib/shop.lua (100%)
  lib/unused.lua (0.0%): Missing lines 1
  Total:   15 lines
  Missing: 1 line
  Coverage: 93%

All formats tell the same figures:

  $ cat > compare.py <<'END'
  > import json, re, sys, xml.etree.ElementTree as xml
  > files = {f["file"]: f["sums"] for f in json.load(open("out.json"))["files"]}
  > figures = {name: (s["lines"], s["lines_hit"], s["branches"], s["branches_hit"], s["functions"], s["functions_hit"]) for name, s in files.items()}
  > found = {"json": figures}
  > found["recount"] = {}
  > for f in json.load(open("out.json"))["files"]:
  >     taken = [o["count"] > 0 for b in f["branches"] for o in b["outcomes"]]
  >     found["recount"][f["file"]] = (len(f["lines"]), sum(n > 0 for n in f["lines"].values()), len(taken), sum(taken), len(f["functions"]), sum(g["entries"] > 0 for g in f["functions"]))
  > rows = [re.match(r"(.*?)" + r"\s+(\d+)" * 7 + r"\s+\S+%", line) for line in open("out.text")]
  > rows = [(m[1].strip(), *map(int, m.groups()[1:])) for m in rows if m]
  > found["text"] = {r[0]: (r[1], r[1] - r[2], r[3], r[3] - r[4], r[6], r[6] - r[7]) for r in rows if r[0] != "TOTAL"}
  > totals = [(r[1], r[1] - r[2], r[3], r[3] - r[4], r[6], r[6] - r[7]) for r in rows if r[0] == "TOTAL"]
  > found["lcov"], found["lcov's own sums"] = {}, {}
  > for record in open("out.lcov").read().split("end_of_record\n")[:-1]:
  >     name = re.search(r"SF:.*?(lib/.*)", record)[1]
  >     value = lambda key: int(re.search(rf"^{key}:(\d+)", record, re.M)[1])
  >     da, br, fn = (re.findall(rf"^{key}:(?:.*,)?(\d+|-)$" if key != "FNDA" else r"^FNDA:(\d+),", record, re.M) for key in ("DA", "BRDA", "FNDA"))
  >     hit = lambda counts: sum(c not in ("0", "-") for c in counts)
  >     found["lcov"][name] = (len(da), hit(da), len(br), hit(br), len(fn), hit(fn))
  >     found["lcov's own sums"][name] = tuple(map(value, ("LF", "LH", "BRF", "BRH", "FNF", "FNH")))
  > found["cobertura"] = {}
  > for c in xml.parse("out.cobertura").iter("class"):
  >     lines = c.findall("lines/line")
  >     parts = [re.search(r"\((\d+)/(\d+)\)", l.get("condition-coverage")) for l in lines if l.get("branch") == "true"]
  >     methods = [m.find("lines/line").get("hits") for m in c.iter("method")]
  >     found["cobertura"][c.get("filename")] = (len(lines), sum(l.get("hits") != "0" for l in lines), sum(int(p[2]) for p in parts), sum(int(p[1]) for p in parts), len(methods), sum(h != "0" for h in methods))
  > page = lambda path: json.loads(re.search(r'id="data">(.*?)</script>', open(path).read(), re.S)[1])
  > index = page("htmlcov/index.html")
  > found["html index"] = {f[0]: (f[2], f[3], f[4], f[5], f[7], f[8]) for f in index["files"]}
  > found["html pages"] = {}
  > for name in figures:
  >     p = page(f"htmlcov/files/{name}.html")
  >     taken = [o[2] > 0 for s in p["sites"] for o in s[3:]]
  >     found["html pages"][name] = (sum(n >= 0 for n in p["counts"]), sum(n > 0 for n in p["counts"]), len(taken), sum(taken), len(p["functions"]), sum(f[3] > 0 for f in p["functions"]))
  > for name in figures:
  >     cover = open("cover/" + name[:-4] + ".cover").read().splitlines()
  >     never, ran = sum(l.startswith(">>>>>>") for l in cover), sum(bool(re.match(r" *\d+: ", l)) for l in cover)
  >     assert (never + ran, ran) == figures[name][:2], name
  > for how, what in found.items():
  >     print(how, "agrees" if what == figures else what)
  > t = index["all"]
  > assert totals == [tuple(map(sum, zip(*figures.values())))] == [(t[0], t[1], t[2], t[3], t[5], t[6])], totals
  > c = xml.parse("out.cobertura").getroot()
  > assert [int(c.get(k)) for k in ("lines-valid", "lines-covered", "branches-valid", "branches-covered")] == [*totals[0][:4]]
  > print(len(figures), "files")
  > END
  $ python3 compare.py
  json agrees
  recount agrees
  text agrees
  lcov agrees
  lcov's own sums agrees
  cobertura agrees
  html index agrees
  html pages agrees
  3 files

Functions of one name are told apart where they must be:

  $ grep '^FN:16' out.lcov
  FN:16,twice
  FN:16,<function>
  FN:16,<function>@16.2

Contexts:

  $ python3 -c "import json; print(json.load(open('out.json'))['files'][1]['contexts'])"
  {'by hand': [9, 10, 11]}

To standard output without a file:

  $ xtrace report --format lcov | cmp - out.lcov
  $ xtrace report --format lcov -o - | cmp - out.lcov
