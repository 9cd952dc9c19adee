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

func (d *door) account(c echo.Context) error {
	view := views.Account{}
	switch d.flashed(c) {
	case flashPassword:
		view.Changed = true
	case flashName:
		view.Done = views.Note{Key: "account.name-done"}
	}
	kept, said := d.offered(c, nameForm)
	if said.Key != "" {
		view.DisplayName, view.Kept = kept.Get("display_name"), said
	}
	return d.accountPage(c, http.StatusOK, view)
}

// accountPage shows the account with what view says beside it. DisplayName stays what the view has where its
// field is at fault, and where it was typed before and not sent.
func (d *door) accountPage(c echo.Context, status int, view views.Account) error {
	p := principal(c)
	user, signIns, err := d.DB.Account(c.Request().Context(), p.UserID, d.Now())
	if err != nil {
		return err
	}
	if _, faulty := view.Fields["display_name"]; !faulty && view.Kept.Key == "" {
		view.DisplayName = user.DisplayName
	}
	for _, s := range signIns {
		view.SignIns = append(view.SignIns, views.SignIn{
			At: s.At.Time, Door: views.Door(s.Mode), Browser: browserName(s.UserAgent), Address: s.Address,
		})
	}
	view.SignInsKept, view.SignInsLife = models.SignInsKept, models.SignInsLife
	level := d.levels.For(p.TeamID)
	if !level.AtLeast(auth.LevelDenylist) {
		view.Life = d.cfg.AccessTTL + auth.Leeway // of other sign-ins' access tokens: nobody asks whether they were ended
	}
	if d.mode.Name() == d.jwt.Name() && level.AtLeast(auth.LevelDenylist) && !level.AtLeast(auth.LevelVersion) {
		view.OwnLife = d.cfg.AccessTTL + auth.Leeway // this sign-in goes on, and with it the token it had before
	}
	view.CookieLife = max(d.cfg.SessionMax, d.cfg.Remember)
	view.DemoAccount = p.TeamID != 0
	view.Member = d.member(c, "account", status)
	return d.render(c, status, views.AccountPage(view))
}

func (d *door) changePassword(c echo.Context) error {
	form, err := formOf(c)
	if err != nil {
		return err
	}
	faults, _, err := d.newPassword(c, form.Get("current"), form.Get("password"))
	if note, is := throttled(c, err); is {
		return d.accountPage(c, http.StatusTooManyRequests, views.Account{Form: views.Form{Failure: note}})
	}
	if errors.Is(err, errSignedOut) {
		return d.gone(c, flashPassword)
	}
	if err != nil {
		return err
	}
	if len(faults) > 0 {
		return d.accountPage(c, http.StatusUnprocessableEntity, views.Account{Form: views.Form{Fields: faults}})
	}
	if err := d.confirm(c); err != nil {
		return err
	}
	d.flash(c, flashPassword)
	return seeOther(c, d.page("/account"))
}

func (d *door) apiPassword(c echo.Context) error {
	var in struct{ Current, Password string }
	if err := jsonInto(c, &in); err != nil {
		return err
	}
	faults, issued, err := d.newPassword(c, in.Current, in.Password)
	if errors.Is(err, errSignedOut) {
		d.forget(c)
		return c.NoContent(http.StatusNoContent)
	}
	if err != nil {
		return err
	}
	if len(faults) > 0 {
		return d.problemFields(c, statusFault(http.StatusUnprocessableEntity), faults)
	}
	return newToken(c, issued)
}

// errSignedOut is a change of password that stands, of a user whose own sign-in could not get a new credential: it ends.
var errSignedOut = errors.New("the password has changed and the sign-in ends")

// newPassword changes the principal's password. The sign-in that does it stays, with a new credential; all
// others end first, as far as their mode can, so that no fault in between leaves a thief signed in behind a
// password that has changed.
func (d *door) newPassword(c echo.Context, current, password string) (map[string]views.Note, auth.Issued, error) {
	p := principal(c)
	if note, bad := passwordFault(password); bad {
		return map[string]views.Note{"password": note}, auth.Issued{}, nil
	}
	ctx := sqltrace.For(c.Request().Context(), sqltrace.Auth)
	user, right, err := d.ownPassword(c, current)
	if err != nil {
		return nil, auth.Issued{}, err
	}
	if !right {
		return map[string]views.Note{"current": {Key: "form.current.wrong"}}, auth.Issued{}, nil
	}
	if current == password {
		return map[string]views.Note{"password": {Key: "form.password.same"}}, auth.Issued{}, nil
	}
	hash, err := d.Hasher.Hash(auth.WithLine(ctx, auth.Line{Name: user.Name, Known: true}), password)
	if err != nil {
		return nil, auth.Issued{}, err
	}
	if _, err := d.endOthers(c, p); err != nil {
		return nil, auth.Issued{}, err
	}
	user.TokenVersion, err = d.DB.ChangePassword(ctx, user, hash)
	if errors.Is(err, models.ErrChanged) { // by somebody else, since it was checked
		return map[string]views.Note{"current": {Key: "form.current.wrong"}}, auth.Issued{}, nil
	}
	if err != nil {
		return nil, auth.Issued{}, err
	}
	d.endAfter(c, p) // those that came in by the old password since
	if isAPI(c) && d.mode.Name() == d.jwt.Name() && p.Carrier == auth.CarrierHeader {
		// A script keeps its tokens itself, and 204 has no body for new ones: its refresh token stays good, and
		// the next access token it gets knows the new password's version.
		return nil, auth.Issued{}, nil
	}
	issued, err := d.mode.Renew(c.Response(), c.Request(), p, user)
	if isRefused(err) != nil {
		return nil, auth.Issued{}, &unauthenticatedError{door: d, err: err}
	}
	if models.Unavailable(err) { // the password has changed all the same
		d.endLater(c, models.PendingEnd{UserID: p.UserID, Before: d.Now()}, err)
		return nil, auth.Issued{}, errSignedOut
	}
	if err == nil && !isAPI(c) { // the old password's known devices are known no more: this one stays
		err = d.known.Remember(c.Response(), c.Request(), user)
	}
	return nil, issued, err
}

// endOthers ends all of the principal's sign-ins but this one, through every mode.
func (n *Node) endOthers(c echo.Context, p auth.Principal) (ended int64, err error) {
	ctx := sqltrace.For(c.Request().Context(), sqltrace.Auth)
	for _, m := range n.modes {
		keep := p.DeviceID
		if m.Name() != p.Mode {
			keep = 0
		}
		count, err := m.EndOthers(ctx, p.UserID, keep)
		if err != nil {
			return ended, err
		}
		ended += count
	}
	return ended, nil
}

// endAll ends all of a user's sign-ins, through every mode.
func (n *Node) endAll(c echo.Context, userID int64) error {
	_, err := n.endOthers(c, auth.Principal{UserID: userID})
	return err
}

// endEverywhere is endAll for a user who goes on: known devices, and sign-ins that have begun and not been answered
// yet, are refused too. The other sign-ins end first: where that is not possible nothing has changed, and the user can
// try again.
func (n *Node) endEverywhere(c echo.Context, p auth.Principal) error {
	if _, err := n.endOthers(c, p); err != nil {
		return err
	}
	if err := n.DB.RaiseTokenVersion(sqltrace.For(c.Request().Context(), sqltrace.Auth), p.UserID); err != nil {
		return err
	}
	n.endAfter(c, auth.Principal{UserID: p.UserID})
	return nil
}

func (d *door) adminOnly(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if principal(c).Role != models.RoleAdmin {
			return errAdminOnly
		}
		return next(c)
	}
}
