local first = 0
while arg[first - 1] do
    first = first - 1
end
for i = first, #arg do
    print(i, arg[i])
end
print(select("#", ...), ...)
