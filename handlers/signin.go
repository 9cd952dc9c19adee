package handlers

import (
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"twodoors/handlers/auth"
	"twodoors/models"
	"twodoors/models/sqltrace"
)

// signIn starts a sign-in through a mode, and adds it to the user's last ones before anything is given out: there
// is no sign-in that the list does not show. A user who was kept out, or got another password, since the password
// was checked gets nothing: errLogin. Whoever changes a user changes the database first and ends the sign-ins
// then, so that each of them is either ended there or refused here.
func (n *Node) signIn(c echo.Context, m auth.ExhibitedMode, user models.User, how auth.SignIn) (auth.Issued, error) {
	ctx, h := sqltrace.For(c.Request().Context(), sqltrace.Auth), c.Response().Header()
	before := slices.Clone(h[echo.HeaderSetCookie])
	issued, err := m.SignIn(c.Response(), c.Request(), user, how)
	for tries := 0; errors.Is(err, models.ErrFull) && tries < 3; tries++ { // others sign in at the same moment
		if err = n.endOldest(c, m, user); err == nil {
			issued, err = m.SignIn(c.Response(), c.Request(), user, how)
		}
	}
	if errors.Is(err, models.ErrNotFound) { // the user has been deleted
		err = models.ErrChanged
	}
	if err == nil {
		err = n.DB.NoteSignIn(ctx, user, models.SignIn{
			At: models.At(n.Now()), Mode: m.Name(), Address: how.Address, UserAgent: how.UserAgent,
		})
	}
	if err == nil {
		n.counted.SignedIn(m.Name())
		return issued, nil
	}
	h[echo.HeaderSetCookie] = before
	switch outside := m.Name() == n.session.Name() && n.session.Store() != auth.StoreDatabase; {
	case issued.Device == 0: // nothing was made
	case models.Unavailable(err) && !outside: // nobody is to wait for the database a second time
		n.ends.add(models.PendingEnd{UserID: user.ID, Device: issued.Device})
	default: // nobody has it, and no list is to show it
		if err := m.EndDevice(ctx, user.ID, issued.Device); err != nil && !errors.Is(err, models.ErrNotFound) {
			n.Log.Warn("a sign-in that was not given out could not be ended", "error", err)
		}
	}
	if errors.Is(err, models.ErrChanged) {
		err = errLogin
	}
	return auth.Issued{}, err
}

// endOldest makes room for a sign-in of a user who has as many as a mode keeps: it ends the one that was not used for
// longest. Whoever signs in has shown to be the user; a refusal would keep them out for what somebody else left behind.
func (n *Node) endOldest(c echo.Context, m auth.ExhibitedMode, user models.User) error {
	ctx := sqltrace.For(c.Request().Context(), sqltrace.Auth)
	devices, err := m.Devices(ctx, auth.Principal{UserID: user.ID, TeamID: user.TeamID})
	if err != nil {
		return err
	}
	devices = slices.DeleteFunc(devices, func(d auth.Device) bool { return d.Label != "" }) // limited tokens have a bound of their own
	if len(devices) < auth.SignInsOfUser {
		return nil
	}
	oldest := slices.MinFunc(devices, func(a, b auth.Device) int { return a.LastSeen.Compare(b.LastSeen) })
	if err := m.EndDevice(ctx, user.ID, oldest.ID); err != nil && !errors.Is(err, models.ErrNotFound) { // ended meanwhile
		return err
	}
	return nil
}

// maxUserAgent bounds what is kept of a User-Agent header, in bytes.
const maxUserAgent = 200

// signInOf says how a browser's sign-in is to be.
func (n *Node) signInOf(c echo.Context, remember bool, carrier auth.Carrier) auth.SignIn {
	agent := c.Request().UserAgent()
	return auth.SignIn{
		Remember: remember, Carrier: carrier, Address: c.RealIP(),
		// A header may hold any bytes; the database keeps text.
		UserAgent: strings.ToValidUTF8(agent[:min(len(agent), maxUserAgent)], ""),
	}
}

// carrierOf is how the form wants the access token to travel: by cookie where it does not say. Anything else is a
// bad request.
func carrierOf(form url.Values) (auth.Carrier, error) {
	switch carrier := auth.Carrier(form.Get("carrier")); carrier {
	case "":
		return auth.CarrierCookie, nil
	case auth.CarrierCookie, auth.CarrierHeader:
		return carrier, nil
	}
	return "", errBadRequest
}
