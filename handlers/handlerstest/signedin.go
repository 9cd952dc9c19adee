package handlerstest

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"twodoors/handlers/auth"
)

const NewPassword = "a new horse battery"

// Device is a sign-in as the API lists it.
type Device struct {
	ID       int64
	Mode     string
	Carrier  string
	Current  bool
	LastSeen time.Time  `json:"last_seen"`
	Until    *time.Time `json:"works_until"`
}

func (c *Client) Devices(w Way) []Device {
	c.T.Helper()
	var list struct{ Devices []Device }
	c.JSON("GET", w.API("/devices"), nil).Want(http.StatusOK).Into(&list)
	return list.Devices
}

// Administer posts an admin's change of a user.
func (c *Client) Administer(w Way, id int64, field, value string) *Answer {
	c.T.Helper()
	fields := []string{field, value}
	if w.Mode == "token" { // one token for all sign-ins does not know when this one was made
		fields = append(fields, "confirm", Password)
	}
	return c.Post(w.Page("/admin/"+strconv.FormatInt(id, 10)), fields)
}

// IsIn reports whether the client is let into the member area. Being kept out has two forms, and no other.
func (c *Client) IsIn(w Way) bool {
	c.T.Helper()
	a := c.Get(w.Page(""))
	switch {
	case a.Status == http.StatusOK:
		return true
	case a.Status == http.StatusUnauthorized && c.Bearer != "":
	case a.Status == http.StatusSeeOther && (strings.HasPrefix(a.Location(), "/"+w.Mode+"/login?next=") || strings.HasPrefix(a.Location(), "/jwt/refresh?next=")):
	default:
		c.T.Errorf("%s home: status %d to %q", w, a.Status, a.Location())
	}
	return false
}

// WantIn fails the test if the client is in and should not be, or the other way round.
func (c *Client) WantIn(w Way, want bool, when string) {
	c.T.Helper()
	if got := c.IsIn(w); got != want {
		c.T.Errorf("%s: signed in is %v, want %v", when, got, want)
	}
}

// Me is the answer to "who am I".
type Me struct {
	ID       int64
	Username string
	Role     string
	Mode     string
	Carrier  string
	Device   int64
}

// APITokens is the API's answer to a sign-in or a refresh in JWT mode.
type APITokens struct {
	AccessToken  string `json:"access_token"`
	TokenType    string `json:"token_type"`
	ExpiresIn    int    `json:"expires_in"`
	RefreshToken string `json:"refresh_token"`
	Token        string // of the opaque token's door
}

// APISignIn signs a script in by the API.
func (c *Client) APISignIn(w Way, name string) APITokens {
	c.T.Helper()
	var tokens APITokens
	a := c.JSON("POST", w.API("/login"), map[string]any{"username": name, "password": Password}).Want(http.StatusOK)
	a.Into(&tokens)
	c.Bearer = tokens.AccessToken + tokens.Token
	if cookies := len(a.Header.Values("Set-Cookie")); (cookies != 0) != (w.Mode == "session" || w.Mode == "cookie") {
		c.T.Errorf("the API's sign-in set %d cookies: %q", cookies, a.Header.Values("Set-Cookie"))
	}
	return tokens
}

// AsJSON asks for JSON, as the page's script does.
var AsJSON = Header("Accept", "application/json")

// ByCookie and ByHeader are JWT mode at level signature, with either carrier.
var (
	ByCookie = Way{Mode: "jwt", Carrier: "cookie", Level: auth.LevelSignature}
	ByHeader = Way{Mode: "jwt", Carrier: "header", Level: auth.LevelSignature}
)

// Refresh renews a refresh token by the API, as a script does. next is empty where it is refused.
func (c *Client) Refresh(token string) (status int, next APITokens) {
	c.T.Helper()
	a := c.JSON("POST", "/api/jwt/refresh", map[string]string{"refresh_token": token})
	if a.Status == http.StatusOK {
		a.Into(&next)
	}
	return a.Status, next
}

// WantRefresh fails the test if a refresh token is not accepted as it should be.
func (c *Client) WantRefresh(token string, want int, when string) APITokens {
	c.T.Helper()
	status, next := c.Refresh(token)
	if status != want {
		c.T.Errorf("%s: status %d, want %d", when, status, want)
	}
	return next
}

// LimitedToken is a token as the API gives it.
type LimitedToken struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
	ExpiresIn   int    `json:"expires_in"`
	Scope       string
	ID          int64
	Name        string
}

// Issue issues a limited token by the API.
func (c *Client) Issue(scope string, life int) (t LimitedToken) {
	c.T.Helper()
	c.JSON("POST", "/api/jwt/tokens", map[string]any{"name": "backup", "scope": scope, "expires_in": life, "password": Password}).Want(http.StatusCreated).Into(&t)
	return t
}

// Choose asks for a level.
func (c *Client) Choose(l auth.Level) *Answer {
	c.T.Helper()
	return c.Post("/preferences", []string{"level", string(l), "next", "/jwt/member"}).WantTo("/jwt/member")
}

// Checks is what the home page of JWT mode costs this client: the level in force, as far as a lookup shows it.
func (c *Client) Checks() string {
	c.T.Helper()
	return c.Get("/jwt/member?panel=folded").Want(http.StatusOK).Lookups()
}

// NoLookup and OneLookup are what it costs JWT mode to know who is asking, as the header of a folded home page says it.
const (
	NoLookup  = "auth=0, data=0"
	OneLookup = "auth=1, data=0"
)

// Wrong tries a wrong password until an answer is no longer 401, at most n times, and returns the last answer.
func (c *Client) Wrong(w Way, name string, n int) (a *Answer, tries int) {
	c.T.Helper()
	for tries = 1; tries <= n; tries++ {
		a = c.Post("/"+w.Mode+"/login", []string{"username", name, "password", fmt.Sprint("wrong password ", tries), "remember", "on"})
		if a.Status != http.StatusUnauthorized {
			return a, tries
		}
	}
	return a, tries
}
