package auth_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"twodoors/handlers/auth"
	"twodoors/handlers/trace"
)

// steps presents a token to the mode that remembers, and returns what its record says was done.
func (f *forge) steps(token string) []string {
	f.t.Helper()
	x, r := trace.Begin(httptest.NewRequest(http.MethodGet, issuer+"/jwt/member", nil))
	r.Header.Set("Authorization", "Bearer "+token)
	f.reasonOf(f.remembers, r)
	var names []string
	for _, s := range x.Steps() {
		names = append(names, s.Name)
	}
	return names
}

func (f *forge) wantStep(token, want string) {
	f.t.Helper()
	if got := f.steps(token); len(got) != 1 || got[0] != want {
		f.t.Errorf("steps %v, want %s", got, want)
	}
}

const (
	checked = "check.token"
	known   = "check.token-known"
)

func TestTokenCacheShowsItsHits(t *testing.T) {
	f := newForge(t, "EdDSA")
	token := f.token(f.header(), f.payload())
	f.wantStep(token, checked)
	f.wantStep(token, known)
	f.wantStep(token, known)
	// Another signature, byte for byte the same otherwise, is another token.
	f.wantStep(token[:len(token)-4]+"AAAA", checked)
	f.wantStep(token, known)
}

// TestTokenCacheDropsAtTheEnd: what was found good once is good no longer than it says.
func TestTokenCacheDropsAtTheEnd(t *testing.T) {
	f := newForge(t, "EdDSA")
	token := f.token(f.header(), f.payload())
	f.wantStep(token, checked)
	f.clock = start.Add(15*time.Minute + auth.Leeway)
	f.wantStep(token, checked) // and refused there
	if got := f.accepts(token); got != auth.ReasonExpired {
		t.Errorf("reason %q", got)
	}
	f.clock = start
	f.wantStep(token, checked)
	f.clock = start.Add(-auth.Leeway - time.Second)
	if got := f.accepts(token); got != auth.ReasonNotYet {
		t.Errorf("reason %q", got)
	}
}

// TestTokenCacheDropsRetiredKeys: a token is good no longer than its key.
func TestTokenCacheDropsRetiredKeys(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	ring, err := auth.OpenKeyRing(dir, "EdDSA", time.Hour, start)
	if err != nil {
		t.Fatal(err)
	}
	f := &forge{t: t, alg: "EdDSA", ring: ring, key: readSigningKey(t, dir), clock: start, db: unreachable(t)}
	f.remembers = auth.NewJWT(f.db, ring, auth.Cookies{}, issuer, auth.TokenLimits{Access: time.Hour, Verified: 3},
		auth.NewLevelChoices(auth.LevelSignature), func() time.Time { return f.clock })
	far := start.Add(1000 * time.Hour)
	token := f.token(f.header(), f.payload("exp", number(far)))
	f.wantStep(token, checked)
	f.wantStep(token, known)
	mustRotate(t, dir, auth.Rotation{Now: start, Access: time.Hour, Cookie: time.Hour})
	if _, err := ring.Reload(start); err != nil {
		t.Fatal(err)
	}
	f.clock = start.Add(2 * time.Hour)
	f.wantStep(token, checked)
	r := httptest.NewRequest(http.MethodGet, issuer+"/jwt/member", nil)
	r.Header.Set("Authorization", "Bearer "+token)
	if got := f.reasonOf(f.remembers, r); got != auth.ReasonUnknownKey {
		t.Errorf("reason %q", got)
	}
}

// TestTokenCacheIsBounded: the oldest is forgotten first.
func TestTokenCacheIsBounded(t *testing.T) {
	f := newForge(t, "EdDSA") // remembers three
	var tokens []string
	for i := range 4 {
		tokens = append(tokens, f.token(f.header(), f.payload("jti", fmt.Sprintf(`"%d"`, i))))
		f.wantStep(tokens[i], checked)
	}
	for _, token := range tokens[1:] {
		f.wantStep(token, known)
	}
	f.wantStep(tokens[0], checked)
	f.wantStep(tokens[1], checked)
	f.wantStep(tokens[3], known)
}
