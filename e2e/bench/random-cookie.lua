-- Each request carries a cookie of the file, picked at random.
local requests = {}

function init(arguments)
  math.randomseed(os.time())
  for cookie in io.lines(arguments[1]) do
    requests[#requests + 1] = wrk.format("GET", nil, { Cookie = cookie })
  end
end

function request()
  return requests[math.random(#requests)]
end
