-- What the server in profile_server.c answers with.
local function user_of(path)
    return tonumber(path:match("%d+$"))
end

local function greeting(user)
    local words = {}
    for i = 1, 10 do
        words[i] = ("%d:%d"):format(user, i)
    end
    return table.concat(words, " ")
end

function on_request(path)
    local user = user_of(path)
    local text = greeting(user)
    return text
end
