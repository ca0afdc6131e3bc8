The first steps: where the program stands, going on, looking around (PDB-080, 130, 210..234, 260..267).

  $ xdb() { python3 $SRC/tests/tools/session.py xdb "$@"; }
  $ cat >demo.lua <<'END'
  > local fmt = string.format
  > 
  > function square(n)
  >     local result = n * n
  >     return result
  > end
  > 
  > local function total(values, start, ...)
  >     local acc = start
  >     for _, v in ipairs(values) do
  >         acc = acc + square(v)
  >     end
  >     return acc, #values
  > end
  > 
  > local Point = {}
  > function Point:norm()
  >     return self.x ^ 2 + self.y ^ 2
  > end
  > 
  > local function main()
  >     local data = { 1, 2, 3 }
  >     local t = total(data, 0, "a", nil)
  >     local p = setmetatable({ x = 3, y = 4 }, { __index = Point, __name = "Point" })
  >     print("total", t)
  >     print("norm", fmt("%d", p:norm()))
  > end
  > 
  > main()
  > END

Listing, breakpoints, arguments and values:

  $ xdb demo.lua <<'END'
  > l
  > n
  > b total
  > b 11, v == 2
  > tbreak square
  > b
  > c
  > a
  > c
  > p v, acc
  > pp {acc = acc, values = values}
  > whatis acc
  > whatis total
  > whatis square
  > whatis print
  > whatis Point
  > w
  > u
  > p acc, v
  > pp {acc = acc, values = values}
  > u
  > u
  > d 2
  > d
  > until
  > l 1,5
  > l .
  > l 20
  > ll
  > r
  > retval
  > n
  > s
  > s
  > s
  > p nosuch
  > args
  > q
  > END
  |> $PWD/demo.lua(1)<main>()
  |-> local fmt = string.format
  |(xdb) l
  |  1  ->\tlocal fmt = string.format (esc)
  |  2  \t (esc)
  |  3  \tfunction square(n) (esc)
  |  4  \t    local result = n * n (esc)
  |  5  \t    return result (esc)
  |  6  \tend (esc)
  |  7  \t (esc)
  |  8  \tlocal function total(values, start, ...) (esc)
  |  9  \t    local acc = start (esc)
  | 10  \t    for _, v in ipairs(values) do (esc)
  | 11  \t        acc = acc + square(v) (esc)
  |(xdb) n
  |> $PWD/demo.lua(6)<main>()
  |-> end
  |(xdb) b total
  |Breakpoint 1 at $PWD/demo.lua:9
  |(xdb) b 11, v == 2
  |Breakpoint 2 at $PWD/demo.lua:11
  |(xdb) tbreak square
  |Breakpoint 3 at $PWD/demo.lua:4
  |(xdb) b
  |Num Type         Disp Enb   Where
  |1   breakpoint   keep yes   at $PWD/demo.lua:9
  |2   breakpoint   keep yes   at $PWD/demo.lua:11
  |\tstop only if v == 2 (esc)
  |3   breakpoint   del  yes   at $PWD/demo.lua:4
  |(xdb) c
  |> $PWD/demo.lua(9)total()
  |-> local acc = start
  |(xdb) a
  |values = {1, 2, 3}
  |start = 0
  |... = "a", nil
  |(xdb) c
  |Deleted breakpoint 3 at $PWD/demo.lua:4
  |> $PWD/demo.lua(4)square()
  |-> local result = n * n
  |(xdb) p v, acc
  |nil, nil
  |(xdb) pp {acc = acc, values = values}
  |{}
  |(xdb) whatis acc
  |nil
  |(xdb) whatis total
  |nil
  |(xdb) whatis square
  |Function square ($PWD/demo.lua:3)
  |(xdb) whatis print
  |C function print
  |(xdb) whatis Point
  |nil
  |(xdb) w
  |  $PWD/demo.lua(29)<main>()
  |-> main()
  |  $PWD/demo.lua(23)main()
  |-> local t = total(data, 0, "a", nil)
  |  $PWD/demo.lua(11)total()
  |-> acc = acc + square(v)
  |> $PWD/demo.lua(4)square()
  |-> local result = n * n
  |(xdb) u
  |> $PWD/demo.lua(11)total()
  |-> acc = acc + square(v)
  |(xdb) p acc, v
  |0, 1
  |(xdb) pp {acc = acc, values = values}
  |{acc = 0, values = {1, 2, 3}}
  |(xdb) u
  |> $PWD/demo.lua(23)main()
  |-> local t = total(data, 0, "a", nil)
  |(xdb) u
  |> $PWD/demo.lua(29)<main>()
  |-> main()
  |(xdb) d 2
  |> $PWD/demo.lua(11)total()
  |-> acc = acc + square(v)
  |(xdb) d
  |> $PWD/demo.lua(4)square()
  |-> local result = n * n
  |(xdb) until
  |> $PWD/demo.lua(5)square()
  |-> return result
  |(xdb) l 1,5
  |  1  \tlocal fmt = string.format (esc)
  |  2  \t (esc)
  |  3  \tfunction square(n) (esc)
  |  4  \t    local result = n * n (esc)
  |  5  ->\t    return result (esc)
  |(xdb) l .
  |  1  \tlocal fmt = string.format (esc)
  |  2  \t (esc)
  |  3  \tfunction square(n) (esc)
  |  4  \t    local result = n * n (esc)
  |  5  ->\t    return result (esc)
  |  6  \tend (esc)
  |  7  \t (esc)
  |  8  \tlocal function total(values, start, ...) (esc)
  |  9 B\t    local acc = start (esc)
  | 10  \t    for _, v in ipairs(values) do (esc)
  | 11 B\t        acc = acc + square(v) (esc)
  |(xdb) l 20
  | 15  \t (esc)
  | 16  \tlocal Point = {} (esc)
  | 17  \tfunction Point:norm() (esc)
  | 18  \t    return self.x ^ 2 + self.y ^ 2 (esc)
  | 19  \tend (esc)
  | 20  \t (esc)
  | 21  \tlocal function main() (esc)
  | 22  \t    local data = { 1, 2, 3 } (esc)
  | 23  \t    local t = total(data, 0, "a", nil) (esc)
  | 24  \t    local p = setmetatable({ x = 3, y = 4 }, { __index = Point, __name = "Point" }) (esc)
  | 25  \t    print("total", t) (esc)
  |(xdb) ll
  |  3  \tfunction square(n) (esc)
  |  4  \t    local result = n * n (esc)
  |  5  ->\t    return result (esc)
  |  6  \tend (esc)
  |(xdb) r
  |--Return--
  |> $PWD/demo.lua(5)square()->1
  |-> return result
  |(xdb) retval
  |1
  |(xdb) n
  |> $PWD/demo.lua(10)total()
  |-> for _, v in ipairs(values) do
  |(xdb) s
  |> $PWD/demo.lua(11)total()
  |-> acc = acc + square(v)
  |(xdb) s
  |--Call--
  |> $PWD/demo.lua(3)square()
  |-> function square(n)
  |(xdb) s
  |> $PWD/demo.lua(4)square()
  |-> local result = n * n
  |(xdb) p nosuch
  |nil
  |(xdb) args
  |n = 2
  |(xdb) q

To the end and around again; standing still is standing at the same line:

  $ xdb demo.lua <<'END'
  > c
  > p square
  > n
  > 
  > END
  |> $PWD/demo.lua(1)<main>()
  |-> local fmt = string.format
  |(xdb) c
  |total\t14 (esc)
  |norm\t25 (esc)
  |The program finished and will be restarted
  |> $PWD/demo.lua(1)<main>()
  |-> local fmt = string.format
  |(xdb) p square
  |nil
  |(xdb) n
  |> $PWD/demo.lua(6)<main>()
  |-> end
  |(xdb) 
  |> $PWD/demo.lua(3)<main>()
  |-> function square(n)
  |(xdb) 

What every command says to a wrong argument (PDB-109, 110, 211, 231, 264):

  $ xdb demo.lua <<'END'
  > s 3
  > a b
  > ll 3
  > p
  > pp
  > whatis
  > p 1 +
  > until x
  > until 1
  > w x
  > u x
  > u
  > d
  > d x
  > l x
  > l 1,2,3
  > l 3,2
  > l 28
  > l
  > l
  > retval
  > undefined.field
  > q
  > END
  |> $PWD/demo.lua(1)<main>()
  |-> local fmt = string.format
  |(xdb) s 3
  |*** Invalid argument: 3
  |      Usage: s(tep)
  |(xdb) a b
  |*** Invalid argument: b
  |      Usage: a(rgs)
  |(xdb) ll 3
  |*** Invalid argument: 3
  |      Usage: ll | longlist
  |(xdb) p
  |*** Argument is required for this command
  |      Usage: p expression
  |(xdb) pp
  |*** Argument is required for this command
  |      Usage: pp expression
  |(xdb) whatis
  |*** Argument is required for this command
  |      Usage: whatis expression
  |(xdb) p 1 +
  |*** unexpected symbol near <eof>
  |(xdb) until x
  |*** Error in argument: 'x'
  |(xdb) until 1
  |*** "until" line number is smaller than current line number
  |(xdb) w x
  |*** Invalid count (x)
  |(xdb) u x
  |*** Oldest frame
  |(xdb) u
  |*** Oldest frame
  |(xdb) d
  |*** Newest frame
  |(xdb) d x
  |*** Newest frame
  |(xdb) l x
  |*** Error in argument: 'x'
  |(xdb) l 1,2,3
  |*** Error in argument: '1,2,3'
  |(xdb) l 3,2
  |  3  \tfunction square(n) (esc)
  |  4  \t    local result = n * n (esc)
  |  5  \t    return result (esc)
  |(xdb) l 28
  | 23  \t    local t = total(data, 0, "a", nil) (esc)
  | 24  \t    local p = setmetatable({ x = 3, y = 4 }, { __index = Point, __name = "Point" }) (esc)
  | 25  \t    print("total", t) (esc)
  | 26  \t    print("norm", fmt("%d", p:norm())) (esc)
  | 27  \tend (esc)
  | 28  \t (esc)
  | 29  \tmain() (esc)
  |[EOF]
  |(xdb) l
  |[EOF]
  |(xdb) l
  |[EOF]
  |(xdb) retval
  |*** Not yet returned!
  |(xdb) undefined.field
  |*** attempt to index a nil value (global 'undefined')
  |(xdb) q

The stack, limited (PDB-210, 211):

  $ xdb demo.lua <<'END'
  > b square
  > c
  > w 0
  > w 1
  > w 2
  > w -1
  > w 99
  > w -99
  > u 99
  > u
  > d -1
  > d
  > u -1
  > w 0
  > q
  > END
  |> $PWD/demo.lua(1)<main>()
  |-> local fmt = string.format
  |(xdb) b square
  |Breakpoint 1 at $PWD/demo.lua:4
  |(xdb) c
  |> $PWD/demo.lua(4)square()
  |-> local result = n * n
  |(xdb) w 0
  |> $PWD/demo.lua(4)square()
  |-> local result = n * n
  |(xdb) w 1
  |> $PWD/demo.lua(4)square()
  |-> local result = n * n
  |(xdb) w 2
  |  $PWD/demo.lua(11)total()
  |-> acc = acc + square(v)
  |> $PWD/demo.lua(4)square()
  |-> local result = n * n
  |(xdb) w -1
  |  $PWD/demo.lua(29)<main>()
  |-> main()
  |(xdb) w 99
  |  $PWD/demo.lua(29)<main>()
  |-> main()
  |  $PWD/demo.lua(23)main()
  |-> local t = total(data, 0, "a", nil)
  |  $PWD/demo.lua(11)total()
  |-> acc = acc + square(v)
  |> $PWD/demo.lua(4)square()
  |-> local result = n * n
  |(xdb) w -99
  |  $PWD/demo.lua(29)<main>()
  |-> main()
  |  $PWD/demo.lua(23)main()
  |-> local t = total(data, 0, "a", nil)
  |  $PWD/demo.lua(11)total()
  |-> acc = acc + square(v)
  |> $PWD/demo.lua(4)square()
  |-> local result = n * n
  |(xdb) u 99
  |> $PWD/demo.lua(29)<main>()
  |-> main()
  |(xdb) u
  |*** Oldest frame
  |(xdb) d -1
  |> $PWD/demo.lua(4)square()
  |-> local result = n * n
  |(xdb) d
  |*** Newest frame
  |(xdb) u -1
  |> $PWD/demo.lua(29)<main>()
  |-> main()
  |(xdb) w 0
  |> $PWD/demo.lua(29)<main>()
  |-> main()
  |(xdb) q

Function values, types and names (PDB-270):

  $ cat >kinds.lua <<'END'
  > local Account = { __name = "Account" }
  > function Account:deposit(n) end
  > local a = setmetatable({}, Account)
  > local f = function(...) return ... end
  > f(1, nil, "x")
  > f()
  > return a, f(1, nil, nil)
  > END
  $ xdb kinds.lua <<'END'
  > until 5
  > whatis a
  > whatis Account
  > whatis Account.deposit
  > whatis f
  > whatis string.format
  > whatis io.stdout
  > whatis coroutine.create(f)
  > whatis 1
  > whatis "x"
  > whatis nil
  > whatis f()
  > p f()
  > p f(nil)
  > p f(1, nil, nil)
  > f()
  > f(nil)
  > f(nil, nil)
  > p a, {}, {1, 2, {x = 1}}, 1.0, -0.0, 1e300, math.mininteger, "a\nb\0c"
  > s
  > s
  > a
  > r
  > retval
  > s
  > s
  > s
  > a
  > r
  > q
  > END
  |> $PWD/kinds.lua(1)<main>()
  |-> local Account = { __name = "Account" }
  |(xdb) until 5
  |> $PWD/kinds.lua(5)<main>()
  |-> f(1, nil, "x")
  |(xdb) whatis a
  |Account
  |(xdb) whatis Account
  |table
  |(xdb) whatis Account.deposit
  |Method Account:deposit ($PWD/kinds.lua:2)
  |(xdb) whatis f
  |Function f ($PWD/kinds.lua:4)
  |(xdb) whatis string.format
  |C function string.format
  |(xdb) whatis io.stdout
  |FILE*
  |(xdb) whatis coroutine.create(f)
  |thread
  |(xdb) whatis 1
  |number
  |(xdb) whatis "x"
  |string
  |(xdb) whatis nil
  |nil
  |(xdb) whatis f()
  |no value
  |(xdb) p f()
  |()
  |(xdb) p f(nil)
  |nil
  |(xdb) p f(1, nil, nil)
  |1, nil, nil
  |(xdb) f()
  |(xdb) f(nil)
  |(xdb) f(nil, nil)
  |nil, nil
  |(xdb) p a, {}, {1, 2, {x = 1}}, 1.0, -0.0, 1e300, math.mininteger, "a\nb\0c"
  |Account {}, {}, {1, 2, {x = 1}}, 1.0, -0.0, 1e300, math.mininteger, "a\nb\0c"
  |(xdb) s
  |--Call--
  |> $PWD/kinds.lua(4)f()
  |-> local f = function(...) return ... end
  |(xdb) s
  |> $PWD/kinds.lua(4)f()
  |-> local f = function(...) return ... end
  |(xdb) a
  |... = 1, nil, "x"
  |(xdb) r
  |--Return--
  |> $PWD/kinds.lua(4)f()->1, nil, "x"
  |-> local f = function(...) return ... end
  |(xdb) retval
  |1, nil, "x"
  |(xdb) s
  |> $PWD/kinds.lua(6)<main>()
  |-> f()
  |(xdb) s
  |--Call--
  |> $PWD/kinds.lua(4)f()
  |-> local f = function(...) return ... end
  |(xdb) s
  |> $PWD/kinds.lua(4)f()
  |-> local f = function(...) return ... end
  |(xdb) a
  |... = ()
  |(xdb) r
  |--Return--
  |> $PWD/kinds.lua(4)f()->()
  |-> local f = function(...) return ... end
  |(xdb) q
