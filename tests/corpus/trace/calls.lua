-- Functions: called, never called, recursive, tail calls, varargs, methods.
local function factorial(n)
  if n <= 1 then
    return 1
  end
  return n * factorial(n - 1)
end
factorial(5)
local function count(n)
  if n == 0 then
    return "done"
  end
  return count(n - 1)
end
count(4)
local even, odd
function even(n)
  if n == 0 then return true end
  return odd(n - 1)
end
function odd(n)
  if n == 0 then return false end
  return even(n - 1)
end
even(7)
local function pass(...)
  local a, b = ...
  return select("#", ...), a, b
end
pass()
pass(1, 2, 3)
local Account = {}
Account.__index = Account
function Account.new(balance)
  return setmetatable({ balance = balance }, Account)
end
function Account:deposit(n)
  self.balance = self.balance + n
  return self
end
function Account:withdraw(n)
  self.balance = self.balance - n
end
Account.new(1):deposit(2):deposit(3)
local list = { 3, 1, 2 }
table.sort(list, function(a, b)
  return a < b
end)
local replaced = ("abc"):gsub("%a", function(c)
  return c:upper()
end)
local function forty() return function() return function() return 42 end end end
forty()()()
local function never_called(a)
  local b = a
  return function()
    return b
  end
end
