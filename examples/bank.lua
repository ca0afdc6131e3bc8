-- A bank with a bug: at the end of the day money is missing. `./dev run` starts the debugger here.
--
-- Accounts are objects, transfers come from a coroutine that reads a journal, and some of them fail.

local Account = {}
Account.__index = Account
Account.__name = "Account"

function Account.new(owner, balance)
    return setmetatable({ owner = owner, balance = balance, history = {} }, Account)
end

function Account:deposit(amount)
    self.balance = self.balance + amount
    self.history[#self.history + 1] = amount
end

function Account:withdraw(amount)
    if amount > self.balance then
        error(("%s has only %.2f"):format(self.owner, self.balance))
    end
    self.balance = self.balance - amount
    self.history[#self.history + 1] = -amount
end

local Bank = { fee = 0.01 }

function Bank.open(names)
    local accounts = {}
    for i, name in ipairs(names) do
        accounts[name] = Account.new(name, 100 * i)
    end
    return accounts
end

-- Moves money; what was withdrawn must arrive.
function Bank.transfer(from, to, amount)
    local fee = amount * Bank.fee
    from:withdraw(amount)
    to:deposit(amount - fee)
    return amount, fee
end

local function journal(text)
    return coroutine.wrap(function()
        for from, to, amount in text:gmatch("(%w+)%s*%->%s*(%w+)%s+(%d+)") do
            coroutine.yield(from, to, tonumber(amount))
        end
    end)
end

local function total(accounts)
    local sum = 0
    for _, account in pairs(accounts) do
        sum = sum + account.balance
    end
    return sum
end

local function day(accounts, text)
    local done, failed = 0, 0
    for from, to, amount in journal(text) do
        local ok, message = pcall(Bank.transfer, accounts[from], accounts[to], amount)
        if ok then
            done = done + 1
        else
            failed = failed + 1
            print("refused: " .. message)
        end
    end
    return done, failed
end

local accounts = Bank.open({ "ann", "bob", "cay" })
local before = total(accounts)
local done, failed = day(accounts, [[
    ann -> bob 30
    bob -> cay 250
    cay -> ann 120
    bob -> ann 30
    ann -> cay 190
]])
print(("%d transfers, %d refused"):format(done, failed))
print(("%.2f before, %.2f after"):format(before, total(accounts)))
