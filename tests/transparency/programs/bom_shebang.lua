#!/bin/lua
print("bom and shebang", debug.getinfo(1, "l").currentline)
