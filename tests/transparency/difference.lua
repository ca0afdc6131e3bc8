-- One case in which a command that adds a word to `arg` differs: the comparison must see it.
return function()
    return { folder = "programs", cases = { { "arguments", "lua arguments.lua" } } }
end
