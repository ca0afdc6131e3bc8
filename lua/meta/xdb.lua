---@meta xdb
-- The debugger inside of a program: docs/xdb-module.md.

---@class xdb
---@field version string version of the library, such as "0.1.0"
local xdb = {}

---@class xdb.TraceOptions
---@field header? string printed before the place
---@field commands? string[] run before anything is read
---@field frame? integer|xdb.Frame where to stand: a level, 1 being the caller, or a frame

---Stops at the line of the call.
---@param options? string|integer|xdb.Frame|xdb.TraceOptions a header, a frame, a level, or all by name
function xdb.set_trace(options) end

---The same, unless the environment variable XDBBREAKPOINT says otherwise.
---@param ... any
---@return any ...
function xdb.breakpoint(...) end

---Runs code, stopping at its first line.
---@param code string|function
---@param env? table in place of the globals
function xdb.run(code, env) end

---@param code string|function
---@param globals? table
---@param locals? table
function xdb.runctx(code, globals, locals) end

---@param expression string
---@param env? table
---@return any ... the values of the expression
function xdb.runeval(expression, env) end

---@generic T
---@param f fun(...: any): T
---@param ... any
---@return T ...
function xdb.runcall(f, ...) end

---A message handler, or a look at a coroutine or at what `record` kept.
---@param err any an error value; a coroutine; a record
---@param value? any the error of the coroutine
---@return any err
function xdb.post_mortem(err, value) end

---Looks at the last record.
function xdb.pm() end

---@class xdb.Record
---@field error any
---@field traceback string
---@field thread thread a likeness of the stack

---A message handler that keeps the stack for later.
---@param err any
---@return xdb.Record
function xdb.record(err) end

---@return "hook"
function xdb.get_default_backend() end

---@param name "hook"
function xdb.set_default_backend(name) end

---@class xdb.PdbOptions
---@field completekey? string|false
---@field stdin? file*|table|fun(): string?
---@field stdout? file*|table|fun(text: string)
---@field skip? string[] patterns of modules or files that are not stepped through
---@field nosigint? boolean
---@field readrc? boolean
---@field mode? "inline"
---@field backend? "hook"
---@field colorize? boolean
---@field colors? boolean
---@field prompt? string

---@class xdb.Pdb
---@field prompt string
---@field lastcmd string
---@field curframe? xdb.Frame the frame that is looked at
---@overload fun(options?: xdb.PdbOptions): xdb.Pdb
xdb.Pdb = {}

---@param options? xdb.PdbOptions
---@return xdb.Pdb
function xdb.Pdb:new(options) end

---@param methods? table
---@return xdb.Pdb class
function xdb.Pdb:subclass(methods) end

---@param options? string|integer|xdb.Frame|xdb.TraceOptions
function xdb.Pdb:set_trace(options) end

---@param code string|function
---@param env? table
function xdb.Pdb:run(code, env) end

---@param code string|function
---@param globals? table
---@param locals? table
function xdb.Pdb:runctx(code, globals, locals) end

---@param expression string
---@param env? table
---@return any ...
function xdb.Pdb:runeval(expression, env) end

---@param f function
---@param ... any
---@return any ...
function xdb.Pdb:runcall(f, ...) end

---@param err any
---@param value? any
---@return any err
function xdb.Pdb:post_mortem(err, value) end

---@param text string
function xdb.Pdb:message(text) end

---@param text string
function xdb.Pdb:error(text) end

function xdb.Pdb:preloop() end

function xdb.Pdb:postloop() end

---@param line string
---@return string line what is run instead
function xdb.Pdb:precmd(line) end

---@param line string
---@return boolean stop
function xdb.Pdb:onecmd(line) end

---@return boolean stop
function xdb.Pdb:emptyline() end

---@param text string
---@return boolean stop
function xdb.Pdb:default(text) end

---@param stop boolean
---@param line string
---@return boolean stop
function xdb.Pdb:postcmd(stop, line) end

return xdb
