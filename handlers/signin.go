package handlers

import (
	"strings"

	"github.com/labstack/echo/v4"

	"twodoors/handlers/auth"
	"twodoors/models"
	"twodoors/models/sqltrace"
)

// signIn starts a sign-in through a mode, and adds it to the user's last ones, before anything is given out:
// there is no sign-in that the list does not show.
func (n *Node) signIn(c echo.Context, m auth.Mode, user models.User, how auth.SignIn) (auth.Issued, error) {
	ctx := sqltrace.For(c.Request().Context(), sqltrace.Auth)
	err := n.DB.NoteSignIn(ctx, user.ID, models.SignIn{
		At: models.At(n.Now()), Mode: m.Name(), Address: how.Address, UserAgent: how.UserAgent,
	})
	if err != nil {
		return auth.Issued{}, err
	}
	issued, err := m.SignIn(c.Response(), c.Request(), user, how)
	if err == nil {
		n.counted.SignedIn(m.Name())
	}
	return issued, err
}

// maxUserAgent bounds what is kept of a User-Agent header, in bytes.
const maxUserAgent = 200

// signInOf says how a browser's sign-in is to be.
func (n *Node) signInOf(c echo.Context, remember bool, carrier string) auth.SignIn {
	agent := c.Request().UserAgent()
	how := auth.SignIn{
		Remember: remember, Carrier: auth.CarrierCookie, Address: c.RealIP(),
		// A header may hold any bytes; the database keeps text.
		UserAgent: strings.ToValidUTF8(agent[:min(len(agent), maxUserAgent)], ""),
	}
	if carrier == string(auth.CarrierHeader) {
		how.Carrier = auth.CarrierHeader
	}
	return how
}
