--[[
Runs a suite of invocations under the reference `lua` and under another command, and compares standard
output, standard error and exit status byte by byte. Prints TAP.

    lua compare.lua SUITE REFERENCE [--without TAG]... -- COMMAND [ARGUMENT]...

REFERENCE is a full path. SUITE is a Lua file beside this one: it returns `folder`, which is copied to a scratch folder to run in, and a
list of cases: { name, shell text, tag = ..., needs = {files} }. In the text `lua` is the interpreter, and
$TMP an empty folder. A case with a tag is left out by --without (a debugger that owns
standard input cannot be given programs on it), and so is one whose name is given there; one whose files do not
exist is skipped.
]]

local here = arg[0]:match("^(.*/)") or "./"

local function quote(text)
    return "'" .. text:gsub("'", [['\'']]) .. "'"
end

local function read(path)
    local file <close> = assert(io.open(path, "rb"))
    return file:read("a")
end

local function exists(path)
    local file = io.open(path, "rb")
    if file then
        file:close()
    end
    return file ~= nil
end

local function capture(command)
    local pipe <close> = assert(io.popen(command))
    return pipe:read("a")
end

local function parse(words)
    local options = { suite = words[1], reference = words[2], without = {}, command = {} }
    local i = 3
    while words[i] == "--without" do
        options.without[words[i + 1]] = true
        i = i + 2
    end
    assert(words[i] == "--", "usage: compare.lua SUITE REFERENCE [--without TAG]... -- COMMAND...")
    if words[i + 1]:find("^[^/].*/") then -- the cases run in another folder
        words[i + 1] = capture("pwd -P"):gsub("\n$", "/") .. words[i + 1]
    end
    for j = i + 1, #words do
        options.command[#options.command + 1] = quote(words[j])
    end
    return options
end

-- What the shell is told before the case's own text. Nothing of the caller's Lua settings gets through.
-- The reference is called by its bare name, as a user would: the name shows in messages and in arg[-1].
local function prelude(scratch, folder, command)
    return table.concat({
        "PATH=" .. quote(folder) .. ":\"$PATH\"",
        "unset LUA_INIT LUA_INIT_5_4 LUA_PATH LUA_PATH_5_4 LUA_CPATH LUA_CPATH_5_4",
        "cd " .. quote(scratch .. "/folder") .. " || exit 99",
        "TMP=" .. quote(scratch .. "/tmp"),
        "rm -rf \"$TMP\"; mkdir \"$TMP\"; export TMP LC_ALL=C",
        "lua() { command " .. command .. " \"$@\"; }",
        "",
    }, "\n")
end

local function run(scratch, folder, command, text)
    local script = scratch .. "/case.sh"
    do
        local file <close> = assert(io.open(script, "wb"))
        file:write(prelude(scratch, folder, command), text, "\n")
    end
    local out, err = scratch .. "/out", scratch .. "/err"
    local _, how, code = os.execute(("sh %s >%s 2>%s </dev/null"):format(quote(script), quote(out), quote(err)))
    return { stdout = read(out), stderr = read(err), ["exit status"] = how .. " " .. code }
end

-- The first line in which two texts differ, for a person to read.
local function show_difference(what, expected, got)
    local line = 1
    local theirs = got:gmatch("([^\n]*)\n?")
    for ours in expected:gmatch("([^\n]*)\n?") do
        local their = theirs()
        if ours ~= their then
            print(("# %s differs in line %d"):format(what, line))
            print(("#   lua:  %q"):format(ours))
            print(("#   here: %q"):format(tostring(their)))
            return
        end
        line = line + 1
    end
    print(("# %s has %d bytes, expected %d"):format(what, #got, #expected))
end

local function judge(number, name, expected, got)
    local same = true
    for _, what in ipairs { "stdout", "stderr", "exit status" } do
        same = same and expected[what] == got[what]
    end
    print(("%s %d - %s"):format(same and "ok" or "not ok", number, name))
    for _, what in ipairs { "stdout", "stderr", "exit status" } do
        if expected[what] ~= got[what] then
            show_difference(what, expected[what], got[what])
        end
    end
    return same
end

local function missing(case)
    for _, path in ipairs(case.needs or {}) do
        if not exists(path) then
            return path
        end
    end
end

local function wanted(cases, without)
    local list = {}
    for _, case in ipairs(cases) do
        if not without[case.tag or ""] and not without[case[1]] then
            list[#list + 1] = case
        end
    end
    return list
end

local options = parse(arg)
local suite = dofile(here .. options.suite)(here, capture)
local cases = wanted(suite.cases, options.without)
local scratch = capture("mktemp -d"):gsub("\n$", "")
assert(os.execute(("cp -R %s %s/folder"):format(quote(here .. suite.folder), quote(scratch))))
local command = table.concat(options.command, " ")
local folder, reference = options.reference:match("^(.*)/([^/]+)$")
local all_same = true
print("1.." .. #cases)
for number, case in ipairs(cases) do
    local absent = missing(case)
    if absent then
        print(("ok %d - %s # SKIP there is no %s"):format(number, case[1], absent))
    else
        local expected = run(scratch, folder, quote(reference), case[2])
        all_same = judge(number, case[1], expected, run(scratch, folder, command, case[2])) and all_same
    end
end
os.execute("rm -rf " .. quote(scratch))
os.exit(all_same)
