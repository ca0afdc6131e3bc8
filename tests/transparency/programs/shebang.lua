#!/usr/bin/env lua
print(debug.getinfo(1, "l").currentline)
error("second line is line 3")
