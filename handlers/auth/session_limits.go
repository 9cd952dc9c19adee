package auth

import "time"

// SessionLimits are a session's limits of time, enforced by the server.
type SessionLimits struct {
	Idle     time.Duration // without a request; not for remembered sessions
	Max      time.Duration // absolute end after signing in
	Remember time.Duration // absolute end of a remembered session
}

// lastSeenEvery is how often at most a session's last-seen time is written: writing it at each request would
// halve the rate of a page.
const lastSeenEvery = time.Minute

// LastSeenEvery is how often at most last-seen is written under these limits: at most once a minute, and about thirty
// times within the idle limit, in whole seconds.
func (l SessionLimits) LastSeenEvery() time.Duration {
	return min(lastSeenEvery, max(time.Second, (l.Idle/30).Truncate(time.Second)))
}

// LongestIdle is how long a session goes on after last-seen was written: the idle limit, and as much as last-seen may
// lie behind the last request. So a session never ends before it was idle for the limit, and ends by LastSeenEvery
// later at most. In whole seconds, as sessions keep it.
func (l SessionLimits) LongestIdle() time.Duration {
	return (l.Idle + l.LastSeenEvery() + time.Second - 1).Truncate(time.Second)
}

// SignInsOfUser is how many sign-ins of a user a mode keeps at the same time: more than anybody has browsers, and few
// enough for one page. SignIn fails with models.ErrFull beyond it.
const SignInsOfUser = 50
