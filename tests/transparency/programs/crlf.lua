print("crlf")
local s = [[a
b]]
print(#s)
-- comment
error("line 5")
