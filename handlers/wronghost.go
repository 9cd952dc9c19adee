package handlers

import (
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"twodoors/views"
)

// wrongHost is the page for a request to another host than the base URL's: which address to open, and what the operator
// has to set, here or at the proxy in front.
func (n *Node) wrongHost(c echo.Context) error {
	r := c.Request()
	chrome := n.chrome(c, "title.wrong-host", views.SectionNone)
	chrome.Here = "" // preferences cannot be kept here: this is not our host
	asked, _, _ := strings.Cut(r.Host, "\n")
	view := views.WrongHost{
		Chrome: chrome, Asked: asked, Open: n.issuer() + "/", Proxied: n.hostOfProxy(r), SetBaseURL: "--base-url " + n.cfg.BaseURL.Scheme + "://" + asked,
		LAN: n.cfg.BaseURL.Scheme == "http" && !OnThisMachine((&url.URL{Host: asked}).Hostname()),
	}
	if view.LAN {
		view.SetBaseURL = "--insecure-lan " + view.SetBaseURL
	}
	if view.Proxied {
		n.proxyTold.Do(func() {
			n.Log.Warn("a proxy in front does not pass on the Host header that the browser sent", "host", asked, "base_url", n.issuer(),
				"do", "nginx: proxy_set_header Host $http_host; Apache: ProxyPreserveHost On; Caddy: header_up Host {hostport}; Traefik: passHostHeader: true")
		})
	}
	return n.render(c, http.StatusMisdirectedRequest, views.WrongHostPage(view))
}

// hostOfProxy reports whether a request's Host looks like the name that a proxy knows this server by, and not like what
// stands in a browser's address bar: nginx sends the upstream's name or address unless it is told otherwise. Browsers
// send no HTTP/1.0 and none of a proxy's headers. A port that this server listens on, but is not the base URL's, and a
// name without dot and port are known to the proxy alone.
func (n *Node) hostOfProxy(r *http.Request) bool {
	if r.ProtoMajor == 1 && r.ProtoMinor == 0 {
		return true
	}
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip", "Via"} {
		if len(r.Header[name]) > 0 {
			return true
		}
	}
	host, port, err := net.SplitHostPort(r.Host)
	if err != nil {
		return r.Host != "" && !strings.ContainsAny(r.Host, ".:") && !OnThisMachine(r.Host)
	}
	local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		return false
	}
	_, listened, err := net.SplitHostPort(local.String())
	return err == nil && host != "" && port == listened && port != n.cfg.BaseURL.Port()
}
