package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	"twodoors/handlers"
	"twodoors/handlers/auth"
	"twodoors/models/memorystore"
)

// Bounds of the settings that have to do with several nodes.
const (
	mostNodes    = 9
	longestDrain = 5 * time.Second // of stopLimit; the rest is for requests in flight
)

// wellNamed is what may stand in a header and in a page as a node's name.
var wellNamed = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$`)

func (s Settings) checkNodes() error {
	switch {
	case s.Nodes < 1 || s.Nodes > mostNodes:
		return fmt.Errorf("--nodes %d: must be from 1 to %d", s.Nodes, mostNodes)
	case s.NodeName != "" && !wellNamed.MatchString(s.NodeName):
		return fmt.Errorf("--node-name %q: want up to 40 letters, digits, dots, dashes and underscores", s.NodeName)
	case s.Drain < 0 || s.Drain > longestDrain:
		return fmt.Errorf("--drain %v: must be from 0s to %v", s.Drain, longestDrain)
	}
	return nil
}

// server is one node, or several in one process.
type server interface {
	http.Handler
	Start(ctx context.Context)
	EndStreams()
	Drain()
}

var _, _ server = (*handlers.Node)(nil), (*handlers.Nodes)(nil)

// newNode makes the node, or as many as the settings say: whole nodes by the same constructor, with one database,
// one key ring, and sessions where the settings say. Memory is each node's own.
func (p *program) newNode(config handlers.Config, deps handlers.Deps) (server, error) {
	config.NodeName = p.nodeName()
	if p.Nodes == 1 {
		return handlers.New(config, deps)
	}
	stem := p.NodeName
	if stem == "" {
		stem = "node"
	}
	names := make([]string, p.Nodes)
	for i := range names {
		names[i] = stem + "-" + strconv.Itoa(i+1)
	}
	return handlers.NewNodes(names, func(name string, all *handlers.Nodes) (*handlers.Node, error) {
		own, with := config, deps
		own.NodeName, with.Nodes = name, all
		if p.SessionStore == auth.StoreMemory {
			with.Sessions = memorystore.New(memorystore.Sessions)
		}
		return handlers.New(own, with)
	})
}

// nodeName is the name from the settings, or, where other nodes may be at work on the same database, the host's.
func (s Settings) nodeName() string {
	if s.NodeName != "" || strings.HasPrefix(s.Database, "sqlite:") {
		return s.NodeName
	}
	host, err := os.Hostname()
	if err != nil {
		return ""
	}
	if containerID.MatchString(host) {
		host = containerName(host)
	}
	host, _, _ = strings.Cut(host, ".")
	if !wellNamed.MatchString(host) {
		return ""
	}
	return host
}

// containerID is the host name that Docker gives a container without one, which nobody can tell from another.
var containerID = regexp.MustCompile(`^[0-9a-f]{12}$`)

// nameLimit is how long the network may take to say what a container is called.
const nameLimit = time.Second

// containerName asks Docker's name server for the container's own name, such as twodoors-app-2.twodoors_default, and
// leaves out what is the same for all of the project: app-2.
func containerName(host string) string {
	ctx, cancel := context.WithTimeout(context.Background(), nameLimit)
	defer cancel()
	addresses, err := net.DefaultResolver.LookupHost(ctx, host)
	if err != nil {
		return host
	}
	for _, address := range addresses {
		// Written so, an address is not looked for in /etc/hosts, which knows the container by its id.
		names, _ := net.DefaultResolver.LookupAddr(ctx, "::ffff:"+address)
		for _, name := range names {
			first, network, _ := strings.Cut(name, ".")
			if first == host || first == "localhost" {
				continue
			}
			project, _, _ := strings.Cut(network, "_")
			return strings.TrimPrefix(first, project+"-")
		}
	}
	return host
}

// draining returns a context that ends --drain after ctx, and makes the node say in between that it is not ready.
func (p *program) draining(ctx context.Context, node server, log *slog.Logger) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	context.AfterFunc(ctx, func() {
		node.Drain()
		if p.Drain > 0 {
			log.Info("draining", "for", p.Drain.String())
		}
		time.AfterFunc(p.Drain, cancel)
	})
	return longer, cancel
}
