package handlers_test

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
	n := newNode(t)
	n.user("minji", "member")
	seen := map[string]bool{}
	secrets := map[string][]byte{"password": []byte(password)}
	for range 20 {
		c := n.client()
		for _, w := range []way{{mode: "session", carrier: "cookie"}, byCookie, {mode: "token", carrier: "cookie"}, {mode: "cookie", carrier: "cookie"}} {
			c.signIn(w, "minji")
		}
		id := sessionID(t, c.cookie("/", "twodoors-session"))
		if len(id) != 32 || seen[string(id)] {
			t.Fatalf("a session id of %d bytes; seen before: %v", len(id), seen[string(id)])
		}
		seen[string(id)] = true
		secrets["session id"] = id
		refresh, err := base64.RawURLEncoding.DecodeString(c.cookie("/jwt/refresh", "twodoors-refresh"))
		if err != nil || len(refresh) != 32 || seen[string(refresh)] {
			t.Fatalf("a refresh token of %d bytes, %v", len(refresh), err)
		}
		seen[string(refresh)] = true
		secrets["refresh token"] = refresh
		// A used token and its sealed successor are on the disk, too.
		c.post("/jwt/refresh", nil, asJSON).want(http.StatusOK)
		successor, err := base64.RawURLEncoding.DecodeString(c.cookie("/jwt/refresh", "twodoors-refresh"))
		if err != nil {
			t.Fatal(err)
		}
		secrets["successor"] = successor
		for name, value := range c.credentials() {
			secrets[name] = []byte(value)
		}
		c.unwrap()
		secrets["opaque token"] = []byte(c.bearer)
		if opaque, err := base64.RawURLEncoding.DecodeString(c.bearer); err == nil {
			secrets["opaque token, decoded"] = opaque
		}
	}
	disk := n.onDisk()
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
	for _, w := range append([]way{{mode: "session", carrier: "cookie"}, byCookie, {mode: "token", carrier: "cookie"}, {mode: "cookie", carrier: "cookie"}}, storeWays()...) {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			n := w.node(t)
			n.user("minji", "member")
			c := n.client()
			c.signIn(w, "minji", "remember", "on")
			kept := header("Cookie", w.carrierCookie()+"="+c.held(w))
			stubborn := n.client()
			stubborn.get(w.page(""), kept).want(http.StatusOK)
			n.clock.move(336*time.Hour + auth.Leeway)
			if a := stubborn.get(w.page(""), kept); a.Status != http.StatusSeeOther {
				t.Errorf("let in after two weeks: %d", a.Status)
			}
		})
	}
}

// TestLevelSaysUntilWhen: where a change of password cannot end what was given out, the page says until when it
// goes on, and it ends then.
func TestLevelSaysUntilWhen(t *testing.T) {
	for _, w := range append(ways(), way{mode: "cookie", carrier: "cookie"}, way{mode: "token", carrier: "cookie"}) {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			n := w.node(t)
			c := n.signedIn(w, "minji")
			thief := c.copied()
			c.post(w.page("/account"), []string{"current", password, "password", newPassword}).wantTo(w.page("/account"))
			if w.carrier == "header" {
				c.bearer = ""
				c.pickUp(w)
			}
			said := c.get(w.page("/account")).want(http.StatusOK).text("main .said")
			until, life := "", time.Duration(0)
			switch {
			case w.mode == "jwt" && w.level == auth.LevelDenylist:
				until, life = "that this sign-in itself had before still works for at most 15 min 5 s", 15*time.Minute
			case w.mode == "jwt" && w.level != auth.LevelVersion:
				until, life = "issued before still works for at most 15 min 5 s", 15*time.Minute
			case w.mode == "cookie":
				until, life = "still works until its own date, for at most 14 d", 8*time.Hour
			case w.mode == "jwt":
				until = "issued before are refused too"
			}
			if !strings.Contains(said, until) {
				t.Errorf("the page says %q, and not %q", said, until)
			}
			thief.wantIn(w, life != 0, "a copy from before")
			n.clock.move(life + auth.Leeway)
			thief.wantIn(w, false, "a copy from before, past that time")
		})
	}
}

// TestBadCookie: whatever stands in a door's cookie, the answer is "not signed in", and the client is told to
// forget it; or the request is refused as a whole. Through a real port, so that what net/http refuses counts too.
func TestBadCookie(t *testing.T) {
	for _, w := range []way{{mode: "session", carrier: "cookie"}, byCookie, {mode: "token", carrier: "cookie"}, {mode: "cookie", carrier: "cookie"}, storeWays()[0]} {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			options := []option{}
			if w.store != "" {
				options = append(options, onStore(w.store))
			}
			l := listen(t, options...)
			l.user("minji", "member")
			c := l.client()
			c.signIn(w, "minji")
			name := auth.CookiesFor(l.cfg.BaseURL).Name(w.carrierCookie(), "/")
			bad := garbage(c.held(w))
			delete(bad, "NUL")
			bad["NUL in it"] = c.held(w)[:5] + "\x00" + c.held(w)[6:]
			bad["DEL"] = c.held(w)[:5] + "\x7f" + c.held(w)[6:]
			for what, value := range bad {
				if value == c.held(w) || strings.Trim(value, `" `) == c.held(w) {
					continue
				}
				for _, target := range []string{w.page(""), w.page("/account"), w.api("/me")} {
					res, body := l.raw("GET " + target + " HTTP/1.1\nHost: HOST\nCookie: other=1; " + name + "=" + value + "\nConnection: close\n\n")
					cleared := false
					for _, k := range res.Cookies() {
						cleared = cleared || k.Name == name && k.MaxAge < 0
					}
					refused := res.StatusCode >= 400 && res.StatusCode < 500 && res.StatusCode != http.StatusUnauthorized
					out := res.StatusCode == http.StatusSeeOther && strings.HasPrefix(res.Header.Get("Location"), "/"+w.mode+"/login") || res.StatusCode == http.StatusUnauthorized
					if !refused && (!out || !cleared) {
						t.Errorf("%s at %s: %s to %q, cleared %v\n%.200s", what, target, res.Status, res.Header.Get("Location"), cleared, body)
					}
				}
			}
			c.wantIn(w, true, "the genuine one")
		})
	}
}

// TestTwoCookiesOfOneName: with two it is not for the app to choose, also where one of them is unreadable, where
// they come in two lines, and at the doors that have no test of that elsewhere.
func TestTwoCookiesOfOneName(t *testing.T) {
	for _, w := range []way{{mode: "session", carrier: "cookie"}, byCookie, {mode: "token", carrier: "cookie"}, {mode: "cookie", carrier: "cookie"}} {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			n := w.node(t)
			n.user("minji", "member")
			n.user("other", "member")
			c, other := n.client(), n.client()
			c.signIn(w, "minji")
			other.signIn(w, "other")
			name := w.carrierCookie() + "="
			for what, lines := range map[string][]string{
				"mine first":           {name + c.held(w) + "; " + name + other.held(w)},
				"mine last":            {name + other.held(w) + "; " + name + c.held(w)},
				"the same twice":       {name + c.held(w) + "; " + name + c.held(w)},
				"in two lines":         {name + c.held(w), name + other.held(w)},
				"one is empty":         {name + c.held(w) + "; " + name},
				"one is not ASCII":     {name + "\xff; " + name + c.held(w)},
				"one has a comma":      {name + c.held(w) + "; " + name + `a,"b`},
				"one has a quote":      {name + `"; ` + name + c.held(w)},
				"one has a space":      {name + "a b; " + name + c.held(w)},
				"without white space":  {name + c.held(w) + ";" + name + other.held(w)},
				"others stand between": {name + c.held(w) + "; a=1; b=2; " + name + other.held(w)},
			} {
				set := func(r *http.Request) { r.Header["Cookie"] = lines }
				page, api := n.client().get(w.page(""), set), n.client().get(w.api("/me"), set)
				if page.Status != http.StatusSeeOther || api.Status != http.StatusUnauthorized {
					t.Errorf("%s: the page answers %d, the API %d %.80s", what, page.Status, api.Status, api.Body)
				}
				if k := page.setCookie(w.carrierCookie()); k == nil || k.MaxAge >= 0 {
					t.Errorf("%s: not cleared: %v", what, k)
				}
			}
			c.wantIn(w, true, "alone")
		})
	}
}
