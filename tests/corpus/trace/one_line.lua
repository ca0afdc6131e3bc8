-- Loops and functions on one line: jumping back counts.
local n = 0
for i = 1, 5 do n = n + i end
while n < 30 do n = n + 1 end
local m = 3 while m > 0 do m = m - 1 end
repeat n = n - 1 until n < 20
for _, v in ipairs({ 1, 2, 3 }) do n = n + v end
for k in pairs({ 1, 2 }) do if k == 1 then n = n + 1 else n = n - 1 end end
local function f(x) return x and 1 or 2 end
f(1) f(nil)
local function g() for i = 1, 3 do f(i) end end
g() g()
local function h(x) while x > 0 do x = x - 1 end return x end h(4) h(0)
goto start
::start:: n = n + 1 if n < 30 then goto start end
local t = {} for i = 1, 3 do t[#t + 1] = function() return i end end
for i = 1, #t do t[i]() end
local function r(x) if x == 0 then return 0 end return r(x - 1) end r(5)
local s = "" for i = 1, 3 do s = s .. i end
