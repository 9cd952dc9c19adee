package models

import (
	"context"

	"gorm.io/gorm"
)

// SetDisplayName changes how a user is called on pages. A user who is gone is ErrNotFound.
func (db *DB) SetDisplayName(ctx context.Context, id int64, name string) error {
	return some(db.change(ctx, "set-display-name", `UPDATE users SET display_name = ? WHERE id = ?`, name, id))
}

// CheckLeaving reports whether a user may be deactivated or deleted, under the rules of SetRole, and changes nothing.
func (db *DB) CheckLeaving(ctx context.Context, team, id int64) error {
	return db.transaction(ctx, "check-leaving", func(tx *gorm.DB) error { return db.guardLastAdmin(tx, team, id, false) })
}

// DeleteUser removes a user and everything that belongs to the user, under the rules of SetRole.
func (db *DB) DeleteUser(ctx context.Context, team, id int64) error {
	return db.transaction(ctx, "delete-user", func(tx *gorm.DB) error {
		if err := db.guardLastAdmin(tx, team, id, false); err != nil {
			return err
		}
		_, err := exec(tx, `DELETE FROM users WHERE id = ?`, id)
		return err
	})
}

// UserInTeam returns a user of a team, without the password's hash, active or not. One who is in another team
// is ErrNotFound.
func (db *DB) UserInTeam(ctx context.Context, team, id int64) (User, error) {
	var u User
	if err := db.one(ctx, "find-user", `SELECT `+userColumns+` FROM users u WHERE u.id = ? AND u.team_id = ?`, []any{id, team}, u.fields()...); err != nil {
		return User{}, err
	}
	return u, nil
}
