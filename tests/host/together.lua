-- Uses the modules named, loaded in that order, in one state: see together.py.
local order = {...}
local use = {}
local function work() local t = {} for i = 1, 100 do t[i] = tostring(i) end return #table.concat(t) end
use["xdb"] = function(m) assert(m.version) local p = m.Pdb{stdin = io.tmpfile(), stdout = io.tmpfile()} p:runcall(work) end
use["xdb.bdb"] = function(m) local B = m.Bdb:subclass() local n = 0 function B:user_line() n = n + 1 self:set_step() end B():runcall(work) assert(n > 0) end
use["xdb.profile"] = function(m) local p = m.Profile() p:runcall(work) p:create_stats() end
use["xdb.pstats"] = function(m) local p = require"xdb.profile".Profile() p:runcall(work) assert(m.Stats(p):get_stats_profile()) end
use["xdb.timeit"] = function(m) assert(m.timeit("1+1", "", nil, 100)) end
use["xdb.trace"] = function(m) local t = m.Trace{count = true, trace = false} t:runfunc(work) assert(t:results()) end
use["xdb.tracemalloc"] = function(m) m.start() local x = work() local s = m.take_snapshot() assert(#s:statistics("lineno") > 0) m.stop() end
use["xdb.faulthandler"] = function(m) m.enable() assert(m.is_enabled()) m.disable() end
use["xdb.devmode"] = function(m) assert(m.enabled() == false) end
local loaded = {}
for _, name in ipairs(order) do loaded[name] = require(name) end
for _, name in ipairs(order) do use[name](loaded[name]) end
print(debug.gethook() == nil, "ok")
