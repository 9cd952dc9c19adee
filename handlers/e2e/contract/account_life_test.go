package contract_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"twodoors/handlers/handlerstest"
)

// TestAccountLife is the part of the contract about an account's own life: its name, its sign-ins, its end.
func TestAccountLife(t *testing.T) {
	suite := []struct {
		name string
		run  func(*testing.T, handlerstest.Way)
	}{
		{"name", nameContract}, {"sign-ins", signInsContract}, {"everywhere", everywhereContract},
		{"deactivate", deactivateContract}, {"delete", deleteContract}, {"last admin", closeLastAdminContract},
		{"demo", closeDemoContract}, {"close by api", closeByAPIContract}, {"guesses", closeGuessesContract},
		{"admin ends", adminEndsContract}, {"confirm", confirmContract},
	}
	for _, w := range slices.Concat(handlerstest.Ways(), handlerstest.MoreWays(), handlerstest.StoreWays()) {
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

func accountOf(c *handlerstest.Client, w handlerstest.Way) (a account) {
	c.T.Helper()
	c.JSON("GET", w.API("/account"), nil).Want(http.StatusOK).Into(&a)
	return a
}

func nameContract(t *testing.T, w handlerstest.Way) {
	n := w.Node(t)
	c := n.SignedIn(w, "minji")
	const name = `민지 <b>"Kim"</b> 👩‍🚀`
	c.Post(w.Page("/account/name"), []string{"display_name", "  " + name + " "}).WantTo(w.Page("/account"))
	page := c.Get(w.Page("/account")).Want(http.StatusOK)
	if got := page.Page().Find("[name=display_name]").AttrOr("value", ""); got != name {
		t.Errorf("the account calls the user %q", got)
	}
	if home := c.Get(w.Page("")); strings.Contains(home.Text("main .content"), name) != w.ReadsUser() {
		t.Errorf("home: %s", home.Text("main .content"))
	}
	for _, bad := range []string{strings.Repeat("가", 65), "a\u202eb", "a\nb", "a\x00b", "a\u200bb"} {
		a := c.Post(w.Page("/account/name"), []string{"display_name", bad}).Want(http.StatusUnprocessableEntity)
		if a.Page().Find("[name=display_name][aria-invalid=true]").Length() != 1 || a.Page().Find("[aria-invalid=true]").Length() != 1 {
			t.Errorf("%.20q: the field is not named", bad)
		}
		c.JSON("PUT", w.API("/account"), map[string]string{"display_name": bad}).Want(http.StatusUnprocessableEntity)
	}
	if got := accountOf(c, w); got.DisplayName != name || got.Username != "minji" {
		t.Errorf("account: %+v", got)
	}
	c.JSON("PUT", w.API("/account"), map[string]string{"display_name": ""}).Want(http.StatusNoContent)
	if got := accountOf(c, w); got.DisplayName != "" {
		t.Errorf("account: %+v", got)
	}
}

// signInsContract: the last sign-ins through any door, and no failed one, stand in the account.
func signInsContract(t *testing.T, w handlerstest.Way) {
	n := w.Node(t)
	n.User("minji", "member")
	n.User("other", "member")
	n.Client().SignIn(handlerstest.Way{Mode: "session"}, "other")
	n.Client().SignIn(handlerstest.Way{Mode: "session"}, "minji")
	n.Client().Post("/"+w.Mode+"/login", []string{"username", "minji", "password", "not this"}).Want(http.StatusUnauthorized)
	n.Clock.Move(time.Hour)
	n.Script().JSON("POST", w.API("/login"), map[string]string{"username": "minji", "password": handlerstest.Password}, handlerstest.Header("User-Agent", "caf\xe9 script")).Want(http.StatusOK)
	n.Clock.Move(time.Hour)
	c := n.Client()
	c.SignIn(w, "minji")
	list := accountOf(c, w).SignIns
	if len(list) != 3 {
		t.Fatalf("sign-ins: %+v", list)
	}
	for i, want := range []struct{ mode, browser string }{{w.Mode, "Chrome 156 · Linux"}, {w.Mode, "caf script"}, {"session", "Chrome 156 · Linux"}} {
		at := n.Clock.Now().Add(time.Duration(-i) * time.Hour)
		if s := list[i]; s.Mode != want.mode || s.Browser != want.browser || s.Address != "192.0.2.1" || !s.At.Equal(at) {
			t.Errorf("sign-in %d: %+v, want %+v at %v", i, s, want, at)
		}
	}
	if rows := c.Get(w.Page("/account")).Page().Find(".sign-ins tbody tr").Length(); rows != 3 {
		t.Errorf("%d rows on the page", rows)
	}
}

// everywhereContract: all sign-ins end, this one too, as far as their door can know.
func everywhereContract(t *testing.T, w handlerstest.Way) {
	for _, byAPI := range []bool{false, true} {
		n, c, other, thief := signedInTwice(t, w)
		n.User("bystander", "member")
		session, bystander := n.Client(), n.Client()
		session.SignIn(handlerstest.Way{Mode: "session"}, "minji")
		bystander.SignIn(w, "bystander")
		if byAPI {
			c.JSON("POST", w.API("/account/sign-out-everywhere"), nil).Want(http.StatusNoContent)
		} else {
			a := c.Post(w.Page("/account/sign-out-everywhere"), nil).WantTo("/" + w.Mode + "/login")
			if a.Header.Get("Clear-Site-Data") != "" {
				t.Error("a browser is to clear its cache")
			}
			c.Bearer = ""
			said := c.Get("/" + w.Mode + "/login").Text("main .said.good")
			if !strings.Contains(said, "everywhere") || w.Mode == "jwt" && w.KnowsEnd() == strings.Contains(said, "15 min") {
				t.Errorf("the page says %q", said)
			}
		}
		c.Bearer = ""
		c.WantIn(w, false, "the browser that asked")
		session.WantIn(handlerstest.Way{Mode: "session"}, false, "a session")
		other.WantIn(w, !w.EndsOthers(), "another sign-in")
		thief.WantIn(w, !w.EndsOthers(), "a copy")
		bystander.WantIn(w, true, "another user")
		c.SignIn(w, "minji")
		c.WantIn(w, true, "signed in again")
	}
}

func deactivateContract(t *testing.T, w handlerstest.Way) {
	n := w.Node(t)
	u := n.User("minji", "member")
	n.User("boss", "admin")
	n.Note(u.ID, "milk")
	c, other := n.Client(), n.Client()
	c.SignIn(w, "minji")
	other.SignIn(handlerstest.Way{Mode: "session"}, "minji")
	for _, wrong := range []string{"", "not this"} {
		a := c.Post(w.Page("/account/close"), []string{"do", "deactivate", "confirm", wrong}).Want(http.StatusUnprocessableEntity)
		if a.Page().Find("[name=confirm][aria-invalid=true]").Length() != 1 {
			t.Error("the field is not named")
		}
	}
	c.Post(w.Page("/account/close"), []string{"do", "x", "confirm", handlerstest.Password}).Want(http.StatusBadRequest)
	c.WantIn(w, true, "nothing has changed")
	c.Post(w.Page("/account/close"), []string{"do", "deactivate", "confirm", handlerstest.Password}).WantTo("/" + w.Mode + "/login")
	c.Bearer = ""
	c.WantIn(w, false, "deactivated")
	other.WantIn(handlerstest.Way{Mode: "session"}, false, "another sign-in")
	n.Client().Post("/"+w.Mode+"/login", []string{"username", "minji", "password", handlerstest.Password}).Want(http.StatusUnauthorized)
	if err := n.DB.SetActive(handlerstest.Background(), 0, u.ID, true); err != nil {
		t.Fatal(err)
	}
	other.WantIn(handlerstest.Way{Mode: "session"}, false, "a sign-in from before, let in again")
	c.SignIn(w, "minji")
	if notes := c.Get(w.Page("/notes")).Page().Find(".note-body").Length(); notes != 1 {
		t.Errorf("%d notes are left", notes)
	}
}

func deleteContract(t *testing.T, w handlerstest.Way) {
	n := w.Node(t)
	u := n.User("minji", "member")
	n.Note(u.ID, "milk")
	c, other := n.Client(), n.Client()
	c.SignIn(w, "minji")
	other.SignIn(w, "minji")
	c.Post(w.Page("/account/close"), []string{"do", "delete", "confirm", "not this"}).Want(http.StatusUnprocessableEntity)
	c.Post(w.Page("/account/close"), []string{"do", "delete", "confirm", handlerstest.Password}).WantTo("/" + w.Mode + "/login")
	c.Bearer = ""
	if said := c.Get("/" + w.Mode + "/login").Text("main .said.good"); !strings.Contains(said, "deleted") {
		t.Errorf("the page says %q", said)
	}
	other.WantIn(w, !w.ReadsUser(), "another sign-in")
	if a := other.Get(w.Page("/account")); a.Status == http.StatusOK {
		t.Error("the account's page is open to nobody")
	}
	n.Client().Post("/"+w.Mode+"/login", []string{"username", "minji", "password", handlerstest.Password}).Want(http.StatusUnauthorized)
	again := n.User("minji", "member")
	if again.ID == u.ID {
		t.Error("the id was given again")
	}
	c = n.Client()
	c.SignIn(w, "minji")
	if len(accountOf(c, w).SignIns) != 1 || c.Get(w.Page("/notes")).Page().Find(".note-body").Length() != 0 {
		t.Error("the next of that name has got what the last one left")
	}
}

func closeLastAdminContract(t *testing.T, w handlerstest.Way) {
	n := w.Node(t)
	n.User("boss", "admin")
	c := n.Client()
	c.SignIn(w, "boss")
	for _, do := range []string{"deactivate", "delete"} {
		a := c.Post(w.Page("/account/close"), []string{"do", do, "confirm", handlerstest.Password}).Want(http.StatusUnprocessableEntity)
		if !strings.Contains(a.Text("main .said.bad"), "last admin") {
			t.Errorf("%s: %q", do, a.Text("main .said.bad"))
		}
		var fault struct{ Fields map[string]string }
		c.JSON("POST", w.API("/account/close"), map[string]string{"do": do, "password": handlerstest.Password}).Want(http.StatusUnprocessableEntity).Into(&fault)
		if !strings.Contains(fault.Fields["do"], "last admin") {
			t.Errorf("%s: %v", do, fault)
		}
	}
	c.WantIn(w, true, "the last admin")
	n.User("second", "admin")
	c.Post(w.Page("/account/close"), []string{"do", "delete", "confirm", handlerstest.Password}).WantTo("/" + w.Mode + "/login")
}

// closeDemoContract: a demo account has no password; the page says so and asks for none.
func closeDemoContract(t *testing.T, w handlerstest.Way) {
	n := w.Node(t)
	c := n.Client()
	c.Demo(w, "member")
	page := c.Get(w.Page("/account")).Want(http.StatusOK)
	if page.Page().Find("input[type=password]").Length() != 0 || !strings.Contains(page.Text("main"), "A demo account has no password") {
		t.Errorf("the page asks for a password that nobody has")
	}
	c.Post(w.Page("/account/close"), []string{"do", "delete"}).WantTo("/" + w.Mode + "/login")
	c.Bearer = ""
	c.WantIn(w, false, "deleted")
	c.Demo(w, "admin")
	c.Post(w.Page("/account/close"), []string{"do", "delete"}).Want(http.StatusUnprocessableEntity) // the team's only one
}

func closeByAPIContract(t *testing.T, w handlerstest.Way) {
	n := w.Node(t)
	c := n.SignedIn(w, "minji")
	var fault struct{ Fields map[string]string }
	c.JSON("POST", w.API("/account/close"), map[string]string{"do": "delete", "password": "not this"}).Want(http.StatusUnprocessableEntity).Into(&fault)
	if fault.Fields["password"] == "" {
		t.Errorf("fields: %v", fault)
	}
	c.JSON("POST", w.API("/account/close"), map[string]string{"password": handlerstest.Password}).Want(http.StatusBadRequest)
	c.JSON("POST", w.API("/account/close"), map[string]string{"do": "delete", "password": handlerstest.Password}).Want(http.StatusNoContent)
	c.JSON("GET", w.API("/account"), nil).Want(http.StatusUnauthorized)
}

// closeGuessesContract: whoever has got hold of a sign-in cannot go on guessing the password behind it, and the
// owner's other sign-in is not kept from anything.
func closeGuessesContract(t *testing.T, w handlerstest.Way) {
	if sharesCredential(w) {
		t.Skip("all sign-ins of the user are one")
	}
	n := w.Node(t)
	n.User("minji", "member")
	stolen, own := n.Client(), n.Client()
	stolen.SignIn(w, "minji")
	own.SignIn(w, "minji")
	tries := 0
	for ; tries < 50; tries++ {
		path, field := "/account/close", "confirm"
		if tries%2 == 1 {
			path, field = "/account", "current"
		}
		a := stolen.Post(w.Page(path), []string{"do", "delete", field, "not this", "password", handlerstest.NewPassword})
		if a.Status == http.StatusTooManyRequests {
			if a.Header.Get("Retry-After") == "" || a.Page().Find("form [name="+field+"]").Length() != 1 {
				t.Error("no Retry-After, or no form")
			}
			break
		}
		a.Want(http.StatusUnprocessableEntity)
	}
	if tries != 10 {
		t.Errorf("slowed down after %d guesses", tries)
	}
	a := stolen.JSON("PUT", w.API("/password"), map[string]string{"current": handlerstest.Password, "password": handlerstest.NewPassword}).Want(http.StatusTooManyRequests)
	if a.Header.Get("Retry-After") == "" || !strings.HasPrefix(a.Header.Get("Content-Type"), "application/problem+json") {
		t.Errorf("the API: %v", a.Header)
	}
	n.Client().SignIn(w, "minji")
	own.Post(w.Page("/account"), []string{"current", handlerstest.Password, "password", handlerstest.NewPassword}).WantTo(w.Page("/account"))
}

// sharesCredential reports whether all of a user's sign-ins hold the same credential.
func sharesCredential(w handlerstest.Way) bool { return w.Mode == "token" }
