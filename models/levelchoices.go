package models

import (
	"context"
	"database/sql"
	"time"
)

// levelChoices keeps the level that a demo team has chosen for its own accounts; "" for none. Numbers rise over all
// teams, so that whoever has read up to one finds what was chosen since.
const levelChoices = `
ALTER TABLE teams ADD COLUMN jwt_level TEXT NOT NULL DEFAULT '';
ALTER TABLE teams ADD COLUMN jwt_level_number BIGINT NOT NULL DEFAULT 0;
CREATE INDEX teams_jwt_level_number ON teams (jwt_level_number);
`

// LevelChoice is the level that a demo team has chosen. Of two choices the one of the higher number holds.
type LevelChoice struct {
	Team    int64
	Level   string
	Number  int64 // microseconds since 1970 at that server's clock, or one more than the last where that is not later
	Expires Time  // the team's end
}

// nextLevelNumber is the number of a choice made at a moment, given twice. Its parts say BIGINT, since PostgreSQL would
// not know the type of a placeholder.
const nextLevelNumber = `(SELECT CASE WHEN coalesce(max(t.jwt_level_number), 0) < CAST(? AS BIGINT) THEN CAST(? AS BIGINT) ELSE max(t.jwt_level_number) + 1 END FROM teams t)`

// ChooseLevel stores a demo team's choice. A team that is over, or is none, is ErrNotFound.
func (db *DB) ChooseLevel(ctx context.Context, team int64, level string, now time.Time) (LevelChoice, error) {
	g, cancel, err := db.writing(ctx, "choose-level")
	if err != nil {
		return LevelChoice{}, err
	}
	defer cancel()
	c := LevelChoice{Team: team, Level: level}
	query := `UPDATE teams SET jwt_level = ?, jwt_level_number = ` + nextLevelNumber + ` WHERE id = ? AND expires_at > ? RETURNING jwt_level_number, expires_at`
	err = scanOne(g.Raw(query, level, micros(now), micros(now), team, micros(now)), &c.Number, &c.Expires)
	return c, err
}

// levelOverlap is how far back LevelChoices looks from the last number that it gave, in microseconds: of two choices
// that were made at once, the later one may be stored first.
const levelOverlap = int64(10 * time.Second / time.Microsecond)

// LevelChoices returns the choices of teams that are not over from a number on, and shortly before it; 0: all. It
// belongs to no request.
func (db *DB) LevelChoices(ctx context.Context, from int64, now time.Time) ([]LevelChoice, error) {
	var list []LevelChoice
	const query = `SELECT id, jwt_level, jwt_level_number, expires_at FROM teams WHERE jwt_level_number > ? AND expires_at > ?`
	args := []any{max(from-levelOverlap, 0), micros(now)}
	err := db.many(ctx, "list-level-choices", query, args, func(rows *sql.Rows) error {
		var c LevelChoice
		err := rows.Scan(&c.Team, &c.Level, &c.Number, &c.Expires)
		list = append(list, c)
		return err
	})
	return list, err
}
