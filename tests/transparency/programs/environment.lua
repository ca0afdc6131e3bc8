print(package.path)
print(package.cpath)
print(init_was_here, os.getenv("LUA_INIT"))
