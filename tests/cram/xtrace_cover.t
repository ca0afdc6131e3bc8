  $ mkdir lib spec
  $ cat > lib/shop.lua <<'END'
  > local M = {}
  > 
  > function M.price(item, discount)
  >   local p = item.price
  >   if discount and discount > 0 then
  >     p = p - p * discount
  >   elseif item.free then
  >     return 0
  >   end
  >   return p
  > end
  > 
  > function M.total(list)
  >   local sum = 0
  >   for _, item in ipairs(list) do
  >     sum = sum + M.price(item)
  >   end
  >   return sum
  > end
  > 
  > function M.dump(list) -- pragma: no cover
  >   for i, item in ipairs(list) do
  >     print(i, item.price)
  >   end
  > end
  > 
  > function M.wait()
  >   while M.busy do
  >     M.busy = false
  >   end
  > end
  > 
  > return M
  > END
  $ echo 'if x then print("never") end' > lib/unused.lua
  $ cat > main.lua <<'END'
  > package.path = "./lib/?.lua;" .. package.path
  > local shop = require "shop"
  > print(shop.total{{price = 10}, {price = 5}})
  > os.exit(tonumber(arg[1]) or 0)
  > END

The program runs as always; what it covers is in the data file:

  $ test "$XDB_LAYOUT" != off || exit 80 # no branches without the fast layout
  $ xtrace cover --branch --source lib main.lua 3
  15
  [3]
  $ xtrace report --source lib --show-missing
  Name            Lines  Miss  Branches  Miss  Partial  Functions  Miss    Cover   Missing
  ----------------------------------------------------------------------------------------
  lib/shop.lua       21     4        10     6        2          3     1    67.7%   5:15->right, 6, 7->8, 8, 28-29
  lib/unused.lua      1     1         2     2        0          0     0     0.0%   1
  ----------------------------------------------------------------------------------------
  TOTAL              22     5        12     8        2          3     1    61.8%

A second run adds to it, unless it is to begin afresh:

  $ xtrace cover --branch --source lib main.lua
  15
  $ xtrace report --format lcov | grep -E '^(DA:16|FNDA:.*total)'
  FNDA:2,M.total
  DA:16,4
  $ xtrace cover --fresh --branch --source lib main.lua
  15
  $ xtrace report --format lcov | grep -E '^DA:16'
  DA:16,2

Too little is status 2:

  $ xtrace report --source lib --fail-under 61.7 | tail -1
  TOTAL              22     5        12     8        2          3     1    61.8%
  $ xtrace report --source lib --fail-under 62 >/dev/null
  xtrace: 61.8 % is covered, which is under 62 %
  [2]
  $ xtrace cover --branch --source lib --fail-under 90 main.lua
  15
  xtrace: 61.8 % is covered, which is under 90 %
  [2]
  $ xtrace cover --branch --source lib --fail-under 90 main.lua 7
  15
  [7]

Only whether lines run, which costs less:

  $ xtrace cover --data-file once --no-counts --source lib main.lua
  15
  $ xtrace report once --format lcov | grep -E '^DA:(15|16|6),'
  DA:6,0
  DA:15,1
  DA:16,1
  $ xtrace report once --format json | grep -o '"only_covered": [a-z]*'
  "only_covered": true

Settings stand in a file:

  $ cat > .xtracerc <<'END'
  > # what is measured
  > source = lib
  > omit = lib/unused.lua
  > branch = yes
  > exclude = ^%s*while
  > show-missing = yes
  > END
  $ xtrace cover --fresh main.lua
  15
  $ xtrace report
  Name          Lines  Miss  Branches  Miss  Partial  Functions  Miss    Cover   Missing
  --------------------------------------------------------------------------------------
  lib/shop.lua     19     2         8     4        2          3     1    77.8%   5:15->right, 6, 7->8, 8
  --------------------------------------------------------------------------------------
  TOTAL            19     2         8     4        2          3     1    77.8%
  $ echo 'sauce = lib' >> .xtracerc
  $ xtrace report
  xtrace: .xtracerc:7: there is no key 'sauce'
  [1]
  $ echo 'source = lib' > other
  $ xtrace report --config other --omit 'lib/u*' | tail -1
  TOTAL            21     4        10     6        2          3     1    67.7%
  $ rm .xtracerc other

Processes of their own write files of their own, and are put together:

  $ cat > parent.lua <<'END'
  > os.execute("xtrace cover main.lua")
  > os.execute("cd spec && xtrace cover ../child.lua")
  > END
  $ echo 'print("in a child")' > child.lua
  $ rm .xtrace
  $ xtrace cover --branch --parallel --omit parent.lua parent.lua
  15
  in a child
  $ ls -A | grep -c '^.xtrace\.'
  3
  $ xtrace combine
  $ ls -A | grep '^.xtrace'
  .xtrace
  $ xtrace report | awk '/lua|TOTAL/ {print $1, $2}'
  child.lua 1
  lib/shop.lua 21
  main.lua 4
  TOTAL 26
  $ xtrace combine
  xtrace: there is nothing to combine: no $PWD/.xtrace.*
  [1]

Files of another machine mean those here:

  $ sed "s#$PWD#/ci/build7#g" .xtrace > far
  $ xtrace report far | grep -c /ci/build7
  xtrace: cannot open /ci/build7/child.lua: No such file or directory; its counts are reported without its text
  xtrace: cannot open /ci/build7/lib/shop.lua: No such file or directory; its counts are reported without its text
  xtrace: cannot open /ci/build7/main.lua: No such file or directory; its counts are reported without its text
  3
  $ xtrace report --map "/ci/*=." far | awk '/lua|TOTAL/ {print $1, $2}'
  child.lua 1
  lib/shop.lua 21
  main.lua 4
  TOTAL 26
  $ xtrace combine --keep --map "/ci/*=." far && ls far
  far
  $ xtrace report --format lcov | grep -E '^DA:16'
  DA:16,4

Links: files are known by where they really are, and meant by either name:

  $ mkdir real linked && echo 'return 1' > real/one.lua && echo 'return 2' > real/two.lua
  $ ln -s ../real/one.lua linked/one.lua && ln -s real other
  $ echo 'dofile "linked/one.lua" dofile "other/two.lua"' > both.lua
  $ for glob in linked 'linked/*.lua' other 'other/t*' 'o*/*'; do xtrace cover --fresh --data-file links --source "$glob" both.lua; echo "$glob" $(xtrace report --data-file links | awk '/lua/ {print $1}'); done
  linked real/one.lua
  linked/*.lua real/one.lua
  other real/one.lua real/two.lua
  other/t* real/two.lua
  o*/*
  $ xtrace report --data-file links --source linked | awk '/lua/ {print $1}'
  real/one.lua

A file changed since, or gone:

  $ echo '-- changed' >> lib/shop.lua
  $ xtrace report | tail -1
  xtrace: $PWD/lib/shop.lua has changed since it was counted; its counts are reported without its text
  TOTAL            31     7        14     9        3          4     2    64.4%
  $ rm lib/shop.lua
  $ xtrace report --format cover | tail -1
  xtrace: cannot open $PWD/lib/shop.lua: No such file or directory; its counts are reported without its text
  $ sed -n 4,6p cover/lib/shop.cover | cat -A | sed 's/ *\$$//'
      4:
      4:
  >>>>>>
