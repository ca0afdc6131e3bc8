---@meta xdb.bdb
-- The engine that debuggers are made of.

local bdb = {}

---A frame of a stopped program. It stays usable until the frame ends; then `alive` is false.
---@class xdb.Frame
---@field alive boolean
---@field line integer
---@field file string canonical name
---@field title string as people read it
---@field source string
---@field name string
---@field func function
---@field what string "Lua", "main" or "C"
---@field back? xdb.Frame the caller
---@field parent? xdb.Frame the caller
---@field thread thread
---@field linedefined integer
---@field lastlinedefined integer
local Frame = {}

---@return table<string, any>
function Frame:locals() end

---@return table<string, any>
function Frame:upvalues() end

---@return table<string, any>
function Frame:args() end

---@param name string
---@return any
function Frame:get(name) end

---@param name string
---@param value any
function Frame:set(name, value) end

---@param text string
---@return boolean ok
---@return any ... the values, or the error
function Frame:eval(text) end

---@class xdb.BreakpointOptions
---@field file string
---@field line integer
---@field temporary? boolean
---@field cond? string
---@field funcname? string

---@class xdb.Breakpoint
---@field file? string
---@field line? integer
---@field temporary boolean
---@field cond? string
---@field funcname? string
---@field enabled boolean
---@field ignore integer
---@field hits integer
---@field number integer
---@field pending boolean
---@field deleted boolean
---@overload fun(file: string, line: integer, temporary?: boolean, cond?: string, funcname?: string): xdb.Breakpoint
---@overload fun(options: xdb.BreakpointOptions): xdb.Breakpoint
bdb.Breakpoint = {}

function bdb.Breakpoint:deleteMe() end

function bdb.Breakpoint:enable() end

function bdb.Breakpoint:disable() end

---@return string
function bdb.Breakpoint:bpformat() end

---@param out? file*
function bdb.Breakpoint:bpprint(out) end

function bdb.Breakpoint.clearBreakpoints() end

---Raised in a method: the same as `set_quit`.
bdb.BdbQuit = {}

---@class xdb.Bdb
---@field botframe? xdb.Frame
---@field stopframe? xdb.Frame
---@field returnframe? xdb.Frame
---@field stoplineno integer
---@field quitting boolean
---@field breaks table<string, integer[]>
---@field currentbp integer
---@overload fun(skip?: string[], backend?: "hook"): xdb.Bdb
bdb.Bdb = {}

---@param skip? string[]
---@param backend? "hook"
---@return xdb.Bdb
function bdb.Bdb:new(skip, backend) end

---@param methods? table
---@return xdb.Bdb class
function bdb.Bdb:subclass(methods) end

---@param code string|function
---@param globals? table
---@param locals? table
function bdb.Bdb:run(code, globals, locals) end

---@param code string|function
---@param globals? table
---@param locals? table
function bdb.Bdb:runctx(code, globals, locals) end

---@param expression string
---@param env? table
---@return any ...
function bdb.Bdb:runeval(expression, env) end

---@param f function
---@param ... any
---@return any ...
function bdb.Bdb:runcall(f, ...) end

function bdb.Bdb:reset() end

function bdb.Bdb:set_step() end

function bdb.Bdb:set_stepinstr() end

---@param frame xdb.Frame
function bdb.Bdb:set_next(frame) end

---@param frame xdb.Frame
---@param line? integer
function bdb.Bdb:set_until(frame, line) end

---@param frame xdb.Frame
function bdb.Bdb:set_return(frame) end

function bdb.Bdb:set_continue() end

function bdb.Bdb:set_quit() end

---@param frame? xdb.Frame|integer
function bdb.Bdb:set_trace(frame) end

---@param file string
---@param line integer
---@param temporary? boolean
---@param cond? string
---@param funcname? string
---@return string? err
function bdb.Bdb:set_break(file, line, temporary, cond, funcname) end

---@param file string
---@param line integer
---@return string? err
function bdb.Bdb:clear_break(file, line) end

---@param number integer|string
---@return string? err
function bdb.Bdb:clear_bpbynumber(number) end

---@param file string
---@return string? err
function bdb.Bdb:clear_all_file_breaks(file) end

---@return string? err
function bdb.Bdb:clear_all_breaks() end

---@param number integer|string
---@return xdb.Breakpoint?
---@return string? err
function bdb.Bdb:get_bpbynumber(number) end

---@param file string
---@param line integer
---@return boolean
function bdb.Bdb:get_break(file, line) end

---@param file string
---@param line integer
---@return xdb.Breakpoint[]
function bdb.Bdb:get_breaks(file, line) end

---@param file string
---@return integer[]
function bdb.Bdb:get_file_breaks(file) end

---@return table<string, integer[]>
function bdb.Bdb:get_all_breaks() end

---@param frame xdb.Frame
---@return table[] stack of {frame, line}, oldest first
---@return integer index of the frame
function bdb.Bdb:get_stack(frame) end

---@param entry table
---@return string
function bdb.Bdb:format_stack_entry(entry) end

---@param name string
---@return boolean
function bdb.Bdb:is_skipped_module(name) end

---@param chunk string
---@return string
function bdb.Bdb:canonic(chunk) end

---@param frame xdb.Frame
---@return boolean
function bdb.Bdb:stop_here(frame) end

---@param frame xdb.Frame
---@return boolean
function bdb.Bdb:break_here(frame) end

---@param frame xdb.Frame
---@return boolean
function bdb.Bdb:break_anywhere(frame) end

---@param frame xdb.Frame
---@param event string
---@param arg any
function bdb.Bdb:trace_dispatch(frame, event, arg) end

---@param frame xdb.Frame
function bdb.Bdb:dispatch_line(frame) end

---@param frame xdb.Frame
function bdb.Bdb:dispatch_call(frame) end

---@param frame xdb.Frame
function bdb.Bdb:dispatch_return(frame) end

---@param frame xdb.Frame
function bdb.Bdb:dispatch_exception(frame) end

---@param frame xdb.Frame
function bdb.Bdb:dispatch_opcode(frame) end

---To be overridden: the program is about to run a line.
---@param frame xdb.Frame
function bdb.Bdb:user_line(frame) end

---@param frame xdb.Frame
---@param args table
function bdb.Bdb:user_call(frame, args) end

---@param frame xdb.Frame
---@param ... any what is returned
function bdb.Bdb:user_return(frame, ...) end

---@param frame xdb.Frame
---@param err any
---@param handled boolean
function bdb.Bdb:user_exception(frame, err, handled) end

---@param frame xdb.Frame
function bdb.Bdb:user_opcode(frame) end

---@param number string
function bdb.Bdb:do_clear(number) end

---@param breakpoint xdb.Breakpoint
---@param message string
function bdb.Bdb:condition_failed(breakpoint, message) end

---Stops in a new debugger that steps.
---@param frame? xdb.Frame|integer
function bdb.set_trace(frame) end

---@param breakpoint xdb.Breakpoint
---@param frame xdb.Frame
---@return boolean
function bdb.checkfuncname(breakpoint, frame) end

---@param file string
---@param line integer
---@param frame xdb.Frame
---@return xdb.Breakpoint?
---@return boolean? delete whether a temporary one may be deleted
function bdb.effective(file, line, frame) end

return bdb
