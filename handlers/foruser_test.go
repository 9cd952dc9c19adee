package handlers_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"twodoors/handlers/auth"
	"twodoors/models"
)

// everyWay is every mode with each carrier, at JWT's lowest level.
func everyWay() []way {
	return append([]way{{mode: "session", carrier: "cookie"}, byCookie, byHeader}, moreWays()...)
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
			n := w.node(t)
			alice := n.user("alice", models.RoleAdmin)
			n.user("boss", models.RoleAdmin) // so that alice is not the last one
			n.user("bob", models.RoleAdmin)
			tab := n.client()
			tab.signIn(w, "alice")
			n.client().signIn(way{mode: "session"}, "alice") // a second sign-in, for the devices page
			tab.post(w.page("/notes"), []string{"body", "alice's own"})
			type form struct {
				action string
				fields []string
			}
			var opened []form
			pages := []string{"/notes", "/account", "/devices", "/admin"}
			if w.mode == "jwt" {
				tab.post("/jwt/member/tokens", []string{"name", "ci", "scope", auth.ScopeNotesRead, "life", "3600", "confirm", password}).want(http.StatusOK)
				pages = append(pages, "/tokens")
			}
			for _, page := range pages {
				tab.get(w.page(page)).want(http.StatusOK).page().Find("main form[method=post]").Each(func(_ int, s *goquery.Selection) {
					if action := s.AttrOr("action", ""); strings.HasPrefix(action, w.page("")) {
						opened = append(opened, form{action, fieldsOf(s)})
					}
				})
			}
			if len(opened) < 8 {
				t.Fatalf("only %d forms", len(opened))
			}
			tab.signIn(w, "bob") // in another tab of the same browser
			before := stateOf(t, n, "alice", "bob", "boss")
			for _, f := range opened {
				fields := append(f.fields, "body", "typed by alice", "do", "delete", "confirm", password, "role", "member", "scope", auth.ScopeNotesRead, "life", "3600")
				a := tab.post(f.action, fields).want(http.StatusConflict)
				if said := a.text("main h1"); said != "You are signed in as bob now" {
					t.Errorf("%s: %q", f.action, said)
				}
			}
			if after := stateOf(t, n, "alice", "bob", "boss"); after != before {
				t.Errorf("a form of alice's changed\n%s\nto\n%s", before, after)
			}
			tab.wantIn(w, true, "bob is still signed in")

			text := tab.post(w.page("/notes"), []string{"for_user", strconv.FormatInt(alice.ID, 10), "body", "typed by <alice>"})
			offer := text.page().Find("main form[action='" + w.page("/notes") + "']")
			if got := offer.Find("textarea[name=body]").Text(); got != "typed by <alice>" {
				t.Fatalf("the text is not offered: %q", got)
			}
			tab.post(w.page("/notes"), fieldsOf(offer)).wantTo(w.page("/notes"))
			if got := tab.get(w.page("/notes")).text(".note-body"); got != "typed by <alice>" {
				t.Errorf("sent as bob: %q", got)
			}
		})
	}
}

// stateOf writes down all that a form of the member area may change.
func stateOf(t *testing.T, n *testNode, names ...string) string {
	t.Helper()
	var b strings.Builder
	for _, name := range names {
		u, err := n.db.UserByName(background(), name, n.clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		notes, err := n.db.Notes(background(), u.ID, 100)
		if err != nil {
			t.Fatal(err)
		}
		b.WriteString(name + " " + u.Role + " " + strconv.FormatBool(u.Active) + " " + u.DisplayName + " " + u.PasswordHash)
		for _, note := range notes {
			b.WriteString(" " + note.Body)
		}
		families, err := n.db.FamiliesOfUser(background(), u.ID, n.clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		sessions, err := n.db.SessionsOfUser(background(), u.ID, n.clock.Now())
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
		n := w.node(t)
		alice := n.user("alice", models.RoleAdmin)
		c := n.client()
		c.signIn(w, "alice")
		n.client().signIn(way{mode: "session"}, "alice")
		c.post(w.page("/notes"), []string{"body", "one"})
		answers := []*answer{
			c.get(w.page("")), c.get(w.page("/notes")), c.get(w.page("/account")), c.get(w.page("/devices")), c.get(w.page("/admin")),
			c.post(w.page("/notes"), []string{"body", ""}), c.post(w.page("/account/close"), nil),
		}
		n.clock.move(11 * time.Minute)
		answers = append(answers, c.post(w.page("/admin/"+strconv.FormatInt(alice.ID, 10)), []string{"role", "member"}).want(http.StatusForbidden))
		for _, a := range answers {
			a.page().Find("form[method=post]").Each(func(_ int, s *goquery.Selection) {
				if action := s.AttrOr("action", ""); strings.HasPrefix(action, w.page("")) {
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
		c := w.node(t).signedIn(w, "minji")
		c.browser = false
		c.post(w.page("/notes"), []string{"body", "from a script"}).wantTo(w.page("/notes"))
		c.json("POST", w.api("/notes"), url.Values{}) // without a body of ours: answered, whatever it says
		c.json("POST", w.api("/notes"), map[string]string{"body": "by the API"}).want(http.StatusCreated)
	}
}
