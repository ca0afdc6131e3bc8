x = 1
debug.debug()
print("after", x)
