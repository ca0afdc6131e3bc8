rockspec_format = "3.0"
package = "xdb"
version = "dev-1"
source = {
  url = "git+file://."
}
description = {
  summary = "Debugger, profiler and timing for Lua 5.4 programs",
  detailed = [[
    What pdb, cProfile, timeit, trace, tracemalloc and faulthandler are to Python, for stock Lua 5.4: commands,
    modules for require, and a C library. It is built with meson and needs jansson, uthash and, for line editing,
    readline.
  ]],
  license = "MIT",
  labels = { "debugging", "profiling", "development" }
}
supported_platforms = { "linux" }
dependencies = {
  "lua >= 5.4, < 5.5"
}
external_dependencies = {
  JANSSON = { header = "jansson.h" }
}
build = {
  type = "command",
  build_command = "rm -rf build/rock && meson setup build/rock -Dtests=disabled --buildtype=debugoptimized --prefix=$(PREFIX) "
    .. "--bindir=$(BINDIR) --libdir=c -Dlua_module_dir=$(LIBDIR) && meson compile -C build/rock",
  install_command = "meson install -C build/rock --quiet"
}
