package auth

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// claims is the payload of an access token. Every member but scope is required: a token without one is not ours.
type claims struct {
	Issuer   string // iss: our base URL
	Audience string // aud: the same; a token for another service is not good here
	Subject  int64  // sub: the user's id
	ID       string // jti
	SignIn   int64  // sid: the sign-in (token family) that the token belongs to
	Name     string
	Role     string
	Version  int64 // ver: the user's password version when the token was issued
	AuthTime int64 // auth_time: when the password was checked
	IssuedAt int64 // iat
	Expires  int64 // exp
	// Scope is what a limited token may do; "" stands for no such member: a sign-in's token, which is not limited.
	Scope string
}

// payload is the JSON of claims. Numbers that are ids travel as strings: some readers round large numbers.
type payload struct {
	Issuer   string `json:"iss"`
	Audience string `json:"aud"`
	Subject  string `json:"sub"`
	ID       string `json:"jti"`
	SignIn   string `json:"sid"`
	Name     string `json:"name"`
	Role     string `json:"role"`
	Version  int64  `json:"ver"`
	AuthTime int64  `json:"auth_time"`
	IssuedAt int64  `json:"iat"`
	Expires  int64  `json:"exp"`
	Scope    string `json:"scope,omitempty"`
}

// MarshalJSON writes the claims in the order in which people read them.
func (c *claims) MarshalJSON() ([]byte, error) {
	return json.Marshal(payload{
		c.Issuer, c.Audience, fmt.Sprint(c.Subject), c.ID, fmt.Sprint(c.SignIn), c.Name, c.Role, c.Version,
		c.AuthTime, c.IssuedAt, c.Expires, c.Scope,
	})
}

var errClaims = errors.New("the claims are not those of an access token")

// UnmarshalJSON reads the claims strictly: each exactly once, spelled exactly so, of exactly its type. The
// library by itself takes dates in strings, the last of two equal names, and names in any case.
func (c *claims) UnmarshalJSON(text []byte) error {
	members, err := strictObject(text)
	if err != nil {
		return err
	}
	var p payload
	for name, field := range map[string]any{
		"iss": &p.Issuer, "aud": &p.Audience, "sub": &p.Subject, "jti": &p.ID, "sid": &p.SignIn, "name": &p.Name,
		"role": &p.Role, "ver": &p.Version, "auth_time": &p.AuthTime, "iat": &p.IssuedAt, "exp": &p.Expires,
	} {
		raw, ok := members[name]
		if !ok || bytes.Equal(raw, []byte("null")) || json.Unmarshal(raw, field) != nil {
			return fmt.Errorf("%w: %s", errClaims, name)
		}
	}
	if raw, ok := members["scope"]; ok { // one that is empty, null or not ours must not come to mean no limit
		var text string
		if bytes.Equal(raw, []byte("null")) || json.Unmarshal(raw, &text) != nil {
			return fmt.Errorf("%w: scope", errClaims)
		}
		if p.Scope, ok = ParseScope(text); !ok {
			return fmt.Errorf("%w: scope", errClaims)
		}
	}
	*c = claims{
		Issuer: p.Issuer, Audience: p.Audience, ID: p.ID, Name: p.Name, Role: p.Role,
		Version: p.Version, AuthTime: p.AuthTime, IssuedAt: p.IssuedAt, Expires: p.Expires, Scope: p.Scope,
	}
	if c.Subject, err = positive(p.Subject); err != nil {
		return fmt.Errorf("%w: sub", errClaims)
	}
	if c.SignIn, err = positive(p.SignIn); err != nil {
		return fmt.Errorf("%w: sid", errClaims)
	}
	if c.ID == "" || c.Name == "" || c.Role == "" {
		return errClaims
	}
	return nil
}

// strictObject splits a JSON object into its members. Two names that are equal, or differ only in case, are
// refused: different readers would take different ones (RFC 8725, section 2.6 and RFC 7519, section 4).
func strictObject(text []byte) (map[string]json.RawMessage, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, errors.New("not a JSON object")
	}
	members := make(map[string]json.RawMessage, 12)
	folded := make(map[string]bool, 12)
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, err
		}
		name := t.(string) // the decoder allows nothing else here
		if low := strings.ToLower(name); folded[low] {
			return nil, fmt.Errorf("the name %q stands twice", low)
		} else {
			folded[low] = true
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil, err
		}
		members[name] = value
	}
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("something follows the JSON object")
	}
	return members, nil
}

var _ jwt.Claims = (*claims)(nil)

// GetExpirationTime is exp, for the library's validator; so are the methods that follow.
func (c *claims) GetExpirationTime() (*jwt.NumericDate, error) { return numericDate(c.Expires), nil }

// GetIssuedAt is iat.
func (c *claims) GetIssuedAt() (*jwt.NumericDate, error) { return numericDate(c.IssuedAt), nil }

// GetNotBefore is nbf, which our tokens do not have: they are good from when they are issued.
func (c *claims) GetNotBefore() (*jwt.NumericDate, error) { return nil, nil }

// GetIssuer is iss.
func (c *claims) GetIssuer() (string, error) { return c.Issuer, nil }

// GetSubject is sub.
func (c *claims) GetSubject() (string, error) { return fmt.Sprint(c.Subject), nil }

// GetAudience is aud.
func (c *claims) GetAudience() (jwt.ClaimStrings, error) { return jwt.ClaimStrings{c.Audience}, nil }

func numericDate(unix int64) *jwt.NumericDate { return &jwt.NumericDate{Time: time.Unix(unix, 0)} }
