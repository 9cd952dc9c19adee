package handlers

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// clientAddress is the address that a request comes from: the connection's, unless that is one of the trusted proxies.
// What a header says counts only as far as trusted proxies have written it: it is read from its end, up to the first
// address that is none of them. Where something stands there that is no address, the hop before it counts: nothing
// says who spoke to that one.
func clientAddress(r *http.Request, trusted []*net.IPNet) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	address, ok := hopAddress(host)
	if !ok || !contains(trusted, address) {
		return host
	}
	for _, hop := range slices.Backward(forwardedHops(r.Header)) {
		next, ok := hopAddress(hop)
		if !ok {
			break
		}
		if address = next; !contains(trusted, address) {
			break
		}
	}
	return address.String()
}

func contains(networks []*net.IPNet, address netip.Addr) bool {
	return slices.ContainsFunc(networks, func(n *net.IPNet) bool { return n.Contains(address.AsSlice()) })
}

// forwardedHops lists whom the proxies say that they were asked by, the nearest last: by X-Forwarded-For, which nearly
// every proxy writes, or where there is none by Forwarded (RFC 7239). Of the two the proxy writes one; the other may be
// the client's own invention.
func forwardedHops(h http.Header) (hops []string) {
	if lines := h["X-Forwarded-For"]; len(lines) > 0 {
		for hop := range strings.SplitSeq(strings.Join(lines, ","), ",") {
			if hop = strings.TrimSpace(hop); hop != "" {
				hops = append(hops, unquote(hop))
			}
		}
		return hops
	}
	for _, element := range splitQuoted(strings.Join(h["Forwarded"], ","), ',') {
		hop := "unknown"
		for _, pair := range splitQuoted(element, ';') {
			if name, value, _ := strings.Cut(pair, "="); strings.EqualFold(strings.TrimSpace(name), "for") {
				hop = unquote(strings.TrimSpace(value))
			}
		}
		hops = append(hops, hop)
	}
	return hops
}

// splitQuoted splits a header's list where a separator stands outside of quotes. Empty elements do not count (RFC
// 9110, section 5.6.1).
func splitQuoted(text string, separator byte) (parts []string) {
	quoted, start := false, 0
	for i := 0; i <= len(text); i++ {
		switch {
		case i == len(text) || text[i] == separator && !quoted:
			if part := strings.TrimSpace(text[start:i]); part != "" {
				parts = append(parts, part)
			}
			start = i + 1
		case text[i] == '"':
			quoted = !quoted
		case text[i] == '\\' && quoted && i+1 < len(text):
			i++
		}
	}
	return parts
}

// unquote is the text of a token or of a quoted string (RFC 9110, section 5.6.4).
func unquote(text string) string {
	if len(text) < 2 || text[0] != '"' || text[len(text)-1] != '"' {
		return text
	}
	var b strings.Builder
	for i := 1; i < len(text)-1; i++ {
		if text[i] == '\\' && i < len(text)-2 {
			i++
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

// hopAddress reads an address as proxies write it: 203.0.113.9, 203.0.113.9:51234, 2001:db8::7, [2001:db8::7] or
// [2001:db8::7]:443. ok is false for anything else, such as "unknown" or a made-up name (RFC 7239, section 6).
func hopAddress(text string) (address netip.Addr, ok bool) {
	if pair, err := netip.ParseAddrPort(text); err == nil {
		return pair.Addr().Unmap().WithZone(""), true
	}
	if host, _, err := net.SplitHostPort(text); err == nil { // an obfuscated port: 203.0.113.9:_gazonk
		text = host
	}
	if strings.HasPrefix(text, "[") && strings.HasSuffix(text, "]") {
		text = text[1 : len(text)-1]
	}
	address, err := netip.ParseAddr(text)
	return address.Unmap().WithZone(""), err == nil
}
