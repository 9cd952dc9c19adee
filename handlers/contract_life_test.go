package handlers_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestAccountLife is the part of the contract about an account's own life: its name, its sign-ins, its end.
func TestAccountLife(t *testing.T) {
	suite := []struct {
		name string
		run  func(*testing.T, way)
	}{
		{"name", nameContract}, {"sign-ins", signInsContract}, {"everywhere", everywhereContract},
		{"deactivate", deactivateContract}, {"delete", deleteContract}, {"last admin", closeLastAdminContract},
		{"demo", closeDemoContract}, {"close by api", closeByAPIContract}, {"guesses", closeGuessesContract},
		{"admin ends", adminEndsContract}, {"confirm", confirmContract},
	}
	for _, w := range slices.Concat(ways(), moreWays(), storeWays()) {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			for _, c := range suite {
				t.Run(c.name, func(t *testing.T) { c.run(t, w) })
			}
		})
	}
}

// account is the user's account as the API tells it.
type account struct {
	Username    string
	DisplayName string `json:"display_name"`
	SignIns     []struct {
		At                     time.Time
		Mode, Browser, Address string
	} `json:"sign_ins"`
}

func (c *client) account(w way) (a account) {
	c.t.Helper()
	c.json("GET", w.api("/account"), nil).want(http.StatusOK).into(&a)
	return a
}

func nameContract(t *testing.T, w way) {
	n := w.node(t)
	c := n.signedIn(w, "minji")
	const name = `민지 <b>"Kim"</b> 👩‍🚀`
	c.post(w.page("/account/name"), []string{"display_name", "  " + name + " "}).wantTo(w.page("/account"))
	page := c.get(w.page("/account")).want(http.StatusOK)
	if got := page.page().Find("[name=display_name]").AttrOr("value", ""); got != name {
		t.Errorf("the account calls the user %q", got)
	}
	if home := c.get(w.page("")); strings.Contains(home.text("main .content"), name) != w.readsUser() {
		t.Errorf("home: %s", home.text("main .content"))
	}
	for _, bad := range []string{strings.Repeat("가", 65), "a\u202eb", "a\nb", "a\x00b", "a\u200bb"} {
		a := c.post(w.page("/account/name"), []string{"display_name", bad}).want(http.StatusUnprocessableEntity)
		if a.page().Find("[name=display_name][aria-invalid=true]").Length() != 1 || a.page().Find("[aria-invalid=true]").Length() != 1 {
			t.Errorf("%.20q: the field is not named", bad)
		}
		c.json("PUT", w.api("/account"), map[string]string{"display_name": bad}).want(http.StatusUnprocessableEntity)
	}
	if got := c.account(w); got.DisplayName != name || got.Username != "minji" {
		t.Errorf("account: %+v", got)
	}
	c.json("PUT", w.api("/account"), map[string]string{"display_name": ""}).want(http.StatusNoContent)
	if got := c.account(w); got.DisplayName != "" {
		t.Errorf("account: %+v", got)
	}
}

// signInsContract: the last sign-ins through any door, and no failed one, stand in the account.
func signInsContract(t *testing.T, w way) {
	n := w.node(t)
	n.user("minji", "member")
	n.user("other", "member")
	n.client().signIn(way{mode: "session"}, "other")
	n.client().signIn(way{mode: "session"}, "minji")
	n.client().post("/"+w.mode+"/login", []string{"username", "minji", "password", "not this"}).want(http.StatusUnauthorized)
	n.clock.move(time.Hour)
	n.script().json("POST", w.api("/login"), map[string]string{"username": "minji", "password": password}, header("User-Agent", "caf\xe9 script")).want(http.StatusOK)
	n.clock.move(time.Hour)
	c := n.client()
	c.signIn(w, "minji")
	list := c.account(w).SignIns
	if len(list) != 3 {
		t.Fatalf("sign-ins: %+v", list)
	}
	for i, want := range []struct{ mode, browser string }{{w.mode, "Chrome 156 · Linux"}, {w.mode, "caf script"}, {"session", "Chrome 156 · Linux"}} {
		at := n.clock.Now().Add(time.Duration(-i) * time.Hour)
		if s := list[i]; s.Mode != want.mode || s.Browser != want.browser || s.Address != "192.0.2.1" || !s.At.Equal(at) {
			t.Errorf("sign-in %d: %+v, want %+v at %v", i, s, want, at)
		}
	}
	if rows := c.get(w.page("/account")).page().Find(".sign-ins tbody tr").Length(); rows != 3 {
		t.Errorf("%d rows on the page", rows)
	}
}

// everywhereContract: all sign-ins end, this one too, as far as their door can know.
func everywhereContract(t *testing.T, w way) {
	for _, byAPI := range []bool{false, true} {
		n, c, other, thief := signedInTwice(t, w)
		n.user("bystander", "member")
		session, bystander := n.client(), n.client()
		session.signIn(way{mode: "session"}, "minji")
		bystander.signIn(w, "bystander")
		if byAPI {
			c.json("POST", w.api("/account/sign-out-everywhere"), nil).want(http.StatusNoContent)
		} else {
			a := c.post(w.page("/account/sign-out-everywhere"), nil).wantTo("/" + w.mode + "/login")
			if a.Header.Get("Clear-Site-Data") != "" {
				t.Error("a browser is to clear its cache")
			}
			c.bearer = ""
			said := c.get("/" + w.mode + "/login").text("main .said.good")
			if !strings.Contains(said, "everywhere") || w.mode == "jwt" && w.knowsEnd() == strings.Contains(said, "15 min") {
				t.Errorf("the page says %q", said)
			}
		}
		c.bearer = ""
		c.wantIn(w, false, "the browser that asked")
		session.wantIn(way{mode: "session"}, false, "a session")
		other.wantIn(w, !w.endsOthers(), "another sign-in")
		thief.wantIn(w, !w.endsOthers(), "a copy")
		bystander.wantIn(w, true, "another user")
		c.signIn(w, "minji")
		c.wantIn(w, true, "signed in again")
	}
}

func deactivateContract(t *testing.T, w way) {
	n := w.node(t)
	u := n.user("minji", "member")
	n.user("boss", "admin")
	n.note(u.ID, "milk")
	c, other := n.client(), n.client()
	c.signIn(w, "minji")
	other.signIn(way{mode: "session"}, "minji")
	for _, wrong := range []string{"", "not this"} {
		a := c.post(w.page("/account/close"), []string{"do", "deactivate", "confirm", wrong}).want(http.StatusUnprocessableEntity)
		if a.page().Find("[name=confirm][aria-invalid=true]").Length() != 1 {
			t.Error("the field is not named")
		}
	}
	c.post(w.page("/account/close"), []string{"do", "x", "confirm", password}).want(http.StatusBadRequest)
	c.wantIn(w, true, "nothing has changed")
	c.post(w.page("/account/close"), []string{"do", "deactivate", "confirm", password}).wantTo("/" + w.mode + "/login")
	c.bearer = ""
	c.wantIn(w, false, "deactivated")
	other.wantIn(way{mode: "session"}, false, "another sign-in")
	n.client().post("/"+w.mode+"/login", []string{"username", "minji", "password", password}).want(http.StatusUnauthorized)
	if err := n.db.SetActive(background(), 0, u.ID, true); err != nil {
		t.Fatal(err)
	}
	other.wantIn(way{mode: "session"}, false, "a sign-in from before, let in again")
	c.signIn(w, "minji")
	if notes := c.get(w.page("/notes")).page().Find(".note-body").Length(); notes != 1 {
		t.Errorf("%d notes are left", notes)
	}
}

func deleteContract(t *testing.T, w way) {
	n := w.node(t)
	u := n.user("minji", "member")
	n.note(u.ID, "milk")
	c, other := n.client(), n.client()
	c.signIn(w, "minji")
	other.signIn(w, "minji")
	c.post(w.page("/account/close"), []string{"do", "delete", "confirm", "not this"}).want(http.StatusUnprocessableEntity)
	c.post(w.page("/account/close"), []string{"do", "delete", "confirm", password}).wantTo("/" + w.mode + "/login")
	c.bearer = ""
	if said := c.get("/" + w.mode + "/login").text("main .said.good"); !strings.Contains(said, "deleted") {
		t.Errorf("the page says %q", said)
	}
	other.wantIn(w, !w.readsUser(), "another sign-in")
	if a := other.get(w.page("/account")); a.Status == http.StatusOK {
		t.Error("the account's page is open to nobody")
	}
	n.client().post("/"+w.mode+"/login", []string{"username", "minji", "password", password}).want(http.StatusUnauthorized)
	again := n.user("minji", "member")
	if again.ID == u.ID {
		t.Error("the id was given again")
	}
	c = n.client()
	c.signIn(w, "minji")
	if len(c.account(w).SignIns) != 1 || c.get(w.page("/notes")).page().Find(".note-body").Length() != 0 {
		t.Error("the next of that name has got what the last one left")
	}
}

func closeLastAdminContract(t *testing.T, w way) {
	n := w.node(t)
	n.user("boss", "admin")
	c := n.client()
	c.signIn(w, "boss")
	for _, do := range []string{"deactivate", "delete"} {
		a := c.post(w.page("/account/close"), []string{"do", do, "confirm", password}).want(http.StatusUnprocessableEntity)
		if !strings.Contains(a.text("main .said.bad"), "last admin") {
			t.Errorf("%s: %q", do, a.text("main .said.bad"))
		}
		var fault struct{ Fields map[string]string }
		c.json("POST", w.api("/account/close"), map[string]string{"do": do, "password": password}).want(http.StatusUnprocessableEntity).into(&fault)
		if !strings.Contains(fault.Fields["do"], "last admin") {
			t.Errorf("%s: %v", do, fault)
		}
	}
	c.wantIn(w, true, "the last admin")
	n.user("second", "admin")
	c.post(w.page("/account/close"), []string{"do", "delete", "confirm", password}).wantTo("/" + w.mode + "/login")
}

// closeDemoContract: a demo account has no password; the page says so and asks for none.
func closeDemoContract(t *testing.T, w way) {
	n := w.node(t)
	c := n.client()
	c.demo(w, "member")
	page := c.get(w.page("/account")).want(http.StatusOK)
	if page.page().Find("input[type=password]").Length() != 0 || !strings.Contains(page.text("main"), "A demo account has no password") {
		t.Errorf("the page asks for a password that nobody has")
	}
	c.post(w.page("/account/close"), []string{"do", "delete"}).wantTo("/" + w.mode + "/login")
	c.bearer = ""
	c.wantIn(w, false, "deleted")
	c.demo(w, "admin")
	c.post(w.page("/account/close"), []string{"do", "delete"}).want(http.StatusUnprocessableEntity) // the team's only one
}

func closeByAPIContract(t *testing.T, w way) {
	n := w.node(t)
	c := n.signedIn(w, "minji")
	var fault struct{ Fields map[string]string }
	c.json("POST", w.api("/account/close"), map[string]string{"do": "delete", "password": "not this"}).want(http.StatusUnprocessableEntity).into(&fault)
	if fault.Fields["password"] == "" {
		t.Errorf("fields: %v", fault)
	}
	c.json("POST", w.api("/account/close"), map[string]string{"password": password}).want(http.StatusBadRequest)
	c.json("POST", w.api("/account/close"), map[string]string{"do": "delete", "password": password}).want(http.StatusNoContent)
	c.json("GET", w.api("/account"), nil).want(http.StatusUnauthorized)
}

// closeGuessesContract: whoever has got hold of a sign-in cannot go on guessing the password behind it, and the
// owner's other sign-in is not kept from anything.
func closeGuessesContract(t *testing.T, w way) {
	if w.sharesCredential() {
		t.Skip("all sign-ins of the user are one")
	}
	n := w.node(t)
	n.user("minji", "member")
	stolen, own := n.client(), n.client()
	stolen.signIn(w, "minji")
	own.signIn(w, "minji")
	tries := 0
	for ; tries < 50; tries++ {
		path, field := "/account/close", "confirm"
		if tries%2 == 1 {
			path, field = "/account", "current"
		}
		a := stolen.post(w.page(path), []string{"do", "delete", field, "not this", "password", newPassword})
		if a.Status == http.StatusTooManyRequests {
			if a.Header.Get("Retry-After") == "" || a.page().Find("form [name="+field+"]").Length() != 1 {
				t.Error("no Retry-After, or no form")
			}
			break
		}
		a.want(http.StatusUnprocessableEntity)
	}
	if tries != 10 {
		t.Errorf("slowed down after %d guesses", tries)
	}
	a := stolen.json("PUT", w.api("/password"), map[string]string{"current": password, "password": newPassword}).want(http.StatusTooManyRequests)
	if a.Header.Get("Retry-After") == "" || !strings.HasPrefix(a.Header.Get("Content-Type"), "application/problem+json") {
		t.Errorf("the API: %v", a.Header)
	}
	n.client().signIn(w, "minji")
	own.post(w.page("/account"), []string{"current", password, "password", newPassword}).wantTo(w.page("/account"))
}

// sharesCredential reports whether all of a user's sign-ins hold the same credential.
func (w way) sharesCredential() bool { return w.mode == "token" }
