--[[
The command line and the prompt of `lua` itself: every option, alone and together, wrong ones, standard input in every
role, and what is typed at the prompt. For a command that is to be used in place of `lua`.
]]

local lines = {
    { "no options and no input", "lua" },
    { "a program on standard input", "printf 'print(1, ...)\\nprint(arg[0], #arg)' | lua" },
    { "-v", "lua -v" },
    { "-v runs no standard input", "echo 'print(1)' | lua -v" },
    { "-v with a dash", "echo 'print(1)' | lua -v -" },
    { "-v before a script", "lua -v arguments.lua a" },
    { "-v twice", "lua -v -v" },
    { "-v and -e", "lua -v -e 'print(1)'" },
    { "-E alone", "echo 'print(os.getenv(\"HOME\") ~= nil, debug.getregistry().LUA_NOENV)' | lua -E" },
    { "-E and LUA_INIT", "export LUA_INIT='print(1)'; echo 'print(2)' | lua -E" },
    { "-W and a warning", "lua -W -e 'warn(\"a\", \"b\")'" },
    { "no -W and a warning", "lua -e 'warn(\"a\", \"b\") warn(\"@on\") warn(\"c\")'" },
    { "-W and an error in a finalizer", "lua -W -e 'setmetatable({}, {__gc = function() error(\"x\") end}) collectgarbage()'" },
    { "-e attached", "lua -e'print(arg[-1], arg[0])'" },
    { "-e twice", "lua -e 'x = 1' -e 'print(x)'" },
    { "-e with an error", "lua -e 'error(\"x\")' -e 'print(2)'" },
    { "-e with an error value", "lua -e 'error({})'" },
    { "-e with a syntax error", "lua -e 'x ='" },
    { "-e with nothing", "lua -e ''" },
    { "-e returns", "lua -e 'return 1, 2'" },
    { "-e and standard input", "echo 'print(5)' | lua -e 'print(io.read())'" },
    { "-e and a dash", "echo 'print(5)' | lua -e 'print(1)' -" },
    { "-e without argument", "lua -e" },
    { "-e and an option", "lua -e -v" },
    { "-l without argument", "lua -l" },
    { "-l and an option", "lua -l -v" },
    { "-l of the standard library", "lua -l string -e 'print(string.rep)' | cut -c1-8" },
    { "-l of nothing", "lua -l nosuch" },
    { "-l with a name", "lua -l s=string -e 'print(s.rep(\"x\", 3))'" },
    { "-l with an empty name", "lua -l =string -e 'print(_G[\"\"] == string)'" },
    { "an unknown letter", "lua -x" },
    { "an unknown word", "lua --version" },
    { "-h is unknown", "lua -h" },
    { "letters together", "lua -vi" },
    { "-E with more", "lua -Ex" },
    { "a good option before a bad one", "lua -e 'print(1)' -q" },
    { "a bad option after the script", "lua arguments.lua -q" },
    { "-- alone", "echo 'print(7)' | lua --" },
    { "-- and a dash", "lua -- -" },
    { "--x", "lua --x" },
    { "a lone dash", "echo 'print(...)' | lua - 1 2" },
    { "a dash twice", "echo 'print(...)' | lua - -" },
    { "options behind a dash", "echo 'print(...)' | lua - -v" },
    { "options stand in arg", "lua -E -e 'x = 1' -l string -W -- arguments.lua a -v" },
    { "no script: arg[0] is the interpreter", "lua -e 'for i = -3, 3 do print(i, arg[i]) end' -E" },
    { "os.exit in -e", "lua -e 'os.exit(7)'" },
    { "os.exit in -l", "export LUA_PATH='./?.lua'; lua -l returns -e 'os.exit(false)'" },
    { "an error in LUA_INIT stops -e", "export LUA_INIT='error(1)'; lua -e 'print(1)'" },
    { "LUA_INIT and the prompt", "export LUA_INIT='x = 5'; echo 'x' | lua -i" },
    { "LUA_INIT without a program", "export LUA_INIT='print(1)'; lua -v" },
    { "memory at -e", "lua -e 'print(collectgarbage(\"count\"))'" },
    { "memory in standard input", "echo 'print(collectgarbage(\"count\"))' | lua -" },
    { "closed standard input", "lua <&-" },
    { "closed standard input and -i", "lua -i <&-" },
    { "closed standard output", "lua -v >&-" },
    { "full standard output", "lua -e 'print(1)' >/dev/full", needs = { "/dev/full" } },
    { "a script and the prompt", "echo 'print(...) return 1' >\"$TMP/s.lua\"; echo 'x' | lua -i \"$TMP/s.lua\" a" },
    { "a failing script and the prompt", "echo 'error(1)' >\"$TMP/s.lua\"; echo 'x' | lua -i \"$TMP/s.lua\" a" },
    { "a missing script and the prompt", "echo 'x' | lua -i nosuch.lua" },
    { "-e and the prompt", "echo 'x' | lua -e 'x = 8' -i" },
    { "a dash and the prompt", "printf 'print(1)' | lua -i -" },
    { "many arguments", "lua -e 'print(#arg)' $(seq 300)" },
    { "an empty word", "lua '' a" },
}

-- What is typed at the prompt; each is read by `lua -i`.
local talks = {
    { "an expression", "1 + 1" },
    { "several values", "1, nil, 'x'" },
    { "no values", "(function() end)()" },
    { "an equals sign", "=1 + 1" },
    { "an equals sign alone", "=" },
    { "a statement", "x = 3\nx" },
    { "a local is gone", "local y = 1\ny" },
    { "an empty line", "\n\n1" },
    { "spaces", "   \n  1  " },
    { "a statement of several lines", "for i = 1, 2 do\nprint(i)\nend" },
    { "a function of several lines", "function f(a)\n  return a * 2\nend\nf(4)" },
    { "an expression of several lines", "1 +\n2" },
    { "a call of several lines", "print(\n1,\n2)" },
    { "a long string", "s = [[\none\ntwo]]\ns" },
    { "a comment of several lines", "--[[\nx\n]] print(1)" },
    { "a comment", "-- nothing" },
    { "a syntax error", "x = = 1\n1" },
    { "a syntax error in a further line", "for i = 1, 2 do\nx = =\n1" },
    { "an end too many", "end\n1" },
    { "an unfinished string", "'abc" },
    { "an unfinished statement", "if x then" },
    { "an error", "error('e')\n1" },
    { "an error in a function", "function f() error('e') end\nf()\nf()" },
    { "an error value", "error({})\nerror(nil)\nerror(5)" },
    { "an error with __tostring", "error(setmetatable({}, {__tostring = function() return 'text' end}))" },
    { "an error in __tostring", "error(setmetatable({}, {__tostring = function() error('x') end}))" },
    { "a stack overflow", "function f() return 1 + f() end\n#tostring(select(2, pcall(f)))" },
    { "print fails", "print = nil\n1\nprint = error\n1" },
    { "print is another", "function print(...) io.write('<', ..., '>\\n') end\n1\n1, 2" },
    { "__tostring fails in print", "setmetatable({}, {__tostring = function() error('no') end})" },
    { "__tostring gives no text", "setmetatable({}, {__tostring = function() return 1 end})" },
    { "_PROMPT", "_PROMPT = 'a> '\n1\n_PROMPT2 = 'b> '\nfor i = 1, 1 do\nend\n" },
    { "_PROMPT is a number", "_PROMPT = 5\n1" },
    { "_PROMPT is a table", "_PROMPT = setmetatable({}, {__tostring = function() return 'p' .. os.getenv('LC_ALL') end})\n1" },
    { "_PROMPT fails", "_PROMPT = setmetatable({}, {__tostring = function() error('p') end})\n1" },
    { "_PROMPT2 at the end", "_PROMPT2 = 'more'\nprint(" },
    { "io.read at the prompt", "io.read()\nabc\n1" },
    { "os.exit", "os.exit(4)\n1" },
    { "os.exit with closing", "os.exit(true, true)" },
    { "a warning", "warn('@on')\nwarn('a')" },
    { "the stack is empty", "debug.traceback()" },
    { "the frames", "for i = 0, 5 do local f = debug.getinfo(i, 'S') print(i, f and f.what) end" },
    { "a chunk's name", "debug.getinfo(1, 'S').source" },
    { "varargs", "..." },
    { "a goto", "goto x\n::x::" },
    { "an attribute", "local x <close> = setmetatable({}, {__close = function() print('closed') end})" },
    { "a coroutine", "co = coroutine.wrap(function() coroutine.yield(1) return 2 end)\nco()\nco()\nco()" },
    { "memory", "collectgarbage('count')\ncollectgarbage('count')\nx = {}\ncollectgarbage('count')" },
    { "many values", "table.unpack({}, 1, 250)" },
    { "too many values", "table.unpack({}, 1, 999980)" },
    { "a long line", "#'" .. ("x"):rep(3000) .. "'" },
    { "characters of several bytes", "'\u{e4}\u{20ac}'\n#'\u{e4}\u{20ac}'" },
    { "a tab", "\tprint(1)\nif true then\n\tprint(2)\nend" },
    { "control characters", "pr\1int(5)\27x" },
    { "a zero byte", "x = 1\0 2\n1" },
    { "no newline at the end", "7" },
    { "carriage returns", "print(1)\r\n2\r\n" },
}

local function quote(text)
    return "'" .. text:gsub("'", [['\'']]) .. "'"
end

-- printf's octal for what a shell cannot quote.
local function typed(text)
    return quote(text:gsub("[\\%%\0-\8\11-\31\127]", function(c)
        return c == "%" and "%%" or ("\\%03o"):format(c:byte())
    end))
end

return function()
    local cases = table.move(lines, 1, #lines, 1, {})
    for _, talk in ipairs(talks) do
        cases[#cases + 1] = { "at the prompt: " .. talk[1], "printf " .. typed(talk[2] .. "\n") .. " | lua -i" }
    end
    cases[#cases + 1] = { "at the prompt: the end at once", "lua -i </dev/null" }
    cases[#cases + 1] = { "at the prompt: standard input is a file", "echo '1' >\"$TMP/x\"; lua -i <\"$TMP/x\"" }
    cases[#cases + 1] = { "at the prompt: stdout and stderr in one", "printf 'error(1)\\n1\\n' | lua -i 2>&1" }
    return { folder = "programs", cases = cases }
end
