package bench

import (
	"errors"
	"fmt"
)

// Assumed is what the arithmetic of Beyond takes for given. All else it takes from a report.
type Assumed struct {
	PerHour  float64 // requests of a signed-in user in the busiest hour; each writes last-seen: they are more than a minute apart
	Renewals float64 // refreshes of a signed-in user in that hour: the hour by an access token's life
	Hours    float64 // that a sign-in lasts, busy all the time
	Load     float64 // the part of what was measured that is used
}

// Assumptions are those of the page.
var Assumptions = Assumed{PerHour: 20, Renewals: 4, Hours: 8, Load: 0.5}

// beyondUsers are how many people are signed in.
var beyondUsers = [...]float64{10_000, 1_000_000, 100_000_000}

// beyondDoor is a door as the arithmetic sees it.
type beyondDoor struct {
	name, row, place string
	finds, touches   bool // at each request
	renews           bool
	bytes            func(Carried, Assumed) float64 // of one sign-in
}

func beyondDoors() []beyondDoor {
	session := func(c Carried, _ Assumed) float64 { return c.Session }
	family := func(c Carried, a Assumed) float64 { return c.Family + a.Hours*a.Renewals*c.Renewal }
	doors := []beyondDoor{
		{"session, PostgreSQL", "session, PostgreSQL", "postgres", true, true, false, session},
		{"session, Redis", "session, redis", "redis", true, true, false, session},
		{"JWT `signature`, EdDSA", "jwt, EdDSA", "postgres", false, false, true, family},
	}
	for _, level := range []string{"user", "denylist", "version"} {
		doors = append(doors, beyondDoor{"JWT `" + level + "`, EdDSA", "jwt, EdDSA, " + level + ", PostgreSQL", "postgres", true, false, true, family})
	}
	return append(doors,
		beyondDoor{"opaque token", "token, PostgreSQL", "postgres", true, false, false, func(c Carried, _ Assumed) float64 { return c.Token }},
		beyondDoor{"signed cookie", "cookie", "postgres", false, false, false, func(Carried, Assumed) float64 { return 0 }},
	)
}

// beyondSum is what a door needs for a number of users.
type beyondSum struct {
	requests, finds, touches, renewals float64 // a second
	cores                              float64 // of nodes
	place                              float64 // machines like the measured one, for the database or Redis
	stored                             float64 // bytes
}

func (d beyondDoor) sum(r Report, a Assumed, users float64) (s beyondSum) {
	row, c := r.row(d.row), r.carried(d.place)
	s.requests = users * a.PerHour / 3600
	s.cores = s.requests * row.CPU / 1e6 / a.Load
	if d.finds {
		s.finds = s.requests
		s.place += s.finds / c.Finds
	}
	if d.touches {
		s.touches = s.requests
		s.place += s.touches / c.Touches
	}
	if d.renews {
		s.renewals = users * a.Renewals / 3600
		s.place += s.renewals / c.Renewals
	}
	s.place /= a.Load
	s.stored = users * d.bytes(c, a)
	return s
}

func (r Report) row(name string) Row {
	for _, row := range r.Rows {
		if row.Name == name {
			return row
		}
	}
	return Row{}
}

func (r Report) carried(place string) Carried {
	for _, c := range r.Carried {
		if c.Place == place {
			return c
		}
	}
	return Carried{}
}

// checkBeyond makes sure that nothing is missing that would be divided by, or read as nothing.
func (r Report) checkBeyond() error {
	for _, d := range beyondDoors() {
		row, c := r.row(d.row), r.carried(d.place)
		if row.CPU == 0 || row.PerSecond == 0 || c.Finds == 0 || c.Touches == 0 || c.Session == 0 || d.renews && c.Renewals == 0 {
			return fmt.Errorf("beyond: %s was not measured", d.name)
		}
	}
	if len(r.Growth) == 0 {
		return errors.New("beyond: no growth was measured")
	}
	return nil
}
