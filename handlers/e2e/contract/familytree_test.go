package contract_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"twodoors/handlers/handlerstest"
)

// told is a tree as the page tells it: each token with what happened to it.
func told(tree *goquery.Selection) (list []string) {
	tree.Find(".node").Each(func(_ int, node *goquery.Selection) {
		line := []string{node.Find(".node-name b").Text(), node.Find(".tag").Text()}
		node.Find("ul li").Each(func(_ int, event *goquery.Selection) {
			line = append(line, strings.Join(strings.Fields(event.Text()), " "))
		})
		list = append(list, strings.Join(line, "; "))
	})
	return list
}

// TestFamilyTree: the devices page of every door tells what happened to each refresh token, and when.
func TestFamilyTree(t *testing.T) {
	n := handlerstest.NewNode(t)
	n.User("minji", "member")
	n.User("other", "member")
	script, session, other := n.Script(), n.Client(), n.Client()
	first := script.APISignIn(handlerstest.ByHeader, "minji")
	session.SignIn(handlerstest.Way{Mode: "session"}, "minji")
	other.SignIn(handlerstest.ByCookie, "other")
	at := func(after time.Duration) string {
		return n.Clock.Now().Add(after).UTC().Format("2006-01-02 15:04:05 UTC")
	}
	begin, end := at(0), at(8*time.Hour)
	n.Clock.Move(time.Minute)
	used := at(0)
	second := script.WantRefresh(first.RefreshToken, 200, "the first token")
	n.Clock.Move(4 * time.Second)
	script.WantRefresh(first.RefreshToken, 200, "again")
	n.Clock.Move(time.Second)
	script.WantRefresh(first.RefreshToken, 200, "and again")

	want := []string{
		"Token 1; used; issued at sign-in " + begin + "; used: token 2 took its place " + used +
			"; sent again 2 times within the grace: the same successor was given, last " + at(0),
		"Token 2; good; issued " + used + "; good until " + end,
	}
	a := session.Get("/session/member/devices").Want(http.StatusOK)
	if got := told(a.Page().Find(".rows > .door-jwt .tree")); !slices.Equal(got, want) {
		t.Errorf("the tree says\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for _, secret := range []string{first.RefreshToken, second.RefreshToken} {
		if strings.Contains(a.Body, secret) {
			t.Error("a refresh token stands in the page")
		}
	}

	// A thief comes with the first token, late: the family ends, and the page tells.
	n.Clock.Move(time.Minute)
	script.WantRefresh(first.RefreshToken, 400, "the thief")
	want[0] += "; sent again after its time: reuse, the sign-in was ended " + at(0)
	want[1] = "Token 2; ended; issued " + used + "; ended with the sign-in " + at(0)
	a = session.Get("/session/member/devices").Want(http.StatusOK)
	if a.Page().Find(".rows > .door-jwt").Length() != 0 {
		t.Error("the family that ended is among those that stand")
	}
	ended := a.Page().Find(".part.door-jwt")
	if got := told(ended.Find(".tree")); !slices.Equal(got, want) {
		t.Errorf("after reuse the tree says\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if text := strings.Join(strings.Fields(ended.Text()), " "); !strings.Contains(text, "ended: a refresh token came twice "+at(0)) {
		t.Errorf("the ended sign-in: %s", text)
	}
	if got := other.Get("/jwt/member/devices").Want(http.StatusOK).Page().Find(".tree"); got.Length() != 1 || strings.Contains(got.Text(), "reuse") {
		t.Error("another user sees more than their own tree")
	}
}

// TestLongFamilyTree: of a sign-in of two weeks the newest tokens are shown, with their numbers.
func TestLongFamilyTree(t *testing.T) {
	n := handlerstest.NewNode(t)
	c := n.SignedIn(handlerstest.ByCookie, "minji")
	for range 19 {
		n.Clock.Move(time.Minute)
		c.Post("/jwt/refresh", nil, handlerstest.AsJSON).Want(http.StatusOK)
	}
	c.Post("/jwt/member/account", []string{"current", handlerstest.Password, "password", handlerstest.NewPassword}).Want(http.StatusSeeOther)
	lines := told(c.Get("/jwt/member/devices").Want(http.StatusOK).Page().Find(".tree"))
	if len(lines) != 12 || !strings.HasPrefix(lines[0], "Token 10; used; issued 2") || !strings.HasPrefix(lines[10], "Token 20; void;") ||
		!strings.HasPrefix(lines[11], "Token 21; good; issued after the change of password") {
		t.Errorf("%s", strings.Join(lines, "\n"))
	}
}
