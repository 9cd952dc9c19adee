package handlers_test

import (
	"net"
	"net/http"
	"strings"
	"testing"

	"twodoors/handlers"
)

// trusting names the networks of proxies.
func trusting(networks ...string) option {
	return with(func(c *handlers.Config) {
		for _, text := range networks {
			_, network, err := net.ParseCIDR(text)
			if err != nil {
				panic(err)
			}
			c.TrustProxy = append(c.TrustProxy, network)
		}
	})
}

// TestForwardedFor: the client's address is the connection's, 192.0.2.1 in these tests. What a header says counts
// only as far as named proxies have written it: read from its end, up to the first address that is none of them.
func TestForwardedFor(t *testing.T) {
	for name, c := range map[string]struct {
		trust []string
		sent  []string
		want  string
	}{
		"nobody is trusted":              {nil, []string{"203.0.113.9"}, "192.0.2.1"},
		"another proxy is trusted":       {[]string{"198.51.100.0/24"}, []string{"203.0.113.9"}, "192.0.2.1"},
		"private ones are not by nature": {[]string{"192.0.2.1/32"}, []string{"203.0.113.9, 10.1.2.3"}, "10.1.2.3"},
		"loopback is not by nature":      {[]string{"192.0.2.1/32"}, []string{"203.0.113.9, 127.0.0.1"}, "127.0.0.1"},
		"one proxy":                      {[]string{"192.0.2.1/32"}, []string{"203.0.113.9"}, "203.0.113.9"},
		"a forged one before it":         {[]string{"192.0.2.1/32"}, []string{"8.8.8.8, 203.0.113.9"}, "203.0.113.9"},
		"two proxies":                    {[]string{"192.0.2.0/24", "10.0.0.0/8"}, []string{"8.8.8.8, 203.0.113.9, 10.0.0.1"}, "203.0.113.9"},
		"in two lines":                   {[]string{"192.0.2.0/24", "10.0.0.0/8"}, []string{"8.8.8.8", "203.0.113.9, 10.0.0.1"}, "203.0.113.9"},
		"IPv6":                           {[]string{"192.0.2.0/24"}, []string{"2001:db8::7"}, "2001:db8::7"},
		"none":                           {[]string{"192.0.2.0/24"}, nil, "192.0.2.1"},
		"empty":                          {[]string{"192.0.2.0/24"}, []string{""}, "192.0.2.1"},
		"no address":                     {[]string{"192.0.2.0/24"}, []string{"<script>"}, "192.0.2.1"},
	} {
		t.Run(name, func(t *testing.T) {
			n := newNode(t, trusting(c.trust...))
			n.user("minji", "member")
			visitor := n.client()
			forwarded := func(r *http.Request) {
				r.Header["X-Forwarded-For"] = c.sent
				r.Header.Set("X-Real-Ip", "8.8.4.4")
				r.Header.Set("Forwarded", "for=8.8.4.4")
			}
			visitor.post("/session/login", []string{"username", "minji", "password", password}, forwarded).want(http.StatusSeeOther)
			var list struct{ Devices []struct{ Address string } }
			visitor.get("/api/session/devices").want(http.StatusOK).into(&list)
			if len(list.Devices) != 1 || list.Devices[0].Address != c.want {
				t.Errorf("signed in from %+v, want %s", list.Devices, c.want)
			}
		})
	}
}

// TestForwardedSchemeAndHost: no header changes what the app takes for its own address, a trusted proxy's neither.
func TestForwardedSchemeAndHost(t *testing.T) {
	n := newNode(t, trusting("192.0.2.0/24"))
	secure := newNode(t, trusting("192.0.2.0/24"), baseURL("https://doors.example.kr"))
	for _, headers := range []http.Header{
		{"X-Forwarded-Proto": {"https"}, "X-Forwarded-Host": {"evil.example"}, "X-Forwarded-Port": {"444"}, "X-Forwarded-Prefix": {"/evil"}},
		{"X-Forwarded-Protocol": {"https"}, "X-Forwarded-Ssl": {"on"}, "X-Url-Scheme": {"https"}, "X-Original-Host": {"evil.example"}},
		{"Forwarded": {"for=8.8.8.8;host=evil.example;proto=https"}, "X-Host": {"evil.example"}, "X-Original-Url": {"/session/member"}},
		{"X-Forwarded-Proto": {"http"}, "X-Url-Scheme": {"http"}, "X-Forwarded-Ssl": {"off"}},
		{"X-Http-Method-Override": {"DELETE"}, "X-Method-Override": {"GET"}, "X-Rewrite-Url": {"/session/member"}},
	} {
		change := func(r *http.Request) {
			for name, values := range headers {
				r.Header[name] = values
			}
		}
		plain := n.client().post("/session/demo", []string{"as", "member"}, change).wantTo("/session/member")
		if c := plain.setCookie("twodoors-session"); c == nil || c.Secure || plain.Header.Get("Strict-Transport-Security") != "" {
			t.Errorf("%v: over http: %v", headers, c)
		}
		safe := secure.client().post("/session/demo", []string{"as", "member"}, change).wantTo("/session/member")
		if c := safe.setCookie("twodoors-session"); c == nil || !c.Secure || c.Name != "__Host-twodoors-session" || safe.Header.Get("Strict-Transport-Security") == "" {
			t.Errorf("%v: over https: %v", headers, c)
		}
		n.client().get("/", func(r *http.Request) { change(r); r.Host = "evil.example" }).want(http.StatusMisdirectedRequest)
		n.client().get("/session/member", change).wantTo("/session/login?next=%2Fsession%2Fmember")
	}
}

// TestWhomToAsk: there is no mail, so the sign-in page says whom to ask for a new password.
func TestWhomToAsk(t *testing.T) {
	n := newNode(t)
	for language, want := range map[string]string{"en": "Whoever runs it can set a new one", "ko": "운영하는 사람이 새로 정할 수 있어요"} {
		c := n.client()
		c.language = language
		for _, mode := range []string{"session", "jwt", "token", "cookie"} {
			text := c.get("/" + mode + "/login").want(http.StatusOK).text("[data-forgot]")
			if !strings.Contains(text, want) || !strings.Contains(text, "twodoors user reset-password") {
				t.Errorf("%s, %s: %q", mode, language, text)
			}
		}
	}
}
