package handlers

import (
	"context"
	"crypto/rand"
	"errors"
	"runtime"
	"time"

	"github.com/labstack/echo/v4"

	"twodoors/handlers/labs"
)

// laboratory is what runs claims and labs beside the app's own requests.
type laboratory struct {
	engine *labs.Engine
	queue  *labs.Queue
	board  *labs.Board
}

// Bounds of what runs for visitors: a class of forty behind one address that presses Run at once is served, one
// visitor alone does not hold up the others.
const (
	runsWaiting     = 200
	runsEach        = 3
	runsFromAddress = 120
	runTime         = 20 * time.Second
)

func newLaboratory(e *labs.Engine, now func() time.Time, limit time.Duration) *laboratory {
	q := labs.NewQueue(labs.Limits{
		AtOnce: max(1, runtime.GOMAXPROCS(0)-1), Waiting: runsWaiting, Each: runsEach, Address: runsFromAddress, Time: limit,
	})
	return &laboratory{engine: e, queue: q, board: labs.NewBoard(e, q, now)}
}

// keep measures all claims for the pages, until ctx ends.
func (l *laboratory) keep(ctx context.Context) {
	l.board.Keep(ctx)
	l.queue.Close()
}

// EndStreams ends answers that go on, and runs under way: nothing of it is worth waiting for at a shutdown.
func (n *Node) EndStreams() {
	if n.labs != nil {
		n.labs.queue.Close()
		n.labs.board.End()
	}
}

// mountLabs mounts the claims, the flows and the labs, where there is an engine to run them.
func (n *Node) mountLabs() {
	if n.labs == nil {
		return
	}
	e := n.echo
	get(e, "/claims", n.claims)
	e.POST("/claims", n.measureClaims)
	get(e, "/claims/events", n.claimEvents)
	get(e, "/claims/:id", n.claim)
	e.POST("/claims/:id", n.runClaim)
	get(e, "/flows", n.flows)
	get(e, "/labs", n.labList)
	get(e, "/labs/:id", n.lab)
	e.POST("/labs/:id", n.runLab)
}

const visitorCookie = "twodoors-visitor"

// visitor tells one visitor from another, so that each has a turn: by a random cookie that says nothing else and
// ends with the browser, or by the address where none comes back.
func (n *Node) visitor(c echo.Context) string {
	if value, found, ok := n.cookies.Find(c.Request(), visitorCookie, "/"); found && ok && len(value) <= 64 {
		return "visitor " + value
	}
	return "address " + c.RealIP()
}

// welcome gives a visitor who has none a cookie to be told apart by.
func (n *Node) welcome(c echo.Context) {
	if _, found, ok := n.cookies.Find(c.Request(), visitorCookie, "/"); !found || !ok {
		n.cookies.Set(c.Response(), c.Request(), visitorCookie, "/", rand.Text(), 0)
	}
}

// ask runs something for who is asking, and waits for its turn and its end. It ends with the request.
func (n *Node) ask(c echo.Context, a labs.Ask) (labs.Result, error) {
	a.Visitor, a.Address = n.visitor(c), c.RealIP()
	r, err := n.labs.queue.Do(c.Request().Context(), a)
	switch {
	case errors.Is(err, labs.ErrTooMany):
		return r, slowDown(5 * time.Second)
	case errors.Is(err, labs.ErrQueueFull):
		return r, errRunsFull
	case err != nil && c.Request().Context().Err() == nil:
		return r, errUnavailable // the server stops
	case err != nil:
		return r, err // nobody waits any more
	}
	if r.Problem != nil && !r.Cancelled() {
		n.Log.Warn("a run failed", "run", a.Key, "error", r.Problem)
	}
	return r, nil
}
