package auth

import (
	"context"
	"errors"
	"slices"

	"twodoors/handlers/trace"
	"twodoors/models"
	"twodoors/models/sqltrace"
)

// Store is where the sessions are kept: one of the kinds of stores.
func (m *Session) Store() string { return m.store.rows.Kind() }

// copies reports whether the store has but a copy of the user.
func (m *Session) copies() bool {
	_, is := m.store.rows.(UserCopies)
	return is
}

// userNow is the user of a session with a copy: the copy, or the user as it is now where the page asks for
// that (floor). read says which. One who was deactivated or is gone is refused.
func (m *Session) userNow(ctx context.Context, copied models.User, floor Level) (u models.User, read bool, err error) {
	if !floor.AtLeast(LevelUser) {
		trace.From(ctx).Remark("copied-user", nil)
		return copied, false, nil
	}
	trace.From(ctx).Remark("floor-copied-user", nil)
	u, _, err = m.users.UserForToken(sqltrace.For(ctx, sqltrace.Auth), copied.ID, 0, false, m.store.now())
	if errors.Is(err, models.ErrNotFound) || err == nil && !u.Active {
		return models.User{}, false, &Refused{Reason: ReasonInactive, Carrier: CarrierCookie}
	}
	return u, err == nil, err
}

// settle reads the user once more after a session with a copy was stored. Whoever changes a user changes the
// database first and the copies then: a change between the password's check and the storing of this copy would
// be lost for as long as the session lives.
func (m *Session) settle(ctx context.Context, row models.Session, copied models.User) error {
	ctx = sqltrace.For(ctx, sqltrace.Auth)
	u, _, err := m.users.UserForToken(ctx, copied.ID, 0, false, m.store.now())
	switch {
	case errors.Is(err, models.ErrNotFound) || err == nil && !u.Active:
		return m.store.rows.DeleteSession(ctx, row.IDHash) // the next request is refused
	case err != nil:
		return errors.Join(err, m.store.rows.DeleteSession(ctx, row.IDHash))
	case !slices.Equal(models.UserFields(u), models.UserFields(copied)):
		return m.store.rows.(UserCopies).ChangeCopies(ctx, u)
	}
	return nil
}

// UserChanged is to be called when the app itself has changed a user: sessions with a copy of the user are
// changed too, as far as their store reaches. Where the store asks the database there is nothing to do.
func (m *Session) UserChanged(ctx context.Context, userID int64) error {
	copies, is := m.store.rows.(UserCopies)
	if !is {
		return nil
	}
	u, _, err := m.users.UserForToken(ctx, userID, 0, false, m.store.now())
	if errors.Is(err, models.ErrNotFound) { // gone, and its sessions with it
		return nil
	}
	if err != nil {
		return err
	}
	defer m.store.access(ctx, "change")("")
	return copies.ChangeCopies(ctx, u)
}
