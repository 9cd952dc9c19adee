package auth

import (
	"fmt"
	"net/http"
	"time"

	"github.com/gorilla/sessions"

	"twodoors/handlers/trace"
	"twodoors/models"
)

// unseenFor is how long at most last-seen is not tried again after it could not be written.
const unseenFor = 5 * time.Second

// seen notes that the session was used, as often as its limits ask for. The request does not depend on it: where the
// store only reads, is full or locked, a later request tries again.
func (m *Session) seen(w http.ResponseWriter, r *http.Request, session *sessions.Session) error {
	now, row := m.store.now(), session.Values[valueRow].(models.Session)
	every := lastSeenEvery
	if !row.Remember {
		every = m.limits.LastSeenEvery()
	}
	if now.Sub(row.LastSeen.Time) < every || now.UnixMicro() < m.unseen.Load() {
		return nil
	}
	x := trace.From(r.Context())
	err := session.Save(r, w)
	switch {
	case models.Unavailable(err):
		m.unseen.Store(now.Add(min(every, unseenFor)).UnixMicro())
		x.Remark("last-seen-later", nil)
		x.Spare(fmt.Errorf("last-seen could not be written: %w", err))
		return nil
	case err != nil:
		return err
	}
	x.Remark("last-seen", nil)
	return nil
}
