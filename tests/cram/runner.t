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

The stock Lua finds the built module, under the sanitizers too:

  $ lua5.4 -e 'print((package.searchpath("xdb", package.cpath)))'
  $BUILD/lua/xdb.so
  $ lua5.4 -e 'print(package.loadlib(package.searchpath("xdb", package.cpath), "*"))'
  true
