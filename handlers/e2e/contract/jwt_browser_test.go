package contract_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"twodoors/handlers"
	"twodoors/handlers/auth"
	"twodoors/handlers/handlerstest"
)

// The tests of this file go through DESIGN's table "JWT in a browser", line by line.

func TestCookiesOfTheDoors(t *testing.T) {
	type kept struct{ name, path string }
	for _, base := range []string{"http://localhost:8080", "https://doors.example"} {
		host, secure := "", ""
		if strings.HasPrefix(base, "https") {
			host, secure = "__Host-", "__Secure-"
		}
		for _, c := range []struct {
			way  handlerstest.Way
			want []kept
		}{
			{handlerstest.Way{Mode: "session", Carrier: "cookie"}, []kept{{host + "twodoors-session", "/"}}},
			{handlerstest.ByCookie, []kept{{secure + "twodoors-refresh", "/jwt/refresh"}, {host + "twodoors-access", "/"}}},
			{handlerstest.ByHeader, []kept{{secure + "twodoors-refresh", "/jwt/refresh"}, {secure + "twodoors-carrier", "/jwt"}, {host + "twodoors-family", "/"}}},
		} {
			for _, remember := range []string{"", "on"} {
				n := handlerstest.NewNode(t, handlerstest.BaseURL(base))
				n.User("minji", "member")
				a := n.Client().Post("/"+c.way.Mode+"/login", []string{"username", "minji", "password", handlerstest.Password, "carrier", c.way.Carrier, "remember", remember})
				var got []kept
				for _, k := range (&http.Response{Header: a.Header}).Cookies() {
					if k.Name == host+"twodoors-known" { // no credential: whom this browser is known for
						continue
					}
					got = append(got, kept{k.Name, k.Path})
					// The access cookie is kept as long as the refresh token, so that an expired one is recognised.
					if (k.MaxAge == 14*24*3600) != (remember == "on") || !k.HttpOnly || k.Secure != (host != "") || k.SameSite != http.SameSiteLaxMode {
						t.Errorf("%s %s: %s", base, c.way, k)
					}
				}
				if len(got) != len(c.want) || got[0] != c.want[0] || got[len(got)-1] != c.want[len(c.want)-1] {
					t.Errorf("%s %s: %v, want %v", base, c.way, got, c.want)
				}
			}
		}
	}
}

// TestOverHTTPS: the whole way with prefixed cookies.
func TestOverHTTPS(t *testing.T) {
	for _, w := range handlerstest.Ways() {
		n := w.Node(t, handlerstest.BaseURL("https://doors.example"))
		c := n.SignedIn(w, "minji")
		c.WantIn(w, true, "over https")
		if w.Mode == "jwt" {
			n.Clock.Move(time.Hour)
			c.WantIn(w, false, "expired")
			c.Post("/jwt/refresh", nil, handlerstest.AsJSON).Want(http.StatusOK)
			c.PickUp(w)
			c.WantIn(w, true, "refreshed")
		}
		thief := c.Copied()
		c.Post("/"+w.Mode+"/logout", nil).WantTo("/" + w.Mode + "/login")
		thief.WantIn(w, !w.KnowsEnd(), "a copy")
	}
}

// TestRefreshTokenStaysAtItsPath: it is sent to /jwt/refresh and nowhere else.
func TestRefreshTokenStaysAtItsPath(t *testing.T) {
	n := handlerstest.NewNode(t)
	c := n.SignedIn(handlerstest.ByCookie, "minji")
	for _, path := range []string{"/", "/jwt/member", "/jwt/login", "/jwt/logout", "/api/jwt/refresh", "/jwt/refresher", "/session/member"} {
		if c.Cookie(path, "twodoors-refresh") != "" {
			t.Errorf("sent to %s", path)
		}
	}
	if c.Cookie("/jwt/refresh", "twodoors-refresh") == "" {
		t.Error("not sent where it belongs")
	}
}

// TestChangeOfCarrier: what the other carrier left behind goes, from whichever page the sign-in comes.
func TestChangeOfCarrier(t *testing.T) {
	n := handlerstest.NewNode(t)
	n.User("minji", "member")
	for _, login := range []string{"/jwt/login", "/compare/login"} {
		c := n.Client()
		fields := []string{"username", "minji", "password", handlerstest.Password, "carrier"}
		c.Post(login, append(fields, "header")).Want(http.StatusSeeOther)
		if c.Cookie("/jwt", "twodoors-carrier") != "header" || c.Cookie("/", "twodoors-access") != "" {
			t.Errorf("%s by header: %q", login, c.Jar.Cookies(c.Base))
		}
		c.Post(login, append(fields, "cookie")).Want(http.StatusSeeOther)
		if c.Cookie("/jwt", "twodoors-carrier") != "" || c.Cookie("/", "twodoors-access") == "" {
			t.Errorf("%s by cookie: the marker stays", login)
		}
		c.WantIn(handlerstest.ByCookie, true, "by cookie")
		c.Post(login, append(fields, "header")).Want(http.StatusSeeOther)
		if c.Cookie("/jwt", "twodoors-carrier") != "header" || c.Cookie("/", "twodoors-access") != "" {
			t.Errorf("%s by header again: the access cookie stays", login)
		}
	}
}

// TestCarrierThatIsNone: the form comes back with the field named and all else kept; nobody is signed in.
func TestCarrierThatIsNone(t *testing.T) {
	n := handlerstest.NewNode(t)
	n.User("minji", "member")
	c := n.Client()
	a := c.Post("/jwt/login", []string{"username", "minji", "password", handlerstest.Password, "remember", "on", "carrier", "pigeon"}).Want(http.StatusUnprocessableEntity)
	page := a.Page()
	if a.Text("#carrier-fault") == "" || page.Find("[name=username]").AttrOr("value", "") != "minji" || page.Find("[name=remember][checked]").Length() != 1 {
		t.Errorf("the form: %s", a.Text("main"))
	}
	for _, path := range []string{"/jwt/demo", "/compare/demo", "/compare/login"} {
		c.Post(path, []string{"as", "member", "username", "minji", "password", handlerstest.Password, "carrier", "pigeon"}).Want(http.StatusBadRequest)
	}
	c.Get("/jwt/member").Want(http.StatusSeeOther)
}

// TestExpiredGET: 303 to a page that posts itself and comes back.
func TestExpiredGET(t *testing.T) {
	n := handlerstest.NewNode(t)
	c := n.SignedIn(handlerstest.ByCookie, "minji")
	n.Clock.Move(time.Hour)
	refresh := c.Cookie("/jwt/refresh", "twodoors-refresh")
	a := c.Get("/jwt/member/notes?panel=open")
	a.WantTo("/jwt/refresh?next=%2Fjwt%2Fmember%2Fnotes%3Fpanel%3Dopen")
	page := c.Get(a.Location()).Want(http.StatusOK)
	form := page.Page().Find("form[data-refresh]")
	if form.AttrOr("method", "") != "post" || form.Find("button").Length() != 1 || page.Page().Find("[data-restore]").Length() != 0 {
		t.Fatalf("the page that posts itself: %s", page.Body)
	}
	if c.Cookie("/jwt/refresh", "twodoors-refresh") != refresh {
		t.Error("a GET used the refresh token")
	}
	back := c.Post(form.AttrOr("action", ""), nil)
	back.WantTo("/jwt/member/notes?panel=open")
	c.Get(back.Location()).Want(http.StatusOK)
	if c.Cookie("/jwt/refresh", "twodoors-refresh") == refresh {
		t.Error("the refresh token was not exchanged")
	}
}

// TestMarkerAlone: the token was in the memory of a page that is gone; only the script can restore it.
func TestMarkerAlone(t *testing.T) {
	n := handlerstest.NewNode(t)
	c := n.SignedIn(handlerstest.ByHeader, "minji")
	c.Bearer = "" // a reload
	a := c.Get("/jwt/member/notes")
	a.WantTo("/jwt/refresh?next=%2Fjwt%2Fmember%2Fnotes")
	page := c.Get(a.Location()).Want(http.StatusOK).Page()
	if page.Find("[data-restore]").AttrOr("data-next", "") != "/jwt/member/notes" || page.Find("noscript").Length() != 1 || page.Find("form[data-refresh]").Length() != 0 {
		t.Error("not the page that restores the token")
	}
	c.Get("/api/jwt/me").Want(http.StatusUnauthorized)
	c.PickUp(handlerstest.ByHeader)
	c.WantIn(handlerstest.ByHeader, true, "restored")
	n.Clock.Move(time.Hour)
	if a := c.Get("/jwt/member"); a.Status != http.StatusUnauthorized || !strings.Contains(a.Header.Get("WWW-Authenticate"), "invalid_token") {
		t.Errorf("an expired header: status %d", a.Status)
	}
}

// TestExpiredPOST: 307 there and 307 back, the body kept.
func TestExpiredPOST(t *testing.T) {
	n := handlerstest.NewNode(t)
	u := n.User("minji", "member")
	c := n.Client()
	c.SignIn(handlerstest.ByCookie, "minji")
	n.Clock.Move(time.Hour)
	there := c.Post("/jwt/member/notes", []string{"body", "not lost 한글"}).Want(http.StatusTemporaryRedirect)
	if there.Location() != "/jwt/refresh?next=%2Fjwt%2Fmember%2Fnotes" {
		t.Errorf("there: %s", there.Location())
	}
	back := c.Post(there.Location(), []string{"body", "not lost 한글"}).Want(http.StatusTemporaryRedirect)
	if back.Location() != "/jwt/member/notes" {
		t.Errorf("back: %s", back.Location())
	}

	n.Clock.Move(time.Hour)
	c.Follows = true // as a browser does it, by itself
	a := c.Post("/jwt/member/notes", []string{"body", "not lost 한글"}).Want(http.StatusOK)
	if a.URL.Path != "/jwt/member/notes" || a.Text(".note-body") != "not lost 한글" {
		t.Errorf("ends at %s with %q", a.URL, a.Text(".note-body"))
	}
	if notes, err := n.DB.Notes(handlerstest.Background(), u.ID, 10); err != nil || len(notes) != 1 {
		t.Errorf("notes: %v, %v", notes, err)
	}
}

func TestRefreshAsJSON(t *testing.T) {
	for _, w := range []handlerstest.Way{handlerstest.ByCookie, handlerstest.ByHeader} {
		n := handlerstest.NewNode(t)
		c := n.SignedIn(w, "minji")
		var got map[string]any
		c.Post("/jwt/refresh?next=%2Fjwt%2Fmember", nil, handlerstest.AsJSON).Want(http.StatusOK).Into(&got)
		_, hasAccess := got["access_token"]
		_, hasRefresh := got["refresh_token"]
		if hasAccess != (w.Carrier == "header") || hasRefresh || got["token_type"] != "Bearer" || got["expires_in"] != 900.0 {
			t.Errorf("%s: %v", w, got)
		}
		var refused struct{ Error string }
		none := n.Client()
		none.Post("/jwt/refresh", nil, handlerstest.AsJSON).Want(http.StatusBadRequest).Into(&refused)
		if refused.Error != "invalid_grant" {
			t.Errorf("without a cookie: %q", refused.Error)
		}
		none.SetCookie("twodoors-refresh", "x")
		a := none.Post("/jwt/refresh", nil, handlerstest.AsJSON).Want(http.StatusBadRequest)
		if k := a.SetCookie("twodoors-refresh"); k == nil || k.MaxAge >= 0 {
			t.Error("a bad refresh cookie was not cleared")
		}
		none.Post("/jwt/refresh?next=%2Fjwt%2Fmember%2Fnotes", nil).WantTo("/jwt/login?next=%2Fjwt%2Fmember%2Fnotes")
		none.Post("/jwt/refresh?next=%2F%2Fevil.example", nil).WantTo("/jwt/login?next=%2Fjwt%2Fmember")
	}
}

// TestRefreshGoesOnLocally: neither way back leads to another site.
func TestRefreshGoesOnLocally(t *testing.T) {
	n := handlerstest.NewNode(t)
	c := n.SignedIn(handlerstest.ByCookie, "minji")
	for _, next := range []string{"//evil.example", "https://evil.example", `/\evil.example`, "/%09/evil.example", ""} {
		for _, via := range []string{"", "&via=page"} {
			a := c.Post("/jwt/refresh?next="+url.QueryEscape(next)+via, nil)
			if to := a.Location(); to != "/jwt/member" && to != "/%09/evil.example" {
				t.Errorf("next %q leads to %s", next, to)
			}
		}
		if page := c.Get("/jwt/refresh?next=" + url.QueryEscape(next)); strings.Contains(page.Body, "//evil.example") && next != "/%09/evil.example" {
			t.Errorf("next %q stands in the page", next)
		}
	}
}

// TestExpiredSignOut: an expired but genuine token still shows whose sign-in is to end.
func TestExpiredSignOut(t *testing.T) {
	for _, w := range []handlerstest.Way{handlerstest.ByCookie, handlerstest.ByHeader} {
		for _, api := range []bool{false, true} {
			n := handlerstest.NewNode(t, handlerstest.With(func(c *handlers.Config) { c.SessionMax = 100 * time.Hour }))
			c := n.SignedIn(w, "minji")
			thief, other := c.Copied(), n.Client()
			other.SignIn(w, "minji")
			n.Clock.Move(20 * time.Hour)
			if api {
				c.JSON("POST", "/api/jwt/logout", nil).Want(http.StatusNoContent)
			} else {
				c.Post("/jwt/logout", nil).WantTo("/jwt/login")
			}
			thief.Post("/jwt/refresh", nil, handlerstest.AsJSON).Want(http.StatusBadRequest)
			other.Post("/jwt/refresh", nil, handlerstest.AsJSON).Want(http.StatusOK)
		}
	}
	// One that was tampered with ends nothing.
	n := handlerstest.NewNode(t)
	c := n.SignedIn(handlerstest.ByHeader, "minji")
	forger := n.Client()
	forger.Bearer = spoiled(c, handlerstest.ByHeader)
	forger.Follows = true
	if said := forger.Post("/jwt/logout", nil).Want(http.StatusOK).Text("main"); !strings.Contains(said, "no sign-in was ended") {
		t.Errorf("the page says %q", said)
	}
	c.Post("/jwt/refresh", nil, handlerstest.AsJSON).Want(http.StatusOK)
}

// TestFormWithoutItsToken: a plain form posted while the token lies in a page's memory uses up no refresh token,
// and does not go in circles.
func TestFormWithoutItsToken(t *testing.T) {
	n := handlerstest.NewNode(t)
	c := n.SignedIn(handlerstest.Way{Mode: "jwt", Carrier: "header", Level: auth.LevelSignature}, "minji")
	c.Bearer = "" // no script runs
	held := c.Cookie("/jwt/refresh", "twodoors-refresh")
	if a := c.Post("/jwt/member/notes", []string{"body", "milk"}).Want(http.StatusTemporaryRedirect); a.Location() != "/jwt/refresh?next=%2Fjwt%2Fmember%2Fnotes" {
		t.Errorf("the form is sent to %s", a.Location())
	}
	c.Post("/jwt/refresh?next=%2Fjwt%2Fmember%2Fnotes", []string{"body", "milk"}).WantTo("/jwt/refresh?next=%2Fjwt%2Fmember%2Fnotes")
	if c.Cookie("/jwt/refresh", "twodoors-refresh") != held {
		t.Error("a refresh token was used up for a form that could not carry the new token")
	}
}
