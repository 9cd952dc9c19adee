package handlers

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"twodoors/handlers/labs"
	"twodoors/views"
)

// stream answers a run: with server-sent events while it goes on, where the client asked for them, and otherwise
// with the page alone.
type stream struct {
	n    *Node
	c    echo.Context
	live bool
	open bool
	to   *http.ResponseController
}

const eventStream = "text/event-stream"

// streamWrite is how long a client may take to read what is sent to it.
const streamWrite = 10 * time.Second

func (n *Node) stream(c echo.Context) *stream {
	return &stream{
		n: n, c: c, live: strings.Contains(c.Request().Header.Get(echo.HeaderAccept), eventStream),
		to: http.NewResponseController(c.Response()),
	}
}

// send sends one event. Its text may have lines.
func (s *stream) send(event, text string) error {
	if !s.open {
		h := s.c.Response().Header()
		h.Set(echo.HeaderContentType, eventStream)
		h.Set("X-Accel-Buffering", "no") // a proxy must pass it on as it comes
		s.c.Response().WriteHeader(http.StatusOK)
		s.open = true
	}
	var b strings.Builder
	b.WriteString("event: " + event + "\n")
	for line := range strings.SplitSeq(strings.ReplaceAll(text, "\r", ""), "\n") {
		b.WriteString("data: " + line + "\n")
	}
	b.WriteByte('\n')
	_ = s.to.SetWriteDeadline(time.Now().Add(streamWrite)) // not every writer has one
	if _, err := s.c.Response().Write([]byte(b.String())); err != nil {
		return err
	}
	return s.to.Flush()
}

// progress tells how a run goes. A client that is gone is noticed by the request's context.
func (s *stream) progress(p labs.Progress) {
	if !s.live {
		return
	}
	m := s.n.messages(s.c)
	switch {
	case p.Waiting:
		text, _ := json.Marshal(p.Ahead)
		_ = s.send("ahead", string(text))
	case p.Event.Step != nil:
		_ = s.send("step", p.Event.Step.Says.In(m.Lang()))
	case p.Event.Measured != nil:
		_ = s.send("measured", p.Event.Measured.What.In(m.Lang())+": "+figureText(m, *p.Event.Measured))
	}
}

// failed answers a run that was not made.
func (s *stream) failed(err error) error {
	if !s.open {
		return err
	}
	m := s.n.messages(s.c)
	return s.send("failed", m.T("problem."+faultOf(err).Key+".do"))
}

// end answers with what came of it: the whole page, or its part for who has the rest.
func (s *stream) end(page, part templ.Component) error {
	if !s.live {
		return s.n.render(s.c, http.StatusOK, page)
	}
	var b bytes.Buffer
	if err := part.Render(s.c.Request().Context(), &b); err != nil {
		return err
	}
	return s.send("result", b.String())
}

// streamLife is how long the list's stream goes on, and until the next event; the browser opens it anew by itself, if there
// is room.
const streamLife = 10 * time.Minute

// heartbeat is how often a stream without news shows that it is there.
const heartbeat = 15 * time.Second

// claimEvents tells those who look at the list of every statement as it is measured. It begins with all that is known, for
// some were measured between the page and this stream.
func (n *Node) claimEvents(c echo.Context) error {
	leave, ok := n.limits.streams.Take(c.RealIP())
	if !ok {
		return errRunsFull
	}
	defer leave()
	changes, stop := n.labs.board.Watch()
	defer stop()
	ends := n.Now().Add(streamLife)
	s := n.stream(c)
	tick := time.NewTicker(heartbeat)
	defer tick.Stop()
	m := n.messages(c)
	for _, statement := range n.labs.engine.Statements() {
		if _, found := n.labs.board.Latest(statement.ID); found {
			if err := s.row(m, statement); err != nil {
				return err
			}
		}
	}
	if err := s.state(); err != nil {
		return err
	}
	for n.Now().Before(ends) {
		select {
		case <-c.Request().Context().Done():
			return nil
		case <-tick.C:
			if s.send("still", "") != nil {
				return nil
			}
		case id, open := <-changes:
			if !open {
				return s.send("end", "")
			}
			if err := s.changed(m, id); err != nil {
				return nil //nolint:nilerr // the client is gone
			}
		}
	}
	return nil
}

func (s *stream) changed(m *views.Messages, id string) error {
	statement, found := s.n.labs.engine.Statement(id)
	if !found {
		return s.state()
	}
	return s.row(m, statement)
}

// row sends a statement as it stands in the list.
func (s *stream) row(m *views.Messages, statement labs.Statement) error {
	text, err := s.n.labs.shown.text(m.Lang()+" "+statement.ID, func() templ.Component {
		return views.ClaimRow(m, s.n.statementLine(m, statement))
	})
	if err != nil {
		return err
	}
	return s.send("claim", text)
}

// state sends how far the measuring has come.
func (s *stream) state() error {
	m := s.n.messages(s.c)
	event := "measured"
	if s.n.labs.board.State().Running {
		event = "measuring"
	}
	text, err := s.n.labs.shown.text(m.Lang()+" "+event, func() templ.Component { return views.BoardSaid(s.n.statementsView(s.c)) })
	if err != nil {
		return err
	}
	return s.send(event, text)
}

// shown is what the streams of the list send, rendered once for all who look at it in the same language, until
// something on the board changes.
type shown struct {
	board *labs.Board

	mu      sync.Mutex
	changes int
	texts   map[string]string
}

func (s *shown) text(name string, render func() templ.Component) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if changes := s.board.Changes(); changes != s.changes || s.texts == nil {
		s.changes, s.texts = changes, map[string]string{}
	}
	if text, found := s.texts[name]; found {
		return text, nil
	}
	var b strings.Builder
	if err := render().Render(context.Background(), &b); err != nil {
		return "", err
	}
	s.texts[name] = b.String()
	return s.texts[name], nil
}
