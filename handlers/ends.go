package handlers

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"twodoors/handlers/auth"
	"twodoors/models"
	"twodoors/models/sqltrace"
)

// ends are the sign-ins that are still to be ended and that the database does not know of: it was away itself.
type ends struct {
	mu      sync.Mutex
	list    []models.PendingEnd
	unasked int // how often the database has not been asked for its own
}

func (e *ends) add(one models.PendingEnd) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.list = append(e.list, one)
}

// take returns all and keeps none.
func (e *ends) take() []models.PendingEnd {
	e.mu.Lock()
	defer e.mu.Unlock()
	list := e.list
	e.list = nil
	return list
}

// endAfter ends all of the principal's sign-ins but this one after a change that stands whatever happens here, and so is
// not to be answered as if it had failed. What cannot be ended now is ended later.
func (n *Node) endAfter(c echo.Context, p auth.Principal) {
	if _, err := n.endOthers(c, p); err != nil {
		n.endLater(c, models.PendingEnd{UserID: p.UserID, Keep: p.DeviceID, Before: n.Now()}, err)
	}
}

// endLater has the server try until it is done, also after a restart where the database can be written to.
func (n *Node) endLater(c echo.Context, e models.PendingEnd, cause error) {
	n.Log.Warn("sign-ins could not be ended: the server tries again until it is done", "user", e.UserID, "error", cause,
		"id", c.Response().Header().Get(echo.HeaderXRequestID))
	if n.session.Store() != auth.StoreDatabase { // or the database itself is away, and nobody is to wait for it again
		if n.DB.AddPendingEnd(sqltrace.For(c.Request().Context(), sqltrace.Auth), e) == nil {
			n.ends.ask()
			return
		}
	}
	n.ends.add(e)
}

// ask has the database be asked at the next turn.
func (e *ends) ask() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.unasked = askEvery
}

// endEvery is how often what could not be ended is tried again. The database is asked for what other nodes, or this one
// before a restart, have left only each time that askEvery such turns have passed, or while there is something.
const (
	endEvery = 2 * time.Second
	askEvery = 15
)

func (n *Node) keepEnding(ctx context.Context) {
	tick := time.NewTicker(endEvery)
	defer tick.Stop()
	n.ends.ask()
	for {
		if n.ends.due() {
			n.FinishEnds(ctx)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// due reports whether it is time to try.
func (e *ends) due() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.unasked++
	return e.unasked >= askEvery || len(e.list) > 0
}

// FinishEnds ends what could not be ended before. What still cannot is left for the next time.
func (n *Node) FinishEnds(ctx context.Context) {
	ctx = sqltrace.Background(ctx)
	for _, e := range n.ends.take() {
		if err := n.finish(ctx, e); err != nil {
			n.ends.add(e)
		}
	}
	stored, err := n.DB.PendingEnds(ctx)
	for _, e := range stored {
		if err = n.finish(ctx, e); err == nil {
			err = n.DB.DropPendingEnd(ctx, e.ID)
		}
		if err == nil {
			n.Log.Info("sign-ins that could not be ended before have been ended", "user", e.UserID)
		}
	}
	n.ends.mu.Lock()
	defer n.ends.mu.Unlock()
	if n.ends.unasked = 0; err != nil {
		n.ends.unasked = askEvery
	}
}

func (n *Node) finish(ctx context.Context, e models.PendingEnd) error {
	for _, m := range n.modes {
		if e.Device != 0 {
			if auth.DeviceOf(m, e.Device) {
				return unlessGone(m.EndDevice(ctx, e.UserID, e.Device))
			}
			continue
		}
		devices, err := m.Devices(ctx, auth.Principal{UserID: e.UserID})
		if err != nil {
			return err
		}
		for _, d := range devices {
			if d.ID == e.Keep || d.Since.After(e.Before) {
				continue
			}
			if err := unlessGone(m.EndDevice(ctx, e.UserID, d.ID)); err != nil {
				return err
			}
		}
	}
	return n.session.UserChanged(ctx, e.UserID)
}

// unlessGone takes what is not there for ended.
func unlessGone(err error) error {
	if errors.Is(err, models.ErrNotFound) {
		return nil
	}
	return err
}
