package handlers

import (
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"twodoors/handlers/auth"
	"twodoors/models"
	"twodoors/models/sqltrace"
	"twodoors/views"
)

// closing is what closing an account means.
type closing string

// The ways of closing an account.
const (
	closeDeactivate closing = "deactivate" // an admin can let the user in again
	closeDelete     closing = "delete"     // for good, with everything that belongs to the user
)

// closeAccount deactivates or deletes the user's own account, with the password.
func (d *door) closeAccount(c echo.Context) error {
	form, err := formOf(c)
	if err != nil {
		return err
	}
	how := closing(form.Get("do"))
	if how == "" { // the Enter key in the password's field
		return d.accountPage(c, http.StatusUnprocessableEntity, views.Account{CloseFailure: views.Note{Key: "form.confirm.choose"}})
	}
	err = d.closeWith(c, how, form.Get("confirm"))
	var wrong *wrongPassword
	switch {
	case errors.As(err, &wrong):
		return d.accountPage(c, http.StatusUnprocessableEntity, views.Account{Form: views.Form{
			Fields: map[string]views.Note{"confirm": wrong.note()},
		}})
	case errors.Is(err, models.ErrLastAdmin):
		return d.accountPage(c, http.StatusUnprocessableEntity, views.Account{CloseFailure: views.Note{Key: "account.last-admin"}})
	}
	if note, is := throttled(c, err); is {
		return d.accountPage(c, http.StatusTooManyRequests, views.Account{CloseFailure: note})
	}
	if err != nil {
		return err
	}
	said := flashDeactivated
	if how == closeDelete {
		said = flashDeleted
	}
	return d.gone(c, said)
}

func (d *door) apiCloseAccount(c echo.Context) error {
	var in struct{ Password, Do string }
	if err := jsonInto(c, &in); err != nil {
		return err
	}
	err := d.closeWith(c, closing(in.Do), in.Password)
	var wrong *wrongPassword
	switch {
	case errors.As(err, &wrong):
		return d.problemFields(c, statusFault(http.StatusUnprocessableEntity), map[string]views.Note{"password": wrong.note()})
	case errors.Is(err, models.ErrLastAdmin):
		return d.problemFields(c, statusFault(http.StatusUnprocessableEntity), map[string]views.Note{"do": {Key: "account.last-admin"}})
	case err != nil:
		return err
	}
	d.forget(c)
	return c.NoContent(http.StatusNoContent)
}

// closeWith closes the account of who is asking. A demo account has no password and needs none. It fails with
// *wrongPassword, and with models.ErrLastAdmin for the last active admin of a team.
func (d *door) closeWith(c echo.Context, how closing, password string) error {
	if how != closeDeactivate && how != closeDelete {
		return errBadRequest
	}
	p := principal(c)
	ctx := sqltrace.For(c.Request().Context(), sqltrace.Auth)
	if p.TeamID == 0 {
		_, right, err := d.ownPassword(c, password)
		if err != nil {
			return err
		}
		if !right {
			return &wrongPassword{}
		}
	}
	// The other sign-ins end first: where that is not possible nothing has changed, and the user can try again.
	if err := d.DB.CheckLeaving(ctx, p.TeamID, p.UserID); err != nil {
		return err
	}
	if _, err := d.endOthers(c, p); err != nil {
		return err
	}
	var err error
	if how == closeDelete {
		err = d.DB.DeleteUser(ctx, p.TeamID, p.UserID)
	} else {
		err = d.DB.SetActive(ctx, p.TeamID, p.UserID, false)
	}
	if err != nil {
		return err
	}
	// This one, and those that began meanwhile: or they would rise again with the account, and not every sign-in need be a
	// row that went with its user.
	d.endAfter(c, auth.Principal{UserID: p.UserID})
	return nil
}

// wrongPassword is a password that was asked for again and is not the user's.
type wrongPassword struct{}

func (*wrongPassword) Error() string { return "not the user's password" }

func (*wrongPassword) note() views.Note { return views.Note{Key: "form.confirm.wrong"} }

// signOutEverywhere ends every sign-in of the user, this one too, through every mode.
func (d *door) signOutEverywhere(c echo.Context) error {
	if err := d.endEverywhere(c, principal(c)); err != nil {
		return err
	}
	return d.gone(c, flashEverywhere)
}

func (d *door) apiSignOutEverywhere(c echo.Context) error {
	if err := d.endEverywhere(c, principal(c)); err != nil {
		return err
	}
	d.forget(c)
	return c.NoContent(http.StatusNoContent)
}

// gone answers a request that ended its own sign-in.
func (d *door) gone(c echo.Context, said flash) error {
	d.forget(c)
	d.dropTyped(c)
	d.flash(c, said+flash("."+d.levels.For(principal(c).TeamID))) // the next page knows nobody whose level it could ask
	return seeOther(c, "/"+d.mode.Name()+"/login")
}

// forget makes a browser drop this door's credential; a script that sent a header keeps no cookie.
func (d *door) forget(c echo.Context) {
	if principal(c).Carrier == auth.CarrierCookie || !isAPI(c) {
		d.mode.Forget(c.Response(), c.Request())
	}
}

// closedNotes says what ending everything has ended, door by door, and until when a copy may still work.
func (n *Node) closedNotes(said flash) []views.Note {
	what, level, _ := strings.Cut(string(said), ".")
	switch flash(what) {
	case flashEverywhere, flashDeactivated, flashDeleted:
	default:
		return nil
	}
	checked, err := auth.ParseLevel(level)
	if err != nil {
		return nil
	}
	notes := []views.Note{{Key: "closed." + what}}
	for _, m := range n.modes {
		note := views.Note{Key: "closed." + m.Name()}
		if !auth.Can(m, checked, auth.AbilityAtOnce) {
			life := n.cfg.AccessTTL + auth.Leeway
			if !auth.Can(m, checked, auth.AbilityEndAll) { // nothing renews it: its own date alone ends it
				life = max(n.cfg.SessionMax, n.cfg.Remember)
			}
			note = views.Note{Key: note.Key + "-lives", Args: map[string]any{"Life": life}}
		}
		notes = append(notes, note)
	}
	return notes
}
