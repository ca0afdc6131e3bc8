What docs/memory.md shows is what the programs say:

  $ mkdir examples; cp $SRC/examples/cache.lua examples
  $ python3 $SRC/tests/tools/tutorial.py $SRC/docs/memory.md
  
  10 commands, 0 lines typed

The recipes work, under lua as under xmem.

  $ cp $SRC/examples/memory.lua .
  $ lua5.4 memory.lua | sed -E 's/[0-9.]+ (KiB|B)/SIZE/g; s/[0-9]+ (blocks|other)/N \1/; s/count=[0-9]+/count=N/; s/\([-+][0-9]+\)/(N)/; s/[^"# ]*memory.lua/memory.lua/' | grep -v memory.lua:35
  [ Top 10 ]
  memory.lua:8: size=SIZE, count=N, average=SIZE
  memory.lua:33: size=SIZE, count=N, average=SIZE
  memory.lua:6: size=SIZE, count=N, average=SIZE
  [ Top differences ]
  memory.lua:8: size=SIZE (+SIZE), count=N (N), average=SIZE
  N blocks: SIZE
    File "memory.lua", line 53
      more = work(100)
    File "memory.lua", line 8
      lists[i] = {name = "list " .. i, i, i + 1}
  Top 1 lines
  #1: memory.lua:8: SIZE
      lists[i] = {name = "list " .. i, i, i + 1}
  N other: SIZE
  Total allocated size: SIZE
  the part needed about 2 MB at most
  $ xmem --report /dev/null memory.lua | grep -c 'lists.i. = {'
  xmem: the program has stopped the tracing: there is nothing to report
  2
