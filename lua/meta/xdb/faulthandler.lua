---@meta xdb.faulthandler
-- Tracebacks when the process crashes, hangs, or gets a signal.

---@class xdb.faulthandler
---@field SIGALRM integer
---@field SIGCONT integer
---@field SIGHUP integer
---@field SIGINT integer
---@field SIGQUIT integer
---@field SIGTERM integer
---@field SIGUSR1 integer
---@field SIGUSR2 integer
---@field SIGWINCH integer
local faulthandler = {}

---@alias xdb.Output file*|integer|{fileno: fun(self): integer}

---@param file? xdb.Output
---@param all_threads? boolean
---@param c_stack? boolean
---@param max_threads? integer
function faulthandler.enable(file, all_threads, c_stack, max_threads) end

---@return boolean enabled whether it was
function faulthandler.disable() end

---@return boolean
function faulthandler.is_enabled() end

---@param file? xdb.Output
---@param all_threads? boolean
---@param max_threads? integer
function faulthandler.dump_traceback(file, all_threads, max_threads) end

---@param file? xdb.Output
function faulthandler.dump_c_stack(file) end

---@param timeout number seconds
---@param again? boolean by name `repeat` or `repeat_`
---@param file? xdb.Output
---@param exit? boolean
---@param max_threads? integer
function faulthandler.dump_traceback_later(timeout, again, file, exit, max_threads) end

function faulthandler.cancel_dump_traceback_later() end

---@param signum integer
---@param file? xdb.Output
---@param all_threads? boolean
---@param chain? boolean
---@param max_threads? integer
function faulthandler.register(signum, file, all_threads, chain, max_threads) end

---@param signum integer
---@return boolean registered whether it was
function faulthandler.unregister(signum) end

return faulthandler
