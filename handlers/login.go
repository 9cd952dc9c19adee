package handlers

import (
	"context"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"twodoors/handlers/auth"
	"twodoors/handlers/trace"
	"twodoors/models"
	"twodoors/models/sqltrace"
	"twodoors/views"
)

func (d *door) loginForm(c echo.Context) error {
	view := d.loginView(c, localPath(c.QueryParam("next"), ""))
	switch d.flashed(c) {
	case flashCreated:
		view.Created = true
	case flashSignedOut:
		view.LoggedOut = true
	case flashEnded:
		view.Ended = true
	}
	return d.render(c, http.StatusOK, views.LoginPage(view))
}

func (d *door) loginView(c echo.Context, next string) views.Login {
	return views.Login{
		Chrome: d.chrome(c, "title.login", section(d.mode)), Door: views.Door(d.mode.Name()), Next: next,
	}
}

func (d *door) login(c echo.Context) error {
	form, err := formOf(c)
	if err != nil {
		return err
	}
	how := d.signInOf(c, form.Get("remember") != "", form.Get("carrier"))
	next := localPath(form.Get("next"), "")
	user, err := d.checkPassword(c.Request().Context(), form.Get("username"), form.Get("password"))
	if errors.Is(err, errLogin) {
		view := d.loginView(c, next)
		view.Failure = views.Note{Key: "login.failed"}
		view.Username, view.Remember, view.Carrier = form.Get("username"), how.Remember, string(how.Carrier)
		return d.render(c, http.StatusUnauthorized, views.LoginPage(view))
	}
	if err != nil {
		return err
	}
	if _, err := d.mode.SignIn(c.Response(), c.Request(), user, how); err != nil {
		return err
	}
	if next == "" {
		next = "/" + d.mode.Name() + "/member"
	}
	return seeOther(c, next)
}

// signInOf says how a browser's sign-in is to be.
func (n *Node) signInOf(c echo.Context, remember bool, carrier string) auth.SignIn {
	how := auth.SignIn{Remember: remember, Carrier: auth.CarrierCookie, UserAgent: c.Request().UserAgent(), Address: c.RealIP()}
	if carrier == string(auth.CarrierHeader) {
		how.Carrier = auth.CarrierHeader
	}
	return how
}

// checkPassword returns the user of that name and password. An unknown name, a wrong password and an account
// that was deactivated give the same answer, errLogin, after the same time.
func (n *Node) checkPassword(ctx context.Context, name, password string) (models.User, error) {
	ctx = sqltrace.For(ctx, sqltrace.Auth)
	var user models.User
	if auth.CheckUsername(name) == nil {
		var err error
		if user, err = n.DB.UserByName(ctx, name, n.Now()); err != nil && !errors.Is(err, models.ErrNotFound) {
			return user, err
		}
	}
	done := trace.From(ctx).Check("check.password")
	right, err := n.Hasher.Check(ctx, password, user.PasswordHash)
	if err != nil {
		return user, err
	}
	if !right || !user.Active {
		done("wrong")
		return user, errLogin
	}
	done("")
	return user, nil
}

func (d *door) logout(c echo.Context) error {
	if err := d.mode.SignOut(c.Response(), c.Request()); err != nil {
		return err
	}
	// "cookies" would end the other door's sign-in too.
	c.Response().Header().Set("Clear-Site-Data", `"cache"`)
	d.flash(c, flashSignedOut)
	return seeOther(c, "/"+d.mode.Name()+"/login")
}

func (d *door) apiLogin(c echo.Context) error {
	var in struct {
		Username, Password string
		Remember           bool
	}
	if err := jsonInto(c, &in); err != nil {
		return err
	}
	user, err := d.checkPassword(c.Request().Context(), in.Username, in.Password)
	if err != nil {
		return err
	}
	how := d.signInOf(c, in.Remember, string(auth.CarrierHeader))
	how.Script = true
	issued, err := d.mode.SignIn(c.Response(), c.Request(), user, how)
	if err != nil {
		return err
	}
	if issued.AccessToken == "" {
		return writeJSON(c, http.StatusOK, map[string]any{"id": user.ID, "username": user.Name, "role": user.Role})
	}
	return writeJSON(c, http.StatusOK, tokenAnswer(issued))
}

func (d *door) apiLogout(c echo.Context) error {
	if err := d.mode.SignOut(c.Response(), c.Request()); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// tokens is the answer that gives tokens to a script (RFC 6749, section 5.1).
type tokens struct {
	AccessToken  string `json:"access_token,omitempty"`
	TokenType    string `json:"token_type"`
	ExpiresIn    int    `json:"expires_in"` // seconds
	RefreshToken string `json:"refresh_token,omitempty"`
}

func tokenAnswer(issued auth.Issued) tokens {
	return tokens{
		AccessToken: issued.AccessToken, TokenType: "Bearer", ExpiresIn: int(issued.ExpiresIn.Seconds()), RefreshToken: issued.RefreshToken,
	}
}
