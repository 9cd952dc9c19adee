package main

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"twodoors/models/modelstest"
)

// TestSessionStores runs the program on each store: signed in by the form, the member area counts what it
// took, and a password that is reset on the command line ends the session where a command can reach it.
func TestSessionStores(t *testing.T) {
	for name, c := range map[string]struct {
		store, lookups, reset, warns string
		in                           bool // after the reset
	}{
		"database": {"database", "auth=1, data=0", "ended: 1 session", "", false},
		"memory":   {"memory", "auth=0, data=0", "ended: 0 session", "until that server is started anew", true},
		"Redis":    {"", "auth=1, data=0", "ended: 1 session", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			if c.store == "" {
				c.store = modelstest.Redis(t)
			}
			settings := []string{"--database=sqlite:" + filepath.Join(t.TempDir(), "twodoors.db"), "--session-store=" + c.store}
			if got := invoke(t, "a good pass phrase\n", append([]string{"user", "add", "minji"}, settings...)...); got.code != 0 {
				t.Fatalf("%+v", got)
			}
			server := boot(t, settings...)
			jar, err := cookiejar.New(nil)
			if err != nil {
				t.Fatal(err)
			}
			client := &http.Client{Jar: jar}
			home := func() *http.Response {
				response, err := client.Get(server.url + "/session/member?panel=folded")
				if err != nil {
					t.Fatal(err)
				}
				response.Body.Close()
				return response
			}
			response, err := client.PostForm(server.url+"/session/login", url.Values{"username": {"minji"}, "password": {"a good pass phrase"}})
			if err != nil {
				t.Fatal(err)
			}
			response.Body.Close()
			if r := home(); r.Request.URL.Path != "/session/member" || r.Header.Get("DB-Lookups") != c.lookups {
				t.Errorf("home: %s with %q, want %q", r.Request.URL, r.Header.Get("DB-Lookups"), c.lookups)
			}
			got := invoke(t, "another pass phrase\n", append([]string{"user", "reset-password", "minji"}, settings...)...)
			if got.code != 0 || !strings.Contains(got.out, c.reset) || !strings.Contains(got.errors, c.warns) {
				t.Errorf("reset: %+v", got)
			}
			if r := home(); (r.Request.URL.Path == "/session/member") != c.in {
				t.Errorf("after the reset: %s", r.Request.URL)
			}
			if code := server.stop(); code != 0 || strings.Contains(server.log.String(), "without a request") {
				t.Errorf("code %d, log: %s", code, server.log)
			}
		})
	}
}
