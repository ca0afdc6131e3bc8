-- A server in little: requests come in, a session is found or made, an answer goes out.
sessions = {} -- global, so that an administrator can look at it
local log, made = {}, 0

local Session = {}
Session.__index = Session

local function new_session(user)
  made = made + 1
  local id = user .. "/" .. made
  local session = setmetatable({id = id, user = user, seen = 0, data = {}}, Session)
  sessions[id] = session
  return session
end

local function find_session(user)
  return sessions[user] or new_session(user)
end

local function answer(request)
  local session = find_session(request.user)
  session.seen = session.seen + 1
  log[#log % 10 + 1] = request.path
  return ("%s: %s (%d)"):format(request.user, request.path, session.seen)
end

local users = {"ann", "bob", "cay"}
local bytes = 0
for i = 1, tonumber(arg and arg[1]) or 2000 do
  bytes = bytes + #answer {user = users[i % #users + 1], path = "/page/" .. i % 50}
end
print(bytes .. " bytes answered")
