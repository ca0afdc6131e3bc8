catch: which errors stop the program.

  $ xdb() { python3 $SRC/tests/tools/session.py xdb "$@"; }
  $ cat >errors.lua <<'EOF'
  > local function f(x)
  >     if x then
  >         error("bad " .. x)
  >     end
  > end
  > print(pcall(f, "one"))
  > print(coroutine.resume(coroutine.create(function()
  >     f("two")
  > end)))
  > print(pcall(error, {code = 3}))
  > print(xpcall(f, function(m) return "handled: " .. m end, "four"))
  > print(pcall(coroutine.wrap(function() f("five") end)))
  > f("last")
  > EOF

what it is at first, and what it can be:

  $ xdb errors.lua <<'EOF'
  > catch
  > catch raised
  > catch
  > catch off
  > catch
  > catch uncaught
  > catch
  > catch some
  > help catch
  > q
  > EOF
  |> $PWD/errors.lua(5)<main>()
  |-> end
  |(xdb) catch
  |Catching errors: uncaught
  |(xdb) catch raised
  |(xdb) catch
  |Catching errors: raised
  |(xdb) catch off
  |(xdb) catch
  |Catching errors: off
  |(xdb) catch uncaught
  |(xdb) catch
  |Catching errors: uncaught
  |(xdb) catch some
  |*** Invalid argument: some
  |      Usage: catch [raised | uncaught | off]
  |(xdb) help catch
  |      Usage: catch [raised | uncaught | off]
  |      
  |      Says which errors stop the program.
  |      With "raised", every error stops where it is raised, also inside of
  |      pcall and coroutines; with "uncaught", which is how it begins, those
  |      that nothing will receive; with "off", none. Without argument, shows
  |      which it is.
  |      
  |      Example:
  |        catch raised
  |(xdb) q

raised: each error once, where it is raised, with the stack that raised it:

  $ xdb errors.lua <<'EOF'
  > catch raised
  > c
  > p x
  > w
  > c
  > w
  > c
  > c
  > c
  > c
  > q
  > EOF
  |> $PWD/errors.lua(5)<main>()
  |-> end
  |(xdb) catch raised
  |(xdb) c
  |errors.lua:3: bad one
  |> $PWD/errors.lua(3)f()
  |-> error("bad " .. x)
  |(xdb) p x
  |"one"
  |(xdb) w
  |  $PWD/errors.lua(6)<main>()
  |-> print(pcall(f, "one"))
  |> $PWD/errors.lua(3)f()
  |-> error("bad " .. x)
  |(xdb) c
  |false\terrors.lua:3: bad one (esc)
  |errors.lua:3: bad two
  |> $PWD/errors.lua(3)f()
  |-> error("bad " .. x)
  |(xdb) w
  |  $PWD/errors.lua(7)<main>()
  |-> print(coroutine.resume(coroutine.create(function()
  |  (...resumes thread: 0x......)
  |  $PWD/errors.lua(8)<function>()
  |-> f("two")
  |> $PWD/errors.lua(3)f()
  |-> error("bad " .. x)
  |(xdb) c
  |false\terrors.lua:3: bad two (esc)
  |{code = 3}
  |> $PWD/errors.lua(10)<main>()
  |-> print(pcall(error, {code = 3}))
  |(xdb) c
  |false\ttable: 0x... (esc)
  |errors.lua:3: bad four
  |> $PWD/errors.lua(3)f()
  |-> error("bad " .. x)
  |(xdb) c
  |false\thandled: errors.lua:3: bad four (esc)
  |errors.lua:3: bad five
  |> $PWD/errors.lua(3)f()
  |-> error("bad " .. x)
  |(xdb) c
  |false\terrors.lua:3: bad five (esc)
  |lua5.4: errors.lua:3: bad last
  |stack traceback:
  |\t[C]: in function 'error' (esc)
  |\terrors.lua:3: in local 'f' (esc)
  |\terrors.lua:13: in main chunk (esc)
  |\t[C]: in ? (esc)
  |Uncaught exception. Entering post mortem debugging
  |Running 'cont' or 'step' will restart the program
  |> $PWD/errors.lua(3)f()
  |-> error("bad " .. x)
  |(xdb) q

stepping on from there stops where the error is handled:

  $ xdb errors.lua <<'EOF'
  > catch raised
  > c
  > n
  > q
  > EOF
  |> $PWD/errors.lua(5)<main>()
  |-> end
  |(xdb) catch raised
  |(xdb) c
  |errors.lua:3: bad one
  |> $PWD/errors.lua(3)f()
  |-> error("bad " .. x)
  |(xdb) n
  |false\terrors.lua:3: bad one (esc)
  |> $PWD/errors.lua(7)<main>()
  |-> print(coroutine.resume(coroutine.create(function()
  |(xdb) q

uncaught: those that are handled go by:

  $ xdb errors.lua <<'EOF'
  > c
  > p x
  > q
  > EOF
  |> $PWD/errors.lua(5)<main>()
  |-> end
  |(xdb) c
  |false\terrors.lua:3: bad one (esc)
  |false\terrors.lua:3: bad two (esc)
  |false\ttable: 0x... (esc)
  |false\thandled: errors.lua:3: bad four (esc)
  |false\terrors.lua:3: bad five (esc)
  |lua5.4: errors.lua:3: bad last
  |stack traceback:
  |\t[C]: in function 'error' (esc)
  |\terrors.lua:3: in local 'f' (esc)
  |\terrors.lua:13: in main chunk (esc)
  |\t[C]: in ? (esc)
  |Uncaught exception. Entering post mortem debugging
  |Running 'cont' or 'step' will restart the program
  |> $PWD/errors.lua(3)f()
  |-> error("bad " .. x)
  |(xdb) p x
  |"last"
  |(xdb) q

off: the program ends with its error, and nobody is asked:

  $ xdb errors.lua <<'EOF'
  > catch off
  > c
  > catch
  > q
  > EOF
  |> $PWD/errors.lua(5)<main>()
  |-> end
  |(xdb) catch off
  |(xdb) c
  |false\terrors.lua:3: bad one (esc)
  |false\terrors.lua:3: bad two (esc)
  |false\ttable: 0x... (esc)
  |false\thandled: errors.lua:3: bad four (esc)
  |false\terrors.lua:3: bad five (esc)
  |lua5.4: errors.lua:3: bad last
  |stack traceback:
  |\t[C]: in function 'error' (esc)
  |\terrors.lua:3: in local 'f' (esc)
  |\terrors.lua:13: in main chunk (esc)
  |\t[C]: in ? (esc)
  |The program finished and will be restarted
  |> $PWD/errors.lua(5)<main>()
  |-> end
  |(xdb) catch
  |Catching errors: off
  |(xdb) q
