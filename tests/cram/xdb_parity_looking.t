What pdb's manual and tests say of looking around and of code typed at the prompt, in Lua.

  $ xdb() { python3 $SRC/tests/tools/session.py xdb "$@"; }
  $ cat >frames.lua <<'END'
  > local g = 10
  > function f(a, ...)
  >     local x, y = a, 2
  >     local t = { 1 }
  >     do
  >         local x = "inner"
  >         print(x)
  >     end
  >     return x + y
  > end
  > local function none() end
  > print(f(1, "v"))
  > none()
  > END

What is assigned is assigned, whatever is looked at next; closures see locals; an error undoes nothing (PDB-131, 132, 135, 136):

  $ xdb frames.lua <<'END'
  > b 7
  > c
  > x = "changed"
  > g = 20
  > ll
  > u
  > p g, x
  > d
  > p x, g
  > both = function() return x, y end
  > both()
  > local z = 7
  > z
  > y = 50; error("fails")
  > y
  > y = 51
  > _G.y = 3
  > y, _G.y
  > for i = 1, 2 do t[i] = function() return x .. i end end
  > t[2]()
  > n
  > n
  > q
  > END
  |> $PWD/frames.lua(1)<main>()
  |-> local g = 10
  |(xdb) b 7
  |Breakpoint 1 at $PWD/frames.lua:7
  |(xdb) c
  |> $PWD/frames.lua(7)f()
  |-> print(x)
  |(xdb) x = "changed"
  |(xdb) g = 20
  |(xdb) ll
  |  2  \tfunction f(a, ...) (esc)
  |  3  \t    local x, y = a, 2 (esc)
  |  4  \t    local t = { 1 } (esc)
  |  5  \t    do (esc)
  |  6  \t        local x = "inner" (esc)
  |  7 B->\t        print(x) (esc)
  |  8  \t    end (esc)
  |  9  \t    return x + y (esc)
  | 10  \tend (esc)
  |(xdb) u
  |> $PWD/frames.lua(12)<main>()
  |-> print(f(1, "v"))
  |(xdb) p g, x
  |10, nil
  |(xdb) d
  |> $PWD/frames.lua(7)f()
  |-> print(x)
  |(xdb) p x, g
  |"changed", 20
  |(xdb) both = function() return x, y end
  |(xdb) both()
  |"changed", 2
  |(xdb) local z = 7
  |(xdb) z
  |*** name 'z' is not defined
  |(xdb) y = 50; error("fails")
  |*** fails
  |(xdb) y
  |50
  |(xdb) y = 51
  |(xdb) _G.y = 3
  |(xdb) y, _G.y
  |51, 3
  |(xdb) for i = 1, 2 do t[i] = function() return x .. i end end
  |(xdb) t[2]()
  |"changed2"
  |(xdb) n
  |changed
  |> $PWD/frames.lua(9)f()
  |-> return x + y
  |(xdb) n
  |--Return--
  |> $PWD/frames.lua(9)f()->52
  |-> return x + y
  |(xdb) q

The listing begins anew with another frame, and its numbers are the file's (PDB-212, 264..266):

  $ xdb frames.lua <<'END'
  > b 7
  > c
  > l
  > l
  > u
  > l
  > d
  > l 1, 2
  > l 12, 1
  > l .
  > ll
  > q
  > END
  |> $PWD/frames.lua(1)<main>()
  |-> local g = 10
  |(xdb) b 7
  |Breakpoint 1 at $PWD/frames.lua:7
  |(xdb) c
  |> $PWD/frames.lua(7)f()
  |-> print(x)
  |(xdb) l
  |  2  \tfunction f(a, ...) (esc)
  |  3  \t    local x, y = a, 2 (esc)
  |  4  \t    local t = { 1 } (esc)
  |  5  \t    do (esc)
  |  6  \t        local x = "inner" (esc)
  |  7 B->\t        print(x) (esc)
  |  8  \t    end (esc)
  |  9  \t    return x + y (esc)
  | 10  \tend (esc)
  | 11  \tlocal function none() end (esc)
  | 12  \tprint(f(1, "v")) (esc)
  |(xdb) l
  | 13  \tnone() (esc)
  |[EOF]
  |(xdb) u
  |> $PWD/frames.lua(12)<main>()
  |-> print(f(1, "v"))
  |(xdb) l
  |  7 B\t        print(x) (esc)
  |  8  \t    end (esc)
  |  9  \t    return x + y (esc)
  | 10  \tend (esc)
  | 11  \tlocal function none() end (esc)
  | 12  ->\tprint(f(1, "v")) (esc)
  | 13  \tnone() (esc)
  |[EOF]
  |(xdb) d
  |> $PWD/frames.lua(7)f()
  |-> print(x)
  |(xdb) l 1, 2
  |  1  \tlocal g = 10 (esc)
  |  2  \tfunction f(a, ...) (esc)
  |(xdb) l 12, 1
  | 12  \tprint(f(1, "v")) (esc)
  | 13  \tnone() (esc)
  |(xdb) l .
  |  2  \tfunction f(a, ...) (esc)
  |  3  \t    local x, y = a, 2 (esc)
  |  4  \t    local t = { 1 } (esc)
  |  5  \t    do (esc)
  |  6  \t        local x = "inner" (esc)
  |  7 B->\t        print(x) (esc)
  |  8  \t    end (esc)
  |  9  \t    return x + y (esc)
  | 10  \tend (esc)
  | 11  \tlocal function none() end (esc)
  | 12  \tprint(f(1, "v")) (esc)
  |(xdb) ll
  |  2  \tfunction f(a, ...) (esc)
  |  3  \t    local x, y = a, 2 (esc)
  |  4  \t    local t = { 1 } (esc)
  |  5  \t    do (esc)
  |  6  \t        local x = "inner" (esc)
  |  7 B->\t        print(x) (esc)
  |  8  \t    end (esc)
  |  9  \t    return x + y (esc)
  | 10  \tend (esc)
  |(xdb) q

Nothing returned is nothing, and $_retval is nil then (PDB-151, 262); the value is gone with the stop (PDB-086):

  $ xdb frames.lua <<'END'
  > b none
  > c
  > $_retval
  > rv
  > r
  > $_retval, $_retvals.n
  > rv
  > u
  > rv
  > $_retval
  > n
  > $_retval
  > q
  > END
  |> $PWD/frames.lua(1)<main>()
  |-> local g = 10
  |(xdb) b none
  |Breakpoint 1 at $PWD/frames.lua:11
  |(xdb) c
  |inner
  |3
  |> $PWD/frames.lua(11)none()
  |-> local function none() end
  |(xdb) $_retval
  |*** KeyError: '_retval'
  |(xdb) rv
  |*** Not yet returned!
  |(xdb) r
  |--Return--
  |> $PWD/frames.lua(11)none()->()
  |-> local function none() end
  |(xdb) $_retval, $_retvals.n
  |nil, 0
  |(xdb) rv
  |()
  |(xdb) u
  |> $PWD/frames.lua(13)<main>()
  |-> none()
  |(xdb) rv
  |*** Not yet returned!
  |(xdb) $_retval
  |(xdb) n
  |--Return--
  |> $PWD/frames.lua(13)<main>()->()
  |-> none()
  |(xdb) $_retval
  |(xdb) q

display looks at what a value is, not at what is in it (PDB-274):

  $ xdb frames.lua <<'END'
  > b 6
  > c
  > display t
  > display #t
  > t[1], t[2] = 5, 6
  > n
  > t = { 5, 6 }
  > n
  > q
  > END
  |> $PWD/frames.lua(1)<main>()
  |-> local g = 10
  |(xdb) b 6
  |Breakpoint 1 at $PWD/frames.lua:6
  |(xdb) c
  |> $PWD/frames.lua(6)f()
  |-> local x = "inner"
  |(xdb) display t
  |display t: {1}
  |(xdb) display #t
  |display #t: 1
  |(xdb) t[1], t[2] = 5, 6
  |(xdb) n
  |> $PWD/frames.lua(7)f()
  |-> print(x)
  |display #t: 2  [old: 1]
  |(xdb) t = { 5, 6 }
  |(xdb) n
  |inner
  |> $PWD/frames.lua(9)f()
  |-> return x + y
  |display t: {5, 6}  [old: {1}]
  |(xdb) q

Values that refuse to be shown harm nothing (PDB-260, 263, 338; test_pdb gh_65052, pp_repr_exc):

  $ cat >refuse.lua <<'END'
  > local bad = setmetatable({}, { __tostring = function() error("no text") end })
  > local wrong = setmetatable({}, { __name = "Wrong", __tostring = function() return nil end })
  > local function f(a, b)
  >     return a
  > end
  > print(type(f(bad, wrong)))
  > END
  $ xdb refuse.lua <<'END'
  > b f
  > c
  > a
  > display a
  > p a
  > pp b
  > a
  > r
  > rv
  > w 1
  > q
  > END
  |> $PWD/refuse.lua(1)<main>()
  |-> local bad = setmetatable({}, { __tostring = function() error("no text") end })
  |(xdb) b f
  |Breakpoint 1 at $PWD/refuse.lua:4
  |(xdb) c
  |> $PWD/refuse.lua(4)f()
  |-> return a
  |(xdb) a
  |a = <error in __tostring: refuse.lua:1: no text>
  |b = <error in __tostring: '__tostring' must return a string>
  |(xdb) display a
  |display a: <error in __tostring: refuse.lua:1: no text>
  |(xdb) p a
  |<error in __tostring: refuse.lua:1: no text>
  |(xdb) pp b
  |<error in __tostring: '__tostring' must return a string>
  |(xdb) a
  |a = <error in __tostring: refuse.lua:1: no text>
  |b = <error in __tostring: '__tostring' must return a string>
  |(xdb) r
  |--Return--
  |> $PWD/refuse.lua(4)f()-><error in __tostring: refuse.lua:1: no text>
  |-> return a
  |(xdb) rv
  |<error in __tostring: refuse.lua:1: no text>
  |(xdb) w 1
  |> $PWD/refuse.lua(4)f()-><error in __tostring: refuse.lua:1: no text>
  |-> return a
  |(xdb) q

Code that came from no file has its text (PDB-178, 268); a label has none (PDB-080, 266):

  $ cat >texts.lua <<'END'
  > local f = load("local a = 1\nlocal b = 2\nreturn a + b")
  > print(f())
  > print(load("return 1", "=label")())
  > END
  $ xdb texts.lua <<'END'
  > n
  > s
  > b 3
  > b
  > l
  > source f
  > c
  > b f
  > save points
  > u
  > n
  > s
  > l
  > ll
  > w
  > q
  > END
  |> $PWD/texts.lua(1)<main>()
  |-> local f = load("local a = 1\nlocal b = 2\nreturn a + b")
  |(xdb) n
  |> $PWD/texts.lua(2)<main>()
  |-> print(f())
  |(xdb) s
  |--Call--
  |> [string "local a = 1..."](1)<main>()
  |-> local a = 1
  |(xdb) b 3
  |Breakpoint 1 at [string "local a = 1..."]:3
  |(xdb) b
  |Num Type         Disp Enb   Where
  |1   breakpoint   keep yes   at [string "local a = 1..."]:3
  |(xdb) l
  |  1  ->\tlocal a = 1 (esc)
  |  2  \tlocal b = 2 (esc)
  |  3 B\treturn a + b (esc)
  |[EOF]
  |(xdb) source f
  |*** function was expected, got nil
  |(xdb) c
  |> [string "local a = 1..."](3)<main>()
  |-> return a + b
  |(xdb) b f
  |Breakpoint 2 at f (pending)
  |(xdb) save points
  |(xdb) u
  |> $PWD/texts.lua(2)<main>()
  |-> print(f())
  |(xdb) n
  |3
  |> $PWD/texts.lua(3)<main>()
  |-> print(load("return 1", "=label")())
  |(xdb) s
  |--Call--
  |> label(1)<main>()
  |(xdb) l
  |*** there is no source text for label
  |(xdb) ll
  |*** there is no source text for label
  |(xdb) w
  |  $PWD/texts.lua(3)<main>()
  |-> print(load("return 1", "=label")())
  |> label(1)<main>()
  |(xdb) q
  $ cat points
  break f

An error of text that is compiled at run time is like others (PDB-041); there are no chains of errors, and the line of the frame is the line that raised (PDB-213, 214, 265):

  $ cat >chain.lua <<'END'
  > local function low()
  >     assert(load("x = = 1"))
  > end
  > local function high()
  >     local _, e = pcall(low)
  >     error("high: " .. e)
  > end
  > high()
  > END
  $ xdb -c c chain.lua <<'END'
  > exceptions
  > u
  > l
  > exceptions 0
  > exceptions 1
  > exceptions -1
  > exceptions x
  > $_exception
  > j 5
  > c
  > exceptions
  > q
  > END
  |lua5.4: chain.lua:6: high: chain.lua:2: [string "x = = 1"]:1: unexpected symbol near '='
  |stack traceback:
  |\t[C]: in function 'error' (esc)
  |\tchain.lua:6: in local 'high' (esc)
  |\tchain.lua:8: in main chunk (esc)
  |\t[C]: in ? (esc)
  |Uncaught exception. Entering post mortem debugging
  |Running 'cont' or 'step' will restart the program
  |> $PWD/chain.lua(6)high()
  |-> error("high: " .. e)
  |(xdb) exceptions
  |>   0 "chain.lua:6: high: chain.lua:2: [string \"x = = 1\"]:1: unexpected symbol near '='"
  |(xdb) u
  |> $PWD/chain.lua(8)<main>()
  |-> high()
  |(xdb) l
  |  3  \tend (esc)
  |  4  \tlocal function high() (esc)
  |  5  \t    local _, e = pcall(low) (esc)
  |  6  \t    error("high: " .. e) (esc)
  |  7  \tend (esc)
  |  8  ->\thigh() (esc)
  |[EOF]
  |(xdb) exceptions 0
  |> $PWD/chain.lua(6)high()
  |-> error("high: " .. e)
  |(xdb) exceptions 1
  |*** No exception with that number
  |(xdb) exceptions -1
  |*** No exception with that number
  |(xdb) exceptions x
  |*** Argument must be an integer
  |(xdb) $_exception
  |"chain.lua:6: high: chain.lua:2: [string \"x = = 1\"]:1: unexpected symbol near '='"
  |(xdb) j 5
  |*** Jump failed: the program is over
  |(xdb) c
  |The program finished and will be restarted
  |> $PWD/chain.lua(3)<main>()
  |-> end
  |(xdb) exceptions
  |There is no exception here.
  |(xdb) q

Functions: parameters with and without names, of methods, of inner functions (PDB-175, 182, 260, 261):

  $ cat >inner.lua <<'END'
  > local M = {}
  > function M:method(a, ...) return a end
  > local function outer()
  >     local kept = 1
  >     local function inner()
  >         return kept
  >     end
  >     return inner
  > end
  > M:method(nil, 1, nil)
  > outer()()
  > END
  $ xdb inner.lua <<'END'
  > b M:method
  > b inner
  > b outer
  > c
  > a
  > a = 1
  > !a = "now"
  > a
  > c
  > a
  > n
  > ll
  > c
  > a
  > w
  > q
  > END
  |> $PWD/inner.lua(1)<main>()
  |-> local M = {}
  |(xdb) b M:method
  |Breakpoint 1 at $PWD/inner.lua:2
  |(xdb) b inner
  |Breakpoint 2 at $PWD/inner.lua:6
  |(xdb) b outer
  |Breakpoint 3 at $PWD/inner.lua:4
  |(xdb) c
  |> $PWD/inner.lua(2)M:method()
  |-> function M:method(a, ...) return a end
  |(xdb) a
  |self = {method = function: 0x...}
  |a = nil
  |... = 1, nil
  |(xdb) a = 1
  |*** Invalid argument: = 1
  |      Usage: a(rgs)
  |(xdb) !a = "now"
  |(xdb) a
  |self = {method = function: 0x...}
  |a = "now"
  |... = 1, nil
  |(xdb) c
  |> $PWD/inner.lua(4)outer()
  |-> local kept = 1
  |(xdb) a
  |(xdb) n
  |> $PWD/inner.lua(7)outer()
  |-> end
  |(xdb) ll
  |  3  \tlocal function outer() (esc)
  |  4 B\t    local kept = 1 (esc)
  |  5  \t    local function inner() (esc)
  |  6 B\t        return kept (esc)
  |  7  ->\t    end (esc)
  |  8  \t    return inner (esc)
  |  9  \tend (esc)
  |(xdb) c
  |> $PWD/inner.lua(6)inner()
  |-> return kept
  |(xdb) a
  |(xdb) w
  |  $PWD/inner.lua(11)<main>()
  |-> outer()()
  |> $PWD/inner.lua(6)inner()
  |-> return kept
  |(xdb) q

Files by their names: through a link, with a byte order mark, a head of several lines, functions assigned and in tables (PDB-173, 176, 177):

  $ mkdir real; ln -s real link
  $ printf '\357\273\277local M = {}\nfunction M.multi(\n    a,\n    b)\n    -- comment\n\n    local c = a\n    return c, b\nend\nM.assigned = function(x)\n    return x\nend\nlocal t = { field = function() return 1 end }\nfunction M.t() return t end\nreturn M\n' >real/found.lua
  $ cat >finds.lua <<'END'
  > package.path = "./link/?.lua"
  > local M = require "found"
  > print(M.multi(1, 2), M.assigned(3), M.t().field())
  > END
  $ xdb finds.lua <<'END'
  > b found.multi
  > b found.assigned
  > b found.t
  > b found.field
  > b link/found.lua:7
  > b found:8
  > b found.Class.multi
  > b
  > c
  > c
  > c
  > c
  > c
  > clear link/found.lua:7
  > q
  > END
  |> $PWD/finds.lua(1)<main>()
  |-> package.path = "./link/?.lua"
  |(xdb) b found.multi
  |Breakpoint 1 at found.multi (pending)
  |(xdb) b found.assigned
  |Breakpoint 2 at found.assigned (pending)
  |(xdb) b found.t
  |Breakpoint 3 at found.t (pending)
  |(xdb) b found.field
  |Breakpoint 4 at found.field (pending)
  |(xdb) b link/found.lua:7
  |Breakpoint 5 at $PWD/real/found.lua:7
  |(xdb) b found:8
  |Breakpoint 6 at $PWD/real/found.lua:8
  |(xdb) b found.Class.multi
  |Breakpoint 7 at found.Class.multi (pending)
  |(xdb) b
  |Num Type         Disp Enb   Where
  |1   breakpoint   keep yes   at found.multi (pending)
  |2   breakpoint   keep yes   at found.assigned (pending)
  |3   breakpoint   keep yes   at found.t (pending)
  |4   breakpoint   keep yes   at found.field (pending)
  |5   breakpoint   keep yes   at $PWD/real/found.lua:7
  |6   breakpoint   keep yes   at $PWD/real/found.lua:8
  |7   breakpoint   keep yes   at found.Class.multi (pending)
  |(xdb) c
  |> $PWD/real/found.lua(7)M.multi()
  |-> local c = a
  |(xdb) c
  |> $PWD/real/found.lua(8)M.multi()
  |-> return c, b
  |(xdb) c
  |> $PWD/real/found.lua(11)M.assigned()
  |-> return x
  |(xdb) c
  |> $PWD/real/found.lua(14)M.t()
  |-> function M.t() return t end
  |(xdb) c
  |> $PWD/real/found.lua(13)field()
  |-> local t = { field = function() return 1 end }
  |(xdb) clear link/found.lua:7
  |Deleted breakpoint 1 at $PWD/real/found.lua:7
  |Deleted breakpoint 5 at $PWD/real/found.lua:7
  |(xdb) q

A line that ran without a breakpoint can have one, and a cleared one can come back (PDB-190); quit is quit under both names (PDB-242):

  $ cat >later.lua <<'END'
  > local x = 1
  > local function f() x = x + 1 end
  > f()
  > f()
  > f()
  > print(x)
  > END
  $ xdb later.lua <<'END'
  > tbreak 5
  > b f
  > c
  > clear 2
  > n
  > n
  > b 2
  > c
  > exit
  > END
  |> $PWD/later.lua(1)<main>()
  |-> local x = 1
  |(xdb) tbreak 5
  |Breakpoint 1 at $PWD/later.lua:5
  |(xdb) b f
  |Breakpoint 2 at $PWD/later.lua:2
  |(xdb) c
  |> $PWD/later.lua(2)f()
  |-> local function f() x = x + 1 end
  |(xdb) clear 2
  |Deleted breakpoint 2 at $PWD/later.lua:2
  |(xdb) n
  |--Return--
  |> $PWD/later.lua(2)f()->()
  |-> local function f() x = x + 1 end
  |(xdb) n
  |> $PWD/later.lua(4)<main>()
  |-> f()
  |(xdb) b 2
  |Breakpoint 3 at $PWD/later.lua:2
  |(xdb) c
  |> $PWD/later.lua(2)f()
  |-> local function f() x = x + 1 end
  |(xdb) exit

Errors typed at the prompt are one line each (PDB-116, 134):

  $ xdb later.lua <<'END'
  > error()
  > error({})
  > error(setmetatable({}, { __tostring = function() return "text" end }))
  > p error("x", 0)
  > local function r() return r() + 1 end r()
  > (function() error("deep") end)()
  > await x
  > $x.y
  > $x
  > stp
  > nil
  > n
  > n
  > x = nil
  > x
  > p 5
  > q
  > END
  |> $PWD/later.lua(1)<main>()
  |-> local x = 1
  |(xdb) error()
  |*** (error object is a nil value)
  |(xdb) error({})
  |*** (error object is a table value)
  |(xdb) error(setmetatable({}, { __tostring = function() return "text" end }))
  |*** text
  |(xdb) p error("x", 0)
  |*** x
  |(xdb) local function r() return r() + 1 end r()
  |*** stack overflow
  |(xdb) (function() error("deep") end)()
  |*** deep
  |(xdb) await x
  |*** syntax error near 'x'
  |(xdb) $x.y
  |*** KeyError: 'x'
  |(xdb) $x
  |*** KeyError: 'x'
  |(xdb) stp
  |*** name 'stp' is not defined
  |(xdb) nil
  |(xdb) n
  |> $PWD/later.lua(2)<main>()
  |-> local function f() x = x + 1 end
  |(xdb) n
  |> $PWD/later.lua(3)<main>()
  |-> f()
  |(xdb) x = nil
  |(xdb) x
  |(xdb) p 5
  |5
  |(xdb) q
