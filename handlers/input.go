package handlers

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/labstack/echo/v4"
)

// formKey keeps a form that has been read.
const formKey = "form"

type readForm struct {
	fields url.Values
	err    error
}

// formOf reads a form's fields from the body alone: what stands in the address is not part of a form, and may be anything
// (?a;b). A body can be read once, so whoever asks again gets the same answer.
func formOf(c echo.Context) (url.Values, error) {
	if form, read := c.Get(formKey).(readForm); read {
		return form.fields, form.err
	}
	fields, err := formIn(c.Request())
	c.Set(formKey, readForm{fields, err})
	return fields, err
}

func formIn(r *http.Request) (url.Values, error) {
	kind := r.Header.Get(echo.HeaderContentType)
	if kind == "" {
		return url.Values{}, nil
	}
	if media, _, err := mime.ParseMediaType(kind); err != nil || media != echo.MIMEApplicationForm {
		return nil, errWrongType
	}
	body, err := bodyOf(r)
	if err != nil {
		return nil, err
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, errBadRequest
	}
	for _, values := range form {
		for _, v := range values {
			if !utf8.ValidString(v) {
				return nil, errBadRequest
			}
		}
	}
	return form, nil
}

// jsonInto reads the request's JSON body: one object of the right types, in UTF-8. Half of a surrogate pair and a name
// that stands twice are refused (RFC 8259, sections 8.2 and 4): readers differ about them, and two passwords would be one.
func jsonInto(c echo.Context, into any) error {
	media, _, err := mime.ParseMediaType(c.Request().Header.Get(echo.HeaderContentType))
	if err != nil || media != echo.MIMEApplicationJSON {
		return errWrongType
	}
	body, err := bodyOf(c.Request())
	if err != nil {
		return err
	}
	if json.Unmarshal(body, into, json.MatchCaseInsensitiveNames(true)) != nil {
		return errBadRequest
	}
	return nil
}

// bodyOf reads a request's body to its end.
func bodyOf(r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(r.Body)
	if err == nil {
		return body, nil
	}
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return nil, errTooLarge
	}
	return nil, errBadRequest // cut short: that is the client's connection, not the database's
}

// idOf reads the id in the path. What is not a number of ours is nothing that could be found.
func idOf(c echo.Context) (int64, error) {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil || id <= 0 || strconv.FormatInt(id, 10) != c.Param("id") { // +7 and 007 are other spellings, and not ours
		return 0, errNotFound
	}
	return id, nil
}

func isBlank(s string) bool { return strings.TrimSpace(s) == "" }

// hasNUL reports a NUL character, which PostgreSQL cannot keep in text.
func hasNUL(s string) bool { return strings.ContainsRune(s, 0) }

// lineBreaks turns a form's line breaks, which travel as CR LF, into plain ones: each is one character.
func lineBreaks(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }
