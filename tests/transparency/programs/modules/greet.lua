print("loading", ...)
loads = (loads or 0) + 1
return { hello = function(name) return "hello " .. name end }
