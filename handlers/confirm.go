package handlers

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gorilla/securecookie"
	"github.com/labstack/echo/v4"

	"twodoors/handlers/auth"
	"twodoors/views"
)

// confirmFor is how long a password is enough for before a sensitive change (OWASP ASVS 5.0 7.5.1 and 7.5.3).
const confirmFor = 10 * time.Minute

// confirmCookie says until when a sign-in's user has been confirmed, so that it needs no row and no lookup. It
// is worth nothing without the sign-in that it names.
const confirmCookie = "twodoors-confirmed"

// withPassword lets a request pass that carries the password itself, however recently it was given before. A demo
// account has none.
func (d *door) withPassword(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if principal(c).TeamID != 0 {
			return next(c)
		}
		return d.asked(c, next)
	}
}

// recently lets a request pass whose user gave the password within the last minutes. Any other gets a page that
// asks for it and carries the request out after all. A demo account has no password: it passes, and pages say so.
func (d *door) recently(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if principal(c).TeamID != 0 || d.confirmed(c) {
			return next(c)
		}
		return d.asked(c, next)
	}
}

// asked goes on where the form carries the password, and otherwise asks for it.
func (d *door) asked(c echo.Context, next echo.HandlerFunc) error {
	form, err := formOf(c)
	if err != nil {
		return err
	}
	if !form.Has("confirm") {
		return d.confirmPage(c, http.StatusForbidden, views.Form{})
	}
	_, right, err := d.ownPassword(c, form.Get("confirm"))
	if note, is := throttled(c, err); is {
		return d.confirmPage(c, http.StatusTooManyRequests, views.Form{Failure: note})
	}
	if err != nil {
		return err
	}
	if !right {
		return d.confirmPage(c, http.StatusUnprocessableEntity, views.Form{
			Fields: map[string]views.Note{"confirm": (&wrongPassword{}).note()},
		})
	}
	if err := d.confirm(c); err != nil {
		return err
	}
	return next(c)
}

// confirmed reports whether the password was given within the last minutes, by signing in or by being asked.
func (d *door) confirmed(c echo.Context) bool {
	p, now := principal(c), d.Now()
	// A credential that all sign-ins share does not know when this one was made.
	if auth.Can(d.mode, d.cfg.Level, auth.AbilityOwn) && now.Sub(p.Since) < confirmFor {
		return true
	}
	value, found, ok := d.cookies.Find(c.Request(), confirmCookie, "/")
	if !found || !ok {
		return false
	}
	var text []byte
	if securecookie.DecodeMulti(d.bound(confirmCookie), value, &text, d.signed...) != nil {
		return false
	}
	var user, device, until int64
	if _, err := fmt.Sscanf(string(text), "%d|%d|%d", &user, &device, &until); err != nil {
		return false
	}
	return user == p.UserID && device == p.DeviceID && now.Before(time.Unix(until, 0))
}

// confirm notes that the user has just given the password.
func (d *door) confirm(c echo.Context) error {
	p := principal(c)
	text := fmt.Sprintf("%d|%d|%d", p.UserID, p.DeviceID, d.Now().Add(confirmFor).Unix())
	value, err := securecookie.EncodeMulti(d.bound(confirmCookie), []byte(text), d.signed...)
	if err != nil {
		return err
	}
	d.cookies.Set(c.Response(), c.Request(), confirmCookie, "/", value, confirmFor)
	return nil
}

// confirmPage asks for the password and keeps what was posted.
func (d *door) confirmPage(c echo.Context, status int, form views.Form) error {
	view := views.Confirm{Form: form, Within: confirmFor, Action: c.Request().URL.RequestURI()}
	fields, _ := formOf(c) // it was read before: a fault would have ended the request
	for name, values := range fields {
		for _, value := range values {
			if name != "confirm" && name != forUserField {
				view.Kept = append(view.Kept, views.Field{Name: name, Value: value})
			}
		}
	}
	slices.SortStableFunc(view.Kept, func(a, b views.Field) int { return strings.Compare(a.Name, b.Name) })
	tab := "admin"
	if strings.Contains(c.Path(), "/member/tokens") {
		tab = "tokens"
	}
	view.Member = d.member(c, tab, status)
	view.TitleKey = "title.confirm"
	return d.render(c, status, views.ConfirmPage(view))
}
