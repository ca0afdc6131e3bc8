--[[
A random program that is nothing but conditions, and how often each of their outcomes is taken: worked out here, to be compared with what
`xtrace cover --branch` counts. Every condition of the program asks `t(number)`, whose answer depends on the number and the round alone.

    lua branches.lua SEED PROGRAM >EXPECTED

EXPECTED has a line `LINE:COLUMN KIND FIRST SECOND` for each branch, sorted. Where a side has been decided within, control goes on past the
operator around it without asking again: so does the model.
]]
local seed, path = tonumber(arg[1]), arg[2]
math.randomseed(seed)
local random = math.random

local ROUNDS = 7
local function truth(n, round)
    return (n * 2654435761 + round * 40503 + seed * 97) // 8 % 3 > 0
end

-- ---- the text, with the place of each thing that decides ----

local text, line, column = {}, 1, 1
local function put(s)
    text[#text + 1] = s
    for c in s:gmatch(".") do
        if c == "\n" then line, column = line + 1, 1 else column = column + 1 end
    end
end

local sites = {}
local function site(kind)
    local s = { kind = kind, line = line, column = column, 0, 0 }
    sites[#sites + 1] = s
    return s
end

local function record(s, first)
    s[first and 1 or 2] = s[first and 1 or 2] + 1
end

-- ---- conditions: each part is put, and returned as a function(round) -> its value, whether it was asked for it last ----

local leaves = 0
local condition

local function leaf()
    leaves = leaves + 1
    local n, form = leaves, random(6)
    local ask = function(round) return truth(n, round), true end
    if form == 1 then
        put(("t(%d) == true"):format(n))
    elseif form == 2 then
        put(("t(%d) ~= false"):format(n))
    elseif form == 3 then
        put(("not t(%d)"):format(n))
        return function(round) return not truth(n, round), true end
    elseif form == 4 then
        put(("v(%d) > 0"):format(n))
    else
        put(("t(%d)"):format(n))
    end
    return ask
end

local function side(depth)
    local form = random(5)
    if depth == 0 or form <= 2 then return leaf() end
    if form == 3 then
        put("not (")
        local inner = condition(depth - 1)
        put(")")
        return function(round)
            local value, asked = inner(round)
            return not value, asked
        end
    end
    put("(")
    local inner = condition(depth - 1)
    put(")")
    return inner
end

function condition(depth)
    local left = side(depth)
    if random(3) == 1 then return left end
    put(random(8) == 1 and "\n  " or " ")
    local kind = random(2) == 1 and "and" or "or"
    local s = site(kind)
    put(kind .. " ")
    local right = side(depth) -- a side is in brackets when it has operators of its own
    return function(round)
        local value, asked = left(round)
        local on = value == (kind == "and")
        if asked then record(s, on) end
        if on then return right(round) end
        return value, false
    end
end

-- ---- statements: put, and returned as a function(round) ----

local block

local function statement_if(depth)
    local clauses = {}
    local word = "if"
    repeat
        local s = site("if")
        put(word .. " ")
        local ask = condition(2)
        put(" then\n")
        clauses[#clauses + 1] = { s = s, ask = ask, run = block(depth - 1) }
        word = "elseif"
    until random(3) > 1
    local otherwise = function() end
    if random(2) == 1 then
        put("else\n")
        otherwise = block(depth - 1)
    end
    put("end\n")
    return function(round)
        for _, c in ipairs(clauses) do
            local value, asked = c.ask(round)
            if asked then record(c.s, value) end
            if value then return c.run(round) end
        end
        otherwise(round)
    end
end

-- Loops go round at most three times: `n` counts.
local function statement_while(depth)
    put("local n = 0\n")
    local s = site("while")
    put("while ")
    local ask = condition(1)
    put(" do\n")
    local run = block(depth - 1)
    put("n = n + 1\n")
    local limit = site("if")
    put("if n == 3 then break end\nend\n")
    return function(round)
        for n = 1, 3 do
            local value, asked = ask(round)
            if asked then record(s, value) end
            if not value then return end
            run(round)
            record(limit, n == 3)
        end
    end
end

local function statement_until(depth)
    put("local n = 0\nrepeat\n")
    local run = block(depth - 1)
    put("n = n + 1\n")
    local s = site("until")
    put("until ")
    local limit = site("or")
    limit.column = column + #"n == 3 "
    put("n == 3 or (")
    local ask = condition(1)
    put(")\n")
    return function(round)
        for n = 1, 3 do
            run(round)
            record(limit, n ~= 3)
            if n == 3 then return end
            local value, asked = ask(round)
            if asked then record(s, value) end
            if value then return end
        end
    end
end

local function statement_for(depth)
    local s, times, generic = site("for"), random(0, 3), random(2) == 1
    put(generic and ("for _ in next, list(%d) do\n"):format(times) or ("for i = 1, %d do\n"):format(times))
    local run = block(depth - 1)
    put("end\n")
    return function(round)
        for _ = 1, times do
            record(s, true)
            run(round)
        end
        record(s, false)
    end
end

local function statement_value()
    put("x = ")
    local ask = condition(2)
    put("\n")
    return ask
end

function block(depth)
    local runs = {}
    put("do\n")
    for i = 1, random(1, 3) do
        local form = depth > 0 and random(6) or 6
        runs[i] = (form == 1 and statement_while or form == 2 and statement_until or form == 3 and statement_for or form <= 5 and statement_if or
            statement_value)(depth)
    end
    put("x = 0\nend\n") -- so that no block is empty: that would decide nothing
    return function(round)
        for _, run in ipairs(runs) do run(round) end
    end
end

put(("local round\nlocal x\nlocal function t(n) return (n * 2654435761 + round * 40503 + %d) // 8 %% 3 > 0 end\n"):format(seed * 97))
put("local function v(n) return t(n) and 1 or 0 end\n")
put("local function list(n) return {table.unpack({1, 2, 3}, 1, n)} end\n")
put("local function once()\n")
local run = block(4)
put(("end\nfor r = 1, %d do round = r once() end\n"):format(ROUNDS))
for round = 1, ROUNDS do run(round) end

local file <close> = assert(io.open(path, "w"))
file:write(table.concat(text))
local lines = {}
for i, s in ipairs(sites) do lines[i] = ("%d:%d %s %d %d\n"):format(s.line, s.column, s.kind, s[1], s[2]) end
table.sort(lines)
io.write(table.concat(lines))
