package handlers_test

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"twodoors/handlers"
	"twodoors/handlers/handlerstest"
)

// TestWhoMayStopNodes: only who sits at the machine itself, by whichever of its addresses; a proxy's word for it
// does not count.
func TestWhoMayStopNodes(t *testing.T) {
	n := handlerstest.NewNode(t)
	nodes, err := handlers.NewNodes([]string{"a", "b"}, func(name string, all *handlers.Nodes) (*handlers.Node, error) {
		cfg := n.Config
		cfg.NodeName = name
		return handlers.New(cfg, handlers.Deps{DB: n.DB, Keys: n.Keys, Now: n.Clock.Now, Log: slog.New(slog.DiscardHandler), Hasher: n.Hasher, Nodes: all})
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		from, to string
		header   string
		may      bool
	}{
		"loopback":                    {"127.0.0.1:5000", "127.0.0.1:8080", "", true},
		"loopback, IPv6":              {"[::1]:5000", "[::1]:8080", "", true},
		"its own address on the LAN":  {"192.168.1.20:5000", "192.168.1.20:8080", "", true},
		"another machine":             {"192.168.1.21:5000", "192.168.1.20:8080", "", false},
		"through a proxy beside it":   {"127.0.0.1:5000", "127.0.0.1:8080", "X-Forwarded-For", false},
		"another, forging a loopback": {"192.168.1.21:5000", "192.168.1.20:8080", "X-Forwarded-For", false},
		"a proxy that names the host": {"127.0.0.1:5000", "127.0.0.1:8080", "X-Forwarded-Host", false},
		"a proxy that names itself":   {"127.0.0.1:5000", "127.0.0.1:8080", "Via", false},
		"a content network":           {"127.0.0.1:5000", "127.0.0.1:8080", "Cf-Connecting-Ip", false},
		"a proxy of HTTP/1.0":         {"127.0.0.1:5000", "127.0.0.1:8080", "HTTP/1.0", false},
		"a page of another host":      {"127.0.0.1:5000", "127.0.0.1:8080", "Origin", false},
		"an address that is none":     {"@", "192.168.1.20:8080", "", false},
	} {
		ask := func(method, path, form string) *httptest.ResponseRecorder {
			r := httptest.NewRequest(method, "http://localhost:8080"+path, strings.NewReader(form))
			r.RemoteAddr = c.from
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			switch c.header {
			case "":
			case "HTTP/1.0":
				r.Proto, r.ProtoMinor = c.header, 0
			case "Origin":
				r.Header.Set("Origin", "http://public.example")
				r.Header.Set("Sec-Fetch-Site", "same-origin")
			default:
				r.Header.Set(c.header, "127.0.0.1")
			}
			to, err := net.ResolveTCPAddr("tcp", c.to)
			if err != nil {
				t.Fatal(err)
			}
			w := httptest.NewRecorder()
			nodes.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, net.Addr(to))))
			return w
		}
		if offered := strings.Contains(ask(http.MethodGet, "/compare", "").Body.String(), `action="/compare/nodes"`); offered != c.may {
			t.Errorf("%s: offered %v, want %v", name, offered, c.may)
		}
		want := http.StatusNotFound
		if c.may {
			want = http.StatusSeeOther
		}
		if got := ask(http.MethodPost, "/compare/nodes", "stop=a").Code; got != want || nodes.Runs("a") == c.may {
			t.Errorf("%s: status %d, want %d; the node runs: %v", name, got, want, nodes.Runs("a"))
		}
		if err := nodes.Restart("a"); err != nil {
			t.Fatal(err)
		}
	}
}
