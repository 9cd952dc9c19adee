package labs

import (
	"net/http"
	"time"
)

// Day is what a working day came to.
type Day struct {
	Requests, Refused int64
	SignIns           int64
	Renewals          int64
	RenewLookups      int64 // of the renewals
	Checks            int64 // of access tokens
	Took              time.Duration
	AccessSent        int64 // requests that carried the access token
	AccessGiven       int64 // answers that did
	RefreshSent       int64 // requests to renew, that carried the refresh token
	RefreshElsewhere  int64 // other requests that did
	RefreshRenewed    int64 // answers to those that renew, that carried a refresh token
	RefreshAtSignIn   int64 // answers to a sign-in that did
	RefreshGiven      int64 // all answers that did
}

// WorkingDay has a client send a request a minute for eight hours with JWT, in the carrier that how says. A
// client that knows from expires_in that its token has ended renews it, or signs in again where it may not.
func (w *Environment) WorkingDay(c *Client, renews bool, how ...How) Day {
	var day Day
	const hours = 8
	ends := time.Time{}
	for minute := range hours * 60 {
		w.Clock.mu.Lock()
		w.Clock.now = dawn().Add(time.Duration(minute) * time.Minute)
		now := w.Clock.now
		w.Clock.mu.Unlock()
		if !now.Before(ends) {
			if ends.IsZero() || !renews {
				before := c.wire.RefreshGiven
				c.SignIn(JWT, append(how, Remembered)...)
				day.SignIns++
				day.RefreshAtSignIn += c.wire.RefreshGiven - before
			} else {
				before := c.wire
				a := c.Renews().Want(http.StatusOK)
				day.Renewals++
				day.RenewLookups += int64(a.Auth())
				day.RefreshSent += c.wire.RefreshTokens - before.RefreshTokens
				day.RefreshRenewed += c.wire.RefreshGiven - before.RefreshGiven
			}
			ends = now.Add(w.settings.AccessTTL)
		}
		before := c.wire
		a := c.Me(JWT)
		day.Requests++
		day.Took += a.Took
		day.AccessSent += c.wire.AccessTokens - before.AccessTokens
		day.RefreshElsewhere += c.wire.RefreshTokens - before.RefreshTokens
		if !a.In() {
			day.Refused++
		}
		for _, s := range a.Steps {
			if s.Name == "check.token" {
				day.Checks++
			}
		}
	}
	day.AccessGiven, day.RefreshGiven = c.wire.AccessGiven, c.wire.RefreshGiven
	return day
}
