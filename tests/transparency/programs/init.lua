init_was_here = "init file" print("init", ..., arg[0])
