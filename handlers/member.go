package handlers

import (
	"errors"
	"net/http"
	"net/url"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"twodoors/handlers/auth"
	"twodoors/models"
	"twodoors/views"
)

// member is what every page of the member area has. It fixes the page's figures: all that a page reads must
// have been read before.
func (d *door) member(c echo.Context, tab string, status int) views.Member {
	p := principal(c)
	chrome := d.chrome(c, "title."+tab, section(d.mode))
	chrome.Signed = &views.Signed{Door: views.Door(d.mode.Name()), ID: p.UserID, Name: p.Name, Role: p.Role}
	return views.Member{
		Chrome: chrome, Door: views.Door(d.mode.Name()), Tab: tab, Admin: p.Role == models.RoleAdmin,
		ChoosesLevel: d.cfg.Demo && d.mode.Name() == d.jwt.Name() && p.TeamID != 0,
		Panel:        d.panel(c, p, status),
	}
}

func (d *door) home(c echo.Context) error {
	p := principal(c)
	return d.render(c, http.StatusOK, views.HomePage(views.Home{
		Member: d.member(c, "home", http.StatusOK), UserID: p.UserID, Name: p.Name, DisplayName: p.DisplayName, Role: p.Role,
		SignedInAt: p.Since, Expires: p.Expires, Level: string(p.Level), FromCredential: !p.Read,
	}))
}

// Limits of a note's length, in characters, and of a list.
const (
	maxNote   = 2000
	listNotes = 100
)

func (d *door) notes(c echo.Context) error {
	kept, said := d.offered(c, notesForm)
	return d.notesPage(c, http.StatusOK, kept.Get("body"), views.Form{Kept: said})
}

func (d *door) notesPage(c echo.Context, status int, body string, form views.Form) error {
	rows, err := d.DB.Notes(c.Request().Context(), principal(c).UserID, listNotes)
	if err != nil {
		return err
	}
	list := make([]views.NoteItem, len(rows))
	for i, row := range rows {
		list[i] = views.NoteItem{ID: row.ID, Body: row.Body, Created: row.CreatedAt.Time}
	}
	return d.render(c, status, views.NotesPage(views.Notes{
		Member: d.member(c, "notes", status), Form: form, Body: body, List: list,
	}))
}

// noteFault says what is wrong with a note's text.
func noteFault(body string) map[string]views.Note {
	length := utf8.RuneCountInString(body)
	switch {
	case length == 0 || isBlank(body):
		return map[string]views.Note{"body": {Key: "form.body.empty"}}
	case length > maxNote:
		return map[string]views.Note{"body": {Key: "form.body.long", Args: map[string]any{"Count": length, "Max": maxNote}}}
	case hasNUL(body):
		return map[string]views.Note{"body": {Key: "form.body.text"}}
	}
	return nil
}

// notesFull says that the user has as many notes as one may.
func notesFull() views.Note {
	return views.Note{Key: "form.body.full", Args: map[string]any{"Count": models.NotesKept}}
}

func (d *door) addNote(c echo.Context) error {
	form, err := formOf(c)
	if err != nil {
		return err
	}
	body := lineBreaks(form.Get("body"))
	if faults := noteFault(body); faults != nil {
		return d.notesPage(c, http.StatusUnprocessableEntity, body, views.Form{Fields: faults})
	}
	if note, refused := refusedForm(c, d.limits.notes, views.Note{Key: "form.notes.throttled"}); refused {
		return d.notesPage(c, http.StatusTooManyRequests, body, views.Form{Failure: note})
	}
	_, err = d.DB.AddNote(c.Request().Context(), principal(c).UserID, body, d.Now())
	if errors.Is(err, models.ErrFull) {
		return d.notesPage(c, http.StatusUnprocessableEntity, body, views.Form{Failure: notesFull()})
	}
	if err != nil {
		return err
	}
	d.dropTyped(c)
	return seeOther(c, d.page("/notes"))
}

func (d *door) deleteNote(c echo.Context) error {
	id, err := idOf(c)
	if err != nil {
		return err
	}
	if err := d.DB.DeleteNote(c.Request().Context(), principal(c).UserID, id); err != nil {
		return err
	}
	return seeOther(c, d.page("/notes"))
}

// page is the address of a page of this door's member area.
func (d *door) page(path string) string { return "/" + d.mode.Name() + "/member" + path }

// credential gives the visitor the credential of this very request, whole: pages show it masked, so that an
// injected script could not read a HttpOnly cookie off the screen. Only demo mode has this.
func (d *door) credential(c echo.Context) error {
	shown := d.mode.Presented(c.Request())
	if shown == nil {
		return errNotFound
	}
	return writeJSON(c, http.StatusOK, map[string]string{"credential": shown.Value, "name": shown.Name, "carrier": string(shown.Carrier)})
}

func (d *door) apiMe(c echo.Context) error {
	p := principal(c)
	var expires *time.Time // null: it has no end
	if !p.Expires.IsZero() {
		at := p.Expires.UTC()
		expires = &at
	}
	answer := map[string]any{
		"id": p.UserID, "username": p.Name, "role": p.Role, "mode": p.Mode, "carrier": p.Carrier, "device": p.DeviceID,
		"signed_in_at": p.Since.UTC(), "expires_at": expires, "level": p.Level,
	}
	if p.Limited() {
		answer["scope"] = p.Scope
	}
	return writeJSON(c, http.StatusOK, answer)
}

type noteJSON struct {
	ID        int64  `json:"id"`
	Body      string `json:"body"`
	CreatedAt string `json:"created_at"`
}

func noteAnswer(n models.Note) noteJSON {
	return noteJSON{ID: n.ID, Body: n.Body, CreatedAt: n.CreatedAt.UTC().Format("2006-01-02T15:04:05.000Z")}
}

func (d *door) apiNotes(c echo.Context) error {
	rows, err := d.DB.Notes(c.Request().Context(), principal(c).UserID, listNotes)
	if err != nil {
		return err
	}
	list := make([]noteJSON, len(rows))
	for i, row := range rows {
		list[i] = noteAnswer(row)
	}
	return writeJSON(c, http.StatusOK, map[string]any{"notes": list})
}

func (d *door) apiAddNote(c echo.Context) error {
	var in struct{ Body string }
	if err := jsonInto(c, &in); err != nil {
		return err
	}
	if faults := noteFault(in.Body); faults != nil {
		return d.problemFields(c, statusFault(http.StatusUnprocessableEntity), faults)
	}
	if err := limited(c, d.limits.notes); err != nil {
		return err
	}
	note, err := d.DB.AddNote(c.Request().Context(), principal(c).UserID, in.Body, d.Now())
	if errors.Is(err, models.ErrFull) {
		return d.problemFields(c, statusFault(http.StatusUnprocessableEntity), map[string]views.Note{"body": notesFull()})
	}
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderLocation, (&url.URL{Path: "/api/" + d.mode.Name() + "/notes"}).String())
	return writeJSON(c, http.StatusCreated, noteAnswer(note))
}

func (d *door) apiDeleteNote(c echo.Context) error {
	id, err := idOf(c)
	if err != nil {
		return err
	}
	if err := d.DB.DeleteNote(c.Request().Context(), principal(c).UserID, id); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// modeOf is the mode that a device belongs to, by its id; nil for none.
func (n *Node) modeOf(id int64) auth.ExhibitedMode {
	for _, m := range n.modes {
		if auth.DeviceOf(m, id) {
			return m
		}
	}
	return nil
}
