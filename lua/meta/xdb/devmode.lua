---@meta xdb.devmode
-- The development mode: findings about a program, on stderr.

local devmode = {}

---@param filters? string[] as for -W
---@param allocator? boolean false leaves out the debug allocator
---@param allow? string[] names of globals that are no findings
---@return true
function devmode.enable(filters, allocator, allow) end

---@return boolean
function devmode.enabled() end

---@param text string as "-W TEXT"
function devmode.filter(text) end

---@param ... string names of globals
function devmode.allow(...) end

---@param message string
---@param category? string
---@param level? integer 2: who called the caller
function devmode.warn(message, category, level) end

return devmode
