package labs

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"time"
)

// Browsing says how a browser is led through the statements that need one.
type Browsing struct {
	// Host is the name of this machine that the app of the sandbox gets: "localhost" or "127.0.0.1". The other site
	// gets the other one. To a browser the two are different sites, and their cookies stay apart; two ports of one
	// name are the same site, and share them.
	Host string
	// Back is the address where the browser goes in the end; "" for a page that says that it is done.
	Back string
	// Language is that of the pages on the way, "en" or "ko".
	Language string
	// Ready is told the address that the browser is to open.
	Ready func(address string)
}

// ErrNotBrowsed is a sandbox that no browser went through.
var ErrNotBrowsed = errors.New("no browser came to the end")

// Browse makes a sandbox of two origins, waits until a browser has gone through the trials of all statements that need
// one, and computes the verdicts. The sandbox listens on this machine alone and is gone when Browse returns: at the
// end of the trials or of ctx. Each result carries the error of a sandbox that did not come to its end.
func (e *Engine) Browse(ctx context.Context, b Browsing) []Result {
	statements := e.browsed()
	var results []Result
	began := time.Now()
	staged := e.Stage(ctx, func(p *Play) { results = p.browse(b, statements) }, nil)
	if staged.Problem != nil {
		results = nil
		for _, c := range statements {
			results = append(results, Result{Statement: c, Verdict: NotRun, Problem: staged.Problem})
		}
	}
	for i := range results {
		results[i].Took = time.Since(began)
	}
	return results
}

// browsed are the statements that need a browser.
func (e *Engine) browsed() (list []Statement) {
	for _, c := range e.statements {
		if c.Browse != nil {
			list = append(list, c)
		}
	}
	return list
}

// otherName is the other name of this machine.
func otherName(host string) string {
	if host == "localhost" {
		return "127.0.0.1"
	}
	return "localhost"
}

// listen opens a port of this machine for one of its names.
func listen(host string) (l net.Listener, origin string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	_, port, err := net.SplitHostPort(l.Addr().String())
	must(err)
	return l, "http://" + net.JoinHostPort(host, port)
}

// browse plays the trials of statements with whatever browser comes.
func (p *Play) browse(b Browsing, statements []Statement) []Result {
	app, appOrigin := listen(b.Host)
	defer app.Close()
	other, otherOrigin := listen(otherName(b.Host))
	defer other.Close()

	w := p.Environment(func(s *Settings) { s.BaseURL = appOrigin })
	owner := w.Client(Script)
	owner.SignIn(JWT, ByAPI)
	s := newSandbox(w.nodes[0], b, statements, appOrigin, otherOrigin, owner.Access(JWT), func(bytes int) string {
		payload := Payload(owner.Access(JWT))
		payload["pad"] = strings.Repeat("x", max(0, (bytes-len(owner.Access(JWT)))*3/4-9))
		return w.SignClaims(payload)
	})

	defer p.serve(app, s.serveApp)()
	defer p.serve(other, s.serveOther)()
	b.Ready(s.address(0))
	select {
	case <-s.over:
	case <-p.ctx.Done():
		must(errors.Join(ErrNotBrowsed, p.ctx.Err()))
	}

	notes := owner.Notes(JWT).Want(http.StatusOK)
	var results []Result
	for _, c := range statements {
		seen, steps, loot := s.told(c)
		for id, of := range seen {
			of.Written = notes.Shows(`"` + noteOf(c.ID, id) + `"`)
			if of.Taken {
				of.Replayed = int64(w.Client(Thief).Holds(JWT, loot[id]).Me(JWT).Status)
			}
		}
		r := (&Browsed{statement: c, seen: seen}).judged()
		r.Steps = steps
		results = append(results, r)
	}
	return results
}

// serve answers on a listener until the function that it returns is called.
func (p *Play) serve(l net.Listener, handler http.HandlerFunc) (end func()) {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 64 << 10}
	go server.Serve(l)
	return func() {
		// The browser is on its way back: its last answer goes out, and nothing is worth waiting longer.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(p.ctx), time.Second)
		defer cancel()
		if server.Shutdown(ctx) != nil {
			server.Close()
		}
	}
}

// noteOf is the note that a trial tries to write.
func noteOf(statement, trial string) string { return "trial " + statement + " " + trial }
