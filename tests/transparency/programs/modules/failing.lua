error("a module that fails")
