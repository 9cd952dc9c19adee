package handlers

import (
	"context"
	"crypto/rand"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/securecookie"
	"github.com/labstack/echo/v4"

	"twodoors/handlers/auth"
	"twodoors/models"
	"twodoors/models/sqltrace"
)

// A demo team is a visitor's own: an admin and a member, without passwords, gone after a day. A signed
// cookie keeps which team is this browser's, so that both doors open for the same people.
const (
	teamCookie = "twodoors-team"
	teamLife   = 24 * time.Hour
)

func (d *door) demo(c echo.Context) error {
	form, user, how, err := d.demoForm(c)
	if err != nil {
		return err
	}
	if _, err := d.signIn(c, d.mode, user, how); err != nil {
		return err
	}
	return seeOther(c, localPath(form.Get("next"), "/"+d.mode.Name()+"/member"))
}

// demoForm reads the form of a demo sign-in: who of the visitor's team signs in, and how.
func (n *Node) demoForm(c echo.Context) (form url.Values, user models.User, how auth.SignIn, err error) {
	if form, err = formOf(c); err != nil {
		return
	}
	carrier, err := carrierOf(form)
	if err != nil {
		return
	}
	if err = limited(c, n.limits.demo); err != nil {
		return
	}
	user, err = n.demoUser(c, form.Get("as"))
	return form, user, n.signInOf(c, false, carrier), err
}

// demoUser is the member or the admin of this visitor's team, which is made where there is none yet.
func (n *Node) demoUser(c echo.Context, as string) (models.User, error) {
	if as != models.RoleMember && as != models.RoleAdmin {
		return models.User{}, errBadRequest
	}
	team, err := n.visitorTeam(c)
	if err != nil {
		return models.User{}, err
	}
	user := team.Member
	if as == models.RoleAdmin {
		user = team.Admin
	}
	if !user.Active { // the visitor has deactivated it: a new team then
		if team, err = n.newTeam(c); err != nil {
			return models.User{}, err
		}
		if user = team.Member; as == models.RoleAdmin {
			user = team.Admin
		}
	}
	return user, nil
}

func (n *Node) visitorTeam(c echo.Context) (models.DemoTeam, error) {
	if id := n.cookieTeam(c); id != 0 {
		team, err := n.DB.DemoTeamByID(sqltrace.For(c.Request().Context(), sqltrace.Auth), id, n.Now())
		if !errors.Is(err, models.ErrNotFound) {
			return team, err
		}
	}
	return n.newTeam(c)
}

// newTeam makes a team of the visitor's own. The level that the visitor has asked for before is its first choice.
func (n *Node) newTeam(c echo.Context) (models.DemoTeam, error) {
	p := *preferencesOf(c)
	team, err := n.createTeam(sqltrace.For(c.Request().Context(), sqltrace.Auth), teamLife, p.Level.Level)
	if err != nil {
		return team, err
	}
	if p.Level.Level != "" {
		t := team.Team
		p.Level = chosen(models.LevelChoice{Team: t.ID, Level: t.Level, Number: t.LevelNumber, Expires: t.ExpiresAt})
		n.levels.Learn(p.Level)
		if err := n.keepPreferences(c, p); err != nil {
			return team, err
		}
	}
	value, err := n.teamValue(team.Team.ID)
	if err != nil {
		return team, err
	}
	n.cookies.Set(c.Response(), c.Request(), teamCookie, "/", value, teamLife)
	return team, nil
}

// teamValue is the team cookie's value.
func (n *Node) teamValue(id int64) (string, error) {
	return securecookie.EncodeMulti(n.bound(teamCookie), strconv.AppendInt(nil, id, 10), n.signed...)
}

// createTeam makes a demo team. Names are random, so that no two classes meet.
func (n *Node) createTeam(ctx context.Context, life time.Duration, level auth.Level) (models.DemoTeam, error) {
	now := n.Now()
	for {
		suffix := strings.ToLower(rand.Text()[:6])
		user := func(role string) models.NewUser {
			return models.NewUser{Name: role + "-" + suffix, Role: role, ExpiresAt: now.Add(life), Now: now}
		}
		team, err := n.DB.CreateDemoTeam(ctx, user(models.RoleAdmin), user(models.RoleMember), string(level), now, now.Add(life))
		if !errors.Is(err, models.ErrTaken) {
			return team, err
		}
	}
}
