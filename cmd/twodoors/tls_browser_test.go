package main

import (
	"strings"
	"testing"

	"twodoors/handlers/browsertest"
)

// TestBrowserOverSelfSigned: past the warning a browser finds it explained, and keeps every cookie with its prefix,
// so that both doors open and stay open.
func TestBrowserOverSelfSigned(t *testing.T) {
	server := boot(t, "--database=sqlite::memory:", "--tls-self-signed")
	browser := browsertest.Open(t, server.url)
	tab := browser.Tab()
	tab.AcceptCertificates()
	tab.Goto("/")
	if got := tab.Text("#certificate h2"); got != "Why your browser warned you" {
		t.Errorf("the heading is %q", got)
	}
	if print := tab.Text("[data-fingerprint]"); len(print) != 32*3-1 {
		t.Errorf("the fingerprint is %q", print)
	}
	tab.ClickThrough(`form[action="/session/demo"] button[value="member"]`)
	tab.WaitURL("/session/member")
	tab.Goto("/session/member/notes")
	tab.Goto("/jwt/login")
	tab.Click(`form[action="/jwt/demo"] button[value="member"]`)
	tab.WaitURL("/jwt/member")
	tab.WaitFor("[data-panel][data-door=jwt]")
	tab.Reload() // the token was in the page's memory: the refresh cookie brings it back
	tab.WaitURL("/jwt/member")
	tab.WaitFor("[data-panel][data-door=jwt]")
	_, port, _ := strings.Cut(strings.TrimPrefix(server.url, "https://"), ":")
	held := map[string]bool{}
	for _, c := range browser.Cookies() {
		held[c.Name] = true
		if !c.Secure || !strings.HasPrefix(c.Name, "__Host-") && !strings.HasPrefix(c.Name, "__Secure-") {
			t.Errorf("cookie %s, Secure %v", c.Name, c.Secure)
		}
	}
	for _, name := range []string{"__Host-twodoors-session", "__Secure-twodoors-refresh", "__Secure-twodoors-carrier", "__Host-twodoors-team"} {
		if name += "-" + port; !held[name] {
			t.Errorf("the browser does not hold %s", name)
		}
	}
}
