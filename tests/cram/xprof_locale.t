Profiles and reports have decimal points also when the program has commas:

  $ localedef -i de_DE -f UTF-8 $PWD/de_DE.UTF-8 > /dev/null 2>&1 || test -f $PWD/de_DE.UTF-8/LC_NUMERIC || exit 80
  $ export LOCPATH=$PWD XDG_STATE_HOME=$PWD/state
  $ cat > comma.lua <<'END'
  > assert(os.setlocale("de_DE.UTF-8"))
  > for i = 1, 100 do math.abs(i) end
  > print(0.5)
  > END
  $ xprof -o comma.prof comma.lua
  0,5
  $ xprof report -s calls -n 1 comma.prof | sed -En 's/[0-9]\.[0-9]{3}/T.TTT/gp' | tail -1
        100    T.TTT    T.TTT    T.TTT    T.TTT {math.abs}
  $ xprof -n 1 -s calls comma.lua | grep -c '[0-9]\.[0-9][0-9][0-9] .*{math.abs}'
  1
  $ xprof --format csv -o comma.csv comma.lua
  0,5
  $ sed -En 's/.*,[0-9]+\.[0-9]{9},[0-9]+\.[0-9]{9}.*/decimal points/p' comma.csv | sort -u
  decimal points
  $ xprof --format html -o comma.html comma.lua
  0,5
  $ grep -cE '[0-9],[0-9]{9}\b' comma.html
  0
  [1]
  $ cat > module.lua <<'END'
  > local profile = require "xdb.profile"
  > local p = profile.Profile()
  > p:runcall(dofile, "comma.lua")
  > p:dump_stats("module.prof")
  > print(require "xdb.pstats".Stats("module.prof"):get_stats_profile().func_profiles["<math.abs>"].ncalls)
  > END
  $ lua5.4 module.lua
  0,5
  100
