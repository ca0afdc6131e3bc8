The Lua files of this project, measured with xtrace while its own tests run them:

  $ test "$XDB_LAYOUT" != off || exit 80 # no branches without the fast layout
  $ cat > rc <<END
  > source = $SRC/tests/tools/tap.lua
  > source = $SRC/tests/events/timeit.lua
  > source = $SRC/tests/events/bdb_breakpoints.lua
  > source = $SRC/tests/events/bdb_step.lua
  > source = $SRC/tests/events/bdb_errors.lua
  > source = $SRC/examples/bank.lua
  > branch = yes
  > fail-under = 90
  > show-missing = yes
  > END
  $ for test in tests/events/timeit tests/events/bdb_breakpoints tests/events/bdb_step tests/events/bdb_errors examples/bank; do
  >   xtrace cover --config rc $SRC/$test.lua >out 2>&1 || { echo "$test fails:"; cat out; }
  >   grep '^not ok' out
  > done
  [1]
  $ xtrace report --config rc >report || cat report
  $ grep -c '\.lua' report
  6
