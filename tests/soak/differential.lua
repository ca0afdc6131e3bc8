--[[
Random programs under the engine with a debugger that does as chance bids, against plain Lua. What they write
and their exit status must be the same to the byte; where they set no hooks of their own, each stop and each hit must
be as foretold from a recording of a plain hook (see rundebug.c). Prints TAP.

    lua differential.lua FOLDER RUNDEBUG FIRST COUNT [SESSIONS]

FOLDER is where `lua5.4` is. FIRST and COUNT: which programs (their seeds); SESSIONS: how many debuggers each of
them meets, 3 if not given. A program that failed stays in a scratch folder, which is named.
]]
local here = arg[0]:match("^(.*/)") or "./"
package.path = here .. "?.lua;" .. package.path
local generate = require "generate"

local folder, rundebug = arg[1], arg[2]
local first, count, sessions = tonumber(arg[3]), tonumber(arg[4]), tonumber(arg[5] or 3)

local function read(path)
    local file = io.open(path, "rb")
    local text = file and file:read("a")
    if file then
        file:close()
    end
    return text
end

local function write(path, text)
    local file <close> = assert(io.open(path, "wb"))
    file:write(text)
end

local function capture(command)
    local pipe <close> = assert(io.popen(command))
    return pipe:read("a")
end

if not rundebug:find("^/") then -- programs run in another folder
    rundebug = capture("pwd -P"):gsub("\n$", "/") .. rundebug
end
local scratch = capture("mktemp -d"):gsub("\n$", "")
local limit = "PATH=" .. folder .. ":$PATH timeout 60 "

-- Runs it in the scratch folder; returns all that one can see of it.
local function run(command)
    local _, how, code = os.execute(("cd %s && LC_ALL=C %s%s >out 2>err </dev/null"):format(scratch, limit, command))
    return { stdout = read(scratch .. "/out"), stderr = read(scratch .. "/err"), ["exit status"] = how .. " " .. code }
end

local function difference(expected, got)
    for _, what in ipairs { "stdout", "stderr", "exit status" } do
        if expected[what] ~= got[what] then
            local n = 1
            while expected[what]:sub(n, n) == got[what]:sub(n, n) do
                n = n + 1
            end
            return ("%s differs at byte %d:\nplain: %q\nhere:  %q"):format(what, n, expected[what]:sub(n - 20, n + 60),
                got[what]:sub(n - 20, n + 60))
        end
    end
end

-- One program and its debuggers; nil when all is well, else what is not.
local function try(seed)
    local traits = { hooks = seed % 4 == 0, finalizers = seed % 3 == 0, errors = seed % 5 == 0 }
    local name = "program" .. seed .. ".lua"
    local text = generate(seed, traits)
    assert(load(text, name))
    write(scratch .. "/" .. name, text)
    local plain = run("lua5.4 " .. name) -- the name shows in messages
    local trace = "-"
    if not traits.hooks then
        trace = "trace"
        local found = difference(plain, run(("%s record trace %s"):format(rundebug, name)))
        if found then
            return "the recording: " .. found
        end
    end
    for session = 1, sessions do
        local command = ("%s %d %s bad %s"):format(rundebug, seed * 100 + session, trace, name)
        local found = difference(plain, run(command)) or read(scratch .. "/bad")
        if found then
            return command .. "\n" .. found
        end
    end
    os.remove(scratch .. "/" .. name)
end

print("1.." .. count)
local failed = false
for seed = first, first + count - 1 do
    local found = try(seed)
    print(("%s %d - program %d"):format(found and "not ok" or "ok", seed - first + 1, seed))
    if found then
        failed = true
        print("# " .. (found:gsub("\n", "\n# ")))
        os.rename(scratch .. "/bad", scratch .. "/bad" .. seed)
    end
end
if failed then
    print("# in " .. scratch)
else
    os.execute("rm -rf " .. scratch)
end
os.exit(not failed)
