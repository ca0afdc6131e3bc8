What docs/coverage.md shows is what the programs say:

  $ test "$XDB_LAYOUT" != off || exit 80 # no branches without the fast layout
  $ grep -q 'Say 1.3' /usr/share/lua/5.4/say/init.lua || exit 80 # it is about this one
  $ mkdir examples; cp -r $SRC/examples/say examples
  $ python3 $SRC/tests/tools/tutorial.py $SRC/docs/coverage.md
  
  14 commands, 0 lines typed
