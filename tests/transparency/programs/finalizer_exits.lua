kept = setmetatable({}, { __gc = function() print("exiting from a finalizer") os.exit(7) end })
