package main

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"twodoors/handlers"
	"twodoors/handlers/auth"
)

// tokenCacheSize is how many verified tokens are remembered at most: about 5 MB of them.
const tokenCacheSize = 10_000

// check returns the settings as the handlers take them. BaseURL is nil where none was given: it follows the port
// that is listened on.
func (s Settings) check() (handlers.Config, error) {
	config := handlers.Config{
		InsecureLAN: bool(s.InsecureLAN), Demo: s.Demo == "on", Signup: s.Signup == "on",
		SessionIdle: s.SessionIdle, SessionMax: s.SessionMax, Remember: s.Remember,
		AccessTTL: s.AccessTTL, RefreshTTL: s.RefreshTTL, RefreshGrace: s.RefreshGrace,
		CookieEncrypt: bool(s.CookieEncrypt),
		Version:       version(),
	}
	if s.TokenCache {
		config.VerifiedTokens = tokenCacheSize
	}
	if err := s.checkAddr(); err != nil {
		return config, err
	}
	if err := s.checkDatabase(); err != nil {
		return config, err
	}
	if err := s.checkSessionStore(); err != nil {
		return config, err
	}
	if err := s.checkTimes(); err != nil {
		return config, err
	}
	if err := s.checkNodes(); err != nil {
		return config, err
	}
	var err error
	if s.BaseURL != "" {
		if config.BaseURL, err = parseBaseURL(s.BaseURL, bool(s.InsecureLAN)); err != nil {
			return config, err
		}
	}
	if err = s.checkTLS(config.BaseURL); err != nil {
		return config, err
	}
	if config.Level, err = auth.ParseLevel(s.JWTLevel); err != nil {
		return config, fmt.Errorf("--jwt-level: %w", err)
	}
	if !slices.Contains(auth.Algorithms(), s.JWTAlg) {
		return config, fmt.Errorf("--jwt-alg: unknown algorithm %q (known: %s)", s.JWTAlg, strings.Join(auth.Algorithms(), ", "))
	}
	config.TrustProxy, err = parseNetworks(s.TrustProxy)
	return config, err
}

func (s Settings) checkAddr() error {
	if err := checkHostPort("--addr", s.Addr, "127.0.0.1:8080"); err != nil || s.MetricsAddr == "" {
		return err
	}
	return checkHostPort("--metrics-addr", s.MetricsAddr, "127.0.0.1:9100")
}

func checkHostPort(flag, addr, example string) error {
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("%s %q: want HOST:PORT, such as %s", flag, addr, example)
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return fmt.Errorf("%s %q: the port is a number from 0 to 65535", flag, addr)
	}
	return nil
}

// checkDatabase looks at the scheme alone, and shows nothing else: the rest may hold a password.
func (s Settings) checkDatabase() error {
	scheme, rest, found := strings.Cut(s.Database, ":")
	switch {
	case !found || rest == "":
		return errors.New("--database: want sqlite:FILE, sqlite::memory: or postgres://…")
	case scheme != "sqlite" && scheme != "postgres" && scheme != "postgresql":
		return fmt.Errorf("--database: unknown scheme %q (known: sqlite, postgres)", scheme)
	}
	return nil
}

// longestCookie is what browsers cut the life of a cookie to (RFC 6265bis, section 5.5).
const longestCookie = 400 * 24 * time.Hour

func (s Settings) checkTimes() error {
	for _, t := range []struct {
		flag  string
		value time.Duration
	}{
		{"--session-idle", s.SessionIdle}, {"--session-max", s.SessionMax}, {"--remember", s.Remember},
		{"--access-ttl", s.AccessTTL}, {"--refresh-ttl", s.RefreshTTL},
	} {
		if t.value < time.Second { // tokens and cookies count in whole seconds
			return fmt.Errorf("%s %v: must be 1s or more", t.flag, t.value)
		}
		if t.value > longestCookie {
			return fmt.Errorf("%s %v: must be %dh (400 days) or less, since no browser keeps a cookie for longer", t.flag, t.value, int(longestCookie.Hours()))
		}
	}
	switch {
	case s.RefreshGrace > s.RefreshTTL:
		return fmt.Errorf("--refresh-grace %v: must not be longer than --refresh-ttl %v", s.RefreshGrace, s.RefreshTTL)
	case s.RefreshGrace < 0:
		return fmt.Errorf("--refresh-grace %v: must be 0s or more", s.RefreshGrace)
	case s.SessionIdle > s.SessionMax:
		return fmt.Errorf("--session-idle %v: must not be longer than --session-max %v", s.SessionIdle, s.SessionMax)
	case s.AccessTTL > s.RefreshTTL:
		return fmt.Errorf("--access-ttl %v: must not be longer than --refresh-ttl %v", s.AccessTTL, s.RefreshTTL)
	}
	return nil
}

// parseBaseURL takes scheme, host and port and nothing more, in the form in which browsers will send them. Plain http
// beyond this machine needs to be asked for: passwords and cookies travel in the clear there.
func parseBaseURL(text string, insecureLAN bool) (*url.URL, error) {
	if strings.ContainsRune(text, '@') {
		return nil, errors.New("--base-url: only scheme, host and port belong here, and neither a name nor a password")
	}
	scheme, host, err := handlers.Origin(text)
	if err != nil || (scheme != "http" && scheme != "https") {
		return nil, fmt.Errorf("--base-url %q: want an address that browsers open, such as http://localhost:8080 or https://doors.example.org", text)
	}
	u := &url.URL{Scheme: scheme, Host: host}
	if u.Port() == "0" {
		return nil, fmt.Errorf("--base-url %q: the port is a number from 1 to 65535", text)
	}
	if _, rest, _ := strings.Cut(strings.TrimSpace(text), "://"); strings.ContainsAny(strings.TrimSuffix(rest, "/"), "/\\?#") {
		return nil, fmt.Errorf("--base-url %q: only scheme, host and port belong here", text)
	}
	if scheme == "http" && !handlers.OnThisMachine(u.Hostname()) && !insecureLAN {
		return nil, fmt.Errorf("--base-url %s: plain http beyond localhost sends passwords in the clear; use https, or add --insecure-lan on a network you trust", text)
	}
	return u, nil
}

// parseNetworks reads a list of networks; an address alone is a network of one.
func parseNetworks(texts []string) ([]*net.IPNet, error) {
	var networks []*net.IPNet
	for _, text := range texts {
		text = strings.TrimSpace(text)
		if one, err := netip.ParseAddr(text); err == nil && one.Zone() == "" {
			text = netip.PrefixFrom(one, one.BitLen()).String()
		}
		_, network, err := net.ParseCIDR(text)
		if err != nil {
			return nil, fmt.Errorf("--trust-proxy %q: want networks such as 10.0.0.0/8 or 192.0.2.7/32", text)
		}
		networks = append(networks, network)
	}
	return networks, nil
}
