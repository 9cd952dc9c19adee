package handlers

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/gorilla/securecookie"
	"github.com/labstack/echo/v4"

	"twodoors/handlers/auth"
	"twodoors/models"
	"twodoors/models/sqltrace"
)

// In demo mode a team chooses how much JWT mode checks for its own accounts. The choice lies in the team's row, so
// that it also holds for a copy of one of the team's tokens. Each node keeps the choices in memory: one that it takes
// itself holds there at once, and those that other nodes took it reads every second. The visitor's signed preferences
// name the choice too, so that the browser that made it finds it in force at whichever node it comes to next.

// levelsEvery is how often a node reads what was chosen at other nodes.
const levelsEvery = time.Second

// followLevels reads the teams' choices, and goes on to do so until ctx ends. It returns once they were read for the
// first time.
func (n *Node) followLevels(ctx context.Context) {
	last := n.readLevels(ctx, 0)
	go func() {
		tick := time.NewTicker(levelsEvery)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				last = n.readLevels(ctx, last)
			}
		}
	}()
}

// readLevels learns what was chosen from a number on, and returns the highest number that it has read. What is known
// holds for as long as the database is away.
func (n *Node) readLevels(ctx context.Context, from int64) (last int64) {
	choices, err := n.DB.LevelChoices(sqltrace.Background(ctx), from, n.Now())
	if err != nil {
		n.Log.Debug("the levels that demo teams have chosen could not be read", "error", err)
		return from
	}
	for _, c := range choices {
		n.levels.Learn(chosen(c))
		from = max(from, c.Number)
	}
	n.levels.Forget(n.Now())
	return from
}

func chosen(c models.LevelChoice) auth.LevelChoice {
	return auth.LevelChoice{Team: c.Team, Level: auth.Level(c.Level), Number: c.Number, Expires: c.Expires.Time}
}

// chooseLevel makes a level the choice of the team that the request comes from. From a visitor who has no team it is
// a wish, without a team: the team that the visitor gets takes it along (newTeam).
func (n *Node) chooseLevel(c echo.Context, level auth.Level) (auth.LevelChoice, error) {
	wish := auth.LevelChoice{Level: level}
	team, err := n.teamOf(c)
	if team == 0 || err != nil {
		return wish, err
	}
	row, err := n.DB.ChooseLevel(sqltrace.For(c.Request().Context(), sqltrace.Auth), team, string(level), n.Now())
	if errors.Is(err, models.ErrNotFound) { // the team is over
		return wish, nil
	}
	if err != nil {
		return wish, err
	}
	n.levels.Learn(chosen(row))
	return chosen(row), nil
}

// teamOf is the demo team that the request comes from; 0: none. A browser has its team's cookie; of a request without
// one the account counts whose credential it carries, if that passes every check.
func (n *Node) teamOf(c echo.Context) (int64, error) {
	if team := n.cookieTeam(c); team != 0 {
		return team, nil
	}
	for _, m := range n.modes {
		if m.Presented(c.Request()) == nil {
			continue
		}
		p, err := m.Authenticate(c.Response(), c.Request(), auth.LevelVersion)
		switch {
		case err == nil && p.TeamID != 0 && !p.Limited():
			return p.TeamID, nil
		case models.Unavailable(err):
			return 0, err
		}
	}
	return 0, nil
}

// cookieTeam is the demo team of this browser by its signed cookie; 0: none.
func (n *Node) cookieTeam(c echo.Context) int64 {
	value, found, ok := n.cookies.Find(c.Request(), teamCookie, "/")
	if !found || !ok {
		return 0
	}
	var text []byte
	if securecookie.DecodeMulti(n.bound(teamCookie), value, &text, n.signed...) != nil {
		return 0
	}
	id, _ := strconv.ParseInt(string(text), 10, 64)
	return id
}

// visitorLevel is the level for the accounts of this visitor's demo team: of the one there is, or of the one that a
// demo sign-in would make.
func (n *Node) visitorLevel(c echo.Context) auth.Level {
	if team := n.cookieTeam(c); team != 0 {
		return n.levels.For(team)
	}
	if wish := preferencesOf(c).Level; n.cfg.Demo && wish.Level != "" {
		return wish.Level
	}
	return n.cfg.Level
}
