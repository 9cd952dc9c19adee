package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// apiOf calls the API of a program that was booted with a base URL which is not the address that it listens on, as
// it is behind a proxy.
type apiOf struct {
	t    *testing.T
	addr string
	host string
}

func newAPI(t *testing.T, b booted) apiOf {
	t.Helper()
	match := regexp.MustCompile(`"addr":"([^"]+)"`).FindStringSubmatch(b.log.String())
	if match == nil {
		t.Fatalf("no address in the log: %s", b.log)
	}
	return apiOf{t, match[1], strings.TrimPrefix(b.url, "http://")}
}

// call sends a JSON request, reads the answer into v unless that is nil, and returns the status.
func (a apiOf) call(method, path, bearer string, body, v any) (int, *http.Response) {
	a.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		a.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(a.t.Context(), method, "http://"+a.addr+path, bytes.NewReader(text))
	if err != nil {
		a.t.Fatal(err)
	}
	r.Host = a.host
	r.Header.Set("Content-Type", "application/json")
	if bearer != "" {
		r.Header.Set("Authorization", bearer)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		a.t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		a.t.Fatal(err)
	}
	if v != nil && response.StatusCode < 300 {
		if err := json.Unmarshal(answer, v); err != nil {
			a.t.Fatalf("%s %s: %v: %s", method, path, err, answer)
		}
	}
	return response.StatusCode, response
}

// tokens are the answer to a sign-in through JWT mode or token mode.
type tokens struct {
	Access  string `json:"access_token"`
	Refresh string `json:"refresh_token"`
	Opaque  string `json:"token"`
}

func (a apiOf) signIn(mode, password string) (tokens, *http.Response) {
	a.t.Helper()
	var got tokens
	status, response := a.call(http.MethodPost, "/api/"+mode+"/login", "", map[string]string{"username": "minji", "password": password}, &got)
	if status != http.StatusOK {
		a.t.Fatalf("sign-in by %s: %d", mode, status)
	}
	return got, response
}

func (a apiOf) kids() map[string]bool {
	a.t.Helper()
	var set struct{ Keys []struct{ Kid string } }
	a.call(http.MethodGet, "/.well-known/jwks.json", "", nil, &set)
	kids := map[string]bool{}
	for _, k := range set.Keys {
		kids[k.Kid] = true
	}
	return kids
}

func kidOf(t *testing.T, token string) string {
	t.Helper()
	text, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[0])
	if err != nil {
		t.Fatal(err)
	}
	var header struct{ Kid string }
	if err := json.Unmarshal(text, &header); err != nil {
		t.Fatal(err)
	}
	return header.Kid
}

// until asks again and again for something that another goroutine of the program does every few seconds.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	late := time.After(3 * time.Minute)
	for !is() {
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("not within 30 s: %s", what)
		}
	}
}

// TestRotateWhileServing: two running servers on one keys folder take the new keys up without a restart, and what
// the old ones signed stays good at both.
func TestRotateWhileServing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	shared := []string{
		"--base-url=http://localhost:8080", "--keys=" + filepath.Join(dir, "keys"), "--database=sqlite:" + filepath.Join(dir, "twodoors.db"),
	}
	one, two := newAPI(t, boot(t, shared...)), newAPI(t, boot(t, shared...))
	if status, _ := one.call(http.MethodPost, "/api/signup", "", map[string]string{"username": "minji", "password": "a good pass phrase"}, nil); status != http.StatusCreated {
		t.Fatalf("sign-up: %d", status)
	}
	before, _ := one.signIn("jwt", "a good pass phrase")
	old := kidOf(t, before.Access)

	listed := invoke(t, "", append([]string{"keys", "list"}, shared...)...)
	if listed.code != 0 || !strings.Contains(listed.out, old) || strings.Count(listed.out, "signs ") != 2 {
		t.Errorf("keys list: %+v", listed)
	}
	rotated := invoke(t, "", append([]string{"keys", "rotate", "--settle=4s"}, shared...)...)
	if rotated.code != 0 || strings.Count(rotated.out, "next ") != 2 {
		t.Fatalf("keys rotate: %+v", rotated)
	}
	for _, api := range []apiOf{one, two} {
		until(t, "both keys are published", func() bool { return len(api.kids()) == 2 && api.kids()[old] })
	}
	var after tokens
	for _, api := range []apiOf{one, two} {
		until(t, "the new key signs", func() bool {
			after, _ = api.signIn("jwt", "a good pass phrase")
			return kidOf(t, after.Access) != old
		})
	}
	for i, api := range []apiOf{one, two} {
		for name, token := range map[string]string{"old": before.Access, "new": after.Access} {
			if status, _ := api.call(http.MethodGet, "/api/jwt/me", "Bearer "+token, nil, nil); status != http.StatusOK {
				t.Errorf("server %d refuses the token of the %s key: %d", i+1, name, status)
			}
		}
	}
}

// TestResetPasswordEndsSignIns: the command ends what a running server has let in, in every mode that can.
func TestResetPasswordEndsSignIns(t *testing.T) {
	t.Parallel()
	database := "--database=sqlite:" + filepath.Join(t.TempDir(), "twodoors.db")
	server := boot(t, database, "--jwt-level=version")
	api := newAPI(t, server)
	if got := invoke(t, "a good pass phrase\n", "user", "add", "minji", database); got.code != 0 {
		t.Fatal(got.errors)
	}
	access, _ := api.signIn("jwt", "a good pass phrase")
	opaque, _ := api.signIn("token", "a good pass phrase")
	_, response := api.signIn("session", "a good pass phrase")
	var session *http.Cookie
	for _, c := range response.Cookies() {
		if strings.HasPrefix(c.Name, "twodoors-session") {
			session = c
		}
	}
	in := func() string {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.url+"/api/session/me", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.AddCookie(session)
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		byJWT, _ := api.call(http.MethodGet, "/api/jwt/me", "Bearer "+access.Access, nil, nil)
		byToken, _ := api.call(http.MethodGet, "/api/token/me", "Token "+opaque.Opaque, nil, nil)
		return fmt.Sprint(response.StatusCode, byJWT, byToken)
	}
	if got := in(); got != "200 200 200" {
		t.Fatalf("before: %s", got)
	}
	got := invoke(t, "another pass phrase\n", "user", "reset-password", "minji", database)
	if got.code != 0 || !strings.Contains(got.out, "1 session, 1 JWT, 1 opaque token") || !strings.Contains(got.out, "What no server takes back") {
		t.Fatalf("%+v", got)
	}
	if got := in(); got != "401 401 401" {
		t.Errorf("after: %s", got)
	}
	if status, _ := api.call(http.MethodPost, "/api/jwt/refresh", "", map[string]string{"refresh_token": access.Refresh}, nil); status != http.StatusBadRequest {
		t.Errorf("the refresh token: %d", status)
	}
	if status, _ := api.call(http.MethodPost, "/api/session/login", "", map[string]string{"username": "minji", "password": "a good pass phrase"}, nil); status != http.StatusUnauthorized {
		t.Errorf("the old password: %d", status)
	}
	api.signIn("session", "another pass phrase")
}

// TestKeysRefuseTheStart: a keys folder that is not its owner's alone stops the start with one line.
func TestKeysRefuseTheStart(t *testing.T) {
	dir := t.TempDir()
	keys := filepath.Join(dir, "keys")
	first := boot(t, "--database=sqlite::memory:", "--keys="+keys)
	first.stop()
	for _, c := range keyFaults(keys) {
		if err := c.spoil(); err != nil {
			t.Fatal(err)
		}
		got := invoke(t, "", "--addr=127.0.0.1:0", "--database=sqlite::memory:", "--keys="+keys)
		if got.code != 1 || got.out != "" || strings.Count(got.errors, "\n") != 1 || !strings.Contains(got.errors, c.want) || !strings.Contains(got.errors, keys) {
			t.Errorf("%s: %+v", c.want, got)
		}
		if err := c.mend(); err != nil {
			t.Fatal(err)
		}
	}
	boot(t, "--database=sqlite::memory:", "--keys="+keys) // and starts again when all is well
}
