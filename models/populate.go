package models

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"gorm.io/gorm"
)

// populateRows is how many rows one statement of Populate stores.
const populateRows = 250

// Population is sign-ins to be stored at once, below every check: for measuring what
// grows with them.
type Population struct {
	Sessions []Session
	Families []Family   // each with the hash at the same place of Refresh
	Refresh  [][32]byte // of their first refresh tokens
	Tokens   []UserToken
}

// Populate stores all of it or nothing.
func (db *DB) Populate(ctx context.Context, p Population) error {
	return db.transaction(ctx, "populate", func(tx *gorm.DB) error {
		err := insertMany(tx, `INSERT INTO sessions (id_hash, device_id, user_id, created_at, last_seen, idle_seconds, expires_at, user_agent, address, remember) VALUES `, len(p.Sessions), func(i int) []any {
			s := &p.Sessions[i]
			return []any{blob(s.IDHash[:]), s.DeviceID, s.UserID, s.CreatedAt, s.LastSeen, int64(s.Idle.Seconds()), s.ExpiresAt, s.UserAgent, s.Address, s.Remember}
		})
		if err != nil {
			return err
		}
		err = insertMany(tx, `INSERT INTO token_families (`+familyNames+`) VALUES `, len(p.Families), func(i int) []any {
			f := &p.Families[i]
			return []any{f.ID, f.UserID, f.CreatedAt, f.LastSeen, f.ExpiresAt, f.EndedAt, f.EndReason, f.AccessEnds, f.Remember, f.Carrier, f.UserAgent, f.Address}
		})
		if err != nil {
			return err
		}
		err = insertMany(tx, `INSERT INTO refresh_tokens (hash, family_id, issued_at, used_at) VALUES `, len(p.Families), func(i int) []any {
			return []any{blob(p.Refresh[i][:]), p.Families[i].ID, p.Families[i].CreatedAt, 0}
		})
		if err != nil {
			return err
		}
		return insertMany(tx, `INSERT INTO user_tokens (user_id, version, token_hash, created_at) VALUES `, len(p.Tokens), func(i int) []any {
			t := &p.Tokens[i]
			return []any{t.UserID, t.Version, blob(t.Hash), t.CreatedAt}
		})
	})
}

// CreateUsers makes many accounts at once, all or none: for measuring what grows with them. A name that exists is
// ErrTaken.
func (db *DB) CreateUsers(ctx context.Context, list []NewUser) ([]User, error) {
	users := make([]User, len(list))
	for i, n := range list {
		var err error
		if users[i], err = n.user(); err != nil {
			return nil, err
		}
	}
	err := drawing(func() error {
		for i := range users {
			users[i].ID = db.newID()
		}
		return db.transaction(ctx, "create-users", func(tx *gorm.DB) error {
			for some := range slices.Chunk(users, populateRows) {
				if err := insert(tx, &some, int64(len(some))); err != nil {
					return err
				}
			}
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	return users, nil
}

// Settle has PostgreSQL count what Populate stored, as it does by itself within a minute: until then it finds rows by
// the plans it made when there were none, which read whole tables. SQLite's plans do not depend on that.
func (db *DB) Settle(ctx context.Context) error {
	if db.dialect != dialectPostgres {
		return nil
	}
	_, err := db.change(ctx, "settle", `ANALYZE users, sessions, token_families, refresh_tokens, user_tokens`)
	return err
}

// insertMany stores n rows, some with each statement.
func insertMany(tx *gorm.DB, into string, n int, row func(i int) []any) error {
	for at := 0; at < n; {
		var (
			args  []any
			rows  []string
			first = row(at)
		)
		one := "(?" + strings.Repeat(", ?", len(first)-1) + ")"
		for ; at < n && len(rows) < populateRows; at++ {
			args, rows = append(args, row(at)...), append(rows, one)
		}
		if _, err := exec(tx, into+strings.Join(rows, ", "), args...); err != nil {
			return err
		}
	}
	return nil
}

// Mirror makes an empty database a replica of another one as far as accounts go: it gets the other's id and all of its
// users, and none of their sign-ins. It is for measuring what nodes need of a database that they do not share, and
// comes before anything else uses this one.
func (db *DB) Mirror(ctx context.Context, of *DB) error {
	var list []User
	err := of.many(ctx, "list-users", `SELECT `+userColumns+`, u.password_hash FROM users u`, nil, func(rows *sql.Rows) error {
		var u User
		err := rows.Scan(append(u.fields(), &u.PasswordHash)...)
		list = append(list, u)
		return err
	})
	if err != nil {
		return err
	}
	err = db.transaction(ctx, "mirror", func(tx *gorm.DB) error {
		if _, err := exec(tx, `UPDATE installation SET id = ?`, of.id); err != nil || len(list) == 0 {
			return err
		}
		return insert(tx, &list, int64(len(list)))
	})
	if err == nil {
		db.id = of.id
	}
	return err
}
