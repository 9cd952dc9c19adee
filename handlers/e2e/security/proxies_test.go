package security_test

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"

	"twodoors/handlers"
	"twodoors/handlers/handlerstest"
)

// trusting names the networks of proxies.
func trusting(networks ...string) handlerstest.Option {
	return handlerstest.With(func(c *handlers.Config) {
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
		"none, but Forwarded":            {[]string{"192.0.2.0/24"}, nil, "8.8.4.4"},
		"with a port":                    {[]string{"192.0.2.0/24"}, []string{"203.0.113.9:51234"}, "203.0.113.9"},
		"IPv6 in brackets":               {[]string{"192.0.2.0/24"}, []string{"[2001:db8::7]"}, "2001:db8::7"},
		"IPv6 with a port":               {[]string{"192.0.2.0/24"}, []string{"[2001:db8::7]:443"}, "2001:db8::7"},
		"IPv6 with a zone":               {[]string{"192.0.2.0/24"}, []string{"fe80::1%eth0"}, "fe80::1"},
		"IPv4 in IPv6":                   {[]string{"192.0.2.0/24"}, []string{"::ffff:203.0.113.9"}, "203.0.113.9"},
		"a proxy with a port":            {[]string{"192.0.2.0/24", "10.0.0.0/8"}, []string{"8.8.8.8, 203.0.113.9, 10.0.0.1:443"}, "203.0.113.9"},
		"all are proxies":                {[]string{"192.0.2.0/24", "10.0.0.0/8"}, []string{"10.0.0.2, 10.0.0.1"}, "10.0.0.2"},
		"garbage before a proxy":         {[]string{"192.0.2.0/24", "10.0.0.0/8"}, []string{"8.8.8.8, unknown, 10.0.0.1"}, "10.0.0.1"},
		"a quote that nobody closes":     {[]string{"192.0.2.0/24"}, []string{`", 203.0.113.9`}, "203.0.113.9"},
		"empty elements":                 {[]string{"192.0.2.0/24"}, []string{"8.8.8.8, 203.0.113.9,, "}, "203.0.113.9"},
		"empty":                          {[]string{"192.0.2.0/24"}, []string{""}, "192.0.2.1"},
		"no address":                     {[]string{"192.0.2.0/24"}, []string{"<script>"}, "192.0.2.1"},
	} {
		t.Run(name, func(t *testing.T) {
			n := handlerstest.NewNode(t, trusting(c.trust...))
			n.User("minji", "member")
			visitor := n.Client()
			wantAddress(visitor, c.want, func(r *http.Request) {
				if c.sent != nil {
					r.Header["X-Forwarded-For"] = c.sent
				}
				r.Header.Set("X-Real-Ip", "8.8.8.8")
				r.Header.Set("Forwarded", "for=8.8.4.4")
			})
		})
	}
}

// wantAddress signs minji in by a request, and looks at where from the server says that was.
func wantAddress(c *handlerstest.Client, want string, forwarded handlerstest.Change) {
	c.T.Helper()
	c.Post("/session/login", []string{"username", "minji", "password", handlerstest.Password}, forwarded).Want(http.StatusSeeOther)
	var list struct{ Devices []struct{ Address string } }
	c.Get("/api/session/devices").Want(http.StatusOK).Into(&list)
	if len(list.Devices) != 1 || list.Devices[0].Address != want {
		c.T.Errorf("signed in from %+v, want %s", list.Devices, want)
	}
}

// TestForwarded: the same by the standard's header (RFC 7239), where the proxy writes that one.
func TestForwarded(t *testing.T) {
	for name, c := range map[string]struct {
		sent []string
		want string
	}{
		"one proxy":           {[]string{"for=203.0.113.9"}, "203.0.113.9"},
		"in capitals":         {[]string{"For=203.0.113.9;Proto=https"}, "203.0.113.9"},
		"with a port":         {[]string{`for="203.0.113.9:51234";by=10.0.0.1`}, "203.0.113.9"},
		"an obfuscated port":  {[]string{`for="203.0.113.9:_gazonk"`}, "203.0.113.9"},
		"IPv6":                {[]string{`for="[2001:db8::7]"`}, "2001:db8::7"},
		"IPv6 with a port":    {[]string{`proto=https;for="[2001:db8::7]:443"`}, "2001:db8::7"},
		"a forged one before": {[]string{"for=8.8.8.8, for=203.0.113.9"}, "203.0.113.9"},
		"two proxies":         {[]string{"for=8.8.8.8, for=203.0.113.9;host=a, for=10.0.0.1"}, "203.0.113.9"},
		"in two lines":        {[]string{"for=8.8.8.8", "for=203.0.113.9, for=10.0.0.1"}, "203.0.113.9"},
		"a comma in quotes":   {[]string{`for=203.0.113.9;host="a,for=8.8.8.8"`}, "203.0.113.9"},
		"a quoted pair":       {[]string{`for="203\.0.113.9"`}, "203.0.113.9"},
		"unknown":             {[]string{"for=unknown"}, "192.0.2.1"},
		"hidden":              {[]string{"for=203.0.113.9, for=_hidden, for=10.0.0.1"}, "10.0.0.1"},
		"without for":         {[]string{"proto=https;by=203.0.113.43"}, "192.0.2.1"},
		"a quote left open":   {[]string{`for="8.8.8.8, for=203.0.113.9`}, "192.0.2.1"},
		"nothing but garbage": {[]string{`;;,,="`}, "192.0.2.1"},
	} {
		t.Run(name, func(t *testing.T) {
			n := handlerstest.NewNode(t, trusting("192.0.2.0/24", "10.0.0.0/8"))
			n.User("minji", "member")
			wantAddress(n.Client(), c.want, func(r *http.Request) { r.Header["Forwarded"] = c.sent })
		})
	}
}

// TestOriginAndHostInOtherForms: a proxy may write the host in another form than the browser, such as with the scheme's own
// port. It is the same address nevertheless, and no other one is.
func TestOriginAndHostInOtherForms(t *testing.T) {
	t.Parallel()
	n := handlerstest.NewNode(t, handlerstest.BaseURL("https://doors.example"))
	n.User("minji", "member")
	in := []string{"username", "minji", "password", handlerstest.Password}
	post := func(host, origin, site string, want int) {
		t.Helper()
		n.Client().Post("/session/login", in, func(r *http.Request) {
			r.Host = host
			r.Header.Set("Origin", origin)
			r.Header.Set("Sec-Fetch-Site", site)
			if site == "" {
				r.Header.Del("Sec-Fetch-Site")
			}
		}).Want(want)
	}
	for _, host := range []string{"doors.example", "doors.example:443", "Doors.Example:0443", "doors.example."} {
		for _, site := range []string{"same-origin", ""} {
			post(host, "https://doors.example", site, http.StatusSeeOther)
			post(host, "https://doors.example:443", site, http.StatusSeeOther)
		}
		post(host, "https://doors.example", "cross-site", http.StatusForbidden)
		for _, origin := range []string{"https://doors.example:8443", "https://evil.example", "null", "https://doors.example@evil.example", "https://doors.example.evil.example"} {
			post(host, origin, "", http.StatusForbidden)
		}
	}
	for _, host := range []string{"doors.example:80", "doors.example:8443", "doors.example/", "x@doors.example", "doors.example#", "%64oors.example"} {
		post(host, "https://doors.example", "same-origin", http.StatusMisdirectedRequest)
	}
}

// TestForwardedSchemeAndHost: no header changes what the app takes for its own address, a trusted proxy's neither.
func TestForwardedSchemeAndHost(t *testing.T) {
	n := handlerstest.NewNode(t, trusting("192.0.2.0/24"))
	secure := handlerstest.NewNode(t, trusting("192.0.2.0/24"), handlerstest.BaseURL("https://doors.example.kr"))
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
		plain := n.Client().Post("/session/demo", []string{"as", "member"}, change).WantTo("/session/member")
		if c := plain.SetCookie("twodoors-session"); c == nil || c.Secure || plain.Header.Get("Strict-Transport-Security") != "" {
			t.Errorf("%v: over http: %v", headers, c)
		}
		safe := secure.Client().Post("/session/demo", []string{"as", "member"}, change).WantTo("/session/member")
		if c := safe.SetCookie("twodoors-session"); c == nil || !c.Secure || c.Name != "__Host-twodoors-session" || safe.Header.Get("Strict-Transport-Security") == "" {
			t.Errorf("%v: over https: %v", headers, c)
		}
		n.Client().Get("/", func(r *http.Request) { change(r); r.Host = "evil.example" }).Want(http.StatusMisdirectedRequest)
		n.Client().Get("/session/member", change).WantTo("/session/login?next=%2Fsession%2Fmember")
	}
}

// TestWhomToAsk: there is no mail, so the sign-in page says whom to ask for a new password.
func TestWhomToAsk(t *testing.T) {
	n := handlerstest.NewNode(t)
	for language, want := range map[string]string{"en": "Whoever runs it can set a new one", "ko": "운영하는 사람이 새로 정할 수 있어요"} {
		c := n.Client()
		c.Language = language
		for _, mode := range []string{"session", "jwt", "token", "cookie"} {
			text := c.Get("/" + mode + "/login").Want(http.StatusOK).Text("[data-forgot]")
			if !strings.Contains(text, want) || !strings.Contains(text, "twodoors user reset-password") {
				t.Errorf("%s, %s: %q", mode, language, text)
			}
		}
	}
}

// TestProxyThatHidesTheHost: a proxy that sends its own name for this server is told from somebody who opened another
// address, and the page says what the proxy has to be told; the log says so once.
func TestProxyThatHidesTheHost(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	n := handlerstest.NewNode(t, handlerstest.BaseURL("https://doors.example"), handlerstest.LogTo(slog.New(slog.NewTextHandler(&log, nil))))
	listening := func(r *http.Request) {
		*r = *r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 18140}))
	}
	for name, c := range map[string]struct {
		host    string
		sent    handlerstest.Change
		proxied bool
	}{
		"the listener's address":          {"127.0.0.1:18140", listening, true},
		"the listener's port":             {"app:18140", listening, true},
		"the upstream's name":             {"twodoors", listening, true},
		"a proxy's header":                {"10.0.0.5", handlerstest.Header("X-Forwarded-For", "203.0.113.9"), true},
		"the standard's header":           {"10.0.0.5:80", handlerstest.Header("Via", "1.1 proxy"), true},
		"another name in the bar":         {"other.example", listening, false},
		"another address in the bar":      {"192.168.0.7:8080", listening, false},
		"this machine in the bar":         {"localhost", listening, false},
		"no port known to be listened on": {"127.0.0.1:18140", handlerstest.Header("X-Other", "1"), false},
	} {
		a := n.Client().Get("/", c.sent, handlerstest.Host(c.host)).Want(http.StatusMisdirectedRequest)
		if got := a.Page().Find("pre.code").Length() == 0; got != c.proxied {
			t.Errorf("%s: taken for a proxy's: %v", name, got)
		}
		for _, line := range []string{"proxy_set_header Host $http_host;", "ProxyPreserveHost On", "header_up Host {hostport}", "passHostHeader: true"} {
			if !strings.Contains(a.Text("[data-host-lines]"), line) {
				t.Errorf("%s: the page lacks %s", name, line)
			}
		}
		if href := a.Page().Find("a.go").AttrOr("href", ""); href != "https://doors.example/" {
			t.Errorf("%s: leads to %s", name, href)
		}
	}
	if lines := strings.Count(log.String(), "does not pass on the Host header"); lines != 1 {
		t.Errorf("the log says it %d times", lines)
	}
}
