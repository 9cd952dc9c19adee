package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
)

// The roles of a user.
const (
	RoleMember = "member"
	RoleAdmin  = "admin"
)

// User is someone who can sign in.
type User struct {
	ID          int64  `gorm:"primaryKey;autoIncrement:false"` // random: see newID
	Name        string // unique
	DisplayName string
	// PasswordHash is filled by UserByName and UserByID alone: what runs at each
	// request does not carry it.
	PasswordHash string `json:"-"`
	Role         string // RoleMember or RoleAdmin
	Active       bool
	// TokenVersion rises with each change of password, by random steps (see versionStep);
	// access tokens carry the one
	// they were issued with.
	TokenVersion int64
	TeamID       int64 // 0 is the installation's own team, every other a visitor's demo team
	CreatedAt    Time
	ExpiresAt    Time // the end of a demo account; zero for everyone else
}

// expired reports whether a demo account is over.
func (u User) expired(now time.Time) bool {
	return !u.ExpiresAt.IsZero() && !u.ExpiresAt.After(At(now).Time)
}

// NewUser is what an account begins with. An empty Role is RoleMember; a zero
// ExpiresAt is never.
type NewUser struct {
	Name, DisplayName, PasswordHash, Role string
	TeamID                                int64
	ExpiresAt, Now                        time.Time
}

func (n NewUser) user() (User, error) {
	if n.Role == "" {
		n.Role = RoleMember
	}
	return User{
		Name: n.Name, DisplayName: n.DisplayName, PasswordHash: n.PasswordHash, Role: n.Role,
		Active: true, TokenVersion: 1, TeamID: n.TeamID, CreatedAt: At(n.Now), ExpiresAt: At(n.ExpiresAt),
	}, checkRole(n.Role)
}

func checkRole(role string) error {
	if role != RoleMember && role != RoleAdmin {
		return fmt.Errorf("models: no such role: %q", role)
	}
	return nil
}

// CreateUser makes an account. A name that exists is ErrTaken.
func (db *DB) CreateUser(ctx context.Context, n NewUser) (User, error) {
	u, err := n.user()
	if err != nil {
		return User{}, err
	}
	g, cancel, err := db.writing(ctx, "create-user")
	if err != nil {
		return User{}, err
	}
	defer cancel()
	err = drawing(func() error {
		u.ID = db.newID()
		return insert(g, &u, 1)
	})
	if err != nil {
		return User{}, err
	}
	return u, nil
}

// userColumns are read by every lookup of a user, in the order of fields.
const userColumns = `u.id, u.name, u.display_name, u.role, u.active, u.token_version, u.team_id, u.created_at, u.expires_at`

// fields are the places userColumns are read into.
func (u *User) fields() []any {
	return []any{&u.ID, &u.Name, &u.DisplayName, &u.Role, &u.Active, &u.TokenVersion, &u.TeamID, &u.CreatedAt, &u.ExpiresAt}
}

// UserByName returns a user with the password's hash, active or not. A demo account
// that is over is ErrNotFound.
func (db *DB) UserByName(ctx context.Context, name string, now time.Time) (User, error) {
	return db.user(ctx, "find-user-by-name", `SELECT `+userColumns+`, u.password_hash FROM users u WHERE u.name = ? AND (u.expires_at = 0 OR u.expires_at > ?)`, name, micros(now))
}

// UserByID returns a user with the password's hash, active or not. A demo account
// that is over is ErrNotFound.
func (db *DB) UserByID(ctx context.Context, id int64, now time.Time) (User, error) {
	return db.user(ctx, "find-user", `SELECT `+userColumns+`, u.password_hash FROM users u WHERE u.id = ? AND (u.expires_at = 0 OR u.expires_at > ?)`, id, micros(now))
}

func (db *DB) user(ctx context.Context, label, query string, args ...any) (User, error) {
	var u User
	err := db.one(ctx, label, query, args, append(u.fields(), &u.PasswordHash)...)
	if err != nil {
		return User{}, err
	}
	return u, nil
}

// SetPassword stores a new password and returns the token version that access
// tokens must carry from now on. It ends no sign-in by itself.
func (db *DB) SetPassword(ctx context.Context, id int64, hash string) (version int64, err error) {
	g, cancel, err := db.writing(ctx, "set-password")
	if err != nil {
		return 0, err
	}
	defer cancel()
	err = scanOne(g.Raw(`UPDATE users SET password_hash = ?, token_version = token_version + ? WHERE id = ? RETURNING token_version`, hash, versionStep(), id), &version)
	return version, err
}

// ChangePassword is SetPassword for a user whose old password was checked: it holds only as long as that is the
// password. ErrChanged is a user who has got another one meanwhile, is kept out or is gone.
func (db *DB) ChangePassword(ctx context.Context, u User, hash string) (version int64, err error) {
	g, cancel, err := db.writing(ctx, "set-password")
	if err != nil {
		return 0, err
	}
	defer cancel()
	err = scanOne(g.Raw(`UPDATE users SET password_hash = ?, token_version = token_version + ? WHERE id = ? AND token_version = ? AND active RETURNING token_version`, hash, versionStep(), u.ID, u.TokenVersion), &version)
	if errors.Is(err, ErrNotFound) {
		err = ErrChanged
	}
	return version, err
}

// RaiseTokenVersion refuses whatever is bound to the password's version as it was: access tokens at level version,
// known devices, and sign-ins under way. The password stays. A user who is gone is ErrNotFound.
func (db *DB) RaiseTokenVersion(ctx context.Context, id int64) error {
	return some(db.change(ctx, "raise-token-version", `UPDATE users SET token_version = token_version + ? WHERE id = ?`, versionStep(), id))
}

// UsersOfTeam returns the users of a team by name, without password hashes. A
// limit of 0 or less is no limit.
func (db *DB) UsersOfTeam(ctx context.Context, team int64, limit, offset int) ([]User, error) {
	query := `SELECT ` + userColumns + ` FROM users u WHERE u.team_id = ? ORDER BY u.name`
	args := []any{team}
	if limit > 0 {
		query += ` LIMIT ? OFFSET ?`
		args = append(args, limit, offset)
	}
	var list []User
	err := db.many(ctx, "list-users", query, args, func(rows *sql.Rows) error {
		var u User
		err := rows.Scan(u.fields()...)
		list = append(list, u)
		return err
	})
	return list, err
}

// SetRole changes a user's role. A user who is not in the team is ErrNotFound;
// ErrLastAdmin would leave the team without an active admin.
func (db *DB) SetRole(ctx context.Context, team, id int64, role string) error {
	if err := checkRole(role); err != nil {
		return err
	}
	return db.transaction(ctx, "set-role", func(tx *gorm.DB) error {
		if err := db.guardLastAdmin(tx, team, id, role == RoleAdmin); err != nil {
			return err
		}
		_, err := exec(tx, `UPDATE users SET role = ? WHERE id = ?`, role, id)
		return err
	})
}

// SetActive lets a user in or keeps them out, under the rules of SetRole. Sessions
// and refresh tokens of a user who is not active are refused but kept: whoever
// wants them gone for good ends them too (EndOtherSessions, EndOtherFamilies).
func (db *DB) SetActive(ctx context.Context, team, id int64, active bool) error {
	return db.transaction(ctx, "set-active", func(tx *gorm.DB) error {
		if err := db.guardLastAdmin(tx, team, id, active); err != nil {
			return err
		}
		_, err := exec(tx, `UPDATE users SET active = ? WHERE id = ?`, active, id)
		return err
	})
}

// guardLastAdmin locks the user and the team's active admins, so that of two
// admins demoting each other one is refused. keeps says that the change leaves the
// user what they are as an admin.
func (db *DB) guardLastAdmin(tx *gorm.DB, team, id int64, keeps bool) error {
	found, target, others := false, false, 0
	query := `SELECT id, role = 'admin' AND active FROM users WHERE team_id = ? AND (id = ? OR (role = 'admin' AND active)) ORDER BY id`
	err := scanAll(tx.Raw(query+db.locking("FOR UPDATE"), team, id), func(rows *sql.Rows) error {
		var (
			user  int64
			admin bool
		)
		if err := rows.Scan(&user, &admin); err != nil {
			return err
		}
		switch {
		case user == id:
			found, target = true, admin
		case admin:
			others++
		}
		return nil
	})
	switch {
	case err != nil:
		return err
	case !found:
		return ErrNotFound
	case target && !keeps && others == 0:
		return ErrLastAdmin
	}
	return nil
}
