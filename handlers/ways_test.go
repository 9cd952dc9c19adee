package handlers_test

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"twodoors/handlers/auth"
)

// way is one way of being signed in: a mode, how its credential travels, and how much is checked.
type way struct {
	mode    string
	carrier string // cookie or header
	level   auth.Level
	store   string // of sessions, where it is not the database
}

// ways are all there are.
func ways() []way {
	list := []way{{mode: "session", carrier: "cookie"}}
	for _, l := range auth.Levels() {
		list = append(list, way{mode: "jwt", carrier: "cookie", level: l}, way{mode: "jwt", carrier: "header", level: l})
	}
	return list
}

// moreWays are those of the two other doors.
func moreWays() []way {
	return []way{{mode: "token", carrier: "cookie"}, {mode: "token", carrier: "header"}, {mode: "cookie", carrier: "cookie"}}
}

// storeWays are session mode with its sessions outside of the database.
func storeWays() []way {
	return []way{{mode: "session", carrier: "cookie", store: auth.StoreMemory}, {mode: "session", carrier: "cookie", store: auth.StoreRedis}}
}

// String names a way for subtests.
func (w way) String() string {
	switch w.mode {
	case "session":
		return strings.TrimSuffix(w.mode+"-"+w.store, "-")
	case "cookie":
		return w.mode
	case "token":
		return w.mode + "-" + w.carrier
	}
	return w.mode + "-" + w.carrier + "-" + string(w.level)
}

// node makes a node at the way's level.
func (w way) node(t testing.TB, options ...option) *testNode {
	t.Helper()
	if w.level != "" {
		options = append(options, level(w.level))
	}
	if w.store != "" {
		options = append(options, onStore(w.store))
	}
	return newNode(t, options...)
}

// page is an address in the way's member area, "" for its home.
func (w way) page(path string) string { return "/" + w.mode + "/member" + path }

// api is an address in the way's API.
func (w way) api(path string) string { return "/api/" + w.mode + path }

// endsOthers reports whether the server's ending of a sign-in is known at its next request.
func (w way) endsOthers() bool { return w.knowsEnd() || w.mode == "token" }

// knowsEnd reports whether a copy of the credential is refused once its sign-in has ended.
func (w way) knowsEnd() bool { return w.mode == "session" || w.level.AtLeast(auth.LevelDenylist) }

// readsUser reports whether the user is read at each request.
func (w way) readsUser() bool {
	return w.mode == "session" || w.mode == "token" || w.level.AtLeast(auth.LevelUser)
}

// signIn signs a browser in by the form, and leaves it as its script would: with the header carrier the
// access token is in bearer.
func (c *client) signIn(w way, name string, fields ...string) *answer {
	c.t.Helper()
	return c.signInWith(w, name, password, fields...)
}

func (c *client) signInWith(w way, name, password string, fields ...string) *answer {
	c.t.Helper()
	a := c.post("/"+w.mode+"/login", append([]string{"username", name, "password", password, "carrier", w.carrier}, fields...))
	a.want(http.StatusSeeOther)
	c.pickUp(w)
	return a
}

// pickUp takes the access token of the header carrier, as the page's script does.
func (c *client) pickUp(w way) {
	c.t.Helper()
	c.bearer = ""
	if w.carrier != "header" {
		return
	}
	if w.mode == "token" {
		c.unwrap()
		return
	}
	var tokens struct {
		AccessToken string `json:"access_token"`
	}
	c.post("/jwt/refresh", nil, header("Accept", "application/json")).want(http.StatusOK).into(&tokens)
	if strings.Count(tokens.AccessToken, ".") != 2 {
		c.t.Fatalf("no access token: %q", tokens.AccessToken)
	}
	c.bearer = tokens.AccessToken
}

// unwrap takes the opaque token out of its cookie, which needs no key, and keeps it as a script would.
func (c *client) unwrap() {
	c.t.Helper()
	outer, err := base64.URLEncoding.DecodeString(c.cookie("/", "twodoors-token"))
	if err != nil {
		c.t.Fatal(err)
	}
	inner, err := base64.URLEncoding.DecodeString(strings.Split(string(outer), "|")[1])
	if err != nil {
		c.t.Fatal(err)
	}
	parts := strings.Split(string(inner), ".")
	c.bearer = parts[len(parts)-1]
	if len(c.bearer) != 43 {
		c.t.Fatalf("no token in the cookie: %q", inner)
	}
	c.dropCookie("twodoors-token")
}

// dropCookie takes a cookie out of the jar.
func (c *client) dropCookie(name string) {
	c.jar.SetCookies(c.base, []*http.Cookie{{Name: name, Path: cookiePath(name), MaxAge: -1}})
}

// demo signs a browser in as the member or the admin of its own demo team.
func (c *client) demo(w way, as string) *answer {
	c.t.Helper()
	a := c.post("/"+w.mode+"/demo", []string{"as", as, "carrier", w.carrier})
	a.want(http.StatusSeeOther)
	c.pickUp(w)
	return a
}
