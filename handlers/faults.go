package handlers

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"twodoors/handlers/auth"
	"twodoors/handlers/trace"
	"twodoors/models"
	"twodoors/views"
)

// fault is an answer that is not what was asked for: a status, and the words for it (message keys
// problem.<Key>.title and problem.<Key>.do).
type fault struct {
	Status int
	Key    string
	// Code is the "error" member of a problem+json answer, "" for none.
	Code string
	// RetryAfter in seconds, 0 for none.
	RetryAfter int
	// Refusal is the reason that it is counted for; "": it refuses nobody, or why was noted where it was found.
	Refusal string
}

func (f *fault) Error() string { return f.Key }

func statusFault(status int) *fault { return &fault{Status: status, Key: strconv.Itoa(status)} }

// Faults with words of their own.
var (
	errWrongHost   = &fault{Status: http.StatusMisdirectedRequest, Key: "421", Refusal: "wrong-host"}
	errCrossOrigin = &fault{Status: http.StatusForbidden, Key: "cross-origin", Refusal: "cross-origin"}
	errTwoCarriers = &fault{Status: http.StatusBadRequest, Key: "two-carriers", Refusal: "two-carriers"}
	errCookieLarge = &fault{Status: http.StatusInternalServerError, Key: "cookie-too-large"}
	errScope       = &fault{Status: http.StatusForbidden, Key: "scope", Code: "insufficient_scope", Refusal: "scope"}
	errAdminOnly   = &fault{Status: http.StatusForbidden, Key: "admin-only", Refusal: "admin-only"}
	errNotFound    = statusFault(http.StatusNotFound)
	errBadRequest  = statusFault(http.StatusBadRequest)
	errWrongType   = statusFault(http.StatusUnsupportedMediaType)
	errTooLarge    = statusFault(http.StatusRequestEntityTooLarge)
	errUnavailable = &fault{Status: http.StatusServiceUnavailable, Key: "503", RetryAfter: 5}
	errInternal    = statusFault(http.StatusInternalServerError)
	errBadGrant    = &fault{Status: http.StatusBadRequest, Key: "invalid-grant", Code: "invalid_grant"}
	errSignInLong  = &fault{Status: http.StatusUnauthorized, Key: "sign-in-long"}
	errNotEnded    = &fault{Status: http.StatusUnauthorized, Key: "not-ended", Code: "invalid_token"}
	errLogin       = &fault{Status: http.StatusUnauthorized, Key: "login"}
	errRunsFull    = &fault{Status: http.StatusServiceUnavailable, Key: "runs-full", RetryAfter: 5, Refusal: "busy"}
	errGone        = statusFault(middleware.StatusCodeContextCanceled)
	errNoRoom      = &fault{Status: http.StatusServiceUnavailable, Key: "no-room", RetryAfter: 60, Refusal: "busy"}
	errBusy        = &fault{Status: http.StatusServiceUnavailable, Key: "busy", RetryAfter: 5, Refusal: "busy"}
)

// faultOf finds the answer for an error. Nothing of the error's own text is shown.
func faultOf(err error) *fault {
	var f *fault
	var he *echo.HTTPError
	var large *http.MaxBytesError
	var slow *auth.ThrottledError
	var scope *auth.ScopeError
	var oversized *auth.CookieTooLargeError
	switch {
	case errors.As(err, &f):
		return f
	case errors.As(err, &slow):
		return slowDown(slow.Wait)
	case errors.As(err, &oversized):
		return errCookieLarge
	case errors.As(err, &scope):
		return errScope
	case errors.As(err, &large):
		return errTooLarge
	case errors.Is(err, auth.ErrTwoCarriers):
		return errTwoCarriers
	case errors.Is(err, auth.ErrBusy):
		return errBusy
	case errors.Is(err, models.ErrFull):
		return errNoRoom
	case errors.Is(err, models.ErrNotFound):
		return errNotFound
	case models.Unavailable(err):
		return errUnavailable
	case errors.As(err, &he):
		switch he.Code {
		case http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType:
			return statusFault(he.Code)
		}
	}
	return errInternal
}

// handleError is the one place where errors become answers: a page for a browser, problem+json for the API.
func (n *Node) handleError(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	gone := c.Request().Context().Err()
	if gone != nil {
		// A client that has gone away reads no answer. One that closed nothing but its own side waits for it, and the
		// log and what is counted are to say the same: unanswered, it would have been a 200.
		c.SetRequest(c.Request().WithContext(context.WithoutCancel(c.Request().Context())))
	}
	var who *unauthenticatedError
	if errors.As(err, &who) {
		if answered, answerErr := who.door.unauthenticatedError(c, who.err); answered {
			if answerErr != nil {
				n.Log.Error("an answer could not be written", "error", answerErr)
			}
			return
		}
	}
	f := faultOf(err)
	if gone != nil && errors.Is(err, gone) {
		f = errGone
	}
	trace.From(c.Request().Context()).Refuse(f.Refusal)
	var scope *auth.ScopeError
	if errors.As(err, &scope) {
		insufficientScope(c.Response().Header(), scope)
	}
	if f.Status == http.StatusUnauthorized {
		n.challengeAt(c)
	}
	if f.RetryAfter > 0 {
		c.Response().Header().Set(echo.HeaderRetryAfter, strconv.Itoa(f.RetryAfter))
	}
	if asJSON, _ := c.Get(asJSONKey).(bool); asJSON || isAPI(c) {
		err = n.problemJSON(c, f)
	} else {
		err = n.faultPage(c, f)
	}
	if err != nil {
		n.Log.Error("an answer could not be written", "error", err)
	}
}

// faultPage answers with the form of the sign-up or the sign-in that could not be carried out, with the user name as it was
// typed and what is said of the fault; and any other request with a page of its own. What another site's page had the
// browser send comes back in no form: nobody typed that here.
func (n *Node) faultPage(c echo.Context, f *fault) error {
	if c.Request().Method != http.MethodPost || f == errCrossOrigin || f == errWrongHost || f.Status == http.StatusNotFound {
		return n.problemPage(c, f)
	}
	says := views.Note{Key: "problem." + f.Key + ".do"}
	forms := map[string]func(url.Values) error{
		"/signup":        func(form url.Values) error { return n.signupAgain(c, form, f.Status, views.Form{Failure: says}) },
		"/compare/login": func(form url.Values) error { return n.compareAgain(c, form, f.Status, says) },
	}
	for _, m := range n.modes {
		d := &door{Node: n, mode: m}
		forms["/"+m.Name()+"/login"] = func(form url.Values) error { return d.loginAgain(c, form, f.Status, views.Form{Failure: says}) }
	}
	if again := forms[c.Request().URL.Path]; again != nil {
		if form, err := formOf(c); err == nil {
			return again(form)
		}
	}
	return n.problemPage(c, f)
}

// unauthenticatedError answers a request for the member area without a good credential. answered is false where the
// fault is not the credential's (the database is away).
func (d *door) unauthenticatedError(c echo.Context, err error) (answered bool, _ error) {
	if !refusedBy(c, err) {
		return false, nil
	}
	refused := isRefused(err)
	withHeader := refused != nil && refused.Carrier == auth.CarrierHeader
	switch {
	case isAPI(c) || withHeader:
		if refused != nil && !withHeader && refused.Final() {
			d.mode.Forget(c.Response(), c.Request())
		}
		d.challenge(c, refused)
		f := statusFault(http.StatusUnauthorized)
		if isAPI(c) {
			if refused != nil && withHeader {
				f.Code = "invalid_token"
			}
			return true, d.problemJSON(c, f)
		}
		return true, d.problemPage(c, f)
	case refused != nil && refused.Renewable:
		return true, redirectToRefresh(c)
	case refused != nil && !refused.Final():
		d.flash(c, flashNotYet)
	case refused != nil:
		d.mode.Forget(c.Response(), c.Request())
		d.flash(c, flashEnded)
	}
	kept, keepErr := d.keepTyped(c, c.Request().URL.Path)
	if keepErr != nil {
		return true, keepErr
	}
	if !kept { // too long for the way through the sign-in: it is shown, to be copied
		return true, d.problemPage(c, errSignInLong)
	}
	return true, c.Redirect(http.StatusSeeOther, "/"+d.mode.Name()+"/login?next="+queryEscape(returnTo(c)))
}

// challenge says how to authenticate, as every 401 must (RFC 9110, sections 11.6.1 and 15.5.2; for bearer tokens RFC
// 6750, section 3). For a cookie no scheme is registered, so each mode of that kind names its own, with the cookie and
// where to sign in for it; browsers pass over a scheme that they do not know.
func (d *door) challenge(c echo.Context, refused *auth.RejectedError) {
	byCookie := func(scheme, cookie string) {
		c.Response().Header().Add(echo.HeaderWWWAuthenticate, fmt.Sprintf(`%s cookie-name=%q, sign-in=%q`, scheme, cookie, "/api/"+d.mode.Name()+"/login"))
	}
	switch d.mode.Name() {
	case d.session.Name():
		byCookie("Session", d.session.CookieName())
		return
	case d.cookie.Name():
		byCookie("SignedCookie", d.cookie.CookieName())
		return
	case d.token.Name():
		c.Response().Header().Add(echo.HeaderWWWAuthenticate, "Token")
	}
	value := "Bearer"
	if refused != nil {
		value = `Bearer error="invalid_token", error_description="` + string(refused.Reason) + `"`
	}
	c.Response().Header().Add(echo.HeaderWWWAuthenticate, value)
}

// challengeAt is the challenge of the mode that the request's path belongs to.
func (n *Node) challengeAt(c echo.Context) {
	path := strings.TrimPrefix(c.Request().URL.Path, "/api")
	for _, m := range n.modes {
		if strings.HasPrefix(path, "/"+m.Name()+"/") {
			(&door{Node: n, mode: m}).challenge(c, nil)
		}
	}
}

// returnTo is the page to come back to: the one asked for, or for a form that of the form.
func returnTo(c echo.Context) string {
	if c.Request().Method == http.MethodGet || c.Request().Method == http.MethodHead {
		return c.Request().URL.RequestURI()
	}
	return formPage(c.Request().URL.Path)
}

// formPage is the page that a form stands on, by the address that it posts to.
func formPage(path string) string {
	for _, page := range []string{"/notes", "/devices", "/account", "/tokens", "/admin"} {
		if i := strings.Index(path, "/member"+page); i >= 0 {
			return path[:i] + "/member" + page
		}
	}
	return path
}

// asJSONKey marks a request of a page's own script, which reads problem+json as a user of the API does.
const asJSONKey = "as-json"

func isAPI(c echo.Context) bool { return strings.HasPrefix(c.Request().URL.Path, "/api/") }

// problem is the body of a refused API request (RFC 9457).
type problem struct {
	Type   string            `json:"type"`
	Title  string            `json:"title"`
	Status int               `json:"status"`
	Detail string            `json:"detail,omitempty"`
	Error  string            `json:"error,omitempty"`
	Fields map[string]string `json:"fields,omitempty"`
	ID     string            `json:"request_id,omitempty"`
}

func (n *Node) problemJSON(c echo.Context, f *fault) error {
	return n.problemFields(c, f, nil)
}

func (n *Node) problemFields(c echo.Context, f *fault, fields map[string]views.Note) error {
	msg := n.messages(c)
	p := problem{
		Type: "about:blank", Title: msg.T("problem." + f.Key + ".title"), Status: f.Status, Detail: msg.T("problem." + f.Key + ".do"),
		Error: f.Code, ID: c.Response().Header().Get(echo.HeaderXRequestID),
	}
	for name, note := range fields {
		if p.Fields == nil {
			p.Fields = make(map[string]string, len(fields))
		}
		p.Fields[name] = msg.N(note)
	}
	c.Response().Header().Set(echo.HeaderContentType, "application/problem+json; charset=utf-8")
	return writeJSON(c, f.Status, p)
}

func (n *Node) problemPage(c echo.Context, f *fault) error {
	if f == errWrongHost {
		return n.wrongHost(c)
	}
	view := views.Problem{
		Chrome: n.chrome(c, "title.problem", views.SectionNone), Status: f.Status,
		TitleNote: views.Note{Key: "problem." + f.Key + ".title"}, DoNote: views.Note{Key: "problem." + f.Key + ".do"},
		RequestID: c.Response().Header().Get(echo.HeaderXRequestID), Retry: time.Duration(f.RetryAfter) * time.Second,
	}
	// What another site's page had the browser send is not what this visitor typed.
	if t, ok := typedIn(c, c.Request().URL.Path); ok && f != errCrossOrigin {
		text, _ := t.asFields()
		view.Text = &text
	}
	return n.render(c, f.Status, views.ProblemPage(view))
}
