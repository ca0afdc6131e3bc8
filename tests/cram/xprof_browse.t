  $ cat > multi.lua <<'END'
  > local function helper() return select("#", 1, 2) end
  > local function rec(n) if n > 0 then rec(n - 1) end return n end
  > local function thrower() return pcall(error, "x") end
  > for i = 1, 3 do helper() rec(5) thrower() end
  > END
  $ export XDG_STATE_HOME=$PWD/state
  $ xprof -o multi.prof multi.lua
  $ times() { sed -E 's/ +[0-9]+\.[0-9]{3}/    T.TTT/g; s/in +T\.TTT/in T.TTT/; s/[A-Z][a-z]{2} [A-Z][a-z]{2} [ 0-9]+[^ ]* [0-9]{4}    /CTIME    /'; }
  $ browse() { xprof --browse "$@" | times; }

Help:

  $ browse <<'END'
  > help
  > help sort
  > help stats
  > stats 3
  > read
  > xyzzy
  > END
  Welcome to the profile statistics browser.
  % 
  Documented commands (type help <topic>):
  ========================================
  EOF  add  callees  callers  help  quit  read  reverse  sort  stats  strip
  
  % Sort profile data according to specified keys.
  (Typing `sort' without arguments lists valid keys.)
  % Print statistics from the current stat object.
  Arguments may be:
  * An integer maximum number of entries to print.
  * A decimal fractional number between 0 and 1, controlling
    what fraction of selected entries to print.
  * A regular expression; only entries with function names
    that match it are printed.
  % No statistics object is loaded.
  % No statistics object is current -- cannot reload.
  % *** Unknown syntax: xyzzy
  % 
  Goodbye.

Reading, ordering and restricting:

  $ browse <<'END'
  > read multi.prof
  > strip
  > sort calls
  > stats 0.5 multi
  > stats 1.5
  > callers rec
  > callees multi.*1
  > reverse
  > stats 2
  > quit
  > END
  Welcome to the profile statistics browser.
  % multi.prof% multi.prof% multi.prof% CTIME    multi.prof
  
           34 function calls (19 primitive calls) in T.TTT seconds
  
     Ordered by: call count
     List reduced from 7 to 4 due to restriction <0.5>
     List reduced from 4 to 3 due to restriction <'multi'>
  
     ncalls  tottime  percall  cumtime  percall filename:lineno(function)
       18/3    T.TTT    T.TTT    T.TTT    T.TTT multi.lua:2(rec)
          3    T.TTT    T.TTT    T.TTT    T.TTT multi.lua:1(helper)
          3    T.TTT    T.TTT    T.TTT    T.TTT multi.lua:3(thrower)
  
  
  multi.prof% Fraction argument must be in [0, 1]
  CTIME    multi.prof
  
           34 function calls (19 primitive calls) in T.TTT seconds
  
     Ordered by: call count
  
     ncalls  tottime  percall  cumtime  percall filename:lineno(function)
       18/3    T.TTT    T.TTT    T.TTT    T.TTT multi.lua:2(rec)
          3    T.TTT    T.TTT    T.TTT    T.TTT multi.lua:1(helper)
          3    T.TTT    T.TTT    T.TTT    T.TTT multi.lua:3(thrower)
          3    T.TTT    T.TTT    T.TTT    T.TTT {error}
          3    T.TTT    T.TTT    T.TTT    T.TTT {pcall}
          3    T.TTT    T.TTT    T.TTT    T.TTT {select}
          1    T.TTT    T.TTT    T.TTT    T.TTT multi.lua:1(<main>)
  
  
  multi.prof%    Ordered by: call count
     List reduced from 7 to 1 due to restriction <'rec'>
  
  Function          was called by...
                        ncalls  tottime  cumtime
  multi.lua:2(rec)  <-       3    T.TTT    T.TTT  multi.lua:1(<main>)
                          15/3    T.TTT    T.TTT  multi.lua:2(rec)
  
  
  multi.prof%    Ordered by: call count
     List reduced from 7 to 2 due to restriction <'multi.*1'>
  
  Function             called...
                           ncalls  tottime  cumtime
  multi.lua:1(helper)  ->       3    T.TTT    T.TTT  {select}
  multi.lua:1(<main>)  ->       3    T.TTT    T.TTT  multi.lua:1(helper)
                                3    T.TTT    T.TTT  multi.lua:2(rec)
                                3    T.TTT    T.TTT  multi.lua:3(thrower)
  
  
  multi.prof% multi.prof% CTIME    multi.prof
  
           34 function calls (19 primitive calls) in T.TTT seconds
  
     Ordered by: call count
     List reduced from 7 to 2 due to restriction <2>
  
     ncalls  tottime  percall  cumtime  percall filename:lineno(function)
          1    T.TTT    T.TTT    T.TTT    T.TTT multi.lua:1(<main>)
          3    T.TTT    T.TTT    T.TTT    T.TTT {select}
  
  
  multi.prof% Goodbye.

Keys that are none:

  $ browse multi.prof <<'END'
  > sort cum
  > quit
  > END
  Welcome to the profile statistics browser.
  multi.prof% Valid sort keys (unique prefixes are accepted):
  calls -- call count
  ncalls -- call count
  cumtime -- cumulative time
  cumulative -- cumulative time
  filename -- file name
  line -- line number
  module -- file name
  name -- function name
  nfl -- name/file/line
  pcalls -- primitive call count
  stdname -- standard name
  time -- internal time
  tottime -- internal time
  multi.prof% Goodbye.

Several files, and files that are none:

  $ browse multi.prof multi.prof <<'END'
  > add nosuch.prof
  > read nosuch.prof
  > read multi.lua
  > sort pcalls
  > stats rec
  > read
  > stats [
  > quit
  > END
  Welcome to the profile statistics browser.
  multi.prof% Failed to load statistics for nosuch.prof: No such file or directory
  multi.prof% No such file or directory
  multi.prof% multi.lua:1:5: '[' or '{' expected near 'local'
  multi.prof% multi.prof% CTIME    multi.prof
  CTIME    multi.prof
  
           68 function calls (38 primitive calls) in T.TTT seconds
  
     Ordered by: primitive call count
     List reduced from 7 to 1 due to restriction <'rec'>
  
     ncalls  tottime  percall  cumtime  percall filename:lineno(function)
       36/6    T.TTT    T.TTT    T.TTT    T.TTT $PWD/multi.lua:2(rec)
  
  
  multi.prof% multi.prof% CTIME    multi.prof
  
           34 function calls (19 primitive calls) in T.TTT seconds
  
     Random listing order was used
     <Invalid regular expression '['>
  
     ncalls  tottime  percall  cumtime  percall filename:lineno(function)
          1    T.TTT    T.TTT    T.TTT    T.TTT $PWD/multi.lua:1(<main>)
          3    T.TTT    T.TTT    T.TTT    T.TTT $PWD/multi.lua:1(helper)
          3    T.TTT    T.TTT    T.TTT    T.TTT {select}
       18/3    T.TTT    T.TTT    T.TTT    T.TTT $PWD/multi.lua:2(rec)
          3    T.TTT    T.TTT    T.TTT    T.TTT $PWD/multi.lua:3(thrower)
          3    T.TTT    T.TTT    T.TTT    T.TTT {pcall}
          3    T.TTT    T.TTT    T.TTT    T.TTT {error}
  
  
  multi.prof% Goodbye.
  $ xprof --browse nosuch.prof < /dev/null
  No such file or directory
  Welcome to the profile statistics browser.
  % 
  Goodbye.
