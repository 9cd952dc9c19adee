package auth

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"twodoors/models"
)

// tokenType is the typ of an access token (RFC 9068): nothing else that these keys may ever sign has it.
const tokenType = "at+jwt"

// Leeway is how long after its exp a token is still accepted, for clocks that differ (RFC 7519, section
// 4.1.4). A copy of a token works that much longer, and the pages say so.
const Leeway = 5 * time.Second

// MaxToken bounds what is parsed at all, in bytes; ours have about 500.
const MaxToken = 8 << 10

// tokens issues and checks access tokens.
type tokens struct {
	keys     *KeyRing
	issuer   string
	database string // the id of the one whose users the tokens are about
	ttl      time.Duration
	now      func() time.Time
	parser   *jwt.Parser
	cache    *tokenCache
}

func newTokens(keys *KeyRing, issuer, database string, ttl time.Duration, remember int, now func() time.Time) *tokens {
	return &tokens{keys: keys, issuer: issuer, database: database, ttl: ttl, now: now, cache: newTokenCache(remember), parser: jwt.NewParser(
		jwt.WithValidMethods(Algorithms()), jwt.WithStrictDecoding(), jwt.WithTimeFunc(now), jwt.WithLeeway(Leeway),
		jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithIssuer(issuer), jwt.WithAudience(issuer),
	)}
}

// issue signs an access token for a user's sign-in. It ends no later than the sign-in itself, the account, or what is
// stored as the end of the sign-in's access tokens: for that long they are denied once it is ended.
func (t *tokens) issue(u models.User, f models.Family) (string, TokenClaims, error) {
	now := t.now()
	expires := now.Add(t.ttl)
	for _, end := range []models.Time{f.ExpiresAt, u.ExpiresAt, f.AccessEnds} {
		if !end.IsZero() && end.Before(expires) {
			expires = end.Time
		}
	}
	c := TokenClaims{
		Issuer: t.issuer, Audience: t.issuer, Database: t.database, Subject: u.ID, ID: rand.Text(), SignIn: f.ID, Name: u.Name, Role: u.Role,
		Version: u.TokenVersion, Team: u.TeamID, AuthTime: f.CreatedAt.Unix(), IssuedAt: now.Unix(), Expires: expires.Unix(),
	}
	signed, err := t.sign(&c)
	return signed, c, err
}

func (t *tokens) sign(c *TokenClaims) (string, error) {
	key := t.keys.Signing()
	token := jwt.NewWithClaims(key.method, c)
	token.Header["typ"], token.Header["kid"] = tokenType, key.ID
	return token.SignedString(key.sign)
}

// Faults found while the key is chosen.
var (
	errUnknownKey = errors.New("no key of ours")
	errWrongType  = errors.New("not an access token")
	errHeader     = errors.New("a header that is not ours")
)

// check verifies a token: its form, the key of its kid with that key's own algorithm, the signature, issuer,
// audience, database and dates. Keys outlive a database, and what a token says of a user is true in its own alone. The
// reason is "" for a good token. With ReasonExpired and ReasonNotYet the claims are genuine: the clock alone is against them.
func (t *tokens) check(raw string) (TokenClaims, Reason) {
	var c TokenClaims
	if len(raw) > MaxToken || !compactForm(raw) {
		return c, ReasonMalformed
	}
	_, err := t.parser.ParseWithClaims(raw, &c, t.key)
	switch {
	case errors.Is(err, errUnknownKey):
		return TokenClaims{}, ReasonUnknownKey
	case errors.Is(err, errWrongType):
		return TokenClaims{}, ReasonWrongType
	case errors.Is(err, errHeader), errors.Is(err, jwt.ErrTokenMalformed), errors.Is(err, jwt.ErrTokenRequiredClaimMissing):
		return TokenClaims{}, ReasonMalformed // a payload null passes UnmarshalJSON by
	case errors.Is(err, jwt.ErrTokenSignatureInvalid), errors.Is(err, jwt.ErrTokenUnverifiable):
		return TokenClaims{}, ReasonTampered
	case errors.Is(err, jwt.ErrTokenInvalidIssuer), errors.Is(err, jwt.ErrTokenInvalidAudience):
		return TokenClaims{}, ReasonWrongIssuer
	case err != nil && !errors.Is(err, jwt.ErrTokenExpired) && !errors.Is(err, jwt.ErrTokenUsedBeforeIssued):
		return TokenClaims{}, ReasonMalformed
	case c.Database != t.database:
		return TokenClaims{}, ReasonOtherDatabase
	case errors.Is(err, jwt.ErrTokenUsedBeforeIssued):
		return c, ReasonNotYet
	case err != nil:
		return c, ReasonExpired
	default:
		t.cache.put(raw, c, c.key)
		return c, ""
	}
}

// key finds the key for a token by its kid, and nowhere else: jku, jwk, x5u and x5c are refused, not
// followed (RFC 8725, section 3.10), and so is any crit, since we understand none (RFC 7515, section 4.1.11).
func (t *tokens) key(token *jwt.Token) (any, error) {
	for name := range token.Header {
		switch name {
		case "alg", "typ", "kid":
		default:
			return nil, fmt.Errorf("%w: %s", errHeader, name)
		}
	}
	// The library has read the header loosely: names twice or in another case would pass it.
	header, err := base64.RawURLEncoding.Strict().DecodeString(token.Raw[:firstDot(token.Raw)])
	if err != nil {
		return nil, errHeader
	}
	var room [maxMembers]Member
	if _, err := strictObject(string(header), room[:0]); err != nil {
		return nil, errHeader
	}
	if token.Header["typ"] != tokenType {
		return nil, errWrongType
	}
	kid, _ := token.Header["kid"].(string)
	key := t.keys.ByID(kid, t.now())
	if key == nil {
		return nil, errUnknownKey
	}
	if token.Method.Alg() != key.Alg {
		return nil, jwt.ErrTokenSignatureInvalid // the key says which algorithm, never the token
	}
	if c, ok := token.Claims.(*TokenClaims); ok {
		c.key = key
	}
	return key.verify, nil
}

// compactForm reports whether raw is three parts of base64url and nothing else. The decoder of the standard
// library skips line breaks, so that one token would have many spellings.
func compactForm(raw string) bool {
	dots := 0
	for i := range len(raw) {
		switch c := raw[i]; {
		case c == '.':
			dots++
		case c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '-', c == '_':
		default:
			return false
		}
	}
	return dots == 2
}

func firstDot(s string) int {
	for i := range len(s) {
		if s[i] == '.' {
			return i
		}
	}
	return len(s)
}

// positive reads an id: digits alone, without sign or leading zero.
func positive(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n <= 0 || strconv.FormatInt(n, 10) != s {
		return 0, errClaims
	}
	return n, nil
}
