package redisstore

import "github.com/redis/go-redis/v9"

// The scripts. KEYS[1] is a session's hash or a user's, whose fields are devices and whose values are the
// hashes of session ids. Moments are microseconds, as everywhere; Redis counts milliseconds. A session that
// Redis has deleted is still in its user's hash until the next script passes there; the user's hash itself
// goes with the last session that it may name.
var (
	// createSession: KEYS session, user; ARGV key of a session to end or "", hash, device, how long in
	// milliseconds the session lives if it is not used and at most, how many the user may have or 0, how many demo
	// sessions there may be or 0 for one that is none, now and the end in milliseconds, then its fields. 0: it exists, 2:
	// the user has too many. Of the user's
	// hash it looks at a few, wherever they are: more than one sign-in adds, and no more than that however many there
	// are, for everybody else waits meanwhile.
	createSession = script("create-session", gone+`
if redis.call('EXISTS', KEYS[1]) == 1 or redis.call('HEXISTS', KEYS[2], ARGV[3]) == 1 then return 0 end
if ARGV[1] ~= '' then drop(ARGV[1]) end
local some = redis.call('HRANDFIELD', KEYS[2], 16, 'WITHVALUES')
for i = 1, #some, 2 do
	if redis.call('EXISTS', session(some[i+1])) == 0 then redis.call('HDEL', KEYS[2], some[i]) end
end
if tonumber(ARGV[6]) > 0 and redis.call('HLEN', KEYS[2]) >= tonumber(ARGV[6]) then return 2 end
if tonumber(ARGV[7]) > 0 then
	local demos = '`+demoPrefix+`' .. database
	redis.call('ZREMRANGEBYSCORE', demos, '-inf', ARGV[8])
	while redis.call('ZCARD', demos) >= tonumber(ARGV[7]) do
		drop(redis.call('ZPOPMIN', demos)[1])
	end
	redis.call('ZADD', demos, ARGV[9], KEYS[1])
	if redis.call('PTTL', demos) < tonumber(ARGV[5]) then redis.call('PEXPIRE', demos, ARGV[5]) end
end
redis.call('HSET', KEYS[1], unpack(ARGV, 10))
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.call('HSET', KEYS[2], ARGV[3], ARGV[2])
if redis.call('PTTL', KEYS[2]) < tonumber(ARGV[5]) then redis.call('PEXPIRE', KEYS[2], ARGV[5]) end
return 1`)

	// touchSession: KEYS session; ARGV now. Never backwards.
	touchSession = script("touch-session", lives+`
local seen = redis.call('HGET', KEYS[1], 'last_seen')
if not seen or tonumber(seen) >= tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'last_seen', ARGV[1])
live(KEYS[1], ARGV[1])
return 1`)

	// renameSession: KEYS session, session under its new name; ARGV now, new hash.
	renameSession = script("rename-session", lives+`
if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
redis.call('RENAME', KEYS[1], KEYS[2])
local ends = redis.call('ZSCORE', '`+demoPrefix+`' .. database, KEYS[1])
if ends then
	redis.call('ZREM', '`+demoPrefix+`' .. database, KEYS[1])
	redis.call('ZADD', '`+demoPrefix+`' .. database, ends, KEYS[2])
end
redis.call('HSET', KEYS[2], 'last_seen', ARGV[1])
live(KEYS[2], ARGV[1])
local whose = redis.call('HMGET', KEYS[2], 'user_id', 'device_id')
redis.call('HSET', '`+userPrefix+`' .. database .. whose[1], whose[2], ARGV[2])
return 1`)

	// deleteSession: KEYS session.
	deleteSession = script("delete-session", gone+`return drop(KEYS[1])`)

	// listSessions: KEYS user. Each answer is a hash, then fields and values. Clearing away what is gone is no part of the
	// answer: a replica, and a Redis that cannot save, refuse it (pcall).
	listSessions = script("list-sessions", gone+`
local list, known = {}, redis.call('HGETALL', KEYS[1])
for i = 1, #known, 2 do
	local found = redis.call('HGETALL', session(known[i+1]))
	if #found == 0 then
		redis.pcall('HDEL', KEYS[1], known[i])
	else
		table.insert(found, 1, known[i+1])
		list[#list+1] = found
	end
end
return list`)

	// endSession: KEYS user; ARGV device.
	endSession = script("end-session", gone+`
local hash = redis.call('HGET', KEYS[1], ARGV[1])
if not hash then return 0 end
redis.call('HDEL', KEYS[1], ARGV[1])
return remove(session(hash))`)

	// endOtherSessions: KEYS user; ARGV the device to keep.
	endOtherSessions = script("end-other-sessions", gone+`
local ended, known = 0, redis.call('HGETALL', KEYS[1])
for i = 1, #known, 2 do
	if known[i] ~= ARGV[1] then
		redis.call('HDEL', KEYS[1], known[i])
		ended = ended + remove(session(known[i+1]))
	end
end
return ended`)

	// changeCopies: KEYS user; ARGV fields and values.
	changeCopies = script("change-copies", gone+`
local changed = 0
for _, hash in ipairs(redis.call('HVALS', KEYS[1])) do
	if redis.call('EXISTS', session(hash)) == 1 then
		redis.call('HSET', session(hash), unpack(ARGV))
		changed = changed + 1
	end
end
return changed`)

	// showSession: KEYS session. Fields and values, and PTTL among them.
	showSession = script("show-session", `
local found = redis.call('HGETALL', KEYS[1])
if #found > 0 then
	found[#found+1] = 'PTTL'
	found[#found+1] = tostring(redis.call('PTTL', KEYS[1]))
end
return found`)
)

// ofDatabase has database, the part of the first key that all keys of a database have.
const ofDatabase = `
local database = string.match(KEYS[1], '^twodoors:[^:]+:([^:]+:)')
`

// gone has what ends sessions: session is the key of a hash, remove deletes a key, drop ends the session of a key.
const gone = ofDatabase + `
local function session(hash) return '` + sessionPrefix + `' .. database .. hash end
local function remove(key)
	redis.call('ZREM', '` + demoPrefix + `' .. database, key)
	return redis.call('DEL', key)
end
local function drop(key)
	local whose = redis.call('HMGET', key, 'user_id', 'device_id')
	if not whose[1] then return 0 end
	redis.call('HDEL', '` + userPrefix + `' .. database .. whose[1], whose[2])
	return remove(key)
end
`

// lives has live, which tells Redis when to delete a session by what stands in it.
const lives = ofDatabase + `
local function live(key, now)
	local v = redis.call('HMGET', key, 'expires_at', 'user_expires_at', 'idle_seconds', 'last_seen')
	local ends, user, idle = tonumber(v[1]), tonumber(v[2]), tonumber(v[3])
	if user > 0 then ends = math.min(ends, user) end
	if idle > 0 then ends = math.min(ends, tonumber(v[4]) + idle * 1000000) end
	redis.call('PEXPIRE', key, string.format('%d', math.max(1, math.ceil((ends - tonumber(now)) / 1000))))
end
`

// named is a script and what the record calls it.
type named struct {
	*redis.Script
	name string
}

func script(name, text string) named { return named{redis.NewScript(text), name} }

// scripts are all of them.
func scripts() []named {
	return []named{createSession, touchSession, renameSession, deleteSession, listSessions, endSession, endOtherSessions, changeCopies, showSession}
}
