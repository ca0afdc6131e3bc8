The classic defects, each with its program in examples/defects. Reports of broken memory end with the stacks, of
which the addresses and the C part are not for a test.

  $ export LUA_CPATH="$BUILD/tests/cram/?.so;$LUA_CPATH"
  $ dev() { xlua -X dev "$SRC/examples/defects/$1.lua" 2>&1; }
  $ report() { (dev "$1"; echo "[$?]") 2>/dev/null | sed -E '/C stack/,/^$/d; s/(Data at p:).*( \.\.\. 6c)/\1\2/; /^Extension modules/d'; }

An overflow in a C module:

  $ report overflow
  main: line 4: xlua: command not found
  [127]

An underflow:

  $ report underflow
  main: line 4: xlua: command not found
  [127]

Use after free, found at the latest when the program ends:

  $ report use_after_free
  main: line 4: xlua: command not found
  [127]

A second free:

  $ report double_free
  main: line 4: xlua: command not found
  [127]

A wrong size:

  $ report wrong_size
  main: line 4: xlua: command not found
  [127]

A pointer that is no block:

  $ report foreign_pointer
  main: line 4: xlua: command not found
  [127]

The debug allocator can be left out, and then nobody notices:

  $ LUAMALLOC=default xlua -X dev "$SRC/examples/defects/wrong_size.lua"
  /bin/bash: line 20: xlua: command not found
  [127]

A file that is closed twice:

  $ dev double_close
  main: line 4: xlua: command not found
  [127]

A file that nobody closes:

  $ dev unclosed_file
  main: line 4: xlua: command not found
  [127]

A value of a C module that nobody closes; two others are closed:

  $ dev unclosed_handle
  main: line 4: xlua: command not found
  [127]

Names that were meant to be others:

  $ dev typo_global
  main: line 4: xlua: command not found
  [127]

Coroutines:

  $ dev coroutines
  main: line 4: xlua: command not found
  [127]

Errors that nobody hears of, with Lua's insides known:

  $ XDB_LAYOUT=on dev hidden_errors
  main: line 4: xlua: command not found
  [127]

A list with holes:

  $ dev holes
  main: line 4: xlua: command not found
  [127]

What is deprecated:

  $ dev deprecated
  main: line 4: xlua: command not found
  [127]

Without -X dev the same programs say nothing of it:

  $ for p in double_close unclosed_file unclosed_handle typo_global holes; do xlua "$SRC/examples/defects/$p.lua"; done
  /bin/bash: line 38: xlua: command not found
  /bin/bash: line 38: xlua: command not found
  /bin/bash: line 38: xlua: command not found
  /bin/bash: line 38: xlua: command not found
  /bin/bash: line 38: xlua: command not found
  [127]

With tracemalloc on, the whole traceback of the allocation:

  $ xlua -X dev -X tracemalloc=5 "$SRC/examples/defects/unclosed_file.lua"
  /bin/bash: line 40: xlua: command not found
  [127]
  $ (xlua -X dev -X tracemalloc=5 "$SRC/examples/defects/overflow.lua" 2>&1; true) 2>/dev/null | sed -n '/^Memory block/,/^$/p'
  $ LUATRACEMALLOC=2 xlua -X dev "$SRC/examples/defects/coroutines.lua" 2>&1 >/dev/null
  /bin/bash: line 44: xlua: command not found
  [127]
