What cannot be done is said in a line, and everything else is done.

  $ mkdir src
  $ echo 'return 1' > src/gone.lua
  $ echo 'return 2' > src/changed.lua
  $ echo 'return 3' > src/good.lua
  $ echo 'require "src.gone" require "src.changed" require "src.good"' > main.lua
  $ xtrace -c -R -f counts main.lua
  xtrace: Skipping counts file 'counts': No such file or directory
  $ rm src/gone.lua
  $ echo '-- longer' >> src/changed.lua
  $ xtrace -r -f counts -s -C out
  xtrace: Not printing coverage data for '$PWD/src/changed.lua': it has changed since it was counted
  xtrace: Not printing coverage data for '$PWD/src/gone.lua': cannot open $PWD/src/gone.lua: No such file or directory
  lines   cov%   module   (path)
      1   100.0%   main   ($PWD/main.lua)
      1   100.0%   src.good   ($PWD/src/good.lua)
  [1]
  $ find out -type f | sort
  out/main.cover
  out/src/good.cover

A folder that cannot be made, a path that is a folder, a file in the way:

  $ touch file
  $ xtrace -r -f counts -C file/out 2>&1 | grep -c skipping
  2
  $ mkdir -p in/src/good.cover
  $ xtrace -r -f counts -C in 2>&1 | grep good
  xtrace: Could not open '$PWD/in/src/good.cover' for writing: cannot write $PWD/in/src/good.cover: is a directory - skipping
  $ find in -name '*.cover' -type f
  in/main.cover

Counts that are none of ours are kept aside, and the run goes on:

  $ for text in '' '{' 'null' '[]' '{"format": "other", "version": 1}' '{"format": "xdb-counts", "version": 99}'; do
  >   printf '%s' "$text" > bad
  >   xtrace -r -f bad -C out; echo "[$?]"
  >   xtrace -c -R -f bad src/good.lua 2>&1 | sed -E 's/bad[0-9]*$/bad/' | grep -c Skipping
  >   xtrace -r -f bad -C again >/dev/null 2>&1; echo "[$?]"; rm -f bad*
  > done
  xtrace: Skipping counts file 'bad': bad:1:1: '[' or '{' expected near end of file
  [1]
  1
  [0]
  xtrace: Skipping counts file 'bad': bad:1:1: string or '}' expected near end of file
  [1]
  1
  [0]
  xtrace: Skipping counts file 'bad': bad:1:4: '[' or '{' expected near 'null'
  [1]
  1
  [0]
  xtrace: Skipping counts file 'bad': bad: not a file of format xdb-counts
  [1]
  1
  [0]
  xtrace: Skipping counts file 'bad': bad: the format is other, not xdb-counts
  [1]
  1
  [0]
  xtrace: Skipping counts file 'bad': bad: version 99 is newer than 1, the newest known
  [1]
  1
  [0]
  $ printf '{"format": "xdb-counts", "version": 1, \0' > bad
  $ xtrace -r -f bad -C out
  xtrace: Skipping counts file 'bad': bad:1:40: string or '}' expected near end of file
  [1]
  $ mkdir folder
  $ xtrace -c -R -f folder src/good.lua
  xtrace: Can't save counts files because cannot write $PWD/folder: is a directory
  [1]
  $ xtrace -c -R -f nowhere/counts src/good.lua
  xtrace: Skipping counts file 'nowhere/counts': No such file or directory
  xtrace: Can't save counts files because cannot write $PWD/nowhere/counts: No such file or directory
  [1]

A name cannot lead out of the folder of the report:

  $ cat > '..lua' <<'END'
  > return 1
  > END
  $ mkdir -p 'a b/..c' && echo 'return 1' > 'a b/..c/d.e.lua' && echo 'return 1' > 'a b/..c/d.e.txt'
  $ echo 'dofile "..lua" dofile "a b/..c/d.e.lua" dofile "a b/..c/d.e.txt" load("return 1", "@/nowhere/x/y.lua")()' > names.lua
  $ xtrace -c -C names names.lua
  xtrace: Not printing coverage data for '/nowhere/x/y.lua': cannot open /nowhere/x/y.lua: No such file or directory
  $ find names -name '*.cover' | sort
  names/..cover
  names/a b/..c/d.e.cover
  names/d.e.cover
  names/names.cover

A program that changes its folder, and one whose names are all one:

  $ mkdir -p one/x two/x && echo 'return 1' > one/x/m.lua && echo 'return 2' > two/x/m.lua
  $ echo 'dofile "one/x/m.lua" dofile "two/x/m.lua"' > both.lua
  $ LUA_PATH="$PWD/one/?.lua;$PWD/two/?.lua" xtrace -c -s -C same both.lua
  lines   cov%   module   (path)
      1   100.0%   both   ($PWD/both.lua)
      1   100.0%   x.m   ($PWD/one/x/m.lua)
      1   100.0%   x.m   ($PWD/two/x/m.lua)
  $ find same -type f | sort
  same/both.cover
  same$PWD/two/x/m.lua.cover
  same/x/m.cover
