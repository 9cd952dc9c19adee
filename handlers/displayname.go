package handlers

import (
	"net/http"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"twodoors/views"
)

// maxDisplayName bounds a display name, in characters.
const maxDisplayName = 64

// displayName is a name as it is kept. It may be empty.
func displayName(text string) (name string, fault views.Note) {
	name, ok := nameOf(text)
	switch {
	case utf8.RuneCountInString(name) > maxDisplayName:
		return name, views.Note{Key: "form.display-name.long"}
	case !ok:
		return name, views.Note{Key: "form.display-name.text"}
	}
	return name, views.Note{}
}

func (d *door) rename(c echo.Context) error {
	form, err := formOf(c)
	if err != nil {
		return err
	}
	name, fault := displayName(form.Get("display_name"))
	if fault.Key != "" {
		return d.accountPage(c, http.StatusUnprocessableEntity, views.Account{
			DisplayName: form.Get("display_name"), Form: views.Form{Fields: map[string]views.Note{"display_name": fault}},
		})
	}
	if err := d.setDisplayName(c, name); err != nil {
		return err
	}
	d.dropTyped(c)
	d.flash(c, flashName)
	return seeOther(c, d.page("/account"))
}

func (d *door) setDisplayName(c echo.Context, name string) error {
	ctx, id := c.Request().Context(), principal(c).UserID
	if err := d.DB.SetDisplayName(ctx, id, name); err != nil {
		return err
	}
	d.changed(c, id)
	return nil
}

func (d *door) apiRename(c echo.Context) error {
	var in struct {
		DisplayName string `json:"display_name"`
	}
	if err := jsonInto(c, &in); err != nil {
		return err
	}
	name, fault := displayName(in.DisplayName)
	if fault.Key != "" {
		return d.problemFields(c, statusFault(http.StatusUnprocessableEntity), map[string]views.Note{"display_name": fault})
	}
	if err := d.setDisplayName(c, name); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

type signInJSON struct {
	At      time.Time `json:"at"`
	Mode    string    `json:"mode"`
	Browser string    `json:"browser"`
	Address string    `json:"address"`
}

// apiAccount is the user as it stands in the database, with the last sign-ins.
func (d *door) apiAccount(c echo.Context) error {
	user, signIns, err := d.DB.Account(c.Request().Context(), principal(c).UserID, d.Now())
	if err != nil {
		return err
	}
	list := make([]signInJSON, len(signIns))
	for i, s := range signIns {
		list[i] = signInJSON{At: s.At.UTC(), Mode: s.Mode, Browser: browserName(s.UserAgent), Address: s.Address}
	}
	return writeJSON(c, http.StatusOK, map[string]any{
		"id": user.ID, "username": user.Name, "display_name": user.DisplayName, "role": user.Role,
		"created_at": user.CreatedAt.UTC(), "sign_ins": list,
	})
}
