"""What wrk asks, in Lua, where it is not the same every time; `%s` are lists of words to choose from.

Pages of four, because a small catalogue has no more courses of one word: pages of like size compare.
"""

LOGIN = """
local emails = { %s }
local place, step = 0, 2
local threads = 0
function setup(thread) thread:set("start", threads) threads = threads + 1 end
function init(args) place = start end
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
function request()
  place = place + step
  local email = emails[place %% #emails + 1]
  return wrk.format(nil, nil, nil, '{"email": "' .. email .. '", "password": "%s"}')
end
"""

SEARCH = """
local words = { %s }
local place, threads = 0, 0
function setup(thread) thread:set("start", threads) threads = threads + 1 end
function init(args) place = start * 17 end
function request()
  place = place + 1
  return wrk.format("GET", wrk.path .. "?limit=4&q=" .. words[place %% #words + 1])
end
"""

COLD_SEARCH = """
local words = { %s }
local place, threads = 0, 0
function setup(thread) thread:set("start", threads) threads = threads + 1 end
function init(args) place = 0 end
function request()
  place = place + 1
  local bound = 10000 + start * 500000 + os.time() %% 10000 * 30 + place / 100
  local query = "?limit=4&q=" .. words[place %% #words + 1] .. string.format("&maxPrice=%%.2f", bound)
  return wrk.format("GET", wrk.path .. query)
end
"""
