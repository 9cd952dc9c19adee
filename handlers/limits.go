package handlers

import (
	"runtime"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"twodoors/handlers/auth"
	"twodoors/handlers/trace"
	"twodoors/views"
)

// limits are what visitors may do, for each client address and for all together. A class of 40, and a hall of 300
// phones, share one address: what an address may do at once is measured by them. All addresses together may do fifty
// times as much, so that it takes fifty to keep others waiting. They are counted in the memory of the process, for all
// of its nodes together.
type limits struct {
	signup  *auth.Limiter // accounts made
	demo    *auth.Limiter // demo sign-ins, with or without a new team
	notes   *auth.Limiter // notes written
	streams *auth.Slots   // event streams that are open
	plays   *auth.Turns   // compare pages on which the server plays the requests
}

var (
	// 300 people, and some of them twice; then six accounts a minute, of a few hundred bytes each, for good.
	signupRate    = auth.Rate{AtOnce: 400, Every: 10 * time.Second}
	allSignupRate = auth.Rate{AtOnce: 20_000, Every: 200 * time.Millisecond}

	// 300 people through two doors. A demo team is gone after a day, its sessions after hours.
	demoRate    = auth.Rate{AtOnce: 600, Every: time.Second}
	allDemoRate = auth.Rate{AtOnce: 30_000, Every: 20 * time.Millisecond}

	// 300 people with three notes each. A note has 8 KB at most: that is 8 MB at once, and then 8 KB a second.
	notesRate    = auth.Rate{AtOnce: 1000, Every: time.Second}
	allNotesRate = auth.Rate{AtOnce: 50_000, Every: 20 * time.Millisecond}
)

const (
	// A stream holds a connection, with its file descriptor and some 30 KB. 300 phones behind one address have one
	// each, and some a second one for a moment.
	streamsInAll  = 2000
	streamsOfEach = 400

	// A class of 40 that presses the button at the same moment waits for its turns.
	playsWaiting = 200
	playsOfEach  = 45
)

func newLimits(now func() time.Time) *limits {
	return &limits{
		signup:  auth.NewLimiter(now, signupRate, allSignupRate),
		demo:    auth.NewLimiter(now, demoRate, allDemoRate),
		notes:   auth.NewLimiter(now, notesRate, allNotesRate),
		streams: auth.NewSlots(streamsInAll, streamsOfEach),
		plays: auth.NewTurns(auth.TurnLimits{
			// One processor is left for everything else.
			AtOnce: max(1, runtime.GOMAXPROCS(0)-1), Waiting: playsWaiting, Each: playsOfEach,
		}),
	}
}

// limited counts one from the client's address, and returns a 429 where that would be too many.
func limited(c echo.Context, l *auth.Limiter) error {
	if wait := l.Take(c.RealIP()); wait > 0 {
		return slowDown(wait)
	}
	return nil
}

// refusedForm is limited for a page whose form comes back as it was sent, with what it says and the wait.
func refusedForm(c echo.Context, l *auth.Limiter, says views.Note) (note views.Note, refused bool) {
	wait := l.Take(c.RealIP())
	if wait == 0 {
		return views.Note{}, false
	}
	f := slowDown(wait)
	trace.From(c.Request().Context()).Refuse(f.Refusal)
	c.Response().Header().Set(echo.HeaderRetryAfter, strconv.Itoa(f.RetryAfter))
	says.Args = map[string]any{"Life": time.Duration(f.RetryAfter) * time.Second}
	return says, true
}
