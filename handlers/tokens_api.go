package handlers

import (
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"twodoors/models"
	"twodoors/views"
)

// limitedJSON is one token in the list.
type limitedJSON struct {
	ID        int64     `json:"id"`
	Name      string    `json:"name"`
	Scope     string    `json:"scope"`
	CreatedAt time.Time `json:"created_at"`
	ExpiresAt time.Time `json:"expires_at"`
	// RevokedAt is there for a token that was revoked, WorksUntil beside it where the level does not ask.
	RevokedAt  *time.Time `json:"revoked_at,omitempty"`
	WorksUntil *time.Time `json:"works_until,omitempty"`
}

// issuedJSON gives a token once (RFC 6749, section 5.1, with what the list says of it).
type issuedJSON struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
	ExpiresIn   int    `json:"expires_in"` // seconds
	Scope       string `json:"scope"`
	ID          int64  `json:"id"`
	Name        string `json:"name"`
}

func (d *door) apiTokens(c echo.Context) error {
	tokens, err := d.jwt.LimitedTokens(c.Request().Context(), principal(c))
	if err != nil {
		return err
	}
	list := make([]limitedJSON, len(tokens))
	for i, t := range tokens {
		list[i] = limitedJSON{ID: t.ID, Name: t.Name, Scope: t.Scope, CreatedAt: t.Since.UTC(), ExpiresAt: t.Expires.UTC()}
		if t.Revoked.IsZero() {
			continue
		}
		revoked, until := t.Revoked.UTC(), t.WorksUntil.UTC()
		list[i].RevokedAt = &revoked
		if !t.WorksUntil.IsZero() {
			list[i].WorksUntil = &until
		}
	}
	return writeJSON(c, http.StatusOK, map[string]any{"tokens": list})
}

// apiIssueToken issues a limited token, with the password in the same call.
func (d *door) apiIssueToken(c echo.Context) error {
	var in struct {
		Name, Scope, Password string
		ExpiresIn             int32 `json:"expires_in"`
	}
	if err := jsonInto(c, &in); err != nil {
		return err
	}
	wanted, faults := d.check(askedToken{name: in.Name, scope: in.Scope, life: time.Duration(in.ExpiresIn) * time.Second})
	if life, bad := faults["life"]; bad {
		delete(faults, "life")
		faults["expires_in"] = life
	}
	if len(faults) > 0 {
		return d.problemFields(c, statusFault(http.StatusUnprocessableEntity), faults)
	}
	if fault, err := d.passwordAgain(c, in.Password); err != nil || fault.Key != "" {
		if err != nil {
			return err
		}
		return d.problemFields(c, statusFault(http.StatusUnprocessableEntity), map[string]views.Note{"password": fault})
	}
	token, raw, err := d.issue(c, wanted)
	if errors.Is(err, models.ErrTooMany) {
		return d.problemFields(c, statusFault(http.StatusUnprocessableEntity), map[string]views.Note{"name": tooMany()})
	}
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusCreated, issuedJSON{
		AccessToken: raw, TokenType: "Bearer", ExpiresIn: int(token.Expires.Sub(token.Since).Round(time.Second).Seconds()), Scope: token.Scope, ID: token.ID, Name: token.Name,
	})
}

// passwordAgain asks for the password, every time: an access token alone must not be worth one that lives longer. A demo
// account has none. The note says what is wrong with it.
func (d *door) passwordAgain(c echo.Context, password string) (views.Note, error) {
	if d.demoAccount(c) {
		return views.Note{}, nil
	}
	if password == "" {
		return views.Note{Key: "form.token.password"}, nil
	}
	_, right, err := d.ownPassword(c, password)
	if err == nil && !right {
		return (&wrongPassword{}).note(), nil
	}
	return views.Note{}, err
}

func (d *door) apiRevokeToken(c echo.Context) error {
	if err := d.endToken(c); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
