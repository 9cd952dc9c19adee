package contract_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"twodoors/handlers"
	"twodoors/handlers/auth"
	"twodoors/handlers/handlerstest"
	"twodoors/models"
)

// TestContractOfMoreDoors runs the suite over the opaque token and the signed cookie. What they lack is tried
// by TestAbilities; where their answer to the same question is another, they have a test of their own below.
func TestContractOfMoreDoors(t *testing.T) {
	suite := []struct {
		name string
		run  func(*testing.T, handlerstest.Way)
	}{
		{"pages", pagesContract}, {"api", apiContract}, {"script", scriptContract}, {"notes", notesContract},
		{"wrong password", wrongPasswordContract}, {"next", nextContract}, {"password faults", passwordFaults},
		{"admin", adminContract}, {"demoted", demotedContract}, {"deactivated", deactivatedContract}, {"last admin", lastAdminContract},
		{"teams", teamsContract},
		{"password", morePasswordContract}, {"devices", moreDevicesContract}, {"end others", moreEndOthersContract},
		{"sign-out", moreSignOutContract}, {"limits", moreLimitsContract}, {"two credentials", twoCredentialsContract},
	}
	for _, w := range handlerstest.MoreWays() {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			for _, c := range suite {
				t.Run(c.name, func(t *testing.T) { c.run(t, w) })
			}
		})
	}
}

// morePasswordContract: changing the password replaces the token, and cannot reach a signed cookie.
func morePasswordContract(t *testing.T, w handlerstest.Way) {
	for _, byAPI := range []bool{false, true} {
		n, c, other, thief := signedInTwice(t, w)
		session := n.Client()
		session.SignIn(handlerstest.Way{Mode: "session"}, "minji")
		if byAPI {
			var given struct{ Token string }
			a := c.JSON("PUT", w.API("/password"), map[string]string{"current": handlerstest.Password, "password": handlerstest.NewPassword})
			if w.Carrier == "header" {
				a.Want(http.StatusOK).Into(&given)
				c.Bearer = given.Token
			} else {
				a.Want(http.StatusNoContent)
			}
		} else {
			a := c.Post(w.Page("/account"), []string{"current", handlerstest.Password, "password", handlerstest.NewPassword})
			a.WantTo(w.Page("/account"))
			if w.Carrier == "header" { // a page has nowhere to put a script's new token
				c.Bearer = ""
				c.SignInWith(w, "minji", handlerstest.NewPassword)
			}
		}
		c.WantIn(w, true, "the sign-in that changed the password")
		thief.WantIn(w, w.Mode == "cookie", "a copy of the old credential")
		other.WantIn(w, w.Mode == "cookie", "another sign-in")
		session.WantIn(handlerstest.Way{Mode: "session"}, false, "a session of the same user")
		if w.Mode == "cookie" {
			n.Clock.Move(8 * time.Hour)
			thief.WantIn(w, false, "the copy at its date")
		}
	}
	// The other way round: from the session's door the token ends, too.
	n := w.Node(t)
	n.User("minji", "member")
	c, session := n.Client(), n.Client()
	c.SignIn(w, "minji")
	session.SignIn(handlerstest.Way{Mode: "session"}, "minji")
	session.Post("/session/member/account", []string{"current", handlerstest.Password, "password", handlerstest.NewPassword}).WantTo("/session/member/account")
	c.WantIn(w, w.Mode == "cookie", "when the password was changed by the session")
}

// moreDevicesContract: the token is one device for all; of signed cookies none but the asking one is known.
func moreDevicesContract(t *testing.T, w handlerstest.Way) {
	n := w.Node(t)
	u := n.User("minji", "member")
	c, again, session := n.Client(), n.Client(), n.Client()
	c.SignIn(w, "minji")
	again.SignIn(w, "minji")
	session.SignIn(handlerstest.Way{Mode: "session"}, "minji")
	list := c.Devices(w)
	if len(list) != 2 {
		t.Fatalf("devices: %+v", list)
	}
	for _, d := range list {
		if d.Current != (d.Mode == w.Mode) || d.Mode == "token" && !d.LastSeen.IsZero() {
			t.Errorf("listed %+v", d)
		}
	}
	if rows := c.Get(w.Page("/devices")).Want(http.StatusOK).Page().Find("ul.rows > li").Length(); rows != 2 {
		t.Errorf("%d devices on the page", rows)
	}
	seen := session.Devices(handlerstest.Way{Mode: "session"})
	own := others(seen, w.Mode)
	if w.Mode == "cookie" {
		if len(own) != 0 {
			t.Errorf("the server knows a signed cookie: %+v", own)
		}
		id := strconv.FormatInt(currentOf(c.Devices(w)).ID, 10)
		session.Post("/session/member/devices/"+id+"/revoke", nil).Want(http.StatusNotFound)
		c.JSON("DELETE", w.API("/devices/"+id), nil).Want(http.StatusNoContent)
		c.WantIn(w, false, "the client that asked to be forgotten")
		again.WantIn(w, true, "the other cookie")
		return
	}
	stranger := n.Client()
	n.User("other", "member")
	stranger.SignIn(w, "other")
	id := strconv.FormatInt(own[0].ID, 10)
	stranger.JSON("DELETE", w.API("/devices/"+id), nil).Want(http.StatusNotFound)
	c.WantIn(w, true, "after a stranger tried")
	session.Post("/session/member/devices/"+id+"/revoke", nil).WantTo("/session/member/devices")
	for _, client := range []*handlerstest.Client{c, again} {
		client.WantIn(w, false, "the token was revoked")
	}
	if left := others(session.Devices(handlerstest.Way{Mode: "session"}), "token"); len(left) != 0 {
		t.Errorf("a revoked token is listed: %+v", left)
	}
	stranger.WantIn(w, true, "another user")
	again.Bearer = ""
	again.SignIn(w, "minji")
	c.WantIn(w, false, "the old token, after a new one was given out")
	if row, err := n.DB.TokenOfUser(handlerstest.Background(), u.ID); err != nil || row.Version <= 1 {
		t.Errorf("version %d, %v", row.Version, err)
	}
}

func currentOf(list []handlerstest.Device) handlerstest.Device {
	for _, d := range list {
		if d.Current {
			return d
		}
	}
	return handlerstest.Device{}
}

// moreEndOthersContract: ending the others replaces the token, and leaves cookies alone.
func moreEndOthersContract(t *testing.T, w handlerstest.Way) {
	for _, byAPI := range []bool{false, true} {
		n, c, other, _ := signedInTwice(t, w)
		session := n.Client()
		session.SignIn(handlerstest.Way{Mode: "session"}, "minji")
		switch {
		case byAPI && w.Carrier == "header":
			var given struct {
				Token     string
				TokenType string `json:"token_type"`
			}
			c.JSON("DELETE", w.API("/devices"), nil).Want(http.StatusOK).Into(&given)
			if given.Token == c.Bearer || given.TokenType != "Token" {
				t.Errorf("given %+v", given)
			}
			c.Bearer = given.Token
		case byAPI:
			c.JSON("DELETE", w.API("/devices"), nil).Want(http.StatusNoContent)
		case w.Carrier == "header":
			continue // a page has nowhere to put a script's new token
		default:
			c.Post(w.Page("/devices/revoke-others"), nil).WantTo(w.Page("/devices"))
			if said := c.Get(w.Page("/devices")).Text("main .said"); said == "" {
				t.Error("the page does not say what happened")
			}
		}
		c.WantIn(w, true, "who ended the others")
		other.WantIn(w, !w.EndsOthers(), "another sign-in through the same door")
		session.WantIn(handlerstest.Way{Mode: "session"}, false, "a session")
	}
}

// moreSignOutContract: signing out is forgetting; a copy goes on, and the page says so.
func moreSignOutContract(t *testing.T, w handlerstest.Way) {
	n, c, other, thief := signedInTwice(t, w)
	c.Post("/"+w.Mode+"/logout", nil).WantTo("/" + w.Mode + "/login")
	c.Bearer = ""
	if said := c.Get("/" + w.Mode + "/login").Text("main .said"); said == "" {
		t.Error("the page does not say what signing out did")
	}
	c.WantIn(w, false, "signed out")
	other.WantIn(w, true, "another sign-in")
	thief.WantIn(w, true, "a copy")
	n.Client().Post("/"+w.Mode+"/logout", nil).WantTo("/" + w.Mode + "/login")
}

// moreLimitsContract: each end of a credential, to the second, on our clock; a header's token has none.
func moreLimitsContract(t *testing.T, w handlerstest.Way) {
	const twoWeeks = 14 * 24 * time.Hour
	for _, remember := range []bool{false, true} {
		n := w.Node(t)
		n.User("minji", "member")
		c := n.Client()
		var fields []string
		life := twoWeeks
		if remember {
			fields = []string{"remember", "on"}
		} else if w.Mode == "cookie" {
			life = 8 * time.Hour
		}
		a := c.SignIn(w, "minji", fields...)
		if k := a.SetCookie(contentOf(w)); (k.MaxAge == int(life.Seconds())) != remember || !remember && k.MaxAge != 0 {
			t.Errorf("remembered %v: %v", remember, k)
		}
		// The jar follows the real clock, the app its own: what is tried is the app.
		n.Clock.Move(life - time.Second)
		c.WantIn(w, true, "in the last second")
		n.Clock.Move(time.Second)
		c.WantIn(w, w.Carrier == "header", "at the end")
		if w.Carrier == "header" {
			n.Clock.Move(1000 * 24 * time.Hour)
			c.WantIn(w, true, "years later")
		}
	}
}

func contentOf(w handlerstest.Way) string {
	if w.Mode == "cookie" {
		return "twodoors-content"
	}
	return "twodoors-token"
}

// twoCredentialsContract: a cookie and a header at once are nobody's choice; a cookie that came twice is nobody's.
func twoCredentialsContract(t *testing.T, w handlerstest.Way) {
	if w.Carrier == "header" {
		return
	}
	n := w.Node(t)
	c := n.SignedIn(w, "minji")
	if w.Mode == "token" {
		for _, header0 := range []string{"Token abc", "Bearer abc", "Basic abc", "Token"} {
			c.Get(w.Page(""), handlerstest.Header("Authorization", header0)).Want(http.StatusBadRequest)
			c.JSON("GET", w.API("/me"), nil, handlerstest.Header("Authorization", header0)).Want(http.StatusBadRequest)
		}
	}
	twice := contentOf(w) + "=" + c.Cookie("/", contentOf(w)) + "; " + contentOf(w) + "=other"
	n.Client().Get(w.Page(""), handlerstest.Header("Cookie", twice)).Want(http.StatusSeeOther)
}

// TestCookieTooLarge: a session that no browser would keep is a page that says so, and nobody is signed in.
func TestCookieTooLarge(t *testing.T) {
	n := handlerstest.NewNode(t, handlerstest.NoDemo())
	u := n.User("minji", "member")
	c := n.Client()
	c.Post("/cookie/login", []string{"username", "minji", "password", handlerstest.Password}).WantTo("/cookie/member")
	shown := c.Get("/cookie/member").Want(http.StatusOK).Text("[data-band=state]")
	if !strings.Contains(shown, "at most 4,096 B") {
		t.Errorf("the page does not say what a cookie holds: %q", shown)
	}
	var fault *auth.CookieTooLargeError
	_, err := signInAs(t, n, models.User{ID: u.ID, Name: strings.Repeat("n", 3000), Role: "member"})
	if !errors.As(err, &fault) {
		t.Fatalf("a name of 3,000 characters: %v", err)
	}
}

// signInAs signs a user in by the signed cookie, below the routes.
func signInAs(t *testing.T, n *handlerstest.Node, u models.User) (*httptest.ResponseRecorder, error) {
	t.Helper()
	m, err := auth.NewCookie(n.DB, n.Keys, auth.Cookies{}, auth.CookieLimits{Max: time.Hour, Remember: time.Hour}, false, n.Clock.Now)
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	_, err = m.SignIn(w, httptest.NewRequest(http.MethodPost, "/", nil), u, auth.SignIn{})
	return w, err
}

// TestEncryptedCookie: with the setting the holder reads nothing, and the page says so.
func TestEncryptedCookie(t *testing.T) {
	n := handlerstest.NewNode(t, handlerstest.With(func(c *handlers.Config) { c.CookieEncrypt = true }))
	n.User("minji", "member")
	c := n.Client()
	w := handlerstest.Way{Mode: "cookie", Carrier: "cookie"}
	c.SignIn(w, "minji")
	a := c.Get("/cookie/member").Want(http.StatusOK)
	if a.Page().Find("[data-band=sent] .claims").Length() != 0 || !strings.Contains(a.Text("[data-band=sent]"), "signed and encrypted") {
		t.Errorf("shown as %q", a.Text("[data-band=sent]"))
	}
	plain := handlerstest.NewNode(t, handlerstest.Beside(n), handlerstest.With(func(c *handlers.Config) { c.CookieEncrypt = false }))
	other := plain.Client()
	other.SetCookie("twodoors-content", c.Cookie("/", "twodoors-content"))
	other.WantIn(w, false, "an encrypted cookie where none is expected")
	other.SignIn(w, "minji")
	if got := other.Get("/cookie/member").Text("[data-band=sent] .claims"); !strings.Contains(got, "minji") {
		t.Errorf("signed alone, it reads %q", got)
	}
}
