package handlerstest

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"twodoors/handlers/auth"
)

// Way is one way of being signed in: a mode, how its credential travels, and how much is checked.
type Way struct {
	Mode    string
	Carrier string // cookie or header
	Level   auth.Level
	Store   string // of sessions, where it is not the database
}

// Ways are all there are.
func Ways() []Way {
	list := []Way{{Mode: "session", Carrier: "cookie"}}
	for _, l := range auth.Levels() {
		list = append(list, Way{Mode: "jwt", Carrier: "cookie", Level: l}, Way{Mode: "jwt", Carrier: "header", Level: l})
	}
	return list
}

// MoreWays are those of the two other doors.
func MoreWays() []Way {
	return []Way{{Mode: "token", Carrier: "cookie"}, {Mode: "token", Carrier: "header"}, {Mode: "cookie", Carrier: "cookie"}}
}

// StoreWays are session mode with its sessions outside of the database.
func StoreWays() []Way {
	return []Way{{Mode: "session", Carrier: "cookie", Store: auth.StoreMemory}, {Mode: "session", Carrier: "cookie", Store: auth.StoreRedis}}
}

// String names a way for subtests.
func (w Way) String() string {
	switch w.Mode {
	case "session":
		return strings.TrimSuffix(w.Mode+"-"+w.Store, "-")
	case "cookie":
		return w.Mode
	case "token":
		return w.Mode + "-" + w.Carrier
	}
	return w.Mode + "-" + w.Carrier + "-" + string(w.Level)
}

// Node makes a node at the way's level.
func (w Way) Node(t testing.TB, options ...Option) *Node {
	t.Helper()
	if w.Level != "" {
		options = append(options, Level(w.Level))
	}
	if w.Store != "" {
		options = append(options, OnStore(w.Store))
	}
	return NewNode(t, options...)
}

// Page is an address in the way's member area, "" for its home.
func (w Way) Page(path string) string { return "/" + w.Mode + "/member" + path }

// API is an address in the way's API.
func (w Way) API(path string) string { return "/api/" + w.Mode + path }

// EndsOthers reports whether the server's ending of a sign-in is known at its next request.
func (w Way) EndsOthers() bool { return w.KnowsEnd() || w.Mode == "token" }

// KnowsEnd reports whether a copy of the credential is refused once its sign-in has ended.
func (w Way) KnowsEnd() bool { return w.Mode == "session" || w.Level.AtLeast(auth.LevelDenylist) }

// ReadsUser reports whether the user is read at each request.
func (w Way) ReadsUser() bool {
	return w.Mode == "session" || w.Mode == "token" || w.Level.AtLeast(auth.LevelUser)
}

// SignIn signs a browser in by the form, and leaves it as its script would: with the header carrier the
// access token is in bearer.
func (c *Client) SignIn(w Way, name string, fields ...string) *Answer {
	c.T.Helper()
	return c.SignInWith(w, name, Password, fields...)
}

func (c *Client) SignInWith(w Way, name, password string, fields ...string) *Answer {
	c.T.Helper()
	a := c.Post("/"+w.Mode+"/login", append([]string{"username", name, "password", password, "carrier", w.Carrier}, fields...))
	a.Want(http.StatusSeeOther)
	c.PickUp(w)
	return a
}

// PickUp takes the access token of the header carrier, as the page's script does.
func (c *Client) PickUp(w Way) {
	c.T.Helper()
	c.Bearer = ""
	if w.Carrier != "header" {
		return
	}
	if w.Mode == "token" {
		c.Unwrap()
		return
	}
	var tokens struct {
		AccessToken string `json:"access_token"`
	}
	c.Post("/jwt/refresh", nil, Header("Accept", "application/json")).Want(http.StatusOK).Into(&tokens)
	if strings.Count(tokens.AccessToken, ".") != 2 {
		c.T.Fatalf("no access token: %q", tokens.AccessToken)
	}
	c.Bearer = tokens.AccessToken
}

// Unwrap takes the opaque token out of its cookie, which needs no key, and keeps it as a script would.
func (c *Client) Unwrap() {
	c.T.Helper()
	outer, err := base64.URLEncoding.DecodeString(c.Cookie("/", "twodoors-token"))
	if err != nil {
		c.T.Fatal(err)
	}
	inner, err := base64.URLEncoding.DecodeString(strings.Split(string(outer), "|")[1])
	if err != nil {
		c.T.Fatal(err)
	}
	parts := strings.Split(string(inner), ".")
	c.Bearer = parts[len(parts)-1]
	if len(c.Bearer) != 43 {
		c.T.Fatalf("no token in the cookie: %q", inner)
	}
	c.DropCookie("twodoors-token")
}

// DropCookie takes a cookie out of the jar.
func (c *Client) DropCookie(name string) {
	c.Jar.SetCookies(c.Base, []*http.Cookie{{Name: name, Path: cookiePath(name), MaxAge: -1}})
}

// Demo signs a browser in as the member or the admin of its own demo team.
func (c *Client) Demo(w Way, as string) *Answer {
	c.T.Helper()
	a := c.Post("/"+w.Mode+"/demo", []string{"as", as, "carrier", w.Carrier})
	a.Want(http.StatusSeeOther)
	c.PickUp(w)
	return a
}
