package labs

import (
	"fmt"
	"net/http"
	"net/url"

	"twodoors/handlers/auth"
	"twodoors/models"
)

// crowd signs many users in by the app's own modes: all that a sign-in does once the password has been checked.
type crowd struct {
	environment *Environment
	modes       map[Mode]auth.ExhibitedMode
	users       []models.User
}

// crowdCheck is how many sign-ins are made between two looks at whether the run was cancelled.
const crowdCheck = 100

// Crowd makes a crowd without anybody in it.
func (w *Environment) Crowd() *crowd {
	s, db := w.settings, w.Database.db
	base, err := url.Parse(s.BaseURL)
	must(err)
	cookies := auth.CookiesFor(base)
	c := &crowd{environment: w, modes: map[Mode]auth.ExhibitedMode{
		Session: auth.NewSession(w.sessionsOf(s, w.Database), db, w.keys, cookies,
			auth.SessionLimits{Idle: s.SessionIdle, Max: s.SessionMax, Remember: s.Remember}, w.Clock.Now),
		JWT: auth.NewJWT(db, w.keys, cookies, s.BaseURL,
			auth.TokenLimits{Access: s.AccessTTL, Max: s.SessionMax, Remember: s.RefreshTTL, Grace: s.RefreshGrace}, auth.NewLevelChoices(s.Level), w.Clock.Now),
	}}
	c.modes[Token], err = auth.NewToken(db, w.keys, cookies, s.Remember, w.Clock.Now)
	must(err)
	c.modes[Cookie], err = auth.NewCookie(db, w.keys, cookies, auth.CookieLimits{Max: s.SessionMax, Remember: s.Remember}, s.EncryptCookie, w.Clock.Now)
	must(err)
	return c
}

// Grow makes accounts until there are n, without a password.
func (c *crowd) Grow(n int) {
	w := c.environment
	var fresh []models.NewUser
	for i := len(c.users); i < n; i++ {
		fresh = append(fresh, models.NewUser{Name: fmt.Sprintf("user-%d", i+1), Role: models.RoleMember, Now: w.Clock.Now()})
	}
	users, err := w.Database.db.CreateUsers(w.background(), fresh)
	must(err)
	c.users = append(c.users, users...)
}

// SignIn signs in those of the crowd who stand from one place to before another, each once.
func (c *crowd) SignIn(m Mode, from, to int) {
	w := c.environment
	r, err := http.NewRequestWithContext(w.background(), http.MethodPost, w.settings.BaseURL+"/"+string(m)+"/login", http.NoBody)
	must(err)
	how := auth.SignIn{Carrier: auth.CarrierCookie, Address: Owner.address(), UserAgent: Owner.agent()}
	for i, u := range c.users[from:to] {
		if i%crowdCheck == 0 {
			must(w.play.ctx.Err())
		}
		_, err = c.modes[m].SignIn(newWriter(), r, u, how)
		must(err)
	}
}
