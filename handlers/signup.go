package handlers

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"twodoors/handlers/auth"
	"twodoors/models"
	"twodoors/views"
)

func (n *Node) signupForm(c echo.Context) error {
	next := localPath(c.QueryParam("next"), "")
	return n.render(c, http.StatusOK, views.SignupPage(views.Signup{Chrome: n.chrome(c, "title.signup", views.SectionNone), Next: next}))
}

func (n *Node) signup(c echo.Context) error {
	form, err := formOf(c)
	if err != nil {
		return err
	}
	name := form.Get("username")
	if faults := accountFaults(name, form.Get("password")); len(faults) > 0 {
		return n.signupAgain(c, form, http.StatusUnprocessableEntity, views.Form{Fields: faults})
	}
	if note, refused := refusedForm(c, n.limits.signup, views.Note{Key: "form.signup.throttled"}); refused {
		return n.signupAgain(c, form, http.StatusTooManyRequests, views.Form{Failure: note})
	}
	_, faults, err := n.createAccount(c, name, form.Get("password"))
	if err != nil {
		return err
	}
	if len(faults) > 0 {
		return n.signupAgain(c, form, http.StatusUnprocessableEntity, views.Form{Fields: faults})
	}
	n.flash(c, flashCreated)
	return seeOther(c, localPath(form.Get("next"), "/compare"))
}

// signupAgain gives back the form as it was sent, but for its password.
func (n *Node) signupAgain(c echo.Context, form url.Values, status int, says views.Form) error {
	return n.render(c, status, views.SignupPage(views.Signup{
		Chrome: n.chrome(c, "title.signup", views.SectionNone), Form: says, Username: form.Get("username"), Next: localPath(form.Get("next"), ""),
	}))
}

func (n *Node) apiSignup(c echo.Context) error {
	var in struct{ Username, Password string }
	if err := jsonInto(c, &in); err != nil {
		return err
	}
	faults := accountFaults(in.Username, in.Password)
	var user models.User
	if len(faults) == 0 {
		err := limited(c, n.limits.signup)
		if err == nil {
			user, faults, err = n.createAccount(c, in.Username, in.Password)
		}
		if err != nil {
			return err
		}
	}
	if len(faults) > 0 {
		f := statusFault(http.StatusUnprocessableEntity)
		if faults["username"].Key == "form.username.taken" {
			f = statusFault(http.StatusConflict)
		}
		return n.problemFields(c, f, faults)
	}
	return writeJSON(c, http.StatusCreated, map[string]any{"id": user.ID, "username": user.Name, "role": user.Role})
}

// accountFaults says what a person can put right about a new account, by field.
func accountFaults(name, password string) map[string]views.Note {
	faults := map[string]views.Note{}
	if auth.CheckUsername(name) != nil {
		faults["username"] = views.Note{Key: "form.username.invalid"}
	} else if auth.Reserved(name) {
		faults["username"] = views.Note{Key: "form.username.reserved"}
	}
	if note, bad := passwordFault(password); bad {
		faults["password"] = note
	}
	return faults
}

// createAccount makes a member of the installation, unless the name is taken.
func (n *Node) createAccount(c echo.Context, name, password string) (models.User, map[string]views.Note, error) {
	ctx := c.Request().Context()
	hash, err := n.Hasher.Hash(auth.WithLine(ctx, n.lineOf(c)), password)
	if err != nil {
		return models.User{}, nil, err
	}
	user, err := n.DB.CreateUser(ctx, models.NewUser{Name: name, PasswordHash: hash, Role: models.RoleMember, Now: n.Now()})
	if errors.Is(err, models.ErrTaken) {
		return models.User{}, map[string]views.Note{"username": {Key: "form.username.taken"}}, nil
	}
	return user, nil, err
}

// passwordFault says what is wrong with a new password.
func passwordFault(password string) (note views.Note, bad bool) {
	switch err := auth.CheckPassword(password); {
	case err == nil:
		return views.Note{}, false
	case errors.Is(err, auth.ErrPasswordLong):
		return views.Note{Key: "form.password.long"}, true
	case errors.Is(err, auth.ErrPasswordCommon):
		return views.Note{Key: "form.password.common"}, true
	default:
		return views.Note{Key: "form.password.short"}, true
	}
}
