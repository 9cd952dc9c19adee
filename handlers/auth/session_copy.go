package auth

import (
	"context"
	"errors"
	"slices"
	"time"

	"twodoors/handlers/trace"
	"twodoors/models"
)

// UserCopies is what a store is that keeps a copy of the user in each session. A request costs the database
// nothing then, and what is changed in the database behind the app's back is not seen until the session ends.
type UserCopies interface {
	// ChangeCopies writes the user as it is now into each of the user's sessions.
	ChangeCopies(ctx context.Context, u models.User) error
}

// copyingRows is a store of sessions with a copy of the user in each.
type copyingRows interface {
	SessionRows
	UserCopies
}

// copiedUsers keeps the copies of such a store in step with the database, and notes accesses to this process's own
// memory as steps of the request.
type copiedUsers struct {
	copyingRows
	users *models.DB
	now   func() time.Time
}

// CreateSession stores the session, and reads its user once more.
func (c *copiedUsers) CreateSession(ctx context.Context, s models.Session, u models.User) error {
	done := c.access(ctx, "keep")
	if err := c.copyingRows.CreateSession(ctx, s, u); err != nil {
		return err
	}
	done("")
	return c.settle(ctx, s, u)
}

// ReplaceSession stores the session in the place of another, and reads its user once more.
func (c *copiedUsers) ReplaceSession(ctx context.Context, old [32]byte, s models.Session, u models.User) error {
	done := c.access(ctx, "keep")
	if err := c.copyingRows.ReplaceSession(ctx, old, s, u); err != nil {
		return err
	}
	done("")
	return c.settle(ctx, s, u)
}

// FindSession returns the session and the copy of its user.
func (c *copiedUsers) FindSession(ctx context.Context, hash [32]byte, now time.Time) (models.Session, models.User, error) {
	done := c.access(ctx, "find")
	s, u, err := c.copyingRows.FindSession(ctx, hash, now)
	switch {
	case err == nil:
		done("")
	case errors.Is(err, models.ErrNotFound):
		done(string(ReasonUnknown))
	}
	return s, u, err
}

// TouchSession writes last-seen.
func (c *copiedUsers) TouchSession(ctx context.Context, hash [32]byte, now time.Time) error {
	defer c.access(ctx, "touch")("")
	return c.copyingRows.TouchSession(ctx, hash, now)
}

// RenameSession moves a session to a new id.
func (c *copiedUsers) RenameSession(ctx context.Context, old, new [32]byte, now time.Time) error {
	defer c.access(ctx, "rename")("")
	return c.copyingRows.RenameSession(ctx, old, new, now)
}

// DeleteSession ends a session.
func (c *copiedUsers) DeleteSession(ctx context.Context, hash [32]byte) error {
	defer c.access(ctx, "end")("")
	return c.copyingRows.DeleteSession(ctx, hash)
}

// access notes an access to this process's own memory as a step: no lookup shows it, and it is not nothing.
// Of other stores the lookup is the record.
func (c *copiedUsers) access(ctx context.Context, what string) (done func(reason string)) {
	if c.Kind() != StoreMemory {
		return func(string) {}
	}
	return trace.From(ctx).Check("memory." + what)
}

// settle reads the user once more after a session with a copy was stored. Whoever changes a user changes the
// database first and the copies then: a change between the password's check and the storing of this copy would
// be lost for as long as the session lives.
func (c *copiedUsers) settle(ctx context.Context, row models.Session, copied models.User) error {
	u, _, err := c.users.UserForToken(ctx, copied.ID, 0, false, c.now())
	switch {
	case errors.Is(err, models.ErrNotFound) || err == nil && !u.Active:
		return c.copyingRows.DeleteSession(ctx, row.IDHash) // the next request is refused
	case err != nil:
		return errors.Join(err, c.copyingRows.DeleteSession(ctx, row.IDHash))
	case !slices.Equal(models.UserFields(u), models.UserFields(copied)):
		return c.ChangeCopies(ctx, u)
	}
	return nil
}

// userNow is the user of a session: as the store read it, or, where that is but a copy and the page asks for more
// (floor), as the database has it now. read is whether it is that. One who was deactivated or is gone is refused.
func (m *Session) userNow(ctx context.Context, u models.User, floor Level) (now models.User, read bool, err error) {
	copies, is := m.rows.(*copiedUsers)
	switch {
	case !is:
		return u, true, nil
	case !floor.AtLeast(LevelUser):
		trace.From(ctx).Remark("copied-user", nil)
		return u, false, nil
	}
	trace.From(ctx).Remark("floor-copied-user", nil)
	now, _, err = copies.users.UserForToken(ctx, u.ID, 0, false, m.now())
	if errors.Is(err, models.ErrNotFound) || err == nil && !now.Active {
		return models.User{}, false, &RejectedError{Reason: ReasonInactive, Carrier: CarrierCookie}
	}
	return now, err == nil, err
}

// UserChanged is to be called when the app itself has changed a user: sessions with a copy of the user are
// changed too, as far as their store reaches. Where the store asks the database there is nothing to do.
func (m *Session) UserChanged(ctx context.Context, userID int64) error {
	copies, is := m.rows.(*copiedUsers)
	if !is {
		return nil
	}
	u, _, err := copies.users.UserForToken(ctx, userID, 0, false, m.now())
	if errors.Is(err, models.ErrNotFound) { // gone, and its sessions with it
		return nil
	}
	if err != nil {
		return err
	}
	defer copies.access(ctx, "change")("")
	return copies.ChangeCopies(ctx, u)
}
