Volatile text is replaced whoever prints it:

  $ pwd
  $PWD
  $ echo "$HOME:$TESTDIR:$SRC"
  $HOME:$TESTDIR:$SRC
  $ printf '%s\n' 'table: 0x55d0c0ffee00' 'done in 1.234 seconds' >&2
  table: 0x...
  done in 0.000 seconds

Settings of the user's do not reach a test:

  $ env | grep -E '^(NO_COLOR|FORCE_COLOR|PAGER|LUA_INIT|XDB_RC)='
  [1]
  $ echo "$TERM $LC_ALL"
  dumb C.UTF-8

The folder is empty and belongs to the test:

  $ ls -a
  .
  ..
