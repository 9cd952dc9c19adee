package handlers

import (
	"context"
	"crypto/rand"
	"errors"
	"runtime"
	"time"

	"github.com/gorilla/securecookie"
	"github.com/labstack/echo/v4"

	"twodoors/handlers/auth"
	"twodoors/handlers/labs"
)

// laboratory is what runs statements and labs beside the app's own requests.
type laboratory struct {
	engine *labs.Engine
	queue  *labs.Queue
	board  *labs.Board
	shown  *shown
}

// Bounds of what runs for visitors: a class of forty, or a hall of 300 phones, behind one address that presses Run at once
// is served; one visitor alone does not hold up the others, and it takes five addresses to fill the queue.
const (
	runsWaiting     = 2000
	runsEach        = 3
	runsFromAddress = 400
	runTime         = 20 * time.Second
)

func newLaboratory(e *labs.Engine, now func() time.Time, limit time.Duration) *laboratory {
	q := labs.NewQueue(labs.Limits{
		AtOnce: max(1, runtime.GOMAXPROCS(0)-1), Waiting: runsWaiting, Each: runsEach, Address: runsFromAddress, Time: limit,
	})
	board := labs.NewBoard(e, q, now)
	return &laboratory{engine: e, queue: q, board: board, shown: &shown{board: board}}
}

// keep measures all statements for the pages, until ctx ends.
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

// mountLabs mounts the statements, the flows and the labs, where there is an engine to run them.
func (n *Node) mountLabs() {
	if n.labs == nil {
		return
	}
	e := n.echo
	get(e, "/claims", n.statements)
	e.POST("/claims", n.measureClaims)
	get(e, "/claims/events", n.claimEvents)
	get(e, "/claims/:id", n.statement)
	e.POST("/claims/:id", n.runClaim)
	get(e, "/flows", n.flows)
	get(e, "/labs", n.labList)
	get(e, "/labs/:id", n.lab)
	e.POST("/labs/:id", n.runLab)
}

const visitorCookie = "twodoors-visitor"

// visitor tells the visitors of one address from each other, so that each has a turn: by a random number in a cookie
// that is signed, says nothing else and ends with the browser. All of an address without one are one visitor.
func (n *Node) visitor(c echo.Context) (name string, told bool) {
	value, found, ok := n.cookies.Find(c.Request(), visitorCookie, "/")
	var number []byte
	if !found || !ok || securecookie.DecodeMulti(n.cookies.Name(visitorCookie, "/"), value, &number, n.signed...) != nil {
		return "address " + auth.Network(c.RealIP()), false
	}
	return "visitor " + string(number), true
}

// welcome gives a visitor who has none a cookie to be told apart by.
func (n *Node) welcome(c echo.Context) {
	if _, told := n.visitor(c); told {
		return
	}
	value, err := securecookie.EncodeMulti(n.cookies.Name(visitorCookie, "/"), []byte(rand.Text()), n.signed...)
	if err != nil {
		n.Log.Warn("a visitor's cookie could not be signed", "error", err)
		return
	}
	n.cookies.Set(c.Response(), c.Request(), visitorCookie, "/", value, 0)
}

// ask runs something for who is asking, and waits for its turn and its end. It ends with the request.
func (n *Node) ask(c echo.Context, a labs.Request) (labs.Result, error) {
	a.Visitor, _ = n.visitor(c)
	a.Address = auth.Network(c.RealIP())
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
