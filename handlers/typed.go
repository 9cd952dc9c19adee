package handlers

import (
	"bytes"
	"compress/flate"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"twodoors/views"
)

// Forms of the member area that take typed text, by their address within it.
const (
	notesForm  = "/notes"
	nameForm   = "/account/name"
	tokensForm = "/tokens"
)

// typedFields are the fields of those forms that are kept where a form could not be carried out. A password is never
// among them.
var typedFields = map[string][]string{
	notesForm:  {"body"},
	nameForm:   {"display_name"},
	tokensForm: {"name", "scope", "life"},
}

// typed is what somebody typed into a form that was not carried out.
type typed struct {
	Form   string     // one of typedFields
	User   string     // whom the form was made for, as the form says; "" where it does not
	Fields url.Values // those of typedFields alone
	Until  int64      // seconds since 1970: until when it is kept
}

// typedIn returns what was typed into the request's form, which posts to path. ok is false where nothing was.
func typedIn(c echo.Context, path string) (t typed, ok bool) {
	if c.Request().Method != http.MethodPost {
		return typed{}, false
	}
	_, form, inArea := strings.Cut(path, "/member")
	names, known := typedFields[form]
	if !inArea || !known {
		return typed{}, false
	}
	fields, err := formOf(c)
	if err != nil || isBlank(fields.Get(names[0])) {
		return typed{}, false
	}
	t = typed{Form: form, User: fields.Get(forUserField), Fields: url.Values{}}
	for _, name := range names {
		if values := fields[name]; len(values) > 0 {
			t.Fields[name] = values
		}
	}
	return t, true
}

// The cookies that keep typed text through a sign-in. The first is for most texts enough: 2,000 characters of any script
// fit in both. They are sealed, since whoever comes next at this browser is not to read them outside of the app.
const (
	typedCookie  = "twodoors-typed"
	typedCookie2 = "twodoors-typed-2"
	typedLife    = 15 * time.Minute
	typedPart    = 3800 // characters in each; a browser keeps 4,096 bytes with name and attributes
)

// keepTyped keeps what was typed into the request's form, which posts to path, until its page is shown to somebody who
// is signed in. kept is false where there is text that is too long for that.
func (n *Node) keepTyped(c echo.Context, path string) (kept bool, _ error) {
	t, ok := typedIn(c, path)
	if !ok {
		return true, nil
	}
	t.Until = n.Now().Add(typedLife).Unix()
	text, err := json.Marshal(t)
	if err != nil {
		return false, err
	}
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.BestCompression)
	if err != nil {
		return false, err
	}
	if _, err := w.Write(text); err != nil {
		return false, err
	}
	if err := w.Close(); err != nil {
		return false, err
	}
	value := n.sealer.Seal(packed.Bytes())
	if len(value) > 2*typedPart {
		return false, nil
	}
	first := min(len(value), typedPart)
	n.cookies.Set(c.Response(), c.Request(), typedCookie, "/", value[:first], typedLife)
	if rest := value[first:]; rest != "" {
		n.cookies.Set(c.Response(), c.Request(), typedCookie2, "/", rest, typedLife)
	} else if _, found, _ := n.cookies.Find(c.Request(), typedCookie2, "/"); found {
		n.cookies.Drop(c.Response(), c.Request(), typedCookie2, "/")
	}
	return true, nil
}

// keptTyped is the text that this browser keeps for a form; ok is false where it keeps none.
func (n *Node) keptTyped(c echo.Context, form string) (t typed, ok bool) {
	value, found, good := n.cookies.Find(c.Request(), typedCookie, "/")
	if !found || !good {
		return typed{}, false
	}
	if rest, found, good := n.cookies.Find(c.Request(), typedCookie2, "/"); found && good {
		value += rest
	}
	packed, good := n.sealer.Open(value)
	if !good {
		return typed{}, false
	}
	text, err := io.ReadAll(flate.NewReader(bytes.NewReader(packed)))
	if err != nil || json.Unmarshal(text, &t) != nil || t.Form != form || n.Now().Unix() >= t.Until {
		return typed{}, false
	}
	return t, true
}

// keepsTyped reports whether this browser keeps text for the page at an address.
func (n *Node) keepsTyped(c echo.Context, next string) bool {
	for form := range typedFields {
		if strings.HasSuffix(next, formPage("/member"+form)) {
			if _, kept := n.keptTyped(c, form); kept {
				return true
			}
		}
	}
	return false
}

// dropTyped makes the browser forget the text that it keeps.
func (n *Node) dropTyped(c echo.Context) {
	for _, name := range []string{typedCookie, typedCookie2} {
		if _, found, _ := n.cookies.Find(c.Request(), name, "/"); found {
			n.cookies.Drop(c.Response(), c.Request(), name, "/")
		}
	}
}

// offered is the kept text of a form, for who is asking now, and what to say above it. It is offered until the form is
// sent, and never sent by itself. Only a page that is looked at offers it: a form that came back has a text of its own.
func (d *door) offered(c echo.Context, form string) (url.Values, views.Note) {
	if c.Request().Method != http.MethodGet {
		return nil, views.Note{}
	}
	t, ok := d.keptTyped(c, form)
	switch {
	case !ok:
		return nil, views.Note{}
	case t.User != "" && t.User != userOf(principal(c)):
		return t.Fields, views.Note{Key: "form.typed.of-another"}
	}
	return t.Fields, views.Note{Key: "form.typed.kept"}
}

// asFields lists typed text for a page, those that a person typed apart from what was chosen beside them.
func (t typed) asFields() (text views.TypedText, chosen []views.Field) {
	names := typedFields[t.Form]
	text = views.TypedText{Name: names[0], Value: t.Fields.Get(names[0])}
	for _, name := range slices.Sorted(slices.Values(names[1:])) {
		for _, value := range t.Fields[name] {
			chosen = append(chosen, views.Field{Name: name, Value: value})
		}
	}
	return text, chosen
}
