package handlers_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// TestContract runs one suite over every way of being signed in: what a door promises does not depend on how
// it knows who is asking. Where a level cannot know something, the suite says so (way.knowsEnd, readsUser).
func TestContract(t *testing.T) {
	suite := []struct {
		name string
		run  func(*testing.T, way)
	}{
		{"pages", pagesContract}, {"api", apiContract}, {"script", scriptContract}, {"notes", notesContract},
		{"wrong password", wrongPasswordContract}, {"next", nextContract},
		{"password by page", passwordByPage}, {"password by api", passwordByAPI}, {"password faults", passwordFaults},
		{"devices", devicesContract}, {"revoke others", revokeOthersContract}, {"revoke this", revokeThisContract},
		{"admin", adminContract}, {"demoted", demotedContract}, {"deactivated", deactivatedContract}, {"last admin", lastAdminContract},
		{"teams", teamsContract},
		{"sign-out", signOutContract}, {"expiry", expiryContract}, {"remember", rememberContract}, {"renewed ids", renewedContract},
	}
	for _, w := range append(ways(), storeWays()...) {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			for _, c := range suite {
				t.Run(c.name, func(t *testing.T) { c.run(t, w) })
			}
		})
	}
}

// isIn reports whether the client is let into the member area. Being kept out has two forms, and no other.
func (c *client) isIn(w way) bool {
	c.t.Helper()
	a := c.get(w.page(""))
	switch {
	case a.Status == http.StatusOK:
		return true
	case a.Status == http.StatusUnauthorized && c.bearer != "":
	case a.Status == http.StatusSeeOther && (strings.HasPrefix(a.location(), "/"+w.mode+"/login?next=") || strings.HasPrefix(a.location(), "/jwt/refresh?next=")):
	default:
		c.t.Errorf("%s home: status %d to %q", w, a.Status, a.location())
	}
	return false
}

// wantIn fails the test if the client is in and should not be, or the other way round.
func (c *client) wantIn(w way, want bool, when string) {
	c.t.Helper()
	if got := c.isIn(w); got != want {
		c.t.Errorf("%s: signed in is %v, want %v", when, got, want)
	}
}

func pagesContract(t *testing.T, w way) {
	n := w.node(t)
	c := n.client()
	c.get("/signup").want(http.StatusOK)
	c.post("/signup", []string{"username", "minji", "password", password}).wantTo("/compare")
	c.wantIn(w, false, "signed up, not in")
	c.get("/" + w.mode + "/login").want(http.StatusOK)
	a := c.post("/"+w.mode+"/login", []string{"username", "minji", "password", password, "carrier", w.carrier})
	a.wantTo(w.page(""))
	c.pickUp(w)
	home := c.get(w.page("")).want(http.StatusOK)
	if got := home.text("h1"); !strings.Contains(got, "minji") {
		t.Errorf("home greets %q", got)
	}
	for _, path := range []string{"/notes", "/account", "/devices"} {
		c.get(w.page(path)).want(http.StatusOK)
	}
	c.get(w.page("/admin")).want(http.StatusForbidden)
	c.post("/"+w.mode+"/logout", nil).wantTo("/" + w.mode + "/login")
	c.bearer = ""
	c.wantIn(w, false, "signed out")
}

// me is the answer to "who am I".
type me struct {
	ID       int64
	Username string
	Role     string
	Mode     string
	Carrier  string
	Device   int64
}

// apiContract: the API takes the credential that the pages gave.
func apiContract(t *testing.T, w way) {
	n := w.node(t)
	u := n.user("minji", "member")
	c := n.client()
	c.signIn(w, "minji")
	var who me
	c.json("GET", w.api("/me"), nil).want(http.StatusOK).into(&who)
	if who.ID != u.ID || who.Username != "minji" || who.Role != "member" || who.Mode != w.mode || who.Carrier != w.carrier {
		t.Errorf("me: %+v", who)
	}
	c.json("POST", w.api("/logout"), nil).want(http.StatusNoContent)
	c.bearer = ""
	c.json("GET", w.api("/me"), nil).want(http.StatusUnauthorized)
	c.wantIn(w, false, "signed out by the API")
}

// apiTokens is the API's answer to a sign-in or a refresh in JWT mode.
type apiTokens struct {
	AccessToken  string `json:"access_token"`
	TokenType    string `json:"token_type"`
	ExpiresIn    int    `json:"expires_in"`
	RefreshToken string `json:"refresh_token"`
	Token        string // of the opaque token's door
}

// apiSignIn signs a script in by the API.
func (c *client) apiSignIn(w way, name string) apiTokens {
	c.t.Helper()
	var tokens apiTokens
	a := c.json("POST", w.api("/login"), map[string]any{"username": name, "password": password}).want(http.StatusOK)
	a.into(&tokens)
	c.bearer = tokens.AccessToken + tokens.Token
	if cookies := len(a.Header.Values("Set-Cookie")); (cookies != 0) != (w.mode == "session" || w.mode == "cookie") {
		c.t.Errorf("the API's sign-in set %d cookies: %q", cookies, a.Header.Values("Set-Cookie"))
	}
	return tokens
}

// scriptContract: signed up, in and out by the API alone.
func scriptContract(t *testing.T, w way) {
	n := w.node(t)
	c := n.script()
	c.json("POST", "/api/signup", map[string]string{"username": "script", "password": password}).want(http.StatusCreated)
	tokens := c.apiSignIn(w, "script")
	if w.mode == "jwt" && (tokens.TokenType != "Bearer" || tokens.ExpiresIn != 900 || len(tokens.RefreshToken) != 43 || tokens.AccessToken == "") {
		t.Errorf("tokens: %+v", tokens)
	}
	c.json("GET", w.api("/me"), nil).want(http.StatusOK)
	if c.get(w.page("")).Status != http.StatusOK { // the pages take the API's credential, too
		t.Error("the page refuses what the API accepts")
	}
	if w.mode == "jwt" {
		var next apiTokens
		c.json("POST", "/api/jwt/refresh", map[string]string{"refresh_token": tokens.RefreshToken}).want(http.StatusOK).into(&next)
		if next.RefreshToken == tokens.RefreshToken || next.AccessToken == tokens.AccessToken || next.RefreshToken == "" {
			t.Errorf("refreshed: %+v", next)
		}
		c.bearer, tokens = next.AccessToken, next
	}
	c.json("POST", w.api("/logout"), nil).want(http.StatusNoContent)
	want := http.StatusUnauthorized
	if !w.knowsEnd() && c.bearer != "" {
		want = http.StatusOK // the token is as good as before, until it expires
	}
	c.json("GET", w.api("/me"), nil).want(want)
	if w.mode == "jwt" {
		a := c.json("POST", "/api/jwt/refresh", map[string]string{"refresh_token": tokens.RefreshToken}).want(http.StatusBadRequest)
		if !strings.Contains(a.Body, `"error":"invalid_grant"`) {
			t.Errorf("refresh after signing out: %s", a.Body)
		}
	}
}

func notesContract(t *testing.T, w way) {
	n := w.node(t)
	n.user("minji", "member")
	other := n.note(n.user("other", "member").ID, "not yours")
	c := n.client()
	c.signIn(w, "minji")
	c.post(w.page("/notes"), []string{"body", "first <b>note</b>\r\nsecond line"}).wantTo(w.page("/notes"))
	var added struct{ ID int64 }
	c.json("POST", w.api("/notes"), map[string]string{"body": "둘째"}).want(http.StatusCreated).into(&added)

	page := c.get(w.page("/notes")).want(http.StatusOK)
	if got := page.page().Find(".note-body").Length(); got != 2 {
		t.Fatalf("%d notes on the page", got)
	}
	if got := page.page().Find(".note-body").Last().Text(); got != "first <b>note</b>\nsecond line" {
		t.Errorf("the note reads %q", got)
	}
	var list struct {
		Notes []struct {
			ID        int64
			Body      string
			CreatedAt string `json:"created_at"`
		}
	}
	c.json("GET", w.api("/notes"), nil).want(http.StatusOK).into(&list)
	if len(list.Notes) != 2 || list.Notes[0].ID != added.ID || list.Notes[0].Body != "둘째" || list.Notes[0].CreatedAt == "" {
		t.Fatalf("notes: %+v", list)
	}

	theirs := strconv.FormatInt(other.ID, 10)
	c.post(w.page("/notes/"+theirs+"/delete"), nil).want(http.StatusNotFound)
	c.json("DELETE", w.api("/notes/"+theirs), nil).want(http.StatusNotFound)
	if left, err := n.db.Notes(background(), other.UserID, 10); err != nil || len(left) != 1 {
		t.Errorf("the other's notes: %v, %v", left, err)
	}
	c.post(w.page("/notes/"+strconv.FormatInt(list.Notes[1].ID, 10)+"/delete"), nil).wantTo(w.page("/notes"))
	c.json("DELETE", w.api("/notes/"+strconv.FormatInt(added.ID, 10)), nil).want(http.StatusNoContent)
	c.json("DELETE", w.api("/notes/"+strconv.FormatInt(added.ID, 10)), nil).want(http.StatusNotFound)
	if a := c.get(w.page("/notes")); a.page().Find(".note-body").Length() != 0 {
		t.Error("deleted notes are still there")
	}
}

func wrongPasswordContract(t *testing.T, w way) {
	n := w.node(t)
	n.user("minji", "member")
	texts := map[string]bool{}
	for _, name := range []string{"minji", "nobody", "not a name!"} {
		c := n.client()
		a := c.post("/"+w.mode+"/login", []string{"username", name, "password", "wrong password", "remember", "on", "carrier", w.carrier, "next", w.page("/notes")})
		a.want(http.StatusUnauthorized)
		form := a.page().Find("main form").First()
		texts[a.text("main .said")] = true
		if form.Find("[name=username]").AttrOr("value", "") != name || form.Find("[name=next]").AttrOr("value", "") != w.page("/notes") ||
			form.Find("[name=remember][checked]").Length() != 1 || strings.Contains(a.Body, "wrong password") {
			t.Errorf("the form was not kept: %.300s", form.Text())
		}
		c.wantIn(w, false, "after a wrong password")
		c.json("POST", w.api("/login"), map[string]string{"username": name, "password": "wrong password"}).want(http.StatusUnauthorized)
	}
	if len(texts) != 1 {
		t.Errorf("an unknown name and a wrong password are told apart: %v", texts)
	}
}

// nextContract: a sign-in goes on to a page of this site and nowhere else.
func nextContract(t *testing.T, w way) {
	n := w.node(t)
	n.user("minji", "member")
	a := n.client().get(w.page("/notes?panel=open")).want(http.StatusSeeOther)
	if want := "/" + w.mode + "/login?next=%2F" + w.mode + "%2Fmember%2Fnotes%3Fpanel%3Dopen"; a.location() != want {
		t.Errorf("leads to %s", a.location())
	}
	for next, want := range map[string]string{
		w.page("/notes"): w.page("/notes"), "": w.page(""), "//evil.example/": w.page(""), `/\evil.example`: w.page(""),
		"https://evil.example": w.page(""), "/\t/evil.example": w.page(""), "javascript:alert(1)": w.page(""),
	} {
		c := n.client()
		if a := c.signIn(w, "minji", "next", next); a.location() != want {
			t.Errorf("next %q leads to %s", next, a.location())
		}
	}
}

// signedInTwice makes a node where the same user is signed in on two browsers, and a thief who copied the first one.
func signedInTwice(t *testing.T, w way) (n *testNode, c, other, thief *client) {
	t.Helper()
	n = w.node(t)
	c, other = n.signedIn(w, "minji"), n.client()
	other.signIn(w, "minji")
	return n, c, other, c.copied()
}
