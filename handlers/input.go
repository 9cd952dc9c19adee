package handlers

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"
)

// formKey keeps a form that has been read.
const formKey = "form"

type readForm struct {
	fields url.Values
	err    error
}

// formOf reads a form's fields from the body alone: what stands in the address is not part of a form. A body can be read
// once, so whoever asks again gets the same answer.
func formOf(c echo.Context) (url.Values, error) {
	if form, read := c.Get(formKey).(readForm); read {
		return form.fields, form.err
	}
	fields, err := formIn(c.Request())
	c.Set(formKey, readForm{fields, err})
	return fields, err
}

func formIn(r *http.Request) (url.Values, error) {
	if kind := r.Header.Get(echo.HeaderContentType); kind != "" {
		if media, _, err := mime.ParseMediaType(kind); err != nil || media != echo.MIMEApplicationForm {
			return nil, errWrongType
		}
	}
	if err := r.ParseForm(); err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return nil, errTooLarge
		}
		return nil, errBadRequest
	}
	for _, values := range r.PostForm {
		for _, v := range values {
			if !utf8.ValidString(v) {
				return nil, errBadRequest
			}
		}
	}
	return r.PostForm, nil
}

// jsonInto reads the request's JSON body: one object of the right types, in UTF-8.
func jsonInto(c echo.Context, into any) error {
	media, _, err := mime.ParseMediaType(c.Request().Header.Get(echo.HeaderContentType))
	if err != nil || media != echo.MIMEApplicationJSON {
		return errWrongType
	}
	body, err := io.ReadAll(c.Request().Body)
	if err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return errTooLarge
		}
		return errBadRequest // cut short: that is the client's connection, not the database's
	}
	if !utf8.Valid(body) || json.Unmarshal(body, into) != nil {
		return errBadRequest
	}
	return nil
}

// idOf reads the id in the path. What is not a number of ours is nothing that could be found.
func idOf(c echo.Context) (int64, error) {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil || id <= 0 {
		return 0, errNotFound
	}
	return id, nil
}

func isBlank(s string) bool { return strings.TrimSpace(s) == "" }

// hasNUL reports a NUL character, which PostgreSQL cannot keep in text.
func hasNUL(s string) bool { return strings.ContainsRune(s, 0) }

// lineBreaks turns a form's line breaks, which travel as CR LF, into plain ones: each is one character.
func lineBreaks(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }
