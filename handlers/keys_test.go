package handlers_test

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"twodoors/handlers/auth"
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

// look is what a node does every few seconds.
func (n *testNode) look() {
	n.t.Helper()
	if _, err := n.keys.Reload(n.clock.Now()); err != nil {
		n.t.Fatal(err)
	}
}

// jwksKids is how many keys a node publishes, and whether that kid is among them.
func (n *testNode) jwksHas(kid string) (number int, has bool) {
	n.t.Helper()
	var set struct{ Keys []struct{ Kid string } }
	n.script().get("/.well-known/jwks.json").want(http.StatusOK).into(&set)
	for _, k := range set.Keys {
		has = has || k.Kid == kid
	}
	return len(set.Keys), has
}

// TestRotationOnTwoNodes: while the keys of two running nodes are rotated nobody is signed out, in whichever way
// they are in and whichever node they ask, and every signed cookie stays good.
func TestRotationOnTwoNodes(t *testing.T) {
	for _, w := range append(ways(), moreWays()...) {
		t.Run(w.String(), func(t *testing.T) {
			folder := newKeyFolder(t)
			now := newClock().Now()
			one := w.node(t, withKeys(folder.open(now)))
			two := w.node(t, beside(one), withKeys(folder.open(now)))
			one.user("minji", "member")
			before := one.client()
			before.post("/preferences", []string{"language", "ko"}).want(http.StatusSeeOther)
			before.signIn(w, "minji")
			both := func(c *client, when string) {
				t.Helper()
				for _, n := range []*testNode{one, two} {
					c.node = n
					c.wantIn(w, true, when)
				}
			}
			both(before, "before")
			old := one.keys.Signing().ID

			folder.rotate(auth.Rotation{Now: one.clock.Now(), Settle: 10 * time.Second, Access: 15 * time.Minute, Cookie: 336 * time.Hour})
			one.look()
			two.look()
			both(before, "the new keys are known")
			if number, has := one.jwksHas(old); number != 2 || !has {
				t.Errorf("%d keys published, the old one among them: %v", number, has)
			}
			one.clock.move(10 * time.Second)
			one.look() // and the other has not yet
			fresh := one.client()
			fresh.signIn(w, "minji")
			both(fresh, "signed in with the new keys")
			both(before, "signed in with the old ones")
			if one.keys.Signing().ID == old || two.keys.Signing().ID != old {
				t.Error("the nodes sign with other keys than this test wants")
			}
			two.look()
			both(fresh, "both nodes have the new keys")
			before.node = two
			if page := before.get("/").page(); page.Find("html").AttrOr("lang", "") != "ko" {
				t.Error("the preferences of before are lost")
			}
			if w.mode == "jwt" { // a new access token is of the new key
				before.copied().post("/jwt/refresh", nil, header("Accept", "application/json")).want(http.StatusOK)
			}
		})
	}
}

// TestRetiredKeyFromOutside: a token of a key that has retired is refused, and the key is published no longer. The
// cookies of a retired cookie key are not taken for anything either.
func TestRetiredKeyFromOutside(t *testing.T) {
	folder := newKeyFolder(t)
	w := way{mode: "jwt", carrier: "cookie", level: auth.LevelSignature}
	n := w.node(t, withKeys(folder.open(newClock().Now())))
	n.user("minji", "member")
	c, session := n.client(), n.client()
	c.signIn(w, "minji")
	session.post("/preferences", []string{"language", "ko"}).want(http.StatusSeeOther)
	session.signIn(way{mode: "session"}, "minji")
	old := n.keys.Signing().ID
	folder.rotate(auth.Rotation{Now: n.clock.Now()}) // as if no credential lived at all
	n.look()
	n.clock.move(time.Minute) // the token has fourteen more
	if number, has := n.jwksHas(old); number != 1 || has {
		t.Errorf("%d keys published, the retired one among them: %v", number, has)
	}
	bearer := n.script()
	bearer.bearer = c.cookie("/", "twodoors-access")
	a := bearer.get("/api/jwt/me").want(http.StatusUnauthorized)
	if got := a.Header.Get("WWW-Authenticate"); !strings.Contains(got, "invalid_token") || !strings.Contains(got, "unknown-key") {
		t.Errorf("WWW-Authenticate: %s", got)
	}
	c.wantIn(w, false, "the key has retired")
	n.look()
	session.wantIn(way{mode: "session"}, false, "the cookie key has retired")
	if page := session.get("/", header("Accept-Language", "en")).page(); page.Find("html").AttrOr("lang", "") != "en" {
		t.Error("preferences under a retired key are believed")
	}
}

// TestSwitchedAlgorithmOnTwoNodes: a node that is started with another algorithm and one that still runs accept
// each other's tokens at once.
func TestSwitchedAlgorithmOnTwoNodes(t *testing.T) {
	for _, alg := range auth.Algorithms()[1:] {
		t.Run(alg, func(t *testing.T) {
			folder := newKeyFolder(t)
			now := newClock().Now()
			w := way{mode: "jwt", carrier: "header", level: auth.LevelSignature}
			one := w.node(t, withKeys(folder.open(now)))
			one.user("minji", "member")
			before := one.client()
			before.signIn(w, "minji")
			ring, err := auth.OpenKeyRing(folder.dir, alg, 15*time.Minute, now)
			if err != nil {
				t.Fatal(err)
			}
			two := w.node(t, beside(one), withKeys(ring))
			before.node = two
			before.wantIn(w, true, "the old algorithm at the new node")
			after := two.client()
			after.signIn(w, "minji")
			after.node = one
			after.wantIn(w, true, "the new algorithm at the old node, which has not looked yet")
		})
	}
}

// TestTokenThatOutlivedItsKey: who comes back after the token ran out and its key was retired is not signed out:
// the refresh token decides.
func TestTokenThatOutlivedItsKey(t *testing.T) {
	folder := newKeyFolder(t)
	w := way{mode: "jwt", carrier: "cookie", level: auth.LevelSignature}
	n := w.node(t, withKeys(folder.open(newClock().Now())))
	c := n.signedIn(w, "minji")
	folder.rotate(auth.Rotation{Now: n.clock.Now(), Access: 15 * time.Minute, Cookie: 336 * time.Hour})
	n.clock.move(time.Hour)
	n.look()
	c.get("/jwt/member/notes").wantTo("/jwt/refresh?next=%2Fjwt%2Fmember%2Fnotes")
	c.post("/jwt/refresh?via=page&next=%2Fjwt%2Fmember%2Fnotes", nil).wantTo("/jwt/member/notes")
	c.get("/jwt/member/notes").want(http.StatusOK)
}
