package contract_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"twodoors/handlers/handlerstest"
)

// TestContract runs one suite over every way of being signed in: what a door promises does not depend on how
// it knows who is asking. Where a level cannot know something, the suite says so (way.knowsEnd, readsUser).
func TestContract(t *testing.T) {
	suite := []struct {
		name string
		run  func(*testing.T, handlerstest.Way)
	}{
		{"pages", pagesContract}, {"api", apiContract}, {"script", scriptContract}, {"notes", notesContract},
		{"wrong password", wrongPasswordContract}, {"next", nextContract},
		{"password by page", passwordByPage}, {"password by api", passwordByAPI}, {"password faults", passwordFaults},
		{"devices", devicesContract}, {"revoke others", revokeOthersContract}, {"revoke this", revokeThisContract},
		{"admin", adminContract}, {"demoted", demotedContract}, {"deactivated", deactivatedContract}, {"last admin", lastAdminContract},
		{"teams", teamsContract},
		{"sign-out", signOutContract}, {"expiry", expiryContract}, {"remember", rememberContract}, {"renewed ids", renewedContract},
	}
	for _, w := range append(handlerstest.Ways(), handlerstest.StoreWays()...) {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			for _, c := range suite {
				t.Run(c.name, func(t *testing.T) { c.run(t, w) })
			}
		})
	}
}

func pagesContract(t *testing.T, w handlerstest.Way) {
	n := w.Node(t)
	c := n.Client()
	c.Get("/signup").Want(http.StatusOK)
	c.Post("/signup", []string{"username", "minji", "password", handlerstest.Password}).WantTo("/compare")
	c.WantIn(w, false, "signed up, not in")
	c.Get("/" + w.Mode + "/login").Want(http.StatusOK)
	a := c.Post("/"+w.Mode+"/login", []string{"username", "minji", "password", handlerstest.Password, "carrier", w.Carrier})
	a.WantTo(w.Page(""))
	c.PickUp(w)
	home := c.Get(w.Page("")).Want(http.StatusOK)
	if got := home.Text("h1"); !strings.Contains(got, "minji") {
		t.Errorf("home greets %q", got)
	}
	for _, path := range []string{"/notes", "/account", "/devices"} {
		c.Get(w.Page(path)).Want(http.StatusOK)
	}
	c.Get(w.Page("/admin")).Want(http.StatusForbidden)
	c.Post("/"+w.Mode+"/logout", nil).WantTo("/" + w.Mode + "/login")
	c.Bearer = ""
	c.WantIn(w, false, "signed out")
}

// apiContract: the API takes the credential that the pages gave.
func apiContract(t *testing.T, w handlerstest.Way) {
	n := w.Node(t)
	u := n.User("minji", "member")
	c := n.Client()
	c.SignIn(w, "minji")
	var who handlerstest.Me
	c.JSON("GET", w.API("/me"), nil).Want(http.StatusOK).Into(&who)
	if who.ID != u.ID || who.Username != "minji" || who.Role != "member" || who.Mode != w.Mode || who.Carrier != w.Carrier {
		t.Errorf("me: %+v", who)
	}
	c.JSON("POST", w.API("/logout"), nil).Want(http.StatusNoContent)
	c.Bearer = ""
	c.JSON("GET", w.API("/me"), nil).Want(http.StatusUnauthorized)
	c.WantIn(w, false, "signed out by the API")
}

// scriptContract: signed up, in and out by the API alone.
func scriptContract(t *testing.T, w handlerstest.Way) {
	n := w.Node(t)
	c := n.Script()
	c.JSON("POST", "/api/signup", map[string]string{"username": "script", "password": handlerstest.Password}).Want(http.StatusCreated)
	tokens := c.APISignIn(w, "script")
	if w.Mode == "jwt" && (tokens.TokenType != "Bearer" || tokens.ExpiresIn != 900 || len(tokens.RefreshToken) != 43 || tokens.AccessToken == "") {
		t.Errorf("tokens: %+v", tokens)
	}
	c.JSON("GET", w.API("/me"), nil).Want(http.StatusOK)
	if c.Get(w.Page("")).Status != http.StatusOK { // the pages take the API's credential, too
		t.Error("the page refuses what the API accepts")
	}
	if w.Mode == "jwt" {
		var next handlerstest.APITokens
		c.JSON("POST", "/api/jwt/refresh", map[string]string{"refresh_token": tokens.RefreshToken}).Want(http.StatusOK).Into(&next)
		if next.RefreshToken == tokens.RefreshToken || next.AccessToken == tokens.AccessToken || next.RefreshToken == "" {
			t.Errorf("refreshed: %+v", next)
		}
		c.Bearer, tokens = next.AccessToken, next
	}
	c.JSON("POST", w.API("/logout"), nil).Want(http.StatusNoContent)
	want := http.StatusUnauthorized
	if !w.KnowsEnd() && c.Bearer != "" {
		want = http.StatusOK // the token is as good as before, until it expires
	}
	c.JSON("GET", w.API("/me"), nil).Want(want)
	if w.Mode == "jwt" {
		a := c.JSON("POST", "/api/jwt/refresh", map[string]string{"refresh_token": tokens.RefreshToken}).Want(http.StatusBadRequest)
		if !strings.Contains(a.Body, `"error":"invalid_grant"`) {
			t.Errorf("refresh after signing out: %s", a.Body)
		}
	}
}

func notesContract(t *testing.T, w handlerstest.Way) {
	n := w.Node(t)
	n.User("minji", "member")
	other := n.Note(n.User("other", "member").ID, "not yours")
	c := n.Client()
	c.SignIn(w, "minji")
	c.Post(w.Page("/notes"), []string{"body", "first <b>note</b>\r\nsecond line"}).WantTo(w.Page("/notes"))
	var added struct{ ID int64 }
	c.JSON("POST", w.API("/notes"), map[string]string{"body": "둘째"}).Want(http.StatusCreated).Into(&added)

	page := c.Get(w.Page("/notes")).Want(http.StatusOK)
	if got := page.Page().Find(".note-body").Length(); got != 2 {
		t.Fatalf("%d notes on the page", got)
	}
	if got := page.Page().Find(".note-body").Last().Text(); got != "first <b>note</b>\nsecond line" {
		t.Errorf("the note reads %q", got)
	}
	var list struct {
		Notes []struct {
			ID        int64
			Body      string
			CreatedAt string `json:"created_at"`
		}
	}
	c.JSON("GET", w.API("/notes"), nil).Want(http.StatusOK).Into(&list)
	if len(list.Notes) != 2 || list.Notes[0].ID != added.ID || list.Notes[0].Body != "둘째" || list.Notes[0].CreatedAt == "" {
		t.Fatalf("notes: %+v", list)
	}

	theirs := strconv.FormatInt(other.ID, 10)
	c.Post(w.Page("/notes/"+theirs+"/delete"), nil).Want(http.StatusNotFound)
	c.JSON("DELETE", w.API("/notes/"+theirs), nil).Want(http.StatusNotFound)
	if left, err := n.DB.Notes(handlerstest.Background(), other.UserID, 10); err != nil || len(left) != 1 {
		t.Errorf("the other's notes: %v, %v", left, err)
	}
	c.Post(w.Page("/notes/"+strconv.FormatInt(list.Notes[1].ID, 10)+"/delete"), nil).WantTo(w.Page("/notes"))
	c.JSON("DELETE", w.API("/notes/"+strconv.FormatInt(added.ID, 10)), nil).Want(http.StatusNoContent)
	c.JSON("DELETE", w.API("/notes/"+strconv.FormatInt(added.ID, 10)), nil).Want(http.StatusNotFound)
	if a := c.Get(w.Page("/notes")); a.Page().Find(".note-body").Length() != 0 {
		t.Error("deleted notes are still there")
	}
}

func wrongPasswordContract(t *testing.T, w handlerstest.Way) {
	n := w.Node(t)
	n.User("minji", "member")
	texts := map[string]bool{}
	for _, name := range []string{"minji", "nobody", "not a name!"} {
		c := n.Client()
		a := c.Post("/"+w.Mode+"/login", []string{"username", name, "password", "wrong password", "remember", "on", "carrier", w.Carrier, "next", w.Page("/notes")})
		a.Want(http.StatusUnauthorized)
		form := a.Page().Find("main form").First()
		texts[a.Text("main .said")] = true
		if form.Find("[name=username]").AttrOr("value", "") != name || form.Find("[name=next]").AttrOr("value", "") != w.Page("/notes") ||
			form.Find("[name=remember][checked]").Length() != 1 || strings.Contains(a.Body, "wrong password") {
			t.Errorf("the form was not kept: %.300s", form.Text())
		}
		c.WantIn(w, false, "after a wrong password")
		c.JSON("POST", w.API("/login"), map[string]string{"username": name, "password": "wrong password"}).Want(http.StatusUnauthorized)
	}
	if len(texts) != 1 {
		t.Errorf("an unknown name and a wrong password are told apart: %v", texts)
	}
}

// nextContract: a sign-in goes on to a page of this site and nowhere else.
func nextContract(t *testing.T, w handlerstest.Way) {
	n := w.Node(t)
	n.User("minji", "member")
	a := n.Client().Get(w.Page("/notes?panel=open")).Want(http.StatusSeeOther)
	if want := "/" + w.Mode + "/login?next=%2F" + w.Mode + "%2Fmember%2Fnotes%3Fpanel%3Dopen"; a.Location() != want {
		t.Errorf("leads to %s", a.Location())
	}
	for next, want := range map[string]string{
		w.Page("/notes"): w.Page("/notes"), "": w.Page(""), "//evil.example/": w.Page(""), `/\evil.example`: w.Page(""),
		"https://evil.example": w.Page(""), "/\t/evil.example": w.Page(""), "javascript:alert(1)": w.Page(""),
	} {
		c := n.Client()
		if a := c.SignIn(w, "minji", "next", next); a.Location() != want {
			t.Errorf("next %q leads to %s", next, a.Location())
		}
	}
}

// signedInTwice makes a node where the same user is signed in on two browsers, and a thief who copied the first one.
func signedInTwice(t *testing.T, w handlerstest.Way) (n *handlerstest.Node, c, other, thief *handlerstest.Client) {
	t.Helper()
	n = w.Node(t)
	c, other = n.SignedIn(w, "minji"), n.Client()
	other.SignIn(w, "minji")
	return n, c, other, c.Copied()
}
