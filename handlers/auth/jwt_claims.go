package auth

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// TokenClaims is the payload of an access token. Every member but db, team and scope is required: a token without one is not ours.
type TokenClaims struct {
	Issuer   string // iss: our base URL
	Audience string // aud: the same; a token for another service is not good here
	Database string // db: the id of the database that sub and sid are of; "" in a token from before there was one
	Subject  int64  // sub: the user's id
	ID       string // jti
	SignIn   int64  // sid: the sign-in (token family) that the token belongs to
	Name     string
	Role     string
	Version  int64 // ver: the user's password version when the token was issued
	AuthTime int64 // auth_time: when the password was checked
	IssuedAt int64 // iat
	Expires  int64 // exp
	Team     int64 // team: the demo team that the account belongs to; 0 stands for no such member: an account of the installation's own
	// Scope is what a limited token may do; "" stands for no such member: a sign-in's token, which is not limited.
	Scope string

	key *Key // no claim: what the token was verified with
}

// payload is the JSON of claims. Numbers that are ids travel as strings: some readers round large numbers.
type payload struct {
	Issuer   string `json:"iss"`
	Audience string `json:"aud"`
	Database string `json:"db"`
	Subject  string `json:"sub"`
	ID       string `json:"jti"`
	SignIn   string `json:"sid"`
	Name     string `json:"name"`
	Role     string `json:"role"`
	Version  int64  `json:"ver"`
	AuthTime int64  `json:"auth_time"`
	IssuedAt int64  `json:"iat"`
	Expires  int64  `json:"exp"`
	Team     string `json:"team,omitempty"`
	Scope    string `json:"scope,omitempty"`
}

// MarshalJSON writes the claims in the order in which people read them.
func (c *TokenClaims) MarshalJSON() ([]byte, error) {
	team := ""
	if c.Team != 0 {
		team = fmt.Sprint(c.Team)
	}
	return json.Marshal(payload{
		c.Issuer, c.Audience, c.Database, fmt.Sprint(c.Subject), c.ID, fmt.Sprint(c.SignIn), c.Name, c.Role, c.Version,
		c.AuthTime, c.IssuedAt, c.Expires, team, c.Scope,
	})
}

var errClaims = errors.New("the claims are not those of an access token")

// UnmarshalJSON reads the claims strictly: each exactly once, spelled exactly so, of exactly its type. The
// library by itself takes dates in strings, the last of two equal names, and names in any case.
func (c *TokenClaims) UnmarshalJSON(text []byte) error {
	var room [maxMembers]Member
	members, err := strictObject(string(text), room[:0])
	if err != nil {
		return err
	}
	found := 0
	for _, m := range members {
		known, good := c.set(m)
		if !good {
			return fmt.Errorf("%w: %s", errClaims, m.Name)
		}
		if known {
			found++
		}
	}
	if found != claimCount || c.ID == "" || c.Name == "" || c.Role == "" {
		return errClaims
	}
	return nil
}

// claimCount is how many claims are required: since none stands twice, so many found are all of them.
const claimCount = 11

// set takes one claim. known is false for a name that is none of ours, good for a value of its type.
func (c *TokenClaims) set(m Member) (known, good bool) {
	text := func(to *string) bool {
		var ok bool
		*to, ok = stringValue(m.Raw)
		return ok
	}
	number := func(to *int64) bool {
		var err error
		*to, err = strconv.ParseInt(m.Raw, 10, 64)
		return err == nil // the text is a JSON value, so that no sign or leading zero passes that JSON has not
	}
	id := func(to *int64) bool {
		var s string
		if !text(&s) {
			return false
		}
		var err error
		*to, err = positive(s)
		return err == nil
	}
	switch m.Name {
	case "iss":
		good = text(&c.Issuer)
	case "aud":
		good = text(&c.Audience)
	case "sub":
		good = id(&c.Subject)
	case "jti":
		good = text(&c.ID)
	case "sid":
		good = id(&c.SignIn)
	case "name":
		good = text(&c.Name)
	case "role":
		good = text(&c.Role)
	case "ver":
		good = number(&c.Version)
	case "auth_time":
		good = number(&c.AuthTime)
	case "iat":
		good = number(&c.IssuedAt)
	case "exp":
		good = number(&c.Expires)
	case "db": // not required here: a token without one is told from a made-up one (see tokens.check)
		return false, text(&c.Database)
	case "team": // not required
		return false, id(&c.Team)
	case "scope": // not required; one that is empty, null or not ours must not come to mean no limit
		var s string
		if good = text(&s); good {
			c.Scope, good = ParseScope(s)
		}
		return false, good
	default:
		return false, true
	}
	return true, good
}

var _ jwt.Claims = (*TokenClaims)(nil)

// GetExpirationTime is exp, for the library's validator; so are the methods that follow.
func (c *TokenClaims) GetExpirationTime() (*jwt.NumericDate, error) {
	return numericDate(c.Expires), nil
}

// GetIssuedAt is iat.
func (c *TokenClaims) GetIssuedAt() (*jwt.NumericDate, error) { return numericDate(c.IssuedAt), nil }

// GetNotBefore is nbf, which our tokens do not have: they are good from when they are issued.
func (c *TokenClaims) GetNotBefore() (*jwt.NumericDate, error) { return nil, nil }

// GetIssuer is iss.
func (c *TokenClaims) GetIssuer() (string, error) { return c.Issuer, nil }

// GetSubject is sub.
func (c *TokenClaims) GetSubject() (string, error) { return fmt.Sprint(c.Subject), nil }

// GetAudience is aud.
func (c *TokenClaims) GetAudience() (jwt.ClaimStrings, error) {
	return jwt.ClaimStrings{c.Audience}, nil
}

func numericDate(unix int64) *jwt.NumericDate { return &jwt.NumericDate{Time: time.Unix(unix, 0)} }
