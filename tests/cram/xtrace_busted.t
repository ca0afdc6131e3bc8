  $ mkdir lib spec
  $ cat > lib/shop.lua <<'END'
  > local M = {}
  > function M.price(item, discount)
  >   if discount then
  >     return item.price * (1 - discount)
  >   end
  >   return item.price
  > end
  > return M
  > END
  $ cat > spec/shop_spec.lua <<'END'
  > local shop = dofile "lib/shop.lua"
  > describe("shop", function()
  >   describe("price", function()
  >     it("takes a discount", function() assert.equal(5, shop.price({price = 10}, .5)) end)
  >     it("fails", function() assert.equal(1, shop.price({price = 2})) end)
  >   end)
  >   it("is a table", function() assert.is_table(shop) end)
  > end)
  > END
  $ printf 'source = lib\ncontexts = yes\nshow-missing = yes\n' > .xtracerc
  $ contexts() { xtrace report --format json | python3 -c "import json, sys; print(*json.load(sys.stdin)['files'][0]['contexts'].items(), sep='\n')"; }

busted with the helper, under stock Lua; the tests are as they were:

  $ lua5.4 /usr/bin/busted --helper=xdb.cover -o TAP spec | grep ok
  ok 1 - shop price takes a discount
  not ok 2 - shop price fails
  ok 3 - shop is a table
  $ xtrace report
  Name          Lines  Miss  Functions  Miss    Cover   Missing
  -------------------------------------------------------------
  lib/shop.lua      7     0          1     0   100.0%
  -------------------------------------------------------------
  TOTAL             7     0          1     0   100.0%
  $ contexts
  ('shop price takes a discount', [3, 4])
  ('shop price fails', [3, 6])

The same under the command:

  $ rm .xtrace
  $ xtrace cover /usr/bin/busted --helper=xdb.cover -o TAP spec | grep -c ok
  3
  $ contexts
  ('shop price takes a discount', [3, 4])
  ('shop price fails', [3, 6])

Without contexts nothing is kept of them:

  $ sed -i /contexts/d .xtracerc; rm .xtrace
  $ lua5.4 /usr/bin/busted --helper=xdb.cover -o TAP spec | grep -c ok
  3
  $ grep -c 'takes a discount' .xtrace
  0
  [1]

Any Lua, however it ends:

  $ cat > main.lua <<'END'
  > local shop = dofile "lib/shop.lua"
  > shop.price{price = 1}
  > if arg[1] == "exit" then os.exit(3) end
  > if arg[1] == "close" then os.exit(4, true) end
  > if arg[1] == "error" then error("stop") end
  > END
  $ for how in return exit close error; do rm -f .xtrace; lua5.4 -lxdb.cover main.lua $how 2>/dev/null; echo "$? $(xtrace report | tail -1)"; done
  0 TOTAL             7     1          1     0    85.7%
  3 TOTAL             7     1          1     0    85.7%
  4 TOTAL             7     1          1     0    85.7%
  1 TOTAL             7     1          1     0    85.7%

-lxdb.trace does so in a folder with settings, and nowhere else; in a program it is only a module:

  $ rm .xtrace; lua5.4 -lxdb.trace main.lua; xtrace report | tail -1
  TOTAL             7     1          1     0    85.7%
  $ rm .xtrace; lua5.4 -e 'require "xdb.trace"' main.lua; ls .xtrace 2>/dev/null
  [2]
  $ mv .xtracerc away; lua5.4 -lxdb.trace main.lua; ls .xtrace 2>/dev/null
  [2]
  $ mv away .xtracerc

Child processes of a parallel run, with stock Lua and in another folder:

  $ mkdir elsewhere
  $ cat > parent.lua <<'END'
  > os.execute("cd elsewhere && lua5.4 -lxdb.trace -e 'local shop = dofile \"../lib/shop.lua\" shop.price({price = 1}, .5)'")
  > os.execute("lua5.4 main.lua")
  > END
  $ xtrace cover --parallel parent.lua
  $ ls -A . elsewhere | grep -c xtrace\\.
  2
  $ xtrace combine && xtrace report | tail -1
  TOTAL             7     1          1     0    85.7%

Settings that are wrong end it before it begins; data that cannot be written does not:

  $ echo 'sauce = x' >> .xtracerc
  $ lua5.4 -lxdb.cover main.lua 2>&1 | head -1
  lua5.4: .xtracerc:3: there is no key 'sauce'
  $ printf 'data-file = /nonexistent/x\n' > .xtracerc
  $ lua5.4 -lxdb.cover -e 'print("ran")'
  ran
  xdb.cover: cannot write /nonexistent/x: No such file or directory
