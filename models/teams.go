package models

import (
	"context"
	"database/sql"
	"time"

	"gorm.io/gorm"
)

// Team is a visitor's demo team. The installation's own team, 0, has no row.
type Team struct {
	ID                   int64 `gorm:"primaryKey;autoIncrement:false"` // random: see newID
	CreatedAt, ExpiresAt Time
	// Level is what the team has chosen that JWT mode checks for its accounts; "": nothing. See LevelChoice.
	Level       string `gorm:"column:jwt_level"`
	LevelNumber int64  `gorm:"column:jwt_level_number"`
}

// DemoTeam is a demo team with its two accounts.
type DemoTeam struct {
	Team          Team
	Admin, Member User
}

// CreateDemoTeam makes a team of two accounts that end with it. Team, role and
// times of the accounts are set here. level is the team's choice from the start, "" for none. A name that exists is
// ErrTaken.
func (db *DB) CreateDemoTeam(ctx context.Context, admin, member NewUser, level string, now, expires time.Time) (DemoTeam, error) {
	team := Team{CreatedAt: At(now), ExpiresAt: At(expires), Level: level}
	if level != "" {
		team.LevelNumber = micros(now)
	}
	users := make([]User, 2)
	err := drawing(func() error {
		return db.transaction(ctx, "create-demo-team", func(tx *gorm.DB) error {
			team.ID = db.newID()
			if err := insert(tx, &team, 1); err != nil {
				return err
			}
			admin.Role, member.Role = RoleAdmin, RoleMember
			for i, n := range []NewUser{admin, member} {
				n.TeamID, n.Now, n.ExpiresAt = team.ID, now, expires
				var err error
				if users[i], err = n.user(); err != nil {
					return err
				}
			}
			// The admin has the lower id, by which DemoTeamByID tells the two apart where both are admins.
			first, second := db.newID(), db.newID()
			users[0].ID, users[1].ID = min(first, second), max(first, second)
			return insert(tx, &users, 2)
		})
	})
	if err != nil {
		return DemoTeam{}, err
	}
	return DemoTeam{Team: team, Admin: users[0], Member: users[1]}, nil
}

// DemoTeamByID returns a team that is not over, with its accounts as they are now:
// Admin is the first who is admin, Member the first of the others.
func (db *DB) DemoTeamByID(ctx context.Context, id int64, now time.Time) (DemoTeam, error) {
	var (
		d     DemoTeam
		users []User
	)
	query := `SELECT t.id, t.created_at, t.expires_at, ` + userColumns + ` FROM teams t JOIN users u ON u.team_id = t.id WHERE t.id = ? AND t.expires_at > ? ORDER BY u.id`
	err := db.many(ctx, "find-demo-team", query, []any{id, micros(now)}, func(rows *sql.Rows) error {
		var u User
		err := rows.Scan(append([]any{&d.Team.ID, &d.Team.CreatedAt, &d.Team.ExpiresAt}, u.fields()...)...)
		users = append(users, u)
		return err
	})
	if err != nil {
		return DemoTeam{}, err
	}
	for _, u := range users {
		switch {
		case d.Admin.ID == 0 && u.Role == RoleAdmin:
			d.Admin = u
		case d.Member.ID == 0:
			d.Member = u
		}
	}
	if d.Admin.ID == 0 || d.Member.ID == 0 {
		return DemoTeam{}, ErrNotFound
	}
	return d, nil
}

// DeleteTeam removes a demo team, its users and all that hangs on them. An unknown
// team, and the installation's own, is ErrNotFound.
func (db *DB) DeleteTeam(ctx context.Context, id int64) error {
	if id <= 0 {
		return ErrNotFound
	}
	return db.transaction(ctx, "delete-team", func(tx *gorm.DB) error {
		if _, err := exec(tx, `DELETE FROM users WHERE team_id = ?`, id); err != nil {
			return err
		}
		n, err := exec(tx, `DELETE FROM teams WHERE id = ?`, id)
		if err == nil && n == 0 {
			return ErrNotFound
		}
		return err
	})
}
