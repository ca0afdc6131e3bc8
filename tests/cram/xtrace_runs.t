However a program ends, its counts are written, and its status is its own.

  $ cat > ends.lua <<'END'
  > local how = arg[1]
  > local co = coroutine.create(function() coroutine.yield() end)
  > coroutine.resume(co)
  > if how == "error" then
  >   error("mine")
  > elseif how == "exit" then
  >   os.exit(3)
  > elseif how == "close" then
  >   os.exit(4, true)
  > elseif how == "folder" then
  >   os.execute("mkdir -p elsewhere")
  > end
  > END
  $ for how in error exit close folder; do xtrace -c -C out ends.lua $how 2>&1 | head -1; xtrace -c -R ends.lua $how 2>/dev/null; echo "[$?] $(grep -c '^    1:' out/ends.cover)"; done
  lua5.4: ends.lua:5: mine
  [1] 4
  [3] 5
  [4] 6
  [0] 8

Each construct of the corpus has the counts beside it (TRACE_UPDATE=1 writes them anew):

  $ for file in "$TESTDIR"/../corpus/trace/*.lua; do
  >   name=$(basename "$file" .lua)
  >   xtrace -c -m -C corpus "$file" || echo "$name failed"
  >   [ -z "$TRACE_UPDATE" ] || cp "corpus/$name.cover" "$TESTDIR/../corpus/trace/"
  >   cmp "corpus/$name.cover" "$TESTDIR/../corpus/trace/$name.cover"
  > done

and the same when events go through lines alone:

  $ for file in "$TESTDIR"/../corpus/trace/*.lua; do
  >   name=$(basename "$file" .lua)
  >   XDB_LAYOUT=off xtrace -c -m -C corpus "$file" || echo "$name failed"
  >   cmp "corpus/$name.cover" "$TESTDIR/../corpus/trace/$name.cover"
  > done

Line events of the original's own tests that mean something in Lua:

  $ cat > lines.lua <<'END'
  > local function if_else(x)
  >   if x then
  >     x = 1
  >   else
  >     x = 2
  >   end
  >   return x
  > end
  > local function while_break()
  >   local i = 0
  >   while true do
  >     i = i + 1
  >     if i == 2 then break end
  >   end
  > end
  > local function tail()
  >   return if_else(nil)
  > end
  > local function caught()
  >   pcall(function()
  >     error "x"
  >   end)
  >   return 1
  > end
  > if_else(1) while_break() tail() caught()
  > END
  $ xtrace -t lines.lua | sed -n 's/^lines.lua(\([0-9]*\)).*/\1/p' | tr '\n' ' '
  8 15 18 24 25 2 3 7 10 12 13 12 13 15 17 2 5 7 20 22 20 21 23  (no-eol)

A file that changes between two loads is two texts; what was counted in the other one is said and not printed beside it:

  $ cat > twice.lua <<'END'
  > local function put(text)
  >   local f = io.open("made.lua", "w")
  >   f:write(text)
  >   f:close()
  >   dofile("made.lua")
  > end
  > put("local a = 1\nlocal b = 2\n")
  > put("local c = 3\n")
  > END
  $ xtrace -c -C two twice.lua
  xtrace: Not printing coverage data for '$PWD/made.lua': it has changed since it was counted
  [1]
  $ cat two/made.cover
      1: local c = 3
