package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"twodoors/handlers"
	"twodoors/handlers/auth"
)

// The tests of this file go through DESIGN's table "JWT in a browser", line by line.

// asJSON asks for JSON, as the page's script does.
var asJSON = header("Accept", "application/json")

var (
	byCookie = way{mode: "jwt", carrier: "cookie", level: auth.LevelSignature}
	byHeader = way{mode: "jwt", carrier: "header", level: auth.LevelSignature}
)

func TestCookiesOfTheDoors(t *testing.T) {
	type kept struct{ name, path string }
	for _, base := range []string{"http://localhost:8080", "https://doors.example"} {
		host, secure := "", ""
		if strings.HasPrefix(base, "https") {
			host, secure = "__Host-", "__Secure-"
		}
		for _, c := range []struct {
			way  way
			want []kept
		}{
			{way{mode: "session", carrier: "cookie"}, []kept{{host + "twodoors-session", "/"}}},
			{byCookie, []kept{{secure + "twodoors-refresh", "/jwt/refresh"}, {host + "twodoors-access", "/"}}},
			{byHeader, []kept{{secure + "twodoors-refresh", "/jwt/refresh"}, {secure + "twodoors-carrier", "/jwt"}, {host + "twodoors-family", "/"}}},
		} {
			for _, remember := range []string{"", "on"} {
				n := newNode(t, baseURL(base))
				n.user("minji", "member")
				a := n.client().post("/"+c.way.mode+"/login", []string{"username", "minji", "password", password, "carrier", c.way.carrier, "remember", remember})
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
	for _, w := range ways() {
		n := w.node(t, baseURL("https://doors.example"))
		c := n.signedIn(w, "minji")
		c.wantIn(w, true, "over https")
		if w.mode == "jwt" {
			n.clock.move(time.Hour)
			c.wantIn(w, false, "expired")
			c.post("/jwt/refresh", nil, asJSON).want(http.StatusOK)
			c.pickUp(w)
			c.wantIn(w, true, "refreshed")
		}
		thief := c.copied()
		c.post("/"+w.mode+"/logout", nil).wantTo("/" + w.mode + "/login")
		thief.wantIn(w, !w.knowsEnd(), "a copy")
	}
}

// TestRefreshTokenStaysAtItsPath: it is sent to /jwt/refresh and nowhere else.
func TestRefreshTokenStaysAtItsPath(t *testing.T) {
	n := newNode(t)
	c := n.signedIn(byCookie, "minji")
	for _, path := range []string{"/", "/jwt/member", "/jwt/login", "/jwt/logout", "/api/jwt/refresh", "/jwt/refresher", "/session/member"} {
		if c.cookie(path, "twodoors-refresh") != "" {
			t.Errorf("sent to %s", path)
		}
	}
	if c.cookie("/jwt/refresh", "twodoors-refresh") == "" {
		t.Error("not sent where it belongs")
	}
}

// TestChangeOfCarrier: what the other carrier left behind goes, from whichever page the sign-in comes.
func TestChangeOfCarrier(t *testing.T) {
	n := newNode(t)
	n.user("minji", "member")
	for _, login := range []string{"/jwt/login", "/compare/login"} {
		c := n.client()
		fields := []string{"username", "minji", "password", password, "carrier"}
		c.post(login, append(fields, "header")).want(http.StatusSeeOther)
		if c.cookie("/jwt", "twodoors-carrier") != "header" || c.cookie("/", "twodoors-access") != "" {
			t.Errorf("%s by header: %q", login, c.jar.Cookies(c.base))
		}
		c.post(login, append(fields, "cookie")).want(http.StatusSeeOther)
		if c.cookie("/jwt", "twodoors-carrier") != "" || c.cookie("/", "twodoors-access") == "" {
			t.Errorf("%s by cookie: the marker stays", login)
		}
		c.wantIn(byCookie, true, "by cookie")
		c.post(login, append(fields, "header")).want(http.StatusSeeOther)
		if c.cookie("/jwt", "twodoors-carrier") != "header" || c.cookie("/", "twodoors-access") != "" {
			t.Errorf("%s by header again: the access cookie stays", login)
		}
	}
}

// TestCarrierThatIsNone: the form comes back with the field named and all else kept; nobody is signed in.
func TestCarrierThatIsNone(t *testing.T) {
	n := newNode(t)
	n.user("minji", "member")
	c := n.client()
	a := c.post("/jwt/login", []string{"username", "minji", "password", password, "remember", "on", "carrier", "pigeon"}).want(http.StatusUnprocessableEntity)
	page := a.page()
	if a.text("#carrier-fault") == "" || page.Find("[name=username]").AttrOr("value", "") != "minji" || page.Find("[name=remember][checked]").Length() != 1 {
		t.Errorf("the form: %s", a.text("main"))
	}
	for _, path := range []string{"/jwt/demo", "/compare/demo", "/compare/login"} {
		c.post(path, []string{"as", "member", "username", "minji", "password", password, "carrier", "pigeon"}).want(http.StatusBadRequest)
	}
	c.get("/jwt/member").want(http.StatusSeeOther)
}

// TestExpiredGET: 303 to a page that posts itself and comes back.
func TestExpiredGET(t *testing.T) {
	n := newNode(t)
	c := n.signedIn(byCookie, "minji")
	n.clock.move(time.Hour)
	refresh := c.cookie("/jwt/refresh", "twodoors-refresh")
	a := c.get("/jwt/member/notes?panel=open")
	a.wantTo("/jwt/refresh?next=%2Fjwt%2Fmember%2Fnotes%3Fpanel%3Dopen")
	page := c.get(a.location()).want(http.StatusOK)
	form := page.page().Find("form[data-refresh]")
	if form.AttrOr("method", "") != "post" || form.Find("button").Length() != 1 || page.page().Find("[data-restore]").Length() != 0 {
		t.Fatalf("the page that posts itself: %s", page.Body)
	}
	if c.cookie("/jwt/refresh", "twodoors-refresh") != refresh {
		t.Error("a GET used the refresh token")
	}
	back := c.post(form.AttrOr("action", ""), nil)
	back.wantTo("/jwt/member/notes?panel=open")
	c.get(back.location()).want(http.StatusOK)
	if c.cookie("/jwt/refresh", "twodoors-refresh") == refresh {
		t.Error("the refresh token was not exchanged")
	}
}

// TestMarkerAlone: the token was in the memory of a page that is gone; only the script can restore it.
func TestMarkerAlone(t *testing.T) {
	n := newNode(t)
	c := n.signedIn(byHeader, "minji")
	c.bearer = "" // a reload
	a := c.get("/jwt/member/notes")
	a.wantTo("/jwt/refresh?next=%2Fjwt%2Fmember%2Fnotes")
	page := c.get(a.location()).want(http.StatusOK).page()
	if page.Find("[data-restore]").AttrOr("data-next", "") != "/jwt/member/notes" || page.Find("noscript").Length() != 1 || page.Find("form[data-refresh]").Length() != 0 {
		t.Error("not the page that restores the token")
	}
	c.get("/api/jwt/me").want(http.StatusUnauthorized)
	c.pickUp(byHeader)
	c.wantIn(byHeader, true, "restored")
	n.clock.move(time.Hour)
	if a := c.get("/jwt/member"); a.Status != http.StatusUnauthorized || !strings.Contains(a.Header.Get("WWW-Authenticate"), "invalid_token") {
		t.Errorf("an expired header: status %d", a.Status)
	}
}

// TestExpiredPOST: 307 there and 307 back, the body kept.
func TestExpiredPOST(t *testing.T) {
	n := newNode(t)
	u := n.user("minji", "member")
	c := n.client()
	c.signIn(byCookie, "minji")
	n.clock.move(time.Hour)
	there := c.post("/jwt/member/notes", []string{"body", "not lost 한글"}).want(http.StatusTemporaryRedirect)
	if there.location() != "/jwt/refresh?next=%2Fjwt%2Fmember%2Fnotes" {
		t.Errorf("there: %s", there.location())
	}
	back := c.post(there.location(), []string{"body", "not lost 한글"}).want(http.StatusTemporaryRedirect)
	if back.location() != "/jwt/member/notes" {
		t.Errorf("back: %s", back.location())
	}

	n.clock.move(time.Hour)
	c.follows = true // as a browser does it, by itself
	a := c.post("/jwt/member/notes", []string{"body", "not lost 한글"}).want(http.StatusOK)
	if a.URL.Path != "/jwt/member/notes" || a.text(".note-body") != "not lost 한글" {
		t.Errorf("ends at %s with %q", a.URL, a.text(".note-body"))
	}
	if notes, err := n.db.Notes(background(), u.ID, 10); err != nil || len(notes) != 1 {
		t.Errorf("notes: %v, %v", notes, err)
	}
}

func TestRefreshAsJSON(t *testing.T) {
	for _, w := range []way{byCookie, byHeader} {
		n := newNode(t)
		c := n.signedIn(w, "minji")
		var got map[string]any
		c.post("/jwt/refresh?next=%2Fjwt%2Fmember", nil, asJSON).want(http.StatusOK).into(&got)
		_, hasAccess := got["access_token"]
		_, hasRefresh := got["refresh_token"]
		if hasAccess != (w.carrier == "header") || hasRefresh || got["token_type"] != "Bearer" || got["expires_in"] != 900.0 {
			t.Errorf("%s: %v", w, got)
		}
		var refused struct{ Error string }
		none := n.client()
		none.post("/jwt/refresh", nil, asJSON).want(http.StatusBadRequest).into(&refused)
		if refused.Error != "invalid_grant" {
			t.Errorf("without a cookie: %q", refused.Error)
		}
		none.setCookie("twodoors-refresh", "x")
		a := none.post("/jwt/refresh", nil, asJSON).want(http.StatusBadRequest)
		if k := a.setCookie("twodoors-refresh"); k == nil || k.MaxAge >= 0 {
			t.Error("a bad refresh cookie was not cleared")
		}
		none.post("/jwt/refresh?next=%2Fjwt%2Fmember%2Fnotes", nil).wantTo("/jwt/login?next=%2Fjwt%2Fmember%2Fnotes")
		none.post("/jwt/refresh?next=%2F%2Fevil.example", nil).wantTo("/jwt/login?next=%2Fjwt%2Fmember")
	}
}

// TestRefreshGoesOnLocally: neither way back leads to another site.
func TestRefreshGoesOnLocally(t *testing.T) {
	n := newNode(t)
	c := n.signedIn(byCookie, "minji")
	for _, next := range []string{"//evil.example", "https://evil.example", `/\evil.example`, "/%09/evil.example", ""} {
		for _, via := range []string{"", "&via=page"} {
			a := c.post("/jwt/refresh?next="+url.QueryEscape(next)+via, nil)
			if to := a.location(); to != "/jwt/member" && to != "/%09/evil.example" {
				t.Errorf("next %q leads to %s", next, to)
			}
		}
		if page := c.get("/jwt/refresh?next=" + url.QueryEscape(next)); strings.Contains(page.Body, "//evil.example") && next != "/%09/evil.example" {
			t.Errorf("next %q stands in the page", next)
		}
	}
}

// TestExpiredSignOut: an expired but genuine token still shows whose sign-in is to end.
func TestExpiredSignOut(t *testing.T) {
	for _, w := range []way{byCookie, byHeader} {
		for _, api := range []bool{false, true} {
			n := newNode(t, with(func(c *handlers.Config) { c.SessionMax = 100 * time.Hour }))
			c := n.signedIn(w, "minji")
			thief, other := c.copied(), n.client()
			other.signIn(w, "minji")
			n.clock.move(20 * time.Hour)
			if api {
				c.json("POST", "/api/jwt/logout", nil).want(http.StatusNoContent)
			} else {
				c.post("/jwt/logout", nil).wantTo("/jwt/login")
			}
			thief.post("/jwt/refresh", nil, asJSON).want(http.StatusBadRequest)
			other.post("/jwt/refresh", nil, asJSON).want(http.StatusOK)
		}
	}
	// One that was tampered with ends nothing.
	n := newNode(t)
	c := n.signedIn(byHeader, "minji")
	forger := n.client()
	forger.bearer = spoiled(c, byHeader)
	forger.follows = true
	if said := forger.post("/jwt/logout", nil).want(http.StatusOK).text("main"); !strings.Contains(said, "no sign-in was ended") {
		t.Errorf("the page says %q", said)
	}
	c.post("/jwt/refresh", nil, asJSON).want(http.StatusOK)
}

// TestFormWithoutItsToken: a plain form posted while the token lies in a page's memory uses up no refresh token,
// and does not go in circles.
func TestFormWithoutItsToken(t *testing.T) {
	n := newNode(t)
	c := n.signedIn(way{mode: "jwt", carrier: "header", level: auth.LevelSignature}, "minji")
	c.bearer = "" // no script runs
	held := c.cookie("/jwt/refresh", "twodoors-refresh")
	if a := c.post("/jwt/member/notes", []string{"body", "milk"}).want(http.StatusTemporaryRedirect); a.location() != "/jwt/refresh?next=%2Fjwt%2Fmember%2Fnotes" {
		t.Errorf("the form is sent to %s", a.location())
	}
	c.post("/jwt/refresh?next=%2Fjwt%2Fmember%2Fnotes", []string{"body", "milk"}).wantTo("/jwt/refresh?next=%2Fjwt%2Fmember%2Fnotes")
	if c.cookie("/jwt/refresh", "twodoors-refresh") != held {
		t.Error("a refresh token was used up for a form that could not carry the new token")
	}
}
