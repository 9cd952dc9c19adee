package handlers_test

import (
	"fmt"
	"net/http"
	"strconv"
	"testing"
	"time"
)

// wrong tries a wrong password until an answer is no longer 401, at most n times, and returns the last answer.
func (c *client) wrong(w way, name string, n int) (a *answer, tries int) {
	c.t.Helper()
	for tries = 1; tries <= n; tries++ {
		a = c.post("/"+w.mode+"/login", []string{"username", name, "password", fmt.Sprint("wrong password ", tries), "remember", "on"})
		if a.Status != http.StatusUnauthorized {
			return a, tries
		}
	}
	return a, tries
}

// TestSlowDown: whoever guesses is told to wait, on both doors alike; the owner's own browser is let in.
func TestSlowDown(t *testing.T) {
	for _, w := range []way{{mode: "session", carrier: "cookie"}, byCookie, byHeader} {
		for _, language := range []string{"en", "ko"} {
			n := w.node(t)
			n.user("minji", "member")
			n.user("other", "member")
			owner, guesser := n.client(), n.client()
			owner.signIn(w, "minji")
			guesser.language = language
			a, tries := guesser.wrong(w, "minji", 50)
			a.want(http.StatusTooManyRequests)
			wait, err := strconv.Atoi(a.Header.Get("Retry-After"))
			if err != nil || wait < 1 || tries < 5 {
				t.Fatalf("%s: Retry-After %q after %d tries", w, a.Header.Get("Retry-After"), tries)
			}
			form := a.page().Find("main form").First()
			if form.Find("[name=username]").AttrOr("value", "") != "minji" || form.Find("[name=remember][checked]").Length() != 1 {
				t.Errorf("%s: the form was not kept", w)
			}
			wantWords(t, a.text("main .said"), language)
			if a.lookups() != "auth=0, data=0" {
				t.Errorf("%s: an attempt that was not made cost %s", w, a.lookups())
			}
			// The other door and the API are no way around it, nor is the right password.
			for _, door := range []string{"session", "jwt"} {
				guesser.post("/"+door+"/login", []string{"username", "minji", "password", password}).want(http.StatusTooManyRequests)
				api := guesser.json("POST", "/api/"+door+"/login", map[string]string{"username": "minji", "password": password})
				wantProblem(t, api, http.StatusTooManyRequests, language)
				if api.Header.Get("Retry-After") == "" {
					t.Errorf("%s: the API says no Retry-After", w)
				}
			}
			guesser.post("/compare/login", []string{"username", "minji", "password", password}).want(http.StatusTooManyRequests)

			guesser.signIn(w, "other") // from the same address, as in a class
			owner.post("/"+w.mode+"/logout", nil).want(http.StatusSeeOther)
			owner.signIn(w, "minji")
			n.clock.move(time.Duration(wait) * time.Second)
			n.client().signIn(w, "minji")
		}
	}
}

// TestUnknownNamesAreSlowedDownAlike: or it would show who has an account here.
func TestUnknownNamesAreSlowedDownAlike(t *testing.T) {
	n := newNode(t)
	n.user("minji", "member")
	w := way{mode: "session", carrier: "cookie"}
	_, known := n.client().wrong(w, "minji", 50)
	_, unknown := n.client().wrong(w, "nobody", 50)
	if known != unknown {
		t.Errorf("a known name is slowed down after %d tries, an unknown one after %d", known, unknown)
	}
}

// TestClassBehindOneAddress: forty, each of them wrong some times, and none is locked out.
func TestClassBehindOneAddress(t *testing.T) {
	n := newNode(t)
	w := way{mode: "session", carrier: "cookie"}
	for i := range 40 {
		name := fmt.Sprint("student", i)
		n.user(name, "member")
		c := n.client()
		if a, _ := c.wrong(w, name, 5); a.Status != http.StatusUnauthorized {
			t.Fatalf("student %d: status %d", i, a.Status)
		}
		c.signIn(w, name)
	}
}
