for i = 1, 3 do
    for j = 1, 3 do
        if j == 2 then
            goto continue
        end
        print(i, j)
        ::continue::
    end
end
do
    local k = 0
    local fs = {}
    ::top::
    local captured = k
    fs[#fs + 1] = function() return captured end
    k = k + 1
    if k < 3 then
        goto top
    end
    print(fs[1](), fs[2](), fs[3]())
end
print(load("goto nowhere"))
print(load("do goto inside end; local x; ::inside:: print(x)"))
print(load("::a:: ::a::"))
print(load("break"))
