package handlers

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"twodoors/handlers/auth"
	"twodoors/views"
)

// forUserField is a hidden field in each form of the member area: the id of the user whose page the form stands on. A
// browser's cookies are the same in all of its tabs. A form that was opened by one user and is sent after another has
// signed in would otherwise be carried out as the other one. It is no secret. A script may leave it out.
const forUserField = "for_user"

// userOf is the field's value for who is asking.
func userOf(p auth.Principal) string { return strconv.FormatInt(p.UserID, 10) }

// forAnother reports whether the request is a form that was made for another user than the one who is signed in now.
func forAnother(c echo.Context) bool {
	if c.Request().Method != http.MethodPost || isAPI(c) {
		return false
	}
	form, err := formOf(c)
	if err != nil { // for the handler to answer
		return false
	}
	made, said := form[forUserField]
	if !said {
		return false
	}
	for _, user := range made {
		if user != userOf(principal(c)) {
			return true
		}
	}
	return false
}

// refuseForAnother answers a form that was made for another user: nothing is done, and a typed text is offered to who is
// signed in now. It is kept too, for the case that the other one signs in again.
func (d *door) refuseForAnother(c echo.Context) error {
	path := c.Request().URL.Path
	if _, err := d.keepTyped(c, path); err != nil {
		return err
	}
	back := formPage(path)
	_, tab, _ := strings.Cut(back, "/member/")
	if tab == "admin" && principal(c).Role != "admin" {
		back, tab = d.page(""), "home"
	}
	view := views.OtherUser{Back: back, SignIn: "/" + d.mode.Name() + "/login?next=" + queryEscape(back)}
	if t, ok := typedIn(c, path); ok {
		text, chosen := t.asFields()
		view.Text, view.Chosen, view.Action = &text, chosen, path
	}
	view.Member = d.member(c, tab, http.StatusConflict)
	view.TitleKey = "title.other-user"
	return d.render(c, http.StatusConflict, views.OtherUserPage(view))
}
