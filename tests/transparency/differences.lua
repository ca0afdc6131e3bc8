-- Cases in which two different commands differ, one in each thing compared. For compare_sees.lua.
return function()
    return {
        folder = "programs",
        cases = {
            { "same", "lua empty.lua" },
            { "stdout", "lua arguments.lua" },
            { "stderr", "lua warnings.lua >/dev/null" },
            { "status", "lua -e 'os.exit(arg[-4])' empty.lua" },
            { "tagged", "lua arguments.lua", tag = "left out" },
            { "skipped", "lua arguments.lua", needs = { "/no/such/file" } },
        },
    }
end
