package security_test

import (
	"fmt"
	"net/http"
	"strconv"
	"testing"
	"time"

	"twodoors/handlers/handlerstest"
)

// TestSlowDown: whoever guesses is told to wait, on both doors alike; the owner's own browser is let in.
func TestSlowDown(t *testing.T) {
	for _, w := range []handlerstest.Way{{Mode: "session", Carrier: "cookie"}, handlerstest.ByCookie, handlerstest.ByHeader} {
		for _, language := range []string{"en", "ko"} {
			n := w.Node(t)
			n.User("minji", "member")
			n.User("other", "member")
			owner, guesser := n.Client(), n.Client()
			owner.SignIn(w, "minji")
			guesser.Language = language
			a, tries := guesser.Wrong(w, "minji", 50)
			a.Want(http.StatusTooManyRequests)
			wait, err := strconv.Atoi(a.Header.Get("Retry-After"))
			if err != nil || wait < 1 || tries < 5 {
				t.Fatalf("%s: Retry-After %q after %d tries", w, a.Header.Get("Retry-After"), tries)
			}
			form := a.Page().Find("main form").First()
			if form.Find("[name=username]").AttrOr("value", "") != "minji" || form.Find("[name=remember][checked]").Length() != 1 {
				t.Errorf("%s: the form was not kept", w)
			}
			handlerstest.WantWords(t, a.Text("main .said"), language)
			if a.Lookups() != "auth=0, data=0" {
				t.Errorf("%s: an attempt that was not made cost %s", w, a.Lookups())
			}
			// The other door and the API are no way around it, nor is the right password.
			for _, door := range []string{"session", "jwt"} {
				guesser.Post("/"+door+"/login", []string{"username", "minji", "password", handlerstest.Password}).Want(http.StatusTooManyRequests)
				api := guesser.JSON("POST", "/api/"+door+"/login", map[string]string{"username": "minji", "password": handlerstest.Password})
				handlerstest.WantProblem(t, api, http.StatusTooManyRequests, language)
				if api.Header.Get("Retry-After") == "" {
					t.Errorf("%s: the API says no Retry-After", w)
				}
			}
			guesser.Post("/compare/login", []string{"username", "minji", "password", handlerstest.Password}).Want(http.StatusTooManyRequests)

			guesser.SignIn(w, "other") // from the same address, as in a class
			owner.Post("/"+w.Mode+"/logout", nil).Want(http.StatusSeeOther)
			owner.SignIn(w, "minji")
			n.Clock.Move(time.Duration(wait) * time.Second)
			n.Client().SignIn(w, "minji")
		}
	}
}

// TestUnknownNamesAreSlowedDownAlike: or it would show who has an account here.
func TestUnknownNamesAreSlowedDownAlike(t *testing.T) {
	n := handlerstest.NewNode(t)
	n.User("minji", "member")
	w := handlerstest.Way{Mode: "session", Carrier: "cookie"}
	_, known := n.Client().Wrong(w, "minji", 50)
	_, unknown := n.Client().Wrong(w, "nobody", 50)
	if known != unknown {
		t.Errorf("a known name is slowed down after %d tries, an unknown one after %d", known, unknown)
	}
}

// TestClassBehindOneAddress: forty, each of them wrong some times, and none is locked out.
func TestClassBehindOneAddress(t *testing.T) {
	n := handlerstest.NewNode(t)
	w := handlerstest.Way{Mode: "session", Carrier: "cookie"}
	for i := range 40 {
		name := fmt.Sprint("student", i)
		n.User(name, "member")
		c := n.Client()
		if a, _ := c.Wrong(w, name, 5); a.Status != http.StatusUnauthorized {
			t.Fatalf("student %d: status %d", i, a.Status)
		}
		c.SignIn(w, name)
	}
}
