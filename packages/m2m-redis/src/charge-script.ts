import { scriptOf } from './script.js'

/**
 * The generic cell rate algorithm, in one step. KEYS[1] holds when nothing is used any more: seconds
 * since the epoch, by the clock of Redis, to the picosecond. A number of Lua has not that many
 * digits, so its halves are counted apart. ARGV is what a charge takes and the most that may be taken
 * ahead of now, both in microseconds. Answers whether it was taken, and what is taken ahead then.
 */
export const chargeScript = scriptOf(`
local time = redis.call('TIME')
local second, micro = tonumber(time[1]), tonumber(time[2])
local cost, most = tonumber(ARGV[1]), tonumber(ARGV[2])

local ahead = 0
local state = redis.call('GET', KEYS[1])
if state then
  local whole, part = string.match(state, '^(%d+)(%.%d+)$')
  if not whole then
    return redis.error_reply('ERR expected a time under the key of a quota')
  end
  ahead = math.max(0, (tonumber(whole) - second) * 1e6 + tonumber(part) * 1e6 - micro)
end

local taken = ahead + cost <= most
if taken and cost > 0 then
  ahead = ahead + cost
  local free = micro + ahead
  local part = math.fmod(free, 1e6)
  local text = string.format('%.0f.%012.0f', second + (free - part) / 1e6, math.floor(part * 1e6))
  local life = string.format('%.0f', math.ceil(ahead / 1000))
  redis.call('SET', KEYS[1], text, 'PX', life)
end
return { taken and 1 or 0, string.format('%.6f', ahead) }
`)
