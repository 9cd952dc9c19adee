package contract_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"twodoors/handlers/auth"
	"twodoors/handlers/handlerstest"
	"twodoors/models"
)

// everyWay is every mode with each carrier, at JWT's lowest level.
func everyWay() []handlerstest.Way {
	return append([]handlerstest.Way{{Mode: "session", Carrier: "cookie"}, handlerstest.ByCookie, handlerstest.ByHeader}, handlerstest.MoreWays()...)
}

// fieldsOf are the fields of a form as a browser would send them.
func fieldsOf(form *goquery.Selection) []string {
	var fields []string
	form.Find("input[name], textarea[name]").Each(func(_ int, s *goquery.Selection) {
		value := s.AttrOr("value", "")
		if goquery.NodeName(s) == "textarea" {
			value = s.Text()
		}
		fields = append(fields, s.AttrOr("name", ""), value)
	})
	return fields
}

// TestFormsOfAnotherUser: a form that one user has opened does nothing once another user has signed in with the same
// browser, or once the page's token was renewed as another's. The page says who is signed in now.
func TestFormsOfAnotherUser(t *testing.T) {
	for _, w := range everyWay() {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			n := w.Node(t)
			alice := n.User("alice", models.RoleAdmin)
			n.User("boss", models.RoleAdmin) // so that alice is not the last one
			n.User("bob", models.RoleAdmin)
			tab := n.Client()
			tab.SignIn(w, "alice")
			n.Client().SignIn(handlerstest.Way{Mode: "session"}, "alice") // a second sign-in, for the devices page
			tab.Post(w.Page("/notes"), []string{"body", "alice's own"})
			type form struct {
				action string
				fields []string
			}
			var opened []form
			pages := []string{"/notes", "/account", "/devices", "/admin"}
			if w.Mode == "jwt" {
				tab.Post("/jwt/member/tokens", []string{"name", "ci", "scope", auth.ScopeNotesRead, "life", "3600", "confirm", handlerstest.Password}).Want(http.StatusOK)
				pages = append(pages, "/tokens")
			}
			for _, page := range pages {
				tab.Get(w.Page(page)).Want(http.StatusOK).Page().Find("main form[method=post]").Each(func(_ int, s *goquery.Selection) {
					if action := s.AttrOr("action", ""); strings.HasPrefix(action, w.Page("")) {
						opened = append(opened, form{action, fieldsOf(s)})
					}
				})
			}
			if len(opened) < 8 {
				t.Fatalf("only %d forms", len(opened))
			}
			tab.SignIn(w, "bob") // in another tab of the same browser
			before := stateOf(t, n, "alice", "bob", "boss")
			for _, f := range opened {
				fields := append(f.fields, "body", "typed by alice", "do", "delete", "confirm", handlerstest.Password, "role", "member", "scope", auth.ScopeNotesRead, "life", "3600")
				a := tab.Post(f.action, fields).Want(http.StatusConflict)
				if said := a.Text("main h1"); said != "You are signed in as bob now" {
					t.Errorf("%s: %q", f.action, said)
				}
			}
			if after := stateOf(t, n, "alice", "bob", "boss"); after != before {
				t.Errorf("a form of alice's changed\n%s\nto\n%s", before, after)
			}
			tab.WantIn(w, true, "bob is still signed in")

			text := tab.Post(w.Page("/notes"), []string{"for_user", strconv.FormatInt(alice.ID, 10), "body", "typed by <alice>"})
			offer := text.Page().Find("main form[action='" + w.Page("/notes") + "']")
			if got := offer.Find("textarea[name=body]").Text(); got != "typed by <alice>" {
				t.Fatalf("the text is not offered: %q", got)
			}
			tab.Post(w.Page("/notes"), fieldsOf(offer)).WantTo(w.Page("/notes"))
			if got := tab.Get(w.Page("/notes")).Text(".note-body"); got != "typed by <alice>" {
				t.Errorf("sent as bob: %q", got)
			}
		})
	}
}

// stateOf writes down all that a form of the member area may change.
func stateOf(t *testing.T, n *handlerstest.Node, names ...string) string {
	t.Helper()
	var b strings.Builder
	for _, name := range names {
		u, err := n.DB.UserByName(handlerstest.Background(), name, n.Clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		notes, err := n.DB.Notes(handlerstest.Background(), u.ID, 100)
		if err != nil {
			t.Fatal(err)
		}
		b.WriteString(name + " " + u.Role + " " + strconv.FormatBool(u.Active) + " " + u.DisplayName + " " + u.PasswordHash)
		for _, note := range notes {
			b.WriteString(" " + note.Body)
		}
		families, err := n.DB.FamiliesOfUser(handlerstest.Background(), u.ID, n.Clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		sessions, err := n.DB.SessionsOfUser(handlerstest.Background(), u.ID, n.Clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		b.WriteString(" families " + strconv.Itoa(len(families)) + " sessions " + strconv.Itoa(len(sessions)) + "\n")
	}
	return b.String()
}

// TestEveryFormNamesItsUser: no form of the member area was forgotten.
func TestEveryFormNamesItsUser(t *testing.T) {
	for _, w := range everyWay() {
		n := w.Node(t)
		alice := n.User("alice", models.RoleAdmin)
		c := n.Client()
		c.SignIn(w, "alice")
		n.Client().SignIn(handlerstest.Way{Mode: "session"}, "alice")
		c.Post(w.Page("/notes"), []string{"body", "one"})
		answers := []*handlerstest.Answer{
			c.Get(w.Page("")), c.Get(w.Page("/notes")), c.Get(w.Page("/account")), c.Get(w.Page("/devices")), c.Get(w.Page("/admin")),
			c.Post(w.Page("/notes"), []string{"body", ""}), c.Post(w.Page("/account/close"), nil),
		}
		n.Clock.Move(11 * time.Minute)
		answers = append(answers, c.Post(w.Page("/admin/"+strconv.FormatInt(alice.ID, 10)), []string{"role", "member"}).Want(http.StatusForbidden))
		for _, a := range answers {
			a.Page().Find("form[method=post]").Each(func(_ int, s *goquery.Selection) {
				if action := s.AttrOr("action", ""); strings.HasPrefix(action, w.Page("")) {
					if got := s.Find("input[type=hidden][name=for_user]").AttrOr("value", ""); got != strconv.FormatInt(alice.ID, 10) {
						t.Errorf("%s %s: the form of %s is for %q", w, a.URL, action, got)
					}
				}
			})
		}
	}
}

// TestScriptsNeedNotNameTheUser: the fields of the contract are enough.
func TestScriptsNeedNotNameTheUser(t *testing.T) {
	for _, w := range everyWay() {
		c := w.Node(t).SignedIn(w, "minji")
		c.Browser = false
		c.Post(w.Page("/notes"), []string{"body", "from a script"}).WantTo(w.Page("/notes"))
		c.JSON("POST", w.API("/notes"), url.Values{}) // without a body of ours: answered, whatever it says
		c.JSON("POST", w.API("/notes"), map[string]string{"body": "by the API"}).Want(http.StatusCreated)
	}
}
