package auth_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"twodoors/handlers/auth"
)

// FuzzSignedToken signs any header and payload with the genuine key, as nobody outside can: what stands between them
// and the door then is the strict reading alone. @ in a header stands for the key's kid.
func FuzzSignedToken(f *testing.F) {
	genuine := newForge(f, "EdDSA")
	f.Fuzz(func(t *testing.T, header, payload string) {
		forge := *genuine
		forge.t = t
		header = strings.ReplaceAll(header, "@", forge.ring.Signing().ID)
		r := httptest.NewRequest(http.MethodGet, issuer+"/jwt/member", nil)
		r.Header["Authorization"] = []string{"Bearer " + forge.token(header, payload)}
		p, err := forge.jwt.Authenticate(httptest.NewRecorder(), r, auth.LevelSignature)
		var refused *auth.RejectedError
		if errors.As(err, &refused) {
			return
		}
		if err != nil {
			t.Fatalf("neither accepted nor refused: %v", err)
		}
		// Accepted: then any other reader of the same text reads the same.
		var head, claims map[string]any
		if json.Unmarshal([]byte(header), &head) != nil || json.Unmarshal([]byte(payload), &claims) != nil {
			t.Fatalf("accepted without being JSON: %q, %q", header, payload)
		}
		if len(head) != 3 || head["alg"] != "EdDSA" || head["typ"] != "at+jwt" || head["kid"] != forge.ring.Signing().ID {
			t.Errorf("the header %q", header)
		}
		scope, limited := claims["scope"]
		if claims["name"] != p.Name || claims["role"] != p.Role || claims["iss"] != issuer || claims["aud"] != issuer || limited != p.Limited() || limited && !sameScope(scope, p.Scope) {
			t.Errorf("%q was read as %+v", payload, p)
		}
		for _, name := range []string{"exp", "iat", "auth_time", "ver"} {
			if _, number := claims[name].(float64); !number {
				t.Errorf("%s is %v", name, claims[name])
			}
		}
		folded := map[string]bool{}
		for name := range claims {
			if low := strings.ToLower(name); folded[low] {
				t.Errorf("%s stands twice in %q", low, payload)
			} else {
				folded[low] = true
			}
		}
	})
}

// sameScope compares scopes in any order.
func sameScope(claim any, scope string) bool {
	text, _ := claim.(string)
	read, ok := auth.ParseScope(text)
	return ok && read == scope
}

// FuzzScope: a scope is never empty, never has what is not ours, and does not change when it is read again.
func FuzzScope(f *testing.F) {
	f.Fuzz(func(t *testing.T, text string) {
		scope, ok := auth.ParseScope(text)
		if !ok {
			return
		}
		again, ok := auth.ParseScope(scope)
		if !ok || again != scope || scope == "" || len(scope) != len(text) {
			t.Errorf("%q, %q, %q", text, scope, again)
		}
		p := auth.Principal{Scope: scope}
		for _, known := range auth.Scopes() {
			if p.Allows(known) != strings.Contains(" "+text+" ", " "+known+" ") {
				t.Errorf("%q allows %s: %v", text, known, p.Allows(known))
			}
		}
		if p.Allows("") || p.Allows("*") {
			t.Errorf("%q allows what no scope opens", text)
		}
	})
}

// FuzzPresented shows a token that nobody has checked: what is decoded of it must be what was sent.
func FuzzPresented(f *testing.F) {
	forge := newForge(f, "EdDSA")
	f.Fuzz(func(t *testing.T, token string) {
		r := httptest.NewRequest(http.MethodGet, issuer+"/jwt/member", nil)
		r.Header["Authorization"] = []string{"Bearer " + token}
		shown := forge.jwt.Presented(r)
		if shown == nil {
			return
		}
		parts := strings.Split(shown.Value, ".")
		if shown.Value != token || shown.Payload != nil && len(parts) != 3 {
			t.Fatalf("%q is shown as %+v", token, shown)
		}
		if shown.Payload != nil {
			text, err := base64.RawURLEncoding.DecodeString(parts[1])
			for _, m := range shown.Payload {
				if err != nil || !bytes.Contains(text, []byte(m.Raw)) {
					t.Errorf("the payload of %q is shown as %q", token, shown.Payload)
				}
			}
		}
	})
}
