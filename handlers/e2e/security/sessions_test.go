package security_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"
	"time"

	"twodoors/handlers/auth"
	"twodoors/handlers/handlerstest"
)

// Sessions (OWASP ASVS 5.0, chapter V7), rule by rule:
//
//	32 random bytes, only their SHA-256 stored         TestOnlyHashesAreStored; redisstore TestOnlyHashes
//	a client's own or unknown id is never adopted      TestContract/renewed ids
//	new id at sign-in, sign-out, password change       TestContract/renewed ids, /sign-out, /password by page, /password by api
//	idle and absolute limits enforced by the server    TestContract/expiry, /remember; TestLimitsAreTheServers
//	sign-out, disabled, password changed: refused at   TestContract/sign-out, /deactivated, /password; the other doors in
//	  the next request, as far as the mode can know      TestContractOfMoreDoors; TestAccountLife
//	a change beside a sign-in, a limited token,        TestSignInBesideAChange, TestOldPasswordBesideItsChange,
//	  another change                                     TestLimitedTokenBesideAChange, TestTwoPasswordsAtOnce
//	the page says what a level cannot know, and until  TestAbilities; TestLevelSaysUntilWhen
//	  when
//	a bad cookie: not signed in and cleared, or a 4xx  TestBadCookie; TestGarbage, TestOtherGarbage
//	two of one name: never a mix                       TestTwoCookiesOfOneName; TestTwoOfOneName
//	an oversized value is an error at write time       TestCookieTooLarge

// sessionID is the id in a session cookie, which is signed and not encrypted: base64 of date|base64 of id|code.
func sessionID(t *testing.T, cookie string) []byte {
	t.Helper()
	outer, err := base64.URLEncoding.DecodeString(cookie)
	if err != nil {
		t.Fatal(err)
	}
	parts := bytes.SplitN(outer, []byte("|"), 3)
	if len(parts) != 3 {
		t.Fatalf("a session cookie of %d parts", len(parts))
	}
	id, err := base64.URLEncoding.DecodeString(string(parts[1]))
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// TestOnlyHashesAreStored: a session id is 32 random bytes, and whoever steals the disk finds nothing to sign in
// with: no id, token, refresh token or password, in no spelling.
func TestOnlyHashesAreStored(t *testing.T) {
	t.Parallel()
	n := handlerstest.NewNode(t)
	n.User("minji", "member")
	seen := map[string]bool{}
	secrets := map[string][]byte{"password": []byte(handlerstest.Password)}
	for range 20 {
		c := n.Client()
		for _, w := range []handlerstest.Way{{Mode: "session", Carrier: "cookie"}, handlerstest.ByCookie, {Mode: "token", Carrier: "cookie"}, {Mode: "cookie", Carrier: "cookie"}} {
			c.SignIn(w, "minji")
		}
		id := sessionID(t, c.Cookie("/", "twodoors-session"))
		if len(id) != 32 || seen[string(id)] {
			t.Fatalf("a session id of %d bytes; seen before: %v", len(id), seen[string(id)])
		}
		seen[string(id)] = true
		secrets["session id"] = id
		refresh, err := base64.RawURLEncoding.DecodeString(c.Cookie("/jwt/refresh", "twodoors-refresh"))
		if err != nil || len(refresh) != 32 || seen[string(refresh)] {
			t.Fatalf("a refresh token of %d bytes, %v", len(refresh), err)
		}
		seen[string(refresh)] = true
		secrets["refresh token"] = refresh
		// A used token and its sealed successor are on the disk, too.
		c.Post("/jwt/refresh", nil, handlerstest.AsJSON).Want(http.StatusOK)
		successor, err := base64.RawURLEncoding.DecodeString(c.Cookie("/jwt/refresh", "twodoors-refresh"))
		if err != nil {
			t.Fatal(err)
		}
		secrets["successor"] = successor
		for name, value := range credentialsOf(c) {
			secrets[name] = []byte(value)
		}
		c.Unwrap()
		secrets["opaque token"] = []byte(c.Bearer)
		if opaque, err := base64.RawURLEncoding.DecodeString(c.Bearer); err == nil {
			secrets["opaque token, decoded"] = opaque
		}
	}
	disk := onDisk(n)
	for name, secret := range secrets {
		for spelling, text := range map[string][]byte{
			"as it is": secret, "hex": []byte(hex.EncodeToString(secret)),
			"base64": []byte(base64.RawStdEncoding.EncodeToString(secret)), "base64url": []byte(base64.RawURLEncoding.EncodeToString(secret)),
		} {
			if bytes.Contains(disk, text) {
				t.Errorf("the database holds the %s, %s", name, spelling)
			}
		}
	}
	for _, name := range []string{"session id", "successor"} {
		if sum := sha256.Sum256(secrets[name]); !bytes.Contains(disk, sum[:]) {
			t.Errorf("the database does not hold the SHA-256 of the %s", name)
		}
	}
}

// TestLimitsAreTheServers: a client that ignores Max-Age and sends its cookie for ever is not let in for longer.
func TestLimitsAreTheServers(t *testing.T) {
	for _, w := range append([]handlerstest.Way{{Mode: "session", Carrier: "cookie"}, handlerstest.ByCookie, {Mode: "token", Carrier: "cookie"}, {Mode: "cookie", Carrier: "cookie"}}, handlerstest.StoreWays()...) {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			n := w.Node(t)
			n.User("minji", "member")
			c := n.Client()
			c.SignIn(w, "minji", "remember", "on")
			kept := handlerstest.Header("Cookie", carrierCookie(w)+"="+heldBy(c, w))
			stubborn := n.Client()
			stubborn.Get(w.Page(""), kept).Want(http.StatusOK)
			n.Clock.Move(336*time.Hour + auth.Leeway)
			if a := stubborn.Get(w.Page(""), kept); a.Status != http.StatusSeeOther {
				t.Errorf("let in after two weeks: %d", a.Status)
			}
		})
	}
}

// TestLevelSaysUntilWhen: where a change of password cannot end what was given out, the page says until when it
// goes on, and it ends then.
func TestLevelSaysUntilWhen(t *testing.T) {
	for _, w := range append(handlerstest.Ways(), handlerstest.Way{Mode: "cookie", Carrier: "cookie"}, handlerstest.Way{Mode: "token", Carrier: "cookie"}) {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			n := w.Node(t)
			c := n.SignedIn(w, "minji")
			thief := c.Copied()
			c.Post(w.Page("/account"), []string{"current", handlerstest.Password, "password", handlerstest.NewPassword}).WantTo(w.Page("/account"))
			if w.Carrier == "header" {
				c.Bearer = ""
				c.PickUp(w)
			}
			said := c.Get(w.Page("/account")).Want(http.StatusOK).Text("main .said")
			until, life := "", time.Duration(0)
			switch {
			case w.Mode == "jwt" && w.Level == auth.LevelDenylist:
				until, life = "that this sign-in itself had before still works for at most 15 min 5 s", 15*time.Minute
			case w.Mode == "jwt" && w.Level != auth.LevelVersion:
				until, life = "issued before still works for at most 15 min 5 s", 15*time.Minute
			case w.Mode == "cookie":
				until, life = "still works until its own date, for at most 14 d", 8*time.Hour
			case w.Mode == "jwt":
				until = "issued before are refused too"
			}
			if !strings.Contains(said, until) {
				t.Errorf("the page says %q, and not %q", said, until)
			}
			thief.WantIn(w, life != 0, "a copy from before")
			n.Clock.Move(life + auth.Leeway)
			thief.WantIn(w, false, "a copy from before, past that time")
		})
	}
}

// TestBadCookie: whatever stands in a door's cookie, the answer is "not signed in", and the client is told to
// forget it; or the request is refused as a whole. Through a real port, so that what net/http refuses counts too.
func TestBadCookie(t *testing.T) {
	for _, w := range []handlerstest.Way{{Mode: "session", Carrier: "cookie"}, handlerstest.ByCookie, {Mode: "token", Carrier: "cookie"}, {Mode: "cookie", Carrier: "cookie"}, handlerstest.StoreWays()[0]} {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			options := []handlerstest.Option{}
			if w.Store != "" {
				options = append(options, handlerstest.OnStore(w.Store))
			}
			l := listen(t, options...)
			l.User("minji", "member")
			c := l.Client()
			c.SignIn(w, "minji")
			name := auth.CookiesFor(l.Config.BaseURL).Name(carrierCookie(w), "/")
			bad := handlerstest.Garbage(heldBy(c, w))
			delete(bad, "NUL")
			bad["NUL in it"] = heldBy(c, w)[:5] + "\x00" + heldBy(c, w)[6:]
			bad["DEL"] = heldBy(c, w)[:5] + "\x7f" + heldBy(c, w)[6:]
			for what, value := range bad {
				if value == heldBy(c, w) || strings.Trim(value, `" `) == heldBy(c, w) {
					continue
				}
				for _, target := range []string{w.Page(""), w.Page("/account"), w.API("/me")} {
					res, body := l.raw("GET " + target + " HTTP/1.1\nHost: HOST\nCookie: other=1; " + name + "=" + value + "\nConnection: close\n\n")
					cleared := false
					for _, k := range res.Cookies() {
						cleared = cleared || k.Name == name && k.MaxAge < 0
					}
					refused := res.StatusCode >= 400 && res.StatusCode < 500 && res.StatusCode != http.StatusUnauthorized
					out := res.StatusCode == http.StatusSeeOther && strings.HasPrefix(res.Header.Get("Location"), "/"+w.Mode+"/login") || res.StatusCode == http.StatusUnauthorized
					if !refused && (!out || !cleared) {
						t.Errorf("%s at %s: %s to %q, cleared %v\n%.200s", what, target, res.Status, res.Header.Get("Location"), cleared, body)
					}
				}
			}
			c.WantIn(w, true, "the genuine one")
		})
	}
}

// TestTwoCookiesOfOneName: with two it is not for the app to choose, also where one of them is unreadable, where
// they come in two lines, and at the doors that have no test of that elsewhere.
func TestTwoCookiesOfOneName(t *testing.T) {
	for _, w := range []handlerstest.Way{{Mode: "session", Carrier: "cookie"}, handlerstest.ByCookie, {Mode: "token", Carrier: "cookie"}, {Mode: "cookie", Carrier: "cookie"}} {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			n := w.Node(t)
			n.User("minji", "member")
			n.User("other", "member")
			c, other := n.Client(), n.Client()
			c.SignIn(w, "minji")
			other.SignIn(w, "other")
			name := carrierCookie(w) + "="
			for what, lines := range map[string][]string{
				"mine first":           {name + heldBy(c, w) + "; " + name + heldBy(other, w)},
				"mine last":            {name + heldBy(other, w) + "; " + name + heldBy(c, w)},
				"the same twice":       {name + heldBy(c, w) + "; " + name + heldBy(c, w)},
				"in two lines":         {name + heldBy(c, w), name + heldBy(other, w)},
				"one is empty":         {name + heldBy(c, w) + "; " + name},
				"one is not ASCII":     {name + "\xff; " + name + heldBy(c, w)},
				"one has a comma":      {name + heldBy(c, w) + "; " + name + `a,"b`},
				"one has a quote":      {name + `"; ` + name + heldBy(c, w)},
				"one has a space":      {name + "a b; " + name + heldBy(c, w)},
				"without white space":  {name + heldBy(c, w) + ";" + name + heldBy(other, w)},
				"others stand between": {name + heldBy(c, w) + "; a=1; b=2; " + name + heldBy(other, w)},
			} {
				set := func(r *http.Request) { r.Header["Cookie"] = lines }
				page, api := n.Client().Get(w.Page(""), set), n.Client().Get(w.API("/me"), set)
				if page.Status != http.StatusSeeOther || api.Status != http.StatusUnauthorized {
					t.Errorf("%s: the page answers %d, the API %d %.80s", what, page.Status, api.Status, api.Body)
				}
				if k := page.SetCookie(carrierCookie(w)); k == nil || k.MaxAge >= 0 {
					t.Errorf("%s: not cleared: %v", what, k)
				}
			}
			c.WantIn(w, true, "alone")
		})
	}
}
