package reports

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
)

//go:embed page.html
var pageSource string

var pageTemplate = template.Must(template.New("page").Parse(pageSource))

// Write sends the answer with its page.
func (a Answer) Write(w http.ResponseWriter, lang string) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	if a.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", a.challenge())
	}
	w.WriteHeader(a.Status)
	_, _ = io.WriteString(w, a.Page(lang, "")) // the client went away: nobody is left to tell
}

// challenge names no error where no token came (RFC 6750, section 3.1).
func (a Answer) challenge() string {
	if a.Failed == BearerToken {
		return `Bearer realm="Reports"`
	}
	return `Bearer realm="Reports", error="invalid_token"`
}

// Page is the answer as a whole document in a language, "en" or "ko". Style is the address of its style sheet, "" for
// none.
func (a Answer) Page(lang, style string) string {
	var b strings.Builder
	if err := pageTemplate.Execute(&b, page{a, lang, style}); err != nil {
		panic(fmt.Sprintf("the page of Reports: %v", err)) // the template knows every field and every word: a fault of the program
	}
	return b.String()
}

// page is an answer in a language, for the template.
type page struct {
	Answer
	Lang, Style string
}

// Say is a text of the page.
func (p page) Say(key string) (string, error) {
	text, found := words[key]
	if !found {
		return "", fmt.Errorf("there are no words for %q", key)
	}
	if p.Lang == "ko" {
		return text.ko, nil
	}
	return text.en, nil
}

// row is one check as the page shows it.
type row struct {
	Name, Result, Mark string // keys of words, and a sign
	Value              string // what was looked at; "" for nothing
}

// Rows are the checks, with what came of each.
func (p page) Rows() (list []row) {
	values := map[Check]string{
		Algorithm: p.Algorithm, PublicKey: p.KeyID, Issuer: p.Answer.Issuer, Audience: strings.Join(p.Answer.Audience, ", "), Dates: p.Until(),
	}
	failed := slices.Index(Checks(), p.Failed)
	for i, c := range Checks() {
		r := row{Name: "check." + string(c), Value: values[c]}
		switch {
		case failed < 0 || i < failed:
			r.Result, r.Mark = "passed", "✓"
		case i == failed:
			r.Result, r.Mark = "failed", "✗"
		default:
			r.Result, r.Mark = "unreached", "–"
		}
		list = append(list, r)
	}
	return list
}

// Reason says why the request was refused.
func (p page) Reason() (string, error) {
	key, value := "reason."+string(p.Failed), ""
	switch {
	case p.Status == http.StatusServiceUnavailable:
		key = "reason.no-keys"
	case p.Failed == BearerToken && p.Cookie != "":
		key, value = "reason.cookie", p.Cookie
	case p.Failed == Algorithm:
		value = p.Algorithm
	case p.Failed == PublicKey:
		value = p.KeyID
	case p.Failed == Issuer:
		value = p.Answer.Issuer
	case p.Failed == Audience:
		value = strings.Join(p.Answer.Audience, ", ")
	case p.Failed == Dates:
		value = p.Until()
	}
	text, err := p.Say(key)
	return strings.ReplaceAll(text, "{}", value), err
}

// Until is when the token expires; "" where that was not read.
func (p page) Until() string {
	if p.Expires.IsZero() {
		return ""
	}
	return p.Expires.Format("2006-01-02 15:04:05 UTC")
}

// Left is for how long the token is good yet, in whole minutes, or seconds below one.
func (p page) Left() (string, error) {
	left, unit := p.Expires.Sub(p.Now), "minutes"
	n := int(left / time.Minute)
	if n == 0 {
		n, unit = int(left/time.Second), "seconds"
	}
	text, err := p.Say(unit)
	return strings.ReplaceAll(text, "{}", fmt.Sprint(n)), err
}
