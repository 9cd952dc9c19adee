package handlers

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"twodoors/handlers/auth"
	"twodoors/views"
)

func (d *door) loginForm(c echo.Context) error {
	view := d.loginView(c, localPath(c.QueryParam("next"), ""))
	said := d.flashed(c)
	view.Closed = d.closedNotes(said)
	switch said {
	case flashCreated:
		view.Created = true
	case flashSignedOut:
		view.LoggedOut = true
	case flashEnded:
		view.Ended = true
	case flashPassword:
		view.Closed = []views.Note{{Key: "closed.password"}}
	case flashNotEnded, flashNotYet:
		view.Notice = views.Note{Key: "login." + string(said)}
	}
	return d.render(c, http.StatusOK, views.LoginPage(view))
}

func (d *door) loginView(c echo.Context, next string) views.Login {
	return views.Login{
		Chrome: d.chrome(c, "title.login", section(d.mode)), Door: views.Door(d.mode.Name()), Next: next, Keeps: d.keepsTyped(c, next),
	}
}

func (d *door) login(c echo.Context) error {
	form, err := formOf(c)
	if err != nil {
		return err
	}
	carrier, err := carrierOf(form)
	if err != nil {
		return d.loginAgain(c, form, http.StatusUnprocessableEntity, views.Form{Fields: map[string]views.Note{"carrier": {Key: "form.carrier.invalid"}}})
	}
	how := d.signInOf(c, form.Get("remember") != "", carrier)
	user, err := d.checkPassword(c, form.Get("username"), form.Get("password"))
	if err == nil {
		_, err = d.signIn(c, d.mode, user, how)
	}
	if status, failure := signInFailure(c, err); status != 0 {
		if status == http.StatusUnauthorized {
			d.challenge(c, nil)
		}
		return d.loginAgain(c, form, status, views.Form{Failure: failure})
	}
	if err != nil {
		return err
	}
	if err := d.known.Remember(c.Response(), c.Request(), user); err != nil {
		return err
	}
	return seeOther(c, localPath(form.Get("next"), "/"+d.mode.Name()+"/member"))
}

// loginAgain gives back the form as it was sent, but for its password.
func (d *door) loginAgain(c echo.Context, form url.Values, status int, says views.Form) error {
	view := d.loginView(c, localPath(form.Get("next"), ""))
	view.Form, view.Username, view.Remember, view.Carrier = says, form.Get("username"), form.Get("remember") != "", form.Get("carrier")
	return d.render(c, status, views.LoginPage(view))
}

// signInFailure is how the form comes back after a password that was not right, or not tried; 0 for any other
// error and none.
func signInFailure(c echo.Context, err error) (status int, failure views.Note) {
	if errors.Is(err, errLogin) {
		return http.StatusUnauthorized, views.Note{Key: "login.failed"}
	}
	if note, is := throttled(c, err); is {
		return http.StatusTooManyRequests, note
	}
	return 0, views.Note{}
}

func (d *door) logout(c echo.Context) error {
	err := d.mode.SignOut(c.Response(), c.Request())
	unread := isRefused(err) != nil || errors.Is(err, auth.ErrNoCredential)
	if d.mode.Name() == d.jwt.Name() && unread {
		// The refresh token may still say whose sign-in it is, and its cookie is sent below that path alone.
		return c.Redirect(http.StatusTemporaryRedirect, refreshPath+"/logout")
	}
	if err != nil && !unread {
		return err
	}
	return d.signedOut(c, isRefused(err) == nil)
}

// logoutByRefresh signs out a browser whose access token is missing or cannot be read.
func (d *door) logoutByRefresh(c echo.Context) error {
	err := d.jwt.SignOutByRefresh(c.Response(), c.Request(), "")
	if err != nil && isRefused(err) == nil {
		return err
	}
	return d.signedOut(c, err == nil)
}

// signedOut leads to the sign-in page, which says whether the sign-in was ended or only forgotten here.
func (d *door) signedOut(c echo.Context, ended bool) error {
	d.dropTyped(c)
	said := flashSignedOut
	if !ended {
		said = flashNotEnded
	}
	d.flash(c, said)
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
	user, err := d.checkPassword(c, in.Username, in.Password)
	if err != nil {
		return err
	}
	how := d.signInOf(c, in.Remember, auth.CarrierHeader)
	how.Script = true
	issued, err := d.signIn(c, d.mode, user, how)
	if err != nil {
		return err
	}
	if issued.TokenType != "" {
		return writeJSON(c, http.StatusOK, map[string]string{"token": issued.AccessToken, "token_type": issued.TokenType})
	}
	if issued.AccessToken == "" {
		return writeJSON(c, http.StatusOK, map[string]any{"id": user.ID, "username": user.Name, "role": user.Role})
	}
	return writeJSON(c, http.StatusOK, tokenAnswer(issued))
}

// apiLogout signs out. In JWT mode the body may name the refresh token, for a script whose access token can no longer be
// read.
func (d *door) apiLogout(c echo.Context) error {
	var in struct {
		RefreshToken string `json:"refresh_token"`
	}
	if d.mode.Name() == d.jwt.Name() && c.Request().ContentLength != 0 {
		if err := jsonInto(c, &in); err != nil {
			return err
		}
	}
	err := d.mode.SignOut(c.Response(), c.Request())
	unread := isRefused(err) != nil || errors.Is(err, auth.ErrNoCredential)
	if in.RefreshToken != "" && (err == nil || unread) {
		byRefresh := d.jwt.SignOutByRefresh(c.Response(), c.Request(), in.RefreshToken)
		if err != nil || isRefused(byRefresh) == nil {
			err = byRefresh
		}
		if isRefused(err) != nil {
			return errBadGrant
		}
	}
	if refused := isRefused(err); refused != nil {
		d.challenge(c, refused)
		return d.problemJSON(c, errNotEnded)
	}
	if err != nil && !errors.Is(err, auth.ErrNoCredential) {
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
