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

// formOf reads a form's fields from the body alone: what stands in the address is not part of a form.
func formOf(c echo.Context) (url.Values, error) {
	r := c.Request()
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
