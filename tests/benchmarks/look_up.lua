-- wrk's side: asks for paths picked at random from a file, and says as JSON how it went.

local requests = {}

function init(arguments)
   math.randomseed(os.time())
   for path in io.lines(arguments[1]) do
      requests[#requests + 1] = wrk.format("GET", path)
   end
end

function request()
   return requests[math.random(#requests)]
end

function done(summary, latency)
   local errors = summary.errors
   io.write(string.format(
      'RESULT {"requests": %d, "microseconds": %d, "p50": %d, "p99": %d, "refused": %d, "broken": %d}\n',
      summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
      errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
