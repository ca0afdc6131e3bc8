return { inner = require "modules.cycle_back" }
