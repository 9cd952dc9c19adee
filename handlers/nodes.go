package handlers

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"twodoors/handlers/auth"
)

// servedByHeader names the node that answered.
const servedByHeader = "Served-By"

// Nodes are several whole nodes of one process behind one address, each answering the next request in turn. Who is
// next is said by Echo's own balancer; the request then passes to that node as it came, so that what a page shows of
// it is what the client sent. It is an http.Handler.
type Nodes struct {
	echo  *echo.Echo
	turns middleware.ProxyBalancer
	make  func(name string, all *Nodes) (*Node, error)
	names []string

	mu    sync.RWMutex
	nodes map[string]*Node // those that run
	first *Node            // does what is done once for all of them, even while it answers nothing
}

// NewNodes makes a node of each name. The constructor is called again where one that was stopped starts anew; it
// gives all to handlers.New in its Deps.
func NewNodes(names []string, construct func(name string, all *Nodes) (*Node, error)) (*Nodes, error) {
	b := &Nodes{
		echo: echo.New(), turns: middleware.NewRoundRobinBalancer(nil), make: construct,
		names: slices.Clone(names), nodes: map[string]*Node{},
	}
	for _, name := range b.names {
		if err := b.Restart(name); err != nil {
			return nil, err
		}
	}
	b.echo.Pre(b.dispatch)
	return b, nil
}

// ServeHTTP gives one request to the node whose turn it is.
func (b *Nodes) ServeHTTP(w http.ResponseWriter, r *http.Request) { b.echo.ServeHTTP(w, r) }

// dispatch asks the balancer once more where a node was stopped between its choice and this moment.
func (b *Nodes) dispatch(echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		for {
			name := b.turns.Next(c).Name
			b.mu.RLock()
			n := b.nodes[name]
			b.mu.RUnlock()
			if n != nil {
				n.ServeHTTP(c.Response().Writer, c.Request())
				return nil
			}
		}
	}
}

// share gives a new node what the nodes of one process have in common: the figures of the first page, measured
// once, the runs of claims and labs, which are bounded together, the count of wrong passwords, and the other limits.
func (b *Nodes) share(n *Node) {
	if b.first == nil {
		b.first = n
		return
	}
	n.facts, n.labs, n.throttle, n.limits = b.first.facts, b.first.labs, b.first.throttle, b.first.limits
	n.told, n.ends = b.first.told, b.first.ends
}

// levels are what the nodes know of the levels that demo teams have chosen; nil where there is no node yet.
func (b *Nodes) levels() *auth.LevelChoices {
	if b == nil || b.first == nil {
		return nil
	}
	return b.first.levels
}

// Start begins the background work, once for all of them.
func (b *Nodes) Start(ctx context.Context) { b.first.Start(ctx) }

// EndStreams ends answers that go on, of all of them.
func (b *Nodes) EndStreams() { b.first.EndStreams() }

// Drain makes all of them say that they are about to stop.
func (b *Nodes) Drain() {
	for _, n := range b.running() {
		n.Drain()
	}
}

func (b *Nodes) running() []*Node {
	b.mu.RLock()
	defer b.mu.RUnlock()
	var list []*Node
	for _, name := range b.names {
		if n := b.nodes[name]; n != nil {
			list = append(list, n)
		}
	}
	return list
}

// Runs says whether the node of that name answers requests.
func (b *Nodes) Runs(name string) bool {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.nodes[name] != nil
}

// errLastNode: somebody has to answer.
var errLastNode = errors.New("the last node cannot be stopped")

// Stop takes a node away: it gets no request any more, those under way end, and what it alone kept is gone with it.
func (b *Nodes) Stop(name string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.nodes[name] == nil {
		return nil
	}
	if len(b.nodes) == 1 {
		return errLastNode
	}
	b.turns.RemoveTarget(name)
	delete(b.nodes, name)
	return nil
}

// Restart puts a new node in the place of one that was stopped. One that runs goes on.
func (b *Nodes) Restart(name string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.nodes[name] != nil {
		return nil
	}
	n, err := b.make(name, b)
	if err != nil {
		return err
	}
	b.nodes[name] = n
	b.turns.AddTarget(&middleware.ProxyTarget{Name: name})
	return nil
}

// Drain makes the node say that it is about to stop: it is not ready any more, and each connection ends with its
// next answer, so that a balancer sends its requests elsewhere.
func (n *Node) Drain() { n.stopping.Store(true) }
