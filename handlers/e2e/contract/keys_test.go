package contract_test

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"twodoors/handlers/auth"
	"twodoors/handlers/handlerstest"
)

// keyFolder is a keys folder as nodes share it, on the tests' clock.
type keyFolder struct {
	t   testing.TB
	dir string
}

func newKeyFolder(t testing.TB) keyFolder {
	return keyFolder{t, filepath.Join(t.TempDir(), "keys")}
}

func (f keyFolder) open(now time.Time) *auth.KeyRing {
	f.t.Helper()
	ring, err := auth.OpenKeyRing(f.dir, "EdDSA", 15*time.Minute, now)
	if err != nil {
		f.t.Fatal(err)
	}
	return ring
}

func (f keyFolder) rotate(r auth.Rotation) {
	f.t.Helper()
	if err := auth.RotateKeys(f.dir, r); err != nil {
		f.t.Fatal(err)
	}
}

// lookAtKeys is what a node does every few seconds.
func lookAtKeys(n *handlerstest.Node) {
	n.T.Helper()
	if _, err := n.Keys.Reload(n.Clock.Now()); err != nil {
		n.T.Fatal(err)
	}
}

// jwksKids is how many keys a node publishes, and whether that kid is among them.
func jwksHas(n *handlerstest.Node, kid string) (number int, has bool) {
	n.T.Helper()
	var set struct{ Keys []struct{ Kid string } }
	n.Script().Get("/.well-known/jwks.json").Want(http.StatusOK).Into(&set)
	for _, k := range set.Keys {
		has = has || k.Kid == kid
	}
	return len(set.Keys), has
}

// TestRotationOnTwoNodes: while the keys of two running nodes are rotated nobody is signed out, in whichever way
// they are in and whichever node they ask, and every signed cookie stays good.
func TestRotationOnTwoNodes(t *testing.T) {
	for _, w := range append(handlerstest.Ways(), handlerstest.MoreWays()...) {
		t.Run(w.String(), func(t *testing.T) {
			folder := newKeyFolder(t)
			now := handlerstest.NewClock().Now()
			one := w.Node(t, handlerstest.WithKeys(folder.open(now)))
			two := w.Node(t, handlerstest.Beside(one), handlerstest.WithKeys(folder.open(now)))
			one.User("minji", "member")
			before := one.Client()
			before.Post("/preferences", []string{"language", "ko"}).Want(http.StatusSeeOther)
			before.SignIn(w, "minji")
			both := func(c *handlerstest.Client, when string) {
				t.Helper()
				for _, n := range []*handlerstest.Node{one, two} {
					c.Node = n
					c.WantIn(w, true, when)
				}
			}
			both(before, "before")
			old := one.Keys.Signing().ID

			folder.rotate(auth.Rotation{Now: one.Clock.Now(), Settle: 10 * time.Second, Access: 15 * time.Minute, Cookie: 336 * time.Hour})
			lookAtKeys(one)
			lookAtKeys(two)
			both(before, "the new keys are known")
			if number, has := jwksHas(one, old); number != 2 || !has {
				t.Errorf("%d keys published, the old one among them: %v", number, has)
			}
			one.Clock.Move(10 * time.Second)
			lookAtKeys(one) // and the other has not yet
			fresh := one.Client()
			fresh.SignIn(w, "minji")
			both(fresh, "signed in with the new keys")
			both(before, "signed in with the old ones")
			if one.Keys.Signing().ID == old || two.Keys.Signing().ID != old {
				t.Error("the nodes sign with other keys than this test wants")
			}
			lookAtKeys(two)
			both(fresh, "both nodes have the new keys")
			before.Node = two
			if page := before.Get("/").Page(); page.Find("html").AttrOr("lang", "") != "ko" {
				t.Error("the preferences of before are lost")
			}
			if w.Mode == "jwt" { // a new access token is of the new key
				before.Copied().Post("/jwt/refresh", nil, handlerstest.Header("Accept", "application/json")).Want(http.StatusOK)
			}
		})
	}
}

// TestRetiredKeyFromOutside: a token of a key that has retired is refused, and the key is published no longer. The
// cookies of a retired cookie key are not taken for anything either.
func TestRetiredKeyFromOutside(t *testing.T) {
	folder := newKeyFolder(t)
	w := handlerstest.Way{Mode: "jwt", Carrier: "cookie", Level: auth.LevelSignature}
	n := w.Node(t, handlerstest.WithKeys(folder.open(handlerstest.NewClock().Now())))
	n.User("minji", "member")
	c, session := n.Client(), n.Client()
	c.SignIn(w, "minji")
	session.Post("/preferences", []string{"language", "ko"}).Want(http.StatusSeeOther)
	session.SignIn(handlerstest.Way{Mode: "session"}, "minji")
	old := n.Keys.Signing().ID
	folder.rotate(auth.Rotation{Now: n.Clock.Now()}) // as if no credential lived at all
	lookAtKeys(n)
	n.Clock.Move(time.Minute) // the token has fourteen more
	if number, has := jwksHas(n, old); number != 1 || has {
		t.Errorf("%d keys published, the retired one among them: %v", number, has)
	}
	bearer := n.Script()
	bearer.Bearer = c.Cookie("/", "twodoors-access")
	a := bearer.Get("/api/jwt/me").Want(http.StatusUnauthorized)
	if got := a.Header.Get("WWW-Authenticate"); !strings.Contains(got, "invalid_token") || !strings.Contains(got, "unknown-key") {
		t.Errorf("WWW-Authenticate: %s", got)
	}
	c.WantIn(w, false, "the key has retired")
	lookAtKeys(n)
	session.WantIn(handlerstest.Way{Mode: "session"}, false, "the cookie key has retired")
	if page := session.Get("/", handlerstest.Header("Accept-Language", "en")).Page(); page.Find("html").AttrOr("lang", "") != "en" {
		t.Error("preferences under a retired key are believed")
	}
}

// TestSwitchedAlgorithmOnTwoNodes: a node that is started with another algorithm and one that still runs accept
// each other's tokens at once.
func TestSwitchedAlgorithmOnTwoNodes(t *testing.T) {
	for _, alg := range auth.Algorithms()[1:] {
		t.Run(alg, func(t *testing.T) {
			folder := newKeyFolder(t)
			now := handlerstest.NewClock().Now()
			w := handlerstest.Way{Mode: "jwt", Carrier: "header", Level: auth.LevelSignature}
			one := w.Node(t, handlerstest.WithKeys(folder.open(now)))
			one.User("minji", "member")
			before := one.Client()
			before.SignIn(w, "minji")
			ring, err := auth.OpenKeyRing(folder.dir, alg, 15*time.Minute, now)
			if err != nil {
				t.Fatal(err)
			}
			two := w.Node(t, handlerstest.Beside(one), handlerstest.WithKeys(ring))
			before.Node = two
			before.WantIn(w, true, "the old algorithm at the new node")
			after := two.Client()
			after.SignIn(w, "minji")
			after.Node = one
			after.WantIn(w, true, "the new algorithm at the old node, which has not looked yet")
		})
	}
}

// TestTokenThatOutlivedItsKey: who comes back after the token ran out and its key was retired is not signed out:
// the refresh token decides.
func TestTokenThatOutlivedItsKey(t *testing.T) {
	folder := newKeyFolder(t)
	w := handlerstest.Way{Mode: "jwt", Carrier: "cookie", Level: auth.LevelSignature}
	n := w.Node(t, handlerstest.WithKeys(folder.open(handlerstest.NewClock().Now())))
	c := n.SignedIn(w, "minji")
	folder.rotate(auth.Rotation{Now: n.Clock.Now(), Access: 15 * time.Minute, Cookie: 336 * time.Hour})
	n.Clock.Move(time.Hour)
	lookAtKeys(n)
	c.Get("/jwt/member/notes").WantTo("/jwt/refresh?next=%2Fjwt%2Fmember%2Fnotes")
	c.Post("/jwt/refresh?via=page&next=%2Fjwt%2Fmember%2Fnotes", nil).WantTo("/jwt/member/notes")
	c.Get("/jwt/member/notes").Want(http.StatusOK)
}
