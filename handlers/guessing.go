package handlers

import (
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"twodoors/handlers/auth"
	"twodoors/handlers/trace"
	"twodoors/models"
	"twodoors/models/sqltrace"
	"twodoors/views"
)

// checkPassword returns the user of that name and password. An unknown name, a wrong password and an account
// that was deactivated give the same answer, errLogin, after the same time, and count alike as guesses. It
// fails with an *auth.ThrottledError, without any lookup, where too many went wrong before; a password that nobody
// can have is refused before it is counted or anything is looked up. No answer but that of success has times in it:
// they would tell names apart.
func (n *Node) checkPassword(c echo.Context, name, password string) (models.User, error) {
	x := trace.From(c.Request().Context())
	x.HideTimes()
	if len(password) > auth.MaxPassword {
		x.Refuse("wrong-password")
		return models.User{}, errLogin
	}
	ctx := sqltrace.For(c.Request().Context(), sqltrace.Auth)
	var user models.User
	device := n.known.Of(c.Request(), name)
	from := auth.Attempt{Account: name, Device: device.Name, Address: c.RealIP()}
	right, err := n.throttle.Try(ctx, from, func() (bool, error) {
		if auth.CheckUsername(name) == nil {
			var err error
			if user, err = n.DB.UserByName(ctx, name, n.Now()); err != nil && !errors.Is(err, models.ErrNotFound) {
				return false, err
			}
		}
		if device.Name == "" {
			return n.passwordIs(c, password, user, n.lineOf(c))
		}
		if device.For(user) {
			return n.passwordIs(c, password, user, auth.Line{Name: user.Name, Known: true})
		}
		from.Device = "" // it is known no more
		return n.throttle.Try(ctx, from, func() (bool, error) { return n.passwordIs(c, password, user, n.lineOf(c)) })
	})
	if err == nil && !right {
		err = errLogin
	}
	if err == nil {
		x.ShowTimes()
	}
	return user, err
}

// ownPassword reports whether password is the one of who is asking, and returns that user. Guesses count for
// the sign-in alone: whoever guesses elsewhere does not keep the owner from this, and whoever has got hold of a
// sign-in cannot go on guessing behind it. They count at the address and with all others too.
func (d *door) ownPassword(c echo.Context, password string) (user models.User, right bool, err error) {
	if len(password) > auth.MaxPassword {
		return user, false, nil
	}
	ctx, p := sqltrace.For(c.Request().Context(), sqltrace.Auth), principal(c)
	from := auth.Attempt{Device: "sign-in:" + strconv.FormatInt(p.DeviceID, 10), Address: c.RealIP()}
	right, err = d.throttle.Try(ctx, from, func() (bool, error) {
		var err error
		if user, err = d.DB.UserByID(ctx, p.UserID, d.Now()); err != nil {
			return false, err
		}
		return d.passwordIs(c, password, user, auth.Line{Name: user.Name, Known: true})
	})
	return user, right, err
}

// lineOf is the line in which a client waits for what only a few do at the same time.
func (n *Node) lineOf(c echo.Context) auth.Line { return auth.Line{Name: auth.Network(c.RealIP())} }

// passwordIs compares a password with a user's: the zero user, and one who is not active, have none. It waits for that
// in a line.
func (n *Node) passwordIs(c echo.Context, password string, user models.User, line auth.Line) (bool, error) {
	ctx := auth.WithLine(c.Request().Context(), line)
	done := trace.From(ctx).Check("check.password")
	right, err := n.Hasher.Check(ctx, password, user.PasswordHash)
	if err != nil {
		return false, err
	}
	if !right || !user.Active {
		done("wrong")
		trace.From(ctx).Refuse("wrong-password")
		return false, nil
	}
	done("")
	return true, nil
}

// throttled says in a form what an *auth.ThrottledError means, and when to come back (RFC 6585, section 4).
func throttled(c echo.Context, err error) (note views.Note, is bool) {
	var t *auth.ThrottledError
	if !errors.As(err, &t) {
		return views.Note{}, false
	}
	f := slowDown(t.Wait)
	trace.From(c.Request().Context()).Refuse(f.Refusal)
	c.Response().Header().Set(echo.HeaderRetryAfter, strconv.Itoa(f.RetryAfter))
	return views.Note{Key: "login.throttled", Args: map[string]any{"Life": time.Duration(f.RetryAfter) * time.Second}}, true
}

// slowDown asks to come back after a while, in whole seconds, rounded up.
func slowDown(wait time.Duration) *fault {
	seconds := max(1, int(math.Ceil(wait.Seconds())))
	return &fault{Status: http.StatusTooManyRequests, Key: "429", RetryAfter: seconds, Refusal: "throttled"}
}
