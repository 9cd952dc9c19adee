package security_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"twodoors/handlers/auth"
	"twodoors/handlers/handlerstest"
)

// JWT (OWASP ASVS 5.0, chapters V9 and V10.4; RFC 8725), rule by rule:
//
//	one algorithm pinned per key; keys only from the   TestForgedTokens; handlers/auth TestHeaders, TestUnknownKid
//	  crit refused; typ
//	iss, aud, exp, iat, sub, jti required and checked, TestForgedTokens; handlers/auth TestEachClaimIsRequired,
//	  ≤ 30 s leeway, strict base64url, NumericDate,      TestLeeway, TestClaimValues, TestClaimNames, TestLife, TestSpelling
//	  no claim twice or in another case
//	published vectors through this verification        handlers/auth TestPublishedVectors; TestPublishedVectorsAreNoCredential
//	EdDSA by default, kid, JWKS with every valid key;  TestForgedTokens; TestRotationOnTwoNodes, TestRetiredKeyFromOutside;
//	  rotation keeps the old one for an access lifetime  handlers/auth TestJWKS, TestRotation, TestRetiredKey
//	HMAC keys under 32 bytes refuse to start           handlers/auth TestKeyFaults
//	refresh tokens: opaque, 32 bytes, hashed, absolute TestOnlyHashesAreStored; TestContract/expiry; handlers/auth
//	  end per family                                     TestRefreshEndsWithTheFamily; models TestRotate
//	reuse ends the family, grace gives the same        TestGrace, TestFamilyTree; models TestRotationKeepsToTheModel,
//	  successor, sealed under its parent                 TestSealedSuccessorIsWiped; handlers/auth TestDatabaseYieldsNoToken
//	40 at once: one successor; other families          TestManyRefreshAtOnce, TestGrace
//	tokens and passwords never in a URL or a log line  TestSecretsStayOutOfLogsAndURLs

// TestForgedTokens presents some hundred tokens for each algorithm, none of which this app issued, in both carriers,
// to a node at level signature, where nothing but the token is looked at. All are refused; the genuine one is not.
func TestForgedTokens(t *testing.T) {
	for _, alg := range auth.Algorithms() {
		t.Run(alg, func(t *testing.T) {
			t.Parallel()
			var fetched atomic.Int64
			elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { fetched.Add(1) }))
			defer elsewhere.Close()
			f := newForging(t, alg)
			tried := 0
			for _, list := range []map[string]string{f.refusedHeaders(elsewhere.URL), f.refusedClaims(), f.misspelt()} {
				for name, token := range list {
					c := f.Script()
					byHeader, byCookie := handlerstest.Header("Authorization", "Bearer "+token), handlerstest.Header("Cookie", "twodoors-access="+token)
					a := c.Get("/api/jwt/me", byHeader)
					if a.Status != http.StatusUnauthorized || !strings.HasPrefix(a.Header.Get("WWW-Authenticate"), `Bearer error="invalid_token"`) {
						t.Errorf("%s by header: %d, %q", name, a.Status, a.Header.Get("WWW-Authenticate"))
					}
					if a := c.Get("/api/jwt/me", byCookie); a.Status != http.StatusUnauthorized {
						t.Errorf("%s by cookie: %d", name, a.Status)
					}
					if a := c.Get("/jwt/member", byCookie); a.Status != http.StatusSeeOther {
						t.Errorf("%s at the page: %d", name, a.Status)
					}
					tried += 3
				}
			}
			for _, token := range []string{
				f.token,
				f.signed(changed(f.header), changed(f.payload)), // made the same way as the forged ones
				f.signed(changed(f.header), changed(f.payload, "client_id", "more")),
			} {
				f.Script().Get("/api/jwt/me", handlerstest.Header("Authorization", "Bearer "+token)).Want(http.StatusOK)
				f.Script().Get("/jwt/member", handlerstest.Header("Cookie", "twodoors-access="+token)).Want(http.StatusOK)
			}
			if fetched.Load() != 0 {
				t.Errorf("the app has fetched a key %d times", fetched.Load())
			}
			t.Logf("%d attempts, none accepted", tried)
		})
	}
}

// TestPublishedVectorsAreNoCredential: the examples of RFC 7515 and RFC 8037 are well signed, and yet nothing that
// opens a door: not as they are, whoever's key it is.
func TestPublishedVectorsAreNoCredential(t *testing.T) {
	t.Parallel()
	n := handlerstest.NewNode(t)
	const payload = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
	for name, token := range map[string]string{
		"RFC 7515 A.1": "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." + payload + ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
		"RFC 7515 A.3": "eyJhbGciOiJFUzI1NiJ9." + payload + ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
		"RFC 7515 A.5": "eyJhbGciOiJub25lIn0." + payload + ".",
		"RFC 8037 A.4": "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
	} {
		n.Script().Get("/api/jwt/me", handlerstest.Header("Authorization", "Bearer "+token)).Want(http.StatusUnauthorized)
		if a := n.Script().Get("/jwt/member", handlerstest.Header("Cookie", "twodoors-access="+token)); a.Status != http.StatusSeeOther {
			t.Errorf("%s: %d", name, a.Status)
		}
	}
}

// TestSecretsStayOutOfLogsAndURLs walks through everything with every door and looks at each line that was logged
// and each address that was given out: no password, token, id or cookie is in any of them.
func TestSecretsStayOutOfLogsAndURLs(t *testing.T) {
	for _, w := range append([]handlerstest.Way{{Mode: "session", Carrier: "cookie"}, handlerstest.ByCookie, {Mode: "jwt", Carrier: "header", Level: auth.LevelVersion}}, handlerstest.MoreWays()...) {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			var log handlerstest.SafeBuffer
			n := w.Node(t, handlerstest.LogTo(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))))
			const wrong, name, note = "the-wrong-password", "minji", "a note that is nobody's business"
			n.User(name, "admin")
			secrets := map[string]string{"password": handlerstest.Password, "wrong password": wrong, "new password": handlerstest.NewPassword, "note": note}
			c := n.Client()
			var answers []*handlerstest.Answer
			see := func(list ...*handlerstest.Answer) {
				answers = append(answers, list...)
				for k, v := range credentialsOf(c) {
					secrets[k+" "+v[:4]] = v
				}
			}
			see(c.Post("/"+w.Mode+"/login", []string{"username", name, "password", wrong, "carrier", w.Carrier}),
				c.JSON("POST", w.API("/login"), map[string]string{"username": name, "password": wrong}),
				c.Post("/signup", []string{"username", "yuna", "password", wrong}))
			see(c.SignIn(w, name, "next", w.Page("/notes")))
			for _, page := range []string{"", "/notes", "/account", "/devices", "/admin", "/tokens", "/nothing"} {
				see(c.Get(w.Page(page)))
			}
			see(c.Post(w.Page("/notes"), []string{"body", note}), c.Get("/compare?count=2"), c.Post("/jwt/refresh", nil), c.Post("/jwt/refresh", nil, handlerstest.AsJSON),
				c.Get("/session/login?password="+handlerstest.NewPassword), c.Get(w.Page("?access_token="+secrets["bearer"])),
				c.Post(w.Page("/account"), []string{"current", wrong, "password", handlerstest.NewPassword}),
				c.Post(w.Page("/account"), []string{"current", handlerstest.Password, "password", handlerstest.NewPassword}),
				c.Send("POST", w.Page("/notes"), "password=%zz"+handlerstest.NewPassword, "application/x-www-form-urlencoded"))
			broken := n.Client()
			if k := carrierCookie(w); k != "" {
				see(broken.Get(w.Page(""), handlerstest.Header("Cookie", k+"="+spoilt(heldBy(c, w)))))
			}
			n.Exec("DROP TABLE notes") // an error of the server's own
			w2 := httptest.NewRecorder()
			r := httptest.NewRequest("POST", n.Config.BaseURL.String()+w.Page("/notes"), strings.NewReader("body="+note))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			for _, k := range c.Jar.Cookies(n.Config.BaseURL) {
				r.AddCookie(k)
			}
			if c.Bearer != "" {
				r.Header.Set("Authorization", "Bearer "+c.Bearer)
			}
			n.ServeHTTP(w2, r)
			see(c.Post("/"+w.Mode+"/logout", nil))
			if strings.Count(log.String(), "\n") < len(answers) {
				t.Fatalf("%d lines are logged for %d requests", strings.Count(log.String(), "\n"), len(answers))
			}
			for kind, secret := range secrets {
				if part := handlerstest.ShownPart(log.String(), secret); part != "" {
					t.Errorf("the log shows %q of the %s", part, kind)
				}
				for _, a := range answers {
					for _, address := range append(addresses.FindAllString(a.Body, -1), a.Location()) {
						if strings.Contains(address, secret) {
							t.Errorf("%s gives out the address %.80s with the %s", a.URL.Path, address, kind)
						}
					}
				}
			}
		})
	}
}

var addresses = regexp.MustCompile(`(?:href|src|action|data-[\w-]+)="[^"]*"`)

// spoilt is a value with its middle changed.
func spoilt(value string) string { return handlerstest.Flip(value, len(value)/2) }

// TestLeeway: a token is good for some seconds past its date, and never for 30.
func TestLeeway(t *testing.T) {
	for _, w := range []handlerstest.Way{handlerstest.ByCookie, handlerstest.ByHeader} {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			n := handlerstest.NewNode(t)
			c := n.SignedIn(w, "minji")
			n.Clock.Move(15*time.Minute + time.Second)
			c.WantIn(w, true, "a second past its date")
			n.Clock.Move(29 * time.Second)
			c.WantIn(w, false, "thirty seconds past its date")
		})
	}
}
