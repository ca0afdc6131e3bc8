-- What every workload calls at its end, with the CPU seconds of its work: appended to the file named
-- in XDB_BENCH_TIMES, or shown when one runs a workload by hand.
return function(seconds)
  local name = os.getenv("XDB_BENCH_TIMES")
  local file = name and assert(io.open(name, "a")) or io.stdout
  file:write(("%.9f\n"):format(seconds))
  if name then file:close() end
end
