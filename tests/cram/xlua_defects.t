The classic defects, each with its program in examples/defects. Reports of broken memory end with the stacks, of
which the addresses and the C part are not for a test.

  $ export LUA_CPATH="$BUILD/tests/cram/?.so;$LUA_CPATH"
  $ dev() { xlua -X dev "$SRC/examples/defects/$1.lua" 2>&1; }
  $ report() { (dev "$1"; echo "[$?]") 2>/dev/null | sed -E '/C stack/,/^$/d; s/(Data at p:).*( \.\.\. 6c)/\1\2/; /^Extension modules/d'; }

An overflow in a C module:

  $ report overflow
  Debug memory block at address p=0x...: API 'u' (a userdata)
      48 bytes originally requested
      The 8 pad bytes at p-8 are FORBIDDENBYTE, as expected.
      The 8 pad bytes at tail=0x... are not all FORBIDDENBYTE (0xfd):
          at tail+0: 0x61 *** OUCH
          at tail+1: 0x00 *** OUCH
          at tail+2: 0xfd
          at tail+3: 0xfd
          at tail+4: 0xfd
          at tail+5: 0xfd
          at tail+6: 0xfd
          at tail+7: 0xfd
      Data at p: ... 6c 65 78 61 6e 64 72 69
  
  Memory block allocated at
    File "$SRC/examples/defects/overflow.lua", line 5
  
  Fatal Lua error: xdb_debug_alloc: bad trailing pad byte
  Lua runtime state: initialized
  
  Current coroutine 0x... [main] (most recent call first):
    File "$SRC/examples/defects/overflow.lua", line 11 in <main>
  
  [134]

An underflow:

  $ report underflow
  Debug memory block at address p=0x...: API 'm' (memory of an object, a buffer or a C module)
      32 bytes originally requested
      The 8 pad bytes at p-8 are not all FORBIDDENBYTE (0xfd):
          at p-8: 0xfd
          at p-7: 0xfd
          at p-6: 0xfd
          at p-5: 0xfd
          at p-4: 0xfd
          at p-3: 0x61 *** OUCH
          at p-2: 0x62 *** OUCH
          at p-1: 0x63 *** OUCH
      The 8 pad bytes at tail=0x... are FORBIDDENBYTE, as expected.
      Data at p: cd cd cd cd cd cd cd cd ... cd cd cd cd cd cd cd cd
  
  Enable tracemalloc to get the memory block allocation traceback
  
  Fatal Lua error: xdb_debug_alloc: bad leading pad byte
  Lua runtime state: initialized
  
  Current coroutine 0x... [main] (most recent call first):
    File "$SRC/examples/defects/underflow.lua", line 6 in <main>
  
  [134]

Use after free, found at the latest when the program ends:

  $ report use_after_free
  Debug memory block at address p=0x...: API '-' (none, since it was freed)
      24 bytes originally requested
      The 8 pad bytes at p-8 are FORBIDDENBYTE, as expected.
      The 8 pad bytes at tail=0x... are FORBIDDENBYTE, as expected.
      Data at p: dd dd dd dd dd 6d 6f 72 ... dd dd dd dd dd dd dd dd
  
  Enable tracemalloc to get the memory block allocation traceback
  
  Fatal Lua error: xdb_debug_alloc: block written to after it was freed
  Lua runtime state: initialized
  
  Current coroutine 0x... [main] (most recent call first):
    <no Lua frame>
  
  [134]

A second free:

  $ report double_free
  Debug memory block at address p=0x...: API '-' (none, since it was freed)
      24 bytes originally requested
      The 8 pad bytes at p-8 are FORBIDDENBYTE, as expected.
      The 8 pad bytes at tail=0x... are FORBIDDENBYTE, as expected.
      Data at p: dd dd dd dd dd dd dd dd ... dd dd dd dd dd dd dd dd
  
  Enable tracemalloc to get the memory block allocation traceback
  
  Fatal Lua error: xdb_debug_alloc: block freed twice, or used as a block after it was freed
  Lua runtime state: initialized
  
  Current coroutine 0x... [main] (most recent call first):
    File "$SRC/examples/defects/double_free.lua", line 6 in <main>
  
  [134]

A wrong size:

  $ report wrong_size
  Debug memory block at address p=0x...: API 'm' (memory of an object, a buffer or a C module)
      24 bytes originally requested
      The 8 pad bytes at p-8 are FORBIDDENBYTE, as expected.
      The 8 pad bytes at tail=0x... are FORBIDDENBYTE, as expected.
      Data at p: cd cd cd cd cd cd cd cd ... cd cd cd cd cd cd cd cd
  
  Enable tracemalloc to get the memory block allocation traceback
  
  Fatal Lua error: xdb_debug_alloc: bad old size: 24 bytes were allocated, 16 are given back
  Lua runtime state: initialized
  
  Current coroutine 0x... [main] (most recent call first):
    File "$SRC/examples/defects/wrong_size.lua", line 4 in <main>
  
  [134]

A pointer that is no block:

  $ report foreign_pointer
  Debug memory block at address p=0x...: API 'm' (memory of an object, a buffer or a C module)
  
  Enable tracemalloc to get the memory block allocation traceback
  
  Fatal Lua error: xdb_debug_alloc: bad ID: not a block of this state's allocator, or overwritten before its begin
  Lua runtime state: initialized
  
  Current coroutine 0x... [main] (most recent call first):
    File "$SRC/examples/defects/foreign_pointer.lua", line 5 in <main>
  
  [134]

The debug allocator can be left out, and then nobody notices:

  $ LUAMALLOC=default xlua -X dev "$SRC/examples/defects/wrong_size.lua"

A file that is closed twice:

  $ dev double_close
  true
  $SRC/examples/defects/double_close.lua:6: ResourceWarning: file closed twice: name='$SRC/examples/defects/double_close.lua' mode='r'
    pcall(file.close, file)

A file that nobody closes:

  $ dev unclosed_file
  true
  $SRC/examples/defects/unclosed_file.lua:3: ResourceWarning: unclosed file <name='$SRC/examples/defects/unclosed_file.lua' mode='r'>
    local file = assert(io.open(name))
  ResourceWarning: Enable tracemalloc to get the object allocation traceback

A value of a C module that nobody closes; two others are closed:

  $ dev unclosed_handle
  $SRC/examples/defects/unclosed_handle.lua:7: ResourceWarning: unclosed careless.handle
    local third = careless.handle()
  ResourceWarning: Enable tracemalloc to get the object allocation traceback

Names that were meant to be others:

  $ dev typo_global
  $SRC/examples/defects/typo_global.lua:5: GlobalWarning: global 'cuont' made inside a function (did you mean 'count'?)
    cuont = count + n -- makes a new global
  $SRC/examples/defects/typo_global.lua:12: GlobalWarning: undefined global 'totl'
    print(count, totl)
  0\tnil (esc)

Coroutines:

  $ dev coroutines
  true\tone (esc)
  $SRC/examples/defects/coroutines.lua:12: CoroutineWarning: dead coroutine resumed
    print(coroutine.resume(short)) -- is dead
  false\tcannot resume dead coroutine (esc)
  $SRC/examples/defects/coroutines.lua:4: CoroutineWarning: coroutine collected while suspended here; 'guard' was never closed
    coroutine.yield(name)
  CoroutineWarning: Enable tracemalloc to get the object allocation traceback
  $SRC/examples/defects/coroutines.lua:7: CoroutineWarning: coroutine was never started
    coroutine.create(task) -- never started
  CoroutineWarning: Enable tracemalloc to get the object allocation traceback

Errors that nobody hears of, with Lua's insides known:

  $ XDB_LAYOUT=on dev hidden_errors
  $SRC/examples/defects/hidden_errors.lua:5: ResourceWarning: error in __gc: attempt to index a nil value (field 'log')
    self.log:write("closed\n") -- there is no log
  $SRC/examples/defects/hidden_errors.lua:12: ResourceWarning: error in __close: cannot unlock
    local lock <close> = setmetatable({}, {__close = function() error("cannot unlock") end})

A list with holes:

  $ dev holes
  $SRC/examples/defects/holes.lua:4: RuntimeWarning: table.insert of a list with holes: there is a [4], but no [3], so its length is any of several
    table.insert(list, "e")
  true

What is deprecated:

  $ dev deprecated
  $SRC/examples/defects/deprecated.lua:11: DeprecationWarning: old() is deprecated: use new()
    print(old(1))
  1
  $SRC/examples/defects/deprecated.lua:12: DeprecationWarning: math.log10 is deprecated: math.log(x, 10)
    print(math.log10 and math.log10(100) or 2.0)
  2.0

Without -X dev the same programs say nothing of it:

  $ for p in double_close unclosed_file unclosed_handle typo_global holes; do xlua "$SRC/examples/defects/$p.lua"; done
  true
  true
  0\tnil (esc)
  true

With tracemalloc on, the whole traceback of the allocation:

  $ xlua -X dev -X tracemalloc=5 "$SRC/examples/defects/unclosed_file.lua"
  true
  $SRC/examples/defects/unclosed_file.lua:3: ResourceWarning: unclosed file <name='$SRC/examples/defects/unclosed_file.lua' mode='r'>
    local file = assert(io.open(name))
  Object allocated at (most recent call last):
    File "$SRC/examples/defects/unclosed_file.lua", line 11
      print(count_lines(arg[0]) > 5)
    File "$SRC/examples/defects/unclosed_file.lua", line 3
      local file = assert(io.open(name))
  $ (xlua -X dev -X tracemalloc=5 "$SRC/examples/defects/overflow.lua" 2>&1; true) 2>/dev/null | sed -n '/^Memory block/,/^$/p'
  Memory block allocated at (most recent call last):
    File "$SRC/examples/defects/overflow.lua", line 10
      greet "Alexandria" -- two bytes too many
    File "$SRC/examples/defects/overflow.lua", line 5
      local buffer = careless.buffer(16)
  
  $ LUATRACEMALLOC=2 xlua -X dev "$SRC/examples/defects/coroutines.lua" 2>&1 >/dev/null
  $SRC/examples/defects/coroutines.lua:12: CoroutineWarning: dead coroutine resumed
    print(coroutine.resume(short)) -- is dead
  $SRC/examples/defects/coroutines.lua:4: CoroutineWarning: coroutine collected while suspended here; 'guard' was never closed
    coroutine.yield(name)
  Object allocated at (most recent call last):
    File "$SRC/examples/defects/coroutines.lua", line 8
      local co = coroutine.create(task)
  $SRC/examples/defects/coroutines.lua:7: CoroutineWarning: coroutine was never started
    coroutine.create(task) -- never started
  Object allocated at (most recent call last):
    File "$SRC/examples/defects/coroutines.lua", line 7
      coroutine.create(task) -- never started
