package auth

import (
	"context"
	"fmt"
	"time"

	"twodoors/handlers/trace"
	"twodoors/models"
)

// newRow is what is stored of a sign-in.
func (m *Session) newRow(id string, u models.User, how SignIn) models.Session {
	now := m.now()
	row := models.Session{
		IDHash: hashSessionID(id), DeviceID: newDeviceID(deviceSession), UserID: u.ID, CreatedAt: models.At(now), LastSeen: models.At(now),
		Idle: m.limits.LongestIdle(), ExpiresAt: models.At(now.Add(m.limits.Max)), Remember: how.Remember,
		UserAgent: cut(how.UserAgent, maxUserAgent), Address: how.Address, Most: SignInsOfUser,
	}
	if how.Remember {
		row.Idle, row.ExpiresAt = 0, models.At(now.Add(m.limits.Remember))
	}
	return row
}

func (m *Session) device(row models.Session) Device {
	return Device{
		ID: row.DeviceID, Mode: m.Name(), Carrier: CarrierCookie, UserAgent: row.UserAgent, Address: row.Address,
		Since: row.CreatedAt.Time, LastSeen: row.LastSeen.Time, Expires: row.ExpiresAt.Time,
	}
}

// unseenFor is how long at most last-seen is not tried again after it could not be written.
const unseenFor = 5 * time.Second

// seen notes that the session was used, as often as its limits ask for. The request does not depend on it: where the
// store only reads, is full or locked, a later request tries again.
func (m *Session) seen(ctx context.Context, row models.Session) error {
	now := m.now()
	every := lastSeenEvery
	if !row.Remember {
		every = m.limits.LastSeenEvery()
	}
	if now.Sub(row.LastSeen.Time) < every || now.UnixMicro() < m.unseen.Load() {
		return nil
	}
	x := trace.From(ctx)
	err := m.rows.TouchSession(ctx, row.IDHash, now)
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
