--[[
The comparison itself: it must see a difference in each of the things compared. Prints TAP.

    lua compare_sees.lua REFERENCE COMMAND

COMMAND is run with `-W`, which the program can see in `arg` and in its warnings.
]]
local here = arg[0]:match("^(.*/)") or "./"
local pipe = io.popen(("'%s' '%scompare.lua' differences.lua '%s' --without 'left out' -- '%s' -W")
    :format(arg[1], here, arg[1], arg[2]))
local output = pipe:read("a")
local ok = pipe:close()

local number = 0
local function point(name, seen)
    number = number + 1
    print(("%s %d - %s"):format(seen and "ok" or "not ok", number, name))
    if not seen then
        print("# " .. output:gsub("\n", "\n# "))
    end
end

print("1..7")
point("what is the same is ok", output:find("\nok 1 - same\n", 1, true))
point("stdout is compared", output:find('not ok 2 - stdout\n# stdout differs in line 1\n#   lua:  "', 1, true))
point("stderr is compared", output:find("not ok 3 - stderr\n# stderr differs in line 1\n", 1, true))
point("the exit status is compared", output:find("not ok 4 - status\n# stderr", 1, true)
    and output:find("# exit status differs in line 1", 1, true))
point("a tag leaves a case out", not output:find("tagged", 1, true))
point("what is not installed is skipped", output:find("ok 5 - skipped # SKIP there is no /no/such/file", 1, true))
point("a difference is a failure", not ok)
