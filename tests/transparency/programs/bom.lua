print("bom", debug.getinfo(1, "l").currentline)
error("line 2")
