package reports_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"twodoors/handlers/labs/reports"
)

const audience = "https://reports.example"

// issuer publishes keys and signs tokens with the first of them.
type issuer struct {
	address string
	keys    []jose.JSONWebKey // private ones
	status  int               // of the key set's answer; 0: 200
	asked   int
	now     time.Time
}

func newIssuer(t *testing.T) (*issuer, *reports.Service) {
	t.Helper()
	i := &issuer{now: time.Date(2030, time.March, 4, 9, 0, 0, 0, time.UTC)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i.asked++
		if i.status != 0 {
			w.WriteHeader(i.status)
		}
		var set jose.JSONWebKeySet
		for _, k := range i.keys {
			set.Keys = append(set.Keys, k.Public())
		}
		json.NewEncoder(w).Encode(set)
	}))
	t.Cleanup(server.Close)
	i.address = server.URL
	i.keys = []jose.JSONWebKey{edKey(t, "first")}
	return i, reports.New(reports.Config{Issuer: i.address, Keys: i.address + "/keys", Audience: audience, Client: server.Client(), Now: func() time.Time { return i.now }})
}

func edKey(t *testing.T, id string) jose.JSONWebKey {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return jose.JSONWebKey{Key: key, KeyID: id, Algorithm: "EdDSA", Use: "sig"}
}

// token is a good one, but for what is changed in it; nil takes a member away.
func (i *issuer) token(t *testing.T, key jose.JSONWebKey, alg jose.SignatureAlgorithm, head map[jose.HeaderKey]any, change map[string]any) string {
	t.Helper()
	o := (&jose.SignerOptions{}).WithHeader("typ", "at+jwt")
	for name, value := range head {
		o.WithHeader(name, value)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, o)
	if err != nil {
		t.Fatal(err)
	}
	payload := map[string]any{
		"iss": i.address, "aud": audience, "sub": "17", "name": "mina", "role": "member", "exp": i.now.Add(15 * time.Minute).Unix(), "iat": i.now.Unix(),
	}
	for name, value := range change {
		if payload[name] = value; value == nil {
			delete(payload, name)
		}
	}
	text, err := json.Marshal(payload)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := signer.Sign(text)
	if err != nil {
		t.Fatal(err)
	}
	compact, err := signed.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return compact
}

func (i *issuer) good(t *testing.T) string { return i.token(t, i.keys[0], jose.EdDSA, nil, nil) }

func request(header ...string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return r
}

func bearer(token string) *http.Request { return request("Authorization", "Bearer "+token) }

// TestChecks: a token that differs from a good one in one thing fails at the check of that thing, and a good one at
// none, whatever its algorithm.
func TestChecks(t *testing.T) {
	i, service := newIssuer(t)
	ecdsaKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	es := jose.JSONWebKey{Key: ecdsaKey, KeyID: "es", Algorithm: "ES256", Use: "sig"}
	rs := jose.JSONWebKey{Key: rsaKey, KeyID: "rs", Algorithm: "RS256", Use: "sig"}
	encrypts := edKey(t, "enc")
	encrypts.Use = "enc"
	i.keys = append(i.keys, es, rs, encrypts)
	ed := i.keys[0]
	impostor := edKey(t, ed.KeyID)
	secret := jose.JSONWebKey{Key: []byte(ed.Key.(ed25519.PrivateKey).Public().(ed25519.PublicKey)), KeyID: ed.KeyID, Algorithm: "HS256"}
	good := i.good(t)
	parts := strings.Split(good, ".")
	other := strings.Split(i.token(t, ed, jose.EdDSA, nil, map[string]any{"role": "admin"}), ".")

	for name, c := range map[string]struct {
		request *http.Request
		failed  reports.Check
	}{
		"a good one":                   {bearer(good), ""},
		"a good one, ES256":            {bearer(i.token(t, es, jose.ES256, nil, nil)), ""},
		"a good one, RS256":            {bearer(i.token(t, rs, jose.RS256, nil, nil)), ""},
		"for this service and another": {bearer(i.token(t, ed, jose.EdDSA, nil, map[string]any{"aud": []string{"https://a.example", audience}})), ""},
		"in the last second":           {bearer(i.token(t, ed, jose.EdDSA, nil, map[string]any{"exp": i.now.Unix() + 1})), ""},
		"nothing":                      {request(), reports.BearerToken},
		"a cookie":                     {request("Cookie", "twodoors-session=abc"), reports.BearerToken},
		"HTTP Basic":                   {request("Authorization", "Basic bWluYTpwdw=="), reports.BearerToken},
		"an opaque token":              {bearer("b1c7f0"), reports.BearerToken},
		"exp as a text":                {bearer(i.token(t, ed, jose.EdDSA, nil, map[string]any{"exp": "tomorrow"})), reports.BearerToken},
		"HS256 with the public key":    {bearer(i.token(t, secret, jose.HS256, nil, nil)), reports.Algorithm},
		"alg none":                     {bearer("eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0." + parts[1] + "."), reports.Algorithm},
		"another kind of JWT":          {bearer(i.token(t, ed, jose.EdDSA, map[jose.HeaderKey]any{"typ": "JWT"}, nil)), reports.Algorithm},
		"an unknown key":               {bearer(i.token(t, edKey(t, "unknown"), jose.EdDSA, nil, nil)), reports.PublicKey},
		"a key for encryption":         {bearer(i.token(t, encrypts, jose.EdDSA, nil, nil)), reports.PublicKey},
		"a key of another algorithm":   {bearer(i.token(t, jose.JSONWebKey{Key: rsaKey, KeyID: "es"}, jose.RS256, nil, nil)), reports.PublicKey},
		"another key of that id":       {bearer(i.token(t, impostor, jose.EdDSA, nil, nil)), reports.Signature},
		"its own key in the header":    {bearer(i.token(t, impostor, jose.EdDSA, map[jose.HeaderKey]any{"jwk": impostor.Public()}, nil)), reports.Signature},
		"another payload":              {bearer(parts[0] + "." + other[1] + "." + parts[2]), reports.Signature},
		"an extension it must know":    {bearer(i.token(t, ed, jose.EdDSA, map[jose.HeaderKey]any{"crit": []string{"b65"}, "b65": true}, nil)), reports.Signature},
		"another issuer":               {bearer(i.token(t, ed, jose.EdDSA, nil, map[string]any{"iss": "https://elsewhere.example"})), reports.Issuer},
		"another audience":             {bearer(i.token(t, ed, jose.EdDSA, nil, map[string]any{"aud": i.address})), reports.Audience},
		"no audience":                  {bearer(i.token(t, ed, jose.EdDSA, nil, map[string]any{"aud": nil})), reports.Audience},
		"no date":                      {bearer(i.token(t, ed, jose.EdDSA, nil, map[string]any{"exp": nil})), reports.Dates},
		"expired just now":             {bearer(i.token(t, ed, jose.EdDSA, nil, map[string]any{"exp": i.now.Unix()})), reports.Dates},
		"not yet good":                 {bearer(i.token(t, ed, jose.EdDSA, nil, map[string]any{"nbf": i.now.Unix() + 60})), reports.Dates},
	} {
		a := service.Check(c.request)
		if a.Failed != c.failed || (a.Status == http.StatusOK) != (c.failed == "") {
			t.Errorf("%s: failed %q with status %d, want %q", name, a.Failed, a.Status, c.failed)
		}
		if in := a.UserName == "mina" && a.Role == "member" && a.UserID == "17"; in != (c.failed == "") || !in && a.UserName+a.Role+a.UserID != "" {
			t.Errorf("%s: it is taken for %q, %q, %q", name, a.UserName, a.Role, a.UserID)
		}
	}
}

// TestKeys: the keys are fetched once for many requests, for a new key at once, and once in five minutes for what was
// retired; made-up ids cause no more than one request in ten seconds. Without the issuer known keys are good for those
// five minutes.
func TestKeys(t *testing.T) {
	i, service := newIssuer(t)
	asked := func(what string, r *http.Request, status, want int) {
		t.Helper()
		before := i.asked
		a := service.Check(r)
		if a.Status != status || i.asked-before != want || a.Asked != want {
			t.Errorf("%s: status %d, %d requests and told %d; want %d and %d", what, a.Status, i.asked-before, a.Asked, status, want)
		}
	}
	later := func(d time.Duration) { i.now = i.now.Add(d) }
	first := i.good(t)
	asked("the first request", bearer(first), 200, 1)
	asked("the second", bearer(first), 200, 0)
	asked("a made-up id at once", bearer(i.token(t, edKey(t, "one"), jose.EdDSA, nil, nil)), 401, 0)
	later(10 * time.Second)
	asked("and later", bearer(i.token(t, edKey(t, "two"), jose.EdDSA, nil, nil)), 401, 1)
	asked("another", bearer(i.token(t, edKey(t, "three"), jose.EdDSA, nil, nil)), 401, 0)

	later(10 * time.Second)
	i.keys = []jose.JSONWebKey{edKey(t, "second"), i.keys[0]}
	second := i.good(t)
	asked("a new key", bearer(second), 200, 1)
	i.keys = i.keys[:1] // the first is retired
	later(5*time.Minute - time.Second)
	asked("a retired key that is remembered", bearer(first), 200, 0)
	later(time.Second)
	asked("a retired key", bearer(first), 401, 1)

	i.status = http.StatusBadGateway
	later(4 * time.Minute)
	asked("without the issuer, a known key", bearer(second), 200, 0)
	asked("and an unknown one", bearer(first), 503, 1)
	asked("again", bearer(first), 503, 0)
	i.status = 0
	later(10 * time.Second)
	asked("the issuer is back", bearer(second), 200, 0)
	asked("and does not know the other", bearer(first), 401, 1)
}

// TestPage: the page is whole in both languages for whatever came of a request, says why, and shows what a token says
// as text.
func TestPage(t *testing.T) {
	i, service := newIssuer(t)
	ed := i.keys[0]
	hostile := `<script>alert("mina")</script>`
	away, unreachable := newIssuer(t)
	away.status = http.StatusNotFound
	for name, c := range map[string]struct {
		answer  reports.Answer
		en, ko  string
		refused bool
	}{
		"accepted":  {service.Check(bearer(i.token(t, ed, jose.EdDSA, nil, map[string]any{"name": hostile}))), "Have you signed out?", "로그아웃했나요?", false},
		"15 min":    {service.Check(bearer(i.good(t))), "until the token expires, in 15 min", "남은 시간: 15분", false},
		"a second":  {service.Check(bearer(i.token(t, ed, jose.EdDSA, nil, map[string]any{"exp": i.now.Unix() + 1}))), "in 1 s", "1초", false},
		"nothing":   {service.Check(request()), "No access token came with", "요청에 액세스 토큰이 없어요", true},
		"a cookie":  {service.Check(request("Cookie", "twodoors-session=abc")), "a cookie: twodoors-session", "쿠키(twodoors-session)", true},
		"algorithm": {service.Check(bearer("eyJhbGciOiJub25lIn0.e30.")), "signed with none", "알고리즘이 none", true},
		"key":       {service.Check(bearer(i.token(t, edKey(t, "nobody's"), jose.EdDSA, nil, nil))), "no such key: nobody&#39;s", "nobody&#39;s", true},
		"no keys":   {unreachable.Check(bearer(i.good(t))), "could not be fetched", "가져오지 못했어요", true},
		"signature": {service.Check(bearer(i.token(t, edKey(t, ed.KeyID), jose.EdDSA, nil, nil))), "signature does not match", "서명이 맞지 않아요", true},
		"issuer":    {service.Check(bearer(i.token(t, ed, jose.EdDSA, nil, map[string]any{"iss": "https://elsewhere.example"}))), "issued by https://elsewhere.example", "https://elsewhere.example에서 발급", true},
		"audience":  {service.Check(bearer(i.token(t, ed, jose.EdDSA, nil, map[string]any{"aud": "https://app.example"}))), "made for https://app.example", "https://app.example에서 쓰도록", true},
		"expired":   {service.Check(bearer(i.token(t, ed, jose.EdDSA, nil, map[string]any{"exp": i.now.Unix()}))), "2030-03-04 09:00:00 UTC", "2030-03-04 09:00:00 UTC", true},
	} {
		for lang, want := range map[string]string{"en": c.en, "ko": c.ko} {
			page := c.answer.Page(lang, "/reports.css")
			if !strings.Contains(page, want) || !strings.Contains(page, `<html lang="`+lang+`">`) || !strings.Contains(page, "<title>Reports</title>") {
				t.Errorf("%s, %s: %q is not on the page: %s", name, lang, want, page)
			}
			if strings.Contains(page, "<script") || strings.Contains(page, "{}") || strings.Contains(page, "<style") || strings.Count(page, "/reports.css") != 1 {
				t.Errorf("%s, %s: %s", name, lang, page)
			}
			if strings.Contains(page, `class="refused"`) != c.refused || strings.Count(page, `scope="row"`) != len(reports.Checks()) {
				t.Errorf("%s, %s: refused %t: %s", name, lang, !c.refused, page)
			}
		}
	}
}

// TestHTTP: the answers are those of a resource server (RFC 6750, section 3.1), and no page of it is kept or framed.
func TestHTTP(t *testing.T) {
	i, service := newIssuer(t)
	for _, c := range []struct {
		request   *http.Request
		status    int
		challenge string
	}{
		{bearer(i.good(t)), http.StatusOK, ""},
		{request(), http.StatusUnauthorized, `Bearer realm="Reports"`},
		{bearer(i.token(t, i.keys[0], jose.EdDSA, nil, map[string]any{"aud": "https://app.example"})), http.StatusUnauthorized, `Bearer realm="Reports", error="invalid_token"`},
	} {
		c.request.Header.Set("Accept-Language", "ko-KR,ko;q=0.9")
		w := httptest.NewRecorder()
		service.ServeHTTP(w, c.request)
		if w.Code != c.status || w.Header().Get("WWW-Authenticate") != c.challenge || !strings.Contains(w.Body.String(), `lang="ko"`) {
			t.Errorf("status %d, %q, want %d, %q", w.Code, w.Header().Get("WWW-Authenticate"), c.status, c.challenge)
		}
		policy := strings.Split(w.Header().Get("Content-Security-Policy"), "; ")
		if w.Header().Get("Cache-Control") != "no-store" || !slices.Contains(policy, "default-src 'none'") || !slices.Contains(policy, "frame-ancestors 'none'") {
			t.Errorf("headers %v", w.Header())
		}
	}
}
