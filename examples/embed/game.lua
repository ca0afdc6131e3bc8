-- The script of the game in game_loop.c.
local hero = {x = 0, speed = 30}

local function hit(strength)
    hero.x = hero.x - strength
end

local frame = 0
function update(dt)
    frame = frame + 1
    hero.x = hero.x + hero.speed * dt
    if frame % 16 == 0 then
        hit(frame / 16)
    end
end
