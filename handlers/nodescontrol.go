package handlers

import (
	"errors"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"twodoors/views"
)

// nodeStates are the nodes that the compare page lists: all of this process, or this one alone where it has a name.
func (n *Node) nodeStates() []views.NodeState {
	if n.Nodes == nil {
		if n.cfg.NodeName == "" {
			return nil
		}
		return []views.NodeState{{Name: n.cfg.NodeName, Runs: true}}
	}
	var list []views.NodeState
	for _, name := range n.Nodes.names {
		list = append(list, views.NodeState{Name: name, Runs: n.Nodes.Runs(name)})
	}
	return list
}

// mayStopNodes says whether a visitor may stop and start nodes: only in a demo, and only at the machine that the
// program runs on.
func (n *Node) mayStopNodes(r *http.Request) bool {
	return n.Nodes != nil && n.cfg.Demo && n.fromThisMachine(r)
}

// forwarding are the headers by which proxies say that they pass on somebody else's request.
var forwarding = []string{"Forwarded", "Via", "X-Real-Ip", "X-Client-Ip", "True-Client-Ip", "Cf-Connecting-Ip", "X-Envoy-External-Address"}

// fromThisMachine says whether a request comes from a browser on the machine that the program runs on: over a connection
// from the loopback address, or from the very address that it was made to, and with no sign of a proxy in between. What
// a proxy passes on comes from wherever. Signs are a header of forwarding, a trusted proxy in the settings, HTTP/1.0
// (which proxies send, and no browser), a base URL whose scheme is not the connection's, and an Origin of another
// host. A proxy on the same machine that gives none of them cannot be told from a browser there.
func (n *Node) fromThisMachine(r *http.Request) bool {
	if len(n.cfg.TrustProxy) > 0 || !r.ProtoAtLeast(1, 1) || n.cfg.BaseURL.Scheme == "https" && r.TLS == nil {
		return false
	}
	for name := range r.Header {
		if strings.HasPrefix(name, "X-Forwarded") || slices.Contains(forwarding, name) {
			return false
		}
	}
	if origin := r.Header.Get("Origin"); origin != "" {
		if u, err := url.Parse(origin); err != nil || u.Host != r.Host {
			return false
		}
	}
	from := addressOf(r.RemoteAddr)
	if from == nil || from.IsLoopback() {
		return from != nil
	}
	local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	return ok && from.Equal(addressOf(local.String()))
}

func addressOf(hostPort string) net.IP {
	host, _, err := net.SplitHostPort(hostPort)
	if err != nil {
		return nil
	}
	return net.ParseIP(host)
}

// setNode stops a node or starts it again: fields stop or start, each with a node's name.
func (n *Node) setNode(c echo.Context) error {
	if !n.mayStopNodes(c.Request()) {
		return errNotFound
	}
	form, err := formOf(c)
	if err != nil {
		return err
	}
	stop, start := form.Get("stop"), form.Get("start")
	switch all := n.Nodes; {
	case slices.Contains(all.names, stop):
		err = all.Stop(stop)
	case slices.Contains(all.names, start):
		err = all.Restart(start)
	default:
		return errBadRequest
	}
	if errors.Is(err, errLastNode) {
		return errBadRequest
	}
	if err != nil {
		return err
	}
	return seeOther(c, localPath(form.Get("next"), "/compare"))
}
