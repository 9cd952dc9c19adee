package handlers

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"twodoors/handlers/auth"
	"twodoors/models"
	"twodoors/views"
)

// Bounds of a limited token: its name in characters, and its life. The longest is that of a sign-in that is
// remembered.
const (
	maxTokenName = 64
	minTokenLife = time.Minute
)

// tokenLives are the lives that the form offers, the bound last.
func (n *Node) tokenLives() []time.Duration {
	lives := []time.Duration{time.Hour, 24 * time.Hour, 7 * 24 * time.Hour}
	lives = slices.DeleteFunc(lives, func(l time.Duration) bool { return l >= n.cfg.RefreshTTL })
	return append(lives, n.cfg.RefreshTTL)
}

// askedToken is a limited token as it was asked for.
type askedToken struct {
	name, scope string
	life        time.Duration
}

// askedIn is what a form asks for.
func askedIn(form url.Values) askedToken {
	return askedToken{name: form.Get("name"), scope: strings.Join(form["scope"], " "), life: secondsOf(form.Get("life"))}
}

// check returns the token to issue, or what is wrong, by the names of the form's fields.
func (n *Node) check(a askedToken) (auth.NewLimited, map[string]views.Note) {
	faults := map[string]views.Note{}
	name := strings.TrimSpace(a.name)
	unseen := strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsGraphic(r) || unicode.Is(unicode.Cf, r) })
	if name == "" || unseen || utf8.RuneCountInString(name) > maxTokenName {
		faults["name"] = views.Note{Key: "form.token.name"}
	}
	scope, ok := auth.ParseScope(a.scope)
	if !ok {
		faults["scope"] = views.Note{Key: "form.token.scope"}
	}
	if a.life < minTokenLife || a.life > n.cfg.RefreshTTL {
		faults["life"] = views.Note{Key: "form.token.life", Args: map[string]any{"Max": n.cfg.RefreshTTL}}
	}
	return auth.NewLimited{Name: name, Scope: scope, Life: a.life}, faults
}

// issue issues a limited token for who is asking.
func (d *door) issue(c echo.Context, n auth.NewLimited) (auth.LimitedToken, string, error) {
	n.UserAgent, n.Address = c.Request().UserAgent(), c.RealIP()
	token, raw, err := d.jwt.IssueLimited(c.Request().Context(), principal(c), n)
	if isRefused(err) != nil {
		err = &unauthenticatedError{door: d, err: err}
	}
	return token, raw, err
}

func tooMany() views.Note {
	return views.Note{Key: "form.token.many", Args: map[string]any{"Count": models.LimitedTokensKept}}
}

func (d *door) limitedTokens(c echo.Context) error {
	view := views.Tokens{}
	if d.flashed(c) == flashLimited {
		view.Done = views.Note{Key: "tokens.done.unasked"}
		if d.levels.For(principal(c).TeamID).AtLeast(auth.LevelDenylist) {
			view.Done.Key = "tokens.done.asked"
		}
	}
	asked := askedToken{scope: auth.ScopeNotesRead, life: 24 * time.Hour}
	if kept, said := d.offered(c, tokensForm); said.Key != "" {
		asked, view.Kept = askedIn(kept), said
	}
	return d.tokensPage(c, http.StatusOK, view, asked)
}

// tokensPage shows the member's limited tokens with what view says beside them, and the form as it was sent.
func (d *door) tokensPage(c echo.Context, status int, view views.Tokens, asked askedToken) error {
	list, err := d.jwt.LimitedTokens(c.Request().Context(), principal(c))
	if err != nil {
		return err
	}
	for _, t := range list {
		view.List = append(view.List, views.LimitedToken{
			ID: t.ID, Name: t.Name, Scope: t.Scope, Since: t.Since, Expires: t.Expires, Revoked: t.Revoked, WorksUntil: t.WorksUntil,
		})
	}
	chosen := strings.Fields(asked.scope)
	for _, scope := range auth.Scopes() {
		view.Scopes = append(view.Scopes, views.ScopeChoice{Name: scope, Checked: slices.Contains(chosen, scope)})
	}
	view.Name, view.Life, view.Lives = asked.name, asked.life, d.tokenLives()
	view.Most = models.LimitedTokensKept
	view.Asked, view.DemoAccount = d.levels.For(principal(c).TeamID).AtLeast(auth.LevelDenylist), d.demoAccount(c)
	view.Member = d.member(c, "tokens", status)
	return d.render(c, status, views.TokensPage(view))
}

// demoAccount reports whether who is asking has no password, as far as this request knows.
func (d *door) demoAccount(c echo.Context) bool { return principal(c).TeamID != 0 }

// issueToken answers the form with the token itself: it is shown this once, and a redirect would have to keep it
// somewhere.
func (d *door) issueToken(c echo.Context) error {
	form, err := formOf(c)
	if err != nil {
		return err
	}
	asked := askedIn(form)
	wanted, faults := d.check(asked)
	if len(faults) > 0 {
		return d.tokensPage(c, http.StatusUnprocessableEntity, views.Tokens{Form: views.Form{Fields: faults}}, asked)
	}
	token, raw, err := d.issue(c, wanted)
	if errors.Is(err, models.ErrTooMany) {
		return d.tokensPage(c, http.StatusUnprocessableEntity, views.Tokens{Form: views.Form{Failure: tooMany()}}, asked)
	}
	if err != nil {
		return err
	}
	d.dropTyped(c)
	return d.tokensPage(c, http.StatusOK, views.Tokens{Issued: &views.IssuedToken{
		Name: token.Name, Value: raw, Curl: d.tokenCurl(token.Scope), Expires: token.Expires,
	}}, askedToken{scope: asked.scope, life: asked.life})
}

// secondsOf reads a whole number of seconds; what is none, or too large for a duration, is 0.
func secondsOf(text string) time.Duration {
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil {
		return 0
	}
	return time.Duration(n) * time.Second
}

// tokenCurl is a first command that a token of a scope can be tried with. The token stands as a variable.
func (d *door) tokenCurl(scope string) string {
	const with = `curl --header "Authorization: Bearer $TOKEN" `
	scopes := strings.Fields(scope)
	switch {
	case slices.Contains(scopes, auth.ScopeNotesRead):
		return with + shellQuote(d.issuer()+"/api/jwt/notes")
	case slices.Contains(scopes, auth.ScopeProfile):
		return with + shellQuote(d.issuer()+"/api/jwt/me")
	}
	return with + `--json '{"body":"milk"}' ` + shellQuote(d.issuer()+"/api/jwt/notes")
}

func (d *door) revokeToken(c echo.Context) error {
	if err := d.endToken(c); err != nil {
		return err
	}
	d.flash(c, flashLimited)
	return seeOther(c, d.page("/tokens"))
}

func (d *door) endToken(c echo.Context) error {
	id, err := idOf(c)
	if err != nil {
		return err
	}
	return d.jwt.EndLimited(c.Request().Context(), principal(c).UserID, id)
}
