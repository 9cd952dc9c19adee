package handlers

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"twodoors/handlers/auth"
	"twodoors/models"
	"twodoors/models/sqltrace"
	"twodoors/views"
)

// listUsers bounds the admin's list.
const listUsers = 200

func (d *door) admin(c echo.Context) error {
	return d.adminPage(c, http.StatusOK, views.Note{})
}

func (d *door) adminPage(c echo.Context, status int, failure views.Note) error {
	p := principal(c)
	users, err := d.DB.UsersOfTeam(c.Request().Context(), p.TeamID, listUsers, 0)
	if err != nil {
		return err
	}
	list := make([]views.AdminUser, len(users))
	for i, u := range users {
		list[i] = views.AdminUser{ID: u.ID, Name: u.Name, DisplayName: u.DisplayName, Role: u.Role, Active: u.Active, Self: u.ID == p.UserID}
	}
	var done views.Note
	switch d.flashed(c) {
	case flashRole:
		done.Key = "admin.done.role"
	case flashActive:
		done.Key = "admin.done.active"
	case flashUserEnded:
		done.Key = "admin.done.ended"
	}
	var copies views.Note
	if store := d.session.Store(); store != auth.StoreDatabase {
		copies.Key = "state.admin-copies-" + store
	}
	return d.render(c, status, views.AdminPage(views.Admin{
		Member: d.member(c, "admin", status), Users: list, Failure: failure, Done: done,
		DemoAccount: p.TeamID != 0, Within: confirmFor, Copies: copies,
	}))
}

// setActive lets a user in or keeps them out. The sign-ins of who is kept out end before, so that where that is not
// possible nothing has changed, and after, or those that began meanwhile would rise again with the account.
func (d *door) setActive(c echo.Context, team, id int64, active bool) error {
	ctx := c.Request().Context()
	if active {
		return d.DB.SetActive(ctx, team, id, true)
	}
	if err := d.DB.CheckLeaving(ctx, team, id); err != nil {
		return err
	}
	if err := d.endAll(c, id); err != nil {
		return err
	}
	if err := d.DB.SetActive(ctx, team, id, false); err != nil {
		return err
	}
	d.endAfter(c, auth.Principal{UserID: id})
	return nil
}

// changed brings the copies of a user in sessions to what the database has, at once or later.
func (d *door) changed(c echo.Context, id int64) {
	if err := d.session.UserChanged(sqltrace.For(c.Request().Context(), sqltrace.Auth), id); err != nil {
		d.endLater(c, models.PendingEnd{UserID: id}, err)
	}
}

// changeUser changes the role of a user of the admin's team, lets the user in or out, or ends the user's
// sign-ins. A team's last active admin stays.
func (d *door) changeUser(c echo.Context) error {
	id, err := idOf(c)
	if err != nil {
		return err
	}
	form, err := formOf(c)
	if err != nil {
		return err
	}
	ctx, team := c.Request().Context(), principal(c).TeamID
	var done flash
	switch role, active := form.Get("role"), form.Get("active"); {
	case role == models.RoleMember || role == models.RoleAdmin:
		done, err = flashRole, d.DB.SetRole(ctx, team, id, role)
		if err == nil {
			d.changed(c, id)
		}
	case active == "true" || active == "false":
		done, err = flashActive, d.setActive(c, team, id, active == "true")
	case form.Get("end") == "sign-ins":
		done = flashUserEnded
		if _, err = d.DB.UserInTeam(ctx, team, id); err == nil {
			err = d.endAll(c, id)
		}
	default:
		return errBadRequest
	}
	if errors.Is(err, models.ErrLastAdmin) {
		return d.adminPage(c, http.StatusUnprocessableEntity, views.Note{Key: "admin.last-admin"})
	}
	if err != nil {
		return err
	}
	d.flash(c, done)
	return seeOther(c, d.page("/admin"))
}
