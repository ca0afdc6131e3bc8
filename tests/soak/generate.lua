--[[
Random Lua programs that end, print what they do, and depend on nothing but their seed: `generate(seed, traits)`.
Traits: `hooks` (the program sets its own), `finalizers`, `errors` (one that nobody catches at the end).

The same text may be laid out with many statements on a line or with one statement over many lines.
]]

local G = {}
G.__index = G

function G:rnd(n)
    self.state = (self.state * 1103515245 + 12345) & 0x7fffffff
    return (self.state >> 8) % n + 1
end

function G:pick(list)
    return list[self:rnd(#list)]
end

-- ---- expressions ----

function G:variable()
    return #self.scope > 0 and self:pick(self.scope) or "0"
end

local expressions = {
    function(g) return tostring(g:rnd(9)) end,
    function(g) return g:variable() end,
    function(g) return g:variable() end,
    function(g, d) return ("num(%s) + num(%s)"):format(g:expr(d), g:expr(d)) end,
    function(g, d) return ("(%s and%s%s or %s)"):format(g:expr(d), g:gap(), g:expr(d), g:expr(d)) end,
    function(g, d) return ("f%d(%s)"):format(g:rnd(3), g:args(d)) end,
    function(g, d) return ("M.f4(%s)"):format(g:args(d)) end,
    function(g, d) return ("M:f5(%s)"):format(g:args(d)) end,
    function(g, d) return ("select(2, pcall(f%d, %s))"):format(g:rnd(3), g:args(d)) end,
    function(g, d) return ("obj(%s)[%s]"):format(g:expr(d), g:expr(d)) end,
    function(g, d) return ("obj(%s) + obj(%s)"):format(g:expr(d), g:expr(d)) end,
    function(g, d) return ("(obj(%s) < obj(%s))"):format(g:expr(d), g:expr(d)) end,
    function(g, d) return ("tostring(obj(%s)) .. obj(%s)"):format(g:expr(d), g:expr(d)) end,
    function(g, d) return ("(function(x, ...)%sreturn x%send)(%s)"):format(g:gap(), g:gap(), g:args(d)) end,
    function(g, d) return ("#{%s,%s%s}"):format(g:expr(d), g:gap(), g:args(d)) end,
    function(g, d) return ("num(%s)%s+%snum(%s)"):format(g:expr(d), g:gap(), g:gap(), g:expr(d)) end,
    function(g, d) return ("load(%q, %q)(%s)"):format(
        "local a = ...\nreturn num(a)\n+ 1", g:pick { "=x", "@y", "text" }, g:expr(d)) end,
    function(g, d) return ("load(string.dump(f%d%s))(%s)"):format(g:rnd(3), g:pick { "", ", true" }, g:expr(d)) end,
    function(g) return ("gen(%d)()"):format(g:rnd(3)) end,
    function() return "str((('ab'):gsub('.', function(c) return c .. c end)))" end,
    function(g) return g.vararg and "select('#', ...)" or "1" end,
    function(g) return g.vararg and "(...)" or "2" end,
}

function G:gap()
    return self:rnd(3) == 1 and "\n" or " "
end

function G:expr(depth)
    depth = (depth or 3) - 1
    if depth <= 0 then
        return self:rnd(2) == 1 and self:variable() or tostring(self:rnd(5))
    end
    return self:pick(expressions)(self, depth)
end

function G:args(depth)
    local list = {}
    for i = 1, self:rnd(2) do
        list[i] = self:expr(depth)
    end
    if self.vararg and self:rnd(4) == 1 then
        list[#list + 1] = "..."
    end
    return table.concat(list, "," .. self:gap())
end

-- ---- statements ----

function G:new_name()
    self.names = self.names + 1
    return "v" .. self.names
end

function G:block(depth, ...)
    local outer = #self.scope
    table.move({ ... }, 1, select("#", ...), outer + 1, self.scope)
    local text = {}
    for i = 1, self:rnd(3) do
        text[i] = self:statement(depth - 1)
    end
    for i = #self.scope, outer + 1, -1 do
        self.scope[i] = nil
    end
    return table.concat(text, self:rnd(4) == 1 and " " or "\n")
end

function G:closed(what, ...)
    local vararg = self.vararg
    self.vararg = what
    local text = self:block(...)
    self.vararg = vararg
    return text
end

local function loop(head, foot)
    return function(g, d)
        local name = g:new_name()
        return (head:gsub("NAME", name):gsub("N", tostring(g:rnd(4)))) .. g:gap() .. g:block(d, name) .. g:gap() .. foot
    end
end

local statements
statements = {
    function(g)
        local e, name = g:expr(), g:new_name()
        g.scope[#g.scope + 1] = name
        return ("local %s%s=%s%s"):format(name, g:gap(), g:gap(), e)
    end,
    function(g) return ("local %s <const> = %s"):format(g:new_name(), g:expr()) end,
    function(g, d)
        local text = ("do local %s <close> = closer(%s)"):format(g:new_name(), g:expr())
        return text .. g:gap() .. g:block(d) .. g:gap() .. "end"
    end,
    function(g) return ("say(%s)"):format(g:expr()) end,
    function(g) return ("say(%s)"):format(g:args(3)) end,
    function(g) return ("g1 = %s"):format(g:expr()) end,
    function(g) return #g.scope > 0 and g:rnd(2) == 1 and ("%s = %s"):format(g.scope[#g.scope], g:expr()) or ";" end,
    function(g, d) return ("if %s then%s%s%selse%s%s%send"):format(g:expr(), g:gap(), g:block(d), g:gap(), g:gap(),
                                                                    g:block(d), g:gap()) end,
    function(g, d) return ("if %s then %s end"):format(g:expr(), g:block(d)) end,
    loop("for NAME = 1, N do", "end"),
    loop("for NAME = 1, N do", "end"),
    loop("for NAME, _ in ipairs { 1, 2, 3 } do", "end"),
    loop("for NAME in gen(N) do", "end"),
    loop("local n_NAME = N while n_NAME > 0 do n_NAME = n_NAME - 1 local NAME = n_NAME", "end"),
    loop("local n_NAME = N repeat n_NAME = n_NAME - 1 local NAME = n_NAME", "until n_NAME <= 0"),
    function(g) return ("for i = 1, %d do say(i) end"):format(g:rnd(5)) end,
    function(g) return ("for i = 1, %d do end"):format(g:rnd(5)) end,
    function(g, d)
        local name = g:new_name()
        return ("do local n = 0 ::%s::%s%s%sn = n + 1 if n < %d then goto %s end end"):format(
            name, g:gap(), g:block(d), g:gap(), g:rnd(4), name)
    end,
    function(g, d) return ("say(pcall(function(...)%s%s%send))"):format(g:gap(), g:closed(true, d), g:gap()) end,
    function(g, d) return ("say(pcall(function(...)%s%s%serror(%s) end))"):format(
        g:gap(), g:closed(true, d), g:gap(), g:pick { "'e'", "{}", "nil", "'e', 0", "5" }) end,
    function(g, d) return ("say(xpcall(function()%s%s%slocal x = nil + 1 end, handler))"):format(
        g:gap(), g:closed(false, d), g:gap()) end,
    function(g, d) return ("say(xpcall(function()%s%s%send, function(m)%s" ..
        "if fuel < 50 then return m end %s return m end))"):format(
        g:gap(), g:closed(false, d), g:gap(), g:gap(), g:closed(false, d, "m")) end,
    function(g, d) return ("run(coroutine.create(function(...)%s%s%scoroutine.yield(%s)%s%s end))"):format(
        g:gap(), g:closed(true, d), g:gap(), g:args(2), g:gap(), g:closed(true, d)) end,
    function(g, d) return ("say(pcall(coroutine.wrap(function()%s%s%serror('w') end)))"):format(
        g:gap(), g:closed(false, d), g:gap()) end,
    function(g, d) return ("do local co = coroutine.create(function()%slocal x <close> = closer(1)%s" ..
        "coroutine.yield()%s%s end) coroutine.resume(co) say(coroutine.close(co)) end"):format(
        g:gap(), g:gap(), g:gap(), g:closed(false, d)) end,
    function(g, d) return ("local function %s(a, ...)%s%s%sreturn f%d(a) end"):format(
        g:new_name(), g:gap(), g:closed(true, d, "a"), g:gap(), g:rnd(3)) end,
    function(g, d)
        local name = g:new_name()
        local body = g:closed(false, d, "a")
        return ("local function %s(a)%s%s%send%s%s(1)"):format(name, g:gap(), body, g:gap(), g:gap(), name)
    end,
    function(g, d) return ("table.sort({3, 1, 2}, function(a, b)%sreturn a < b end)"):format(g:gap()) end,
    function(g) return ("say(select('#', table.unpack({}, 1, %d)))"):format(g:rnd(200)) end,
    function(g) return ("say(deep(%d))"):format(g:rnd(60)) end,
    function(g) return ("say(tail(%d))"):format(g:rnd(30)) end,
    function(g) return ("do return %s end"):format(g:rnd(6) == 1 and g:expr() or "f1()") end,
    function(g) return g.traits.finalizers and
        "setmetatable({}, {__gc = function()\nsay('gc') end}) collectgarbage()" or "say(1)" end,
    function(g) return g.traits.hooks and "\n" .. g:pick {
        "debug.sethook(function(e, l) count(e) end, 'crl')",
        "debug.sethook(function() ticks = (ticks or 0) + 1 end, '', 7)",
        "debug.sethook()",
        "debug.sethook(function(e, l) count(e .. (l or '')) end, 'l')",
        "debug.sethook(function() debug.sethook() error('hook') end, 'l')",
        "say(debug.gethook() ~= nil, select(2, debug.gethook()), select(3, debug.gethook()))",
        "say(told)",
    } .. "\n" or "say(debug.traceback('t'))" end,
}

function G:statement(depth)
    if depth <= 0 then
        return self:pick(self.flat)(self, 0)
    end
    return self:pick(statements)(self, depth)
end

local header = [[
collectgarbage("stop")
local fuel, told, g1 = FUEL, 0, nil
local function burn() fuel = fuel - 1 if fuel < 0 then error("no fuel", 0) end end
local plain = { string = true, number = true, boolean = true, ["nil"] = true }
local function str(v) local t = type(v) if plain[t] then return tostring(v) end return t end
local function num(v) burn() return type(v) == "number" and v % 1000 or 1 end
local function count(e) told = told + 1 end
local out = 0
local function say(...)
    burn()
    out = out + 1
    if out > 3000 then error("enough", 0) end
    local t = table.pack(...)
    for i = 1, t.n do t[i] = str(t[i]):sub(1, 2000) end
    print(table.concat(t, " "))
end
local function handler(m) if fuel < 50 then return m end say("handler", m) return m end
local mt = {}
mt.__index = function(t, k)
    burn()
    return k
end
mt.__add = function(a, b) burn() return 7 end
mt.__lt = function(a, b) burn() return true end
mt.__concat = function(a, b) burn() return "c" end
mt.__tostring = function() burn() return "obj" end
mt.__close = function(_, e) say("closed", e) end
local function obj(v) return setmetatable({ v }, mt) end
local function closer(v) say("open") return setmetatable({ v }, mt) end
local function run(co)
    for i = 1, 4 do
        say(coroutine.resume(co, i))
        if coroutine.status(co) == "dead" then break end
    end
end
local function gen(n)
    return coroutine.wrap(function()
        for i = 1, n do
            coroutine.yield(i)
        end
    end)
end
local function deep(n)
    burn()
    if n <= 0 then return 0 end
    return 1 + deep(n - 1)
end
local function tail(n) burn()
    if n <= 0 then return 0 end
    return tail(n - 1)
end
local f1, f2, f3
local M = {}
]]

function G:func(head, self_name)
    self.vararg = true
    return ("%s\nburn()\n%s\nend\n"):format(head, self:block(4, "a", self_name))
end

local function generate(seed, traits)
    local g = setmetatable({ state = seed & 0x7fffffff, traits = traits, scope = {}, names = 0, flat = {} }, G)
    for i = 1, 6 do
        g.flat[i] = statements[i == 3 and 4 or i]
    end
    g.flat[#g.flat + 1] = statements[16]
    local text = {
        (header:gsub("FUEL", tostring(400))),
        g:func("function f1(a, ...)"),
        g:func("function f2(a, ...)"),
        g:func("function f3(a, ...)"),
        g:func("function M.f4(a, ...)"),
        g:func("function M:f5(a, ...)", "self"),
    }
    g.vararg = true
    for i = 1, 6 do
        g.scope = {}
        text[#text + 1] = "fuel = 400 say(pcall(function(...)" .. g:gap() .. g:block(4) .. g:gap() .. "end, 1, 2))\n"
    end
    if traits.errors then
        text[#text + 1] = "fuel = 400\n" .. g:block(4) .. "\nerror('at the end')\n"
    end
    text[#text + 1] = "print('done')\n"
    return table.concat(text)
end

return generate
