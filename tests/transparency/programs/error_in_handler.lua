print(xpcall(error, function() error("in handler") end, "x"))
print(xpcall(error, function(e) return e .. " handled" end, "x"))
print(xpcall(function() local x = nil + 1 end, function(e) error(e) end))
local function overflow(e) return overflow(e) + 1 end
print(xpcall(error, overflow, "x"))
print(pcall(xpcall, error, nil, "no handler"))
print(xpcall(error, print, "print as handler"))
print(xpcall(error, debug.traceback, "traceback as handler"))
print(xpcall(function() error() end, debug.traceback))
local function recurse() recurse() return 1 end
local ok, text = xpcall(recurse, debug.traceback)
print(ok, text)
print(pcall(pcall))
print(pcall(error))
