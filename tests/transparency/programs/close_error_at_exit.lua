local last <close> = setmetatable({}, { __close = function(_, e)
    print("closing with", e)
    error("closing failed")
end })
