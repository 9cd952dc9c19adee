package handlers

import (
	"errors"
	"net"
	"strings"

	whatwg "github.com/nlnwa/whatwg-url/url"
)

// Origin brings an address to the form in which browsers send it: scheme, host and port, lower case, the host in its
// ASCII form (IDNA; UTS 46), IP addresses in their shortest form, and no port where it is the scheme's own (WHATWG
// URL, sections 3.5 and 4.4). A dot at the end of a host, which stands for the root of all names, goes. It fails for what
// no browser opens.
func Origin(address string) (scheme, host string, err error) {
	u, err := whatwg.Parse(address)
	if err != nil {
		return "", "", err
	}
	name := u.Hostname()
	if name = strings.TrimSuffix(name, "."); name == "" {
		return "", "", errors.New("no host")
	}
	if u.Port() != "" {
		name += ":" + u.Port()
	}
	return strings.TrimSuffix(u.Protocol(), ":"), name, nil
}

// isHost reports whether a request's Host is the one of an origin. A host that a browser sends equals it; programs and
// proxies may write it differently.
func isHost(asked, scheme, want string) bool {
	if asked == want {
		return true
	}
	if asked == "" || strings.ContainsAny(asked, "/\\?#@% \t\r\n") { // no host alone, whatever a parser makes of it
		return false
	}
	_, host, err := Origin(scheme + "://" + asked)
	return err == nil && host == want
}

// isOrigin reports whether an Origin header names an origin.
func isOrigin(header, scheme, want string) bool {
	after, found := strings.CutPrefix(header, scheme+"://")
	return found && isHost(after, scheme, want)
}

// OnThisMachine says whether browsers take a host, without a port, for the machine that they run on, and thus for a
// trustworthy origin.
func OnThisMachine(host string) bool {
	host = strings.ToLower(host)
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return ip != nil && ip.IsLoopback()
}
