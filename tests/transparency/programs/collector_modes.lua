print(collectgarbage("isrunning"), collectgarbage("count"))
print(collectgarbage("incremental"))
print(collectgarbage("generational"))
print(collectgarbage("setpause", 150), collectgarbage("setstepmul", 300))
for i = 1, 20 do
    local garbage = {}
    for j = 1, 1000 do
        garbage[j] = { i, j }
    end
    print(i, collectgarbage("count"), collectgarbage("step", 10))
end
collectgarbage("stop")
print(collectgarbage("isrunning"))
collectgarbage("restart")
print(collectgarbage("collect"), collectgarbage("count"))
