What docs/tutorial.md shows is what the programs say:

  $ test "$XDB_LAYOUT" != off || exit 80 # no jumping without the fast layout
  $ mkdir examples; cp $SRC/examples/bank.lua examples
  $ python3 $SRC/tests/tools/tutorial.py $SRC/docs/tutorial.md
  
  4 commands, 24 lines typed

A document that shows something else is found out:

  $ cp $SRC/examples/bank.lua examples
  $ sed 's/bob has only 229.70/bob has only 229.71/' $SRC/docs/tutorial.md >wrong.md
  $ python3 $SRC/tests/tools/tutorial.py wrong.md >difference
  [1]
  $ grep '^[-+].*bob' difference
  -refused: examples/bank.lua:20: bob has only 229.71
  +refused: examples/bank.lua:20: bob has only 229.70
  -refused: examples/bank.lua:20: bob has only 229.71
  +refused: examples/bank.lua:20: bob has only 229.70
