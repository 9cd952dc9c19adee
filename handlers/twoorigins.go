package handlers

import (
	"context"
	"crypto/rand"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"twodoors/handlers/labs"
	"twodoors/views"
)

const originsPath = "/labs/two-origins"

// Bounds of the sandboxes: how many there are at once, how long one waits for its browser, and how many that came to
// their end are remembered.
const (
	originsAtOnce = 4
	originsLife   = 3 * time.Minute
	originsKept   = 16
)

// twoOrigins is the lab of what browsers alone can show: a sandbox of two sites, for the visitor's own browser.
type twoOrigins struct {
	*Node

	mu     sync.Mutex
	open   int
	visits []*originsVisit // the newest last
}

// originsVisit is one sandbox.
type originsVisit struct {
	id      string
	address string // where the browser begins
	done    chan struct{}
	results []labs.Result // once done
	at      time.Time
}

func (n *Node) mountTwoOrigins() {
	if n.labs == nil {
		return
	}
	l := &twoOrigins{Node: n}
	get(n.echo, originsPath, l.page)
	n.echo.POST(originsPath, l.begin)
}

// here reports whether the visitor's browser could reach what this machine alone can: the sandbox listens on the
// loopback names.
func (l *twoOrigins) here(c echo.Context) bool {
	switch l.cfg.BaseURL.Hostname() {
	case "localhost", "127.0.0.1":
	default:
		return false
	}
	ip := net.ParseIP(c.RealIP())
	return l.cfg.BaseURL.Scheme == "http" && ip != nil && ip.IsLoopback() && l.fromThisMachine(c.Request())
}

// visit finds a sandbox, or nil.
func (l *twoOrigins) visit(id string) *originsVisit {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, v := range l.visits {
		if v.id == id {
			return v
		}
	}
	return nil
}

// resultsWithin is how long a browser that came back waits for the verdicts, which are computed as it comes.
const resultsWithin = 5 * time.Second

func (l *twoOrigins) page(c echo.Context) error {
	p := views.TwoOrigins{Chrome: l.chrome(c, "title.origins", views.SectionLabs), Here: l.here(c)}
	id := c.QueryParam("run")
	v := l.visit(id)
	p.Gone = v == nil && id != ""
	if v != nil && c.QueryParam("back") != "" {
		late := time.NewTimer(resultsWithin)
		defer late.Stop()
		select {
		case <-v.done:
		case <-late.C:
		case <-c.Request().Context().Done():
		}
	}
	if v != nil {
		select {
		case <-v.done:
			p.Results = l.results(p.Msg, v)
			p.Gone = len(p.Results) == 0
		default:
			p.Address = v.address
		}
	}
	return l.render(c, http.StatusOK, views.TwoOriginsPage(p))
}

// results puts what was measured into a language: nothing where no browser came to the end.
func (l *twoOrigins) results(m *views.Messages, v *originsVisit) (list []views.OriginsResult) {
	for _, r := range v.results {
		if r.Problem != nil {
			continue
		}
		run := l.runView(m, r, v.at)
		line := views.StatementLine{ID: r.Statement.ID, Says: r.Statement.Says.In(m.Lang()), Verdict: run.Verdict, Condition: run.Condition, Unexpected: run.Unexpected}
		list = append(list, views.OriginsResult{Line: line, Measured: run.Measured, Why: r.Statement.Why.In(m.Lang())})
	}
	return list
}

// begin makes a sandbox.
func (l *twoOrigins) begin(c echo.Context) error {
	if !l.here(c) {
		return errNotFound
	}
	l.mu.Lock()
	if l.open >= originsAtOnce {
		l.mu.Unlock()
		return errRunsFull
	}
	l.open++
	l.mu.Unlock()

	v := &originsVisit{id: rand.Text(), done: make(chan struct{}), at: l.Now()}
	ready := make(chan string, 1)
	host := "127.0.0.1"
	if l.cfg.BaseURL.Hostname() == host {
		host = "localhost"
	}
	how := labs.Browsing{
		// The sandbox's app gets the other name, or its cookies would take the place of this app's own.
		Host: host, Back: l.issuer() + originsPath + "?back=1&run=" + v.id, Language: l.messages(c).Lang(),
		Ready: func(address string) { ready <- address },
	}
	// The sandbox outlives the request that makes it, and waits for the browser; it ends with the server.
	ctx, cancel := context.WithTimeout(l.labs.queue.Context(), originsLife)
	go func() {
		defer cancel()
		v.results = l.labs.engine.Browse(ctx, how)
		close(v.done)
		l.mu.Lock()
		l.open--
		l.mu.Unlock()
	}()
	select {
	case v.address = <-ready:
	case <-v.done:
		for _, r := range v.results {
			l.Log.Warn("the sandbox of two origins did not start", "error", r.Problem)
			break
		}
		return errUnavailable
	}
	l.mu.Lock()
	if l.visits = append(l.visits, v); len(l.visits) > originsKept {
		l.visits = l.visits[1:]
	}
	l.mu.Unlock()
	return seeOther(c, originsPath+"?run="+v.id)
}
