--[[
Each program of the folder on its own, and the invocations that need more than a name. A program dropped into
the folder is run without being mentioned here.
]]

-- Programs that make no sense without arguments or input.
local not_alone = { ["write_binary.lua"] = true, ["standard_input.lua"] = true, ["debug_debug.lua"] = true }

-- A hook needs room on Lua's stack, which the memory count shows; and the suite's pcall has other temporaries.
-- In post mortem an error is told before a closing function puts another in its place.
local tags = { ["close_error_replaces_error.lua"] = "replaced", ["interrupted.lua"] = "sigint", ["finalizer_timing.lua"] = "exact", ["stack_information.lua"] = "exact",
    ["memory_counts.lua"] = "hooked", ["stack_depth.lua"] = "hooked", ["stack_overflow.lua"] = "hooked", ["error_in_handler.lua"] = "hooked" }

local special = {
    { "arguments go to arg and ...", "lua arguments.lua one 'two words' '' -x -- -" },
    { "a thousand arguments", "lua arguments.lua $(seq 1000)" },
    { "a script in another folder", "lua ./modules/../arguments.lua x" },
    { "an absolute path", 'cp arguments.lua "$TMP"; lua "$TMP/arguments.lua"' },
    { "a name with spaces and quotes", [[cp arguments.lua "$TMP/a 'b\" c.lua"; lua "$TMP/a 'b\" c.lua" x]] },
    { "a name without an extension", 'cp shebang.lua "$TMP/program"; lua "$TMP/program"' },
    { "a long path is cut in messages",
      'd="$TMP/a_folder_with_a_long_name/another_folder_with_a_long_name/third"; mkdir -p "$d"; cp shebang.lua "$d"; lua "$d/shebang.lua"' },
    { "a program through a link", 'ln -s "$PWD/arguments.lua" "$TMP/link.lua"; lua "$TMP/link.lua"' },
    { "a program from a pipe with a name", 'mkfifo "$TMP/f"; cat arguments.lua >"$TMP/f" & lua "$TMP/f" x' },

    { "no such script", "lua nosuch.lua" },
    { "a script below a file", "lua empty.lua/x.lua" },
    { "an empty name", "lua ''" },
    { "a folder", "lua modules" },
    { "a name that is too long", "lua $(printf '%0300d' 1)" },
    { "a script that may not be read", 'echo "print(1)" >"$TMP/x.lua"; chmod 0 "$TMP/x.lua"; lua "$TMP/x.lua"' },

    { "a binary chunk", 'lua write_binary.lua "$TMP/x.luac"; lua "$TMP/x.luac" p q' },
    { "a stripped binary chunk", 'lua write_binary.lua "$TMP/x.luac" strip; lua "$TMP/x.luac" p q' },
    { "a binary chunk after a shebang",
      'lua write_binary.lua "$TMP/x"; (echo "#!/bin/lua"; cat "$TMP/x") >"$TMP/y"; lua "$TMP/y"' },
    { "a binary chunk that was cut", 'lua write_binary.lua "$TMP/x"; head -c 60 "$TMP/x" >"$TMP/y"; lua "$TMP/y"' },
    { "a binary chunk of another version",
      'lua write_binary.lua "$TMP/x"; (printf "\\033LuaS"; tail -c +6 "$TMP/x") >"$TMP/y"; lua "$TMP/y"' },
    { "a binary chunk on standard input", 'lua write_binary.lua "$TMP/x"; lua - p <"$TMP/x"', tag = "stdin" },

    { "a program on standard input", "lua - one two <arguments.lua", tag = "stdin" },
    { "no script: standard input", "lua <arguments.lua", tag = "stdin" },
    { "an error on standard input", "lua - <shebang.lua", tag = "stdin" },
    { "a syntax error on standard input", "lua - <syntax_error.lua", tag = "stdin" },
    { "nothing on standard input", "lua -", tag = "stdin" },
    { "a closed standard input", "lua - <&-", tag = "stdin" },
    { "a folder on standard input", "lua - <modules", tag = "stdin" },
    { "program and data on standard input", [[printf 'print(io.read())\nprint(io.read())\n' | lua -]], tag = "stdin" },
    { "data on standard input", [[printf '12 0x1F rest\nline two\nline three\nabcdef\nlast' | lua standard_input.lua]],
      tag = "stdin" },
    { "debug.debug reads standard input", [[printf 'x = 2\nerror("e")\nlocal = 1\ncont\n' | lua debug_debug.lua]],
      tag = "stdin" },

    { "LUA_INIT runs first", "export LUA_INIT='print(1, ..., arg[0]) init_was_here = 5'; lua environment.lua", tag = "init" },
    { "LUA_INIT_5_4 is preferred",
      "export LUA_INIT='print(1)' LUA_INIT_5_4='print(2)'; lua environment.lua", tag = "init" },
    { "an empty LUA_INIT_5_4 hides LUA_INIT", "export LUA_INIT='print(1)' LUA_INIT_5_4=; lua environment.lua" },
    { "LUA_INIT names a file", "export LUA_INIT=@init.lua; lua environment.lua", tag = "init" },
    { "LUA_INIT names no file", "export LUA_INIT=@nosuch.lua; lua environment.lua" },
    { "an error in LUA_INIT ends the run", "export LUA_INIT='error(\"init\")'; lua environment.lua", tag = "init" },
    { "an error value in LUA_INIT", "export LUA_INIT='error({})'; lua environment.lua", tag = "init" },
    { "LUA_INIT does not compile", "export LUA_INIT='x = = 1'; lua environment.lua" },
    { "LUA_INIT exits", "export LUA_INIT='os.exit(3)'; lua environment.lua" },
    { "LUA_INIT replaces the arguments", "export LUA_INIT='arg[1] = \"new\" arg[2] = 5'; lua arguments.lua old" },
    { "LUA_INIT removes arg", "export LUA_INIT='arg = nil'; lua arguments.lua" },
    { "LUA_INIT makes arg a metatable's business",
      "export LUA_INIT='setmetatable(arg, {__len = function() error({}) end})'; lua arguments.lua" },
    { "LUA_INIT gives arg another length",
      "export LUA_INIT='setmetatable(arg, {__len = function() return 3 end})'; lua arguments.lua a" },
    { "LUA_INIT gives arg an impossible length",
      "export LUA_INIT='setmetatable(arg, {__len = function() return 1 << 30 end})'; lua arguments.lua a" },
    { "LUA_INIT before a missing script", "export LUA_INIT='print(1)'; lua nosuch.lua" },
    { "LUA_INIT hooks are the script's", "export LUA_INIT='debug.sethook(print, \"l\")'; lua returns.lua" },
    { "LUA_INIT with a pending finalizer",
      "export LUA_INIT='k = setmetatable({}, {__gc = function() print(9) end})'; lua environment.lua", tag = "init" },
    { "LUA_PATH", "export LUA_PATH='first/?.lua;;last/?.lua' LUA_CPATH='x/?.so'; lua environment.lua" },
    { "LUA_PATH_5_4", "export LUA_PATH='a/?.lua' LUA_PATH_5_4='b/?.lua' LUA_CPATH_5_4=';;'; lua environment.lua" },
    { "LUA_PATH finds modules", "export LUA_PATH='./modules/?.lua'; lua -l greet returns.lua", tag = "switches" },

    { "-E ignores the environment", "export LUA_INIT='print(1)' LUA_PATH=x LUA_CPATH=y; lua -E environment.lua",
      tag = "switches" },
    { "-E shows in arg and in the registry", "lua -E arguments.lua x; lua -E globals.lua", tag = "switches" },
    { "-W turns warnings on", "lua -W warnings.lua; lua -W finalizer_error_at_exit.lua", tag = "switches" },
    { "-e runs first", "lua -e 'print(1, ...)' -e'print(2)' arguments.lua x", tag = "switches" },
    { "-e alone", "lua -e 'print(1)' <arguments.lua", tag = "switches" },
    { "-e fails", "lua -e 'error(\"e\")' arguments.lua", tag = "switches" },
    { "-l requires", "lua -l modules.greet -lmodules.nothing -e 'print(_G[\"modules.greet\"].hello(1))' returns.lua",
      tag = "switches" },
    { "-l with a name", "lua -l g=modules.greet -e 'print(g.hello(1))' returns.lua", tag = "switches" },
    { "-l fails", "lua -l modules.missing returns.lua", tag = "switches" },
    { "-- ends the switches", "lua -- arguments.lua x; lua -E -- - <arguments.lua", tag = "switches" },
    { "memory after switches", "lua -E -W memory_counts.lua; lua -e 'x = 1' -- memory_counts.lua a b",
      tag = "switches" },

    { "finalizers with warnings on", "lua finalizer_error_at_exit.lua on" },
    { "finalizer timing depends on the arguments", "lua finalizer_timing.lua one two three; lua finalizer_timing.lua $(seq 50)" },
    { "memory with arguments", "lua memory_counts.lua; lua memory_counts.lua x; lua memory_counts.lua $(seq 100)", tag = "exact" },
    { "memory after LUA_INIT", "export LUA_INIT='t = {}'; lua memory_counts.lua; export LUA_INIT=@init.lua; lua memory_counts.lua", tag = "exact" },
    { "depth with arguments", "lua stack_depth.lua $(seq 300)", tag = "hooked" },
    { "a shallow traceback", "lua deep_traceback.lua 3" },
    { "a traceback with levels skipped", "lua deep_traceback.lua 1000" },

    { "stdout and stderr in one stream", "lua buffering.lua 2>&1" },
    { "stdout is closed", "lua memory_counts.lua >&-" },
    { "stderr is closed", "lua shebang.lua 2>&-" },
    { "stdin is closed", "lua standard_input.lua <&-", tag = "stdin" },
    { "stdout is full", "lua arguments.lua >/dev/full; echo $?", needs = { "/dev/full" } },
    { "nobody reads", "lua memory_counts.lua | true" },
    { "os.exit flushes", [[lua exits.lua 0 | cat]] },
    { "interrupted in a protected call", "lua interrupted.lua caught", tag = "sigint", needs = { "/proc/self/stat" } },
    { "interrupted in a coroutine", "lua interrupted.lua coroutine", tag = "sigint", needs = { "/proc/self/stat" } },
    { "interrupted twice", "lua interrupted.lua twice", tag = "sigint", needs = { "/proc/self/stat" } },
    { "interrupted while closing", "lua interrupted.lua at_exit", tag = "sigint", needs = { "/proc/self/stat" } },
    { "interrupted in LUA_INIT", "export LUA_INIT=@interrupted.lua; lua returns.lua", tag = "sigint",
      needs = { "/proc/self/stat" } },
}

local function lines(text)
    return text:gmatch("[^\n]+")
end

local function add_alone(cases, here, capture)
    for path in lines(capture(("ls '%sprograms'"):format(here))) do
        if path:find("%.lua$") and not not_alone[path] then
            cases[#cases + 1] = { path, "lua " .. path, tag = tags[path] }
        end
    end
end

-- Every way of error_value.lua and of exits.lua is a case.
local function add_ways(cases, here)
    local text = assert(io.open(here .. "programs/error_value.lua")):read("a")
    for way in text:gmatch('\n    %[?"?([%w_]+)"?%]? = function') do
        cases[#cases + 1] = { "an error nobody catches: " .. way, "lua error_value.lua " .. way }
    end
    for _, how in ipairs { "0", "1", "3", "255", "256", "-1", "float", "true", "false", "in_coroutine", "in_pcall",
                           "error", "bad" } do
        cases[#cases + 1] = { "os.exit " .. how, "lua exits.lua " .. how }
        cases[#cases + 1] = { "os.exit and close " .. how, "lua exits.lua " .. how .. " close" }
    end
end

return function(here, capture)
    local cases = table.move(special, 1, #special, 1, {})
    add_ways(cases, here)
    add_alone(cases, here, capture)
    return { folder = "programs", cases = cases }
end
