package labs

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// How says how to sign in.
type How int

// The ways.
const (
	ByAPI    How = iota + 1 // as a script: tokens come in the answer's body and travel in a header
	ByCookie                // as a browser: the credential travels in a cookie
	ByPage                  // as a browser whose page keeps the access token in memory (jwt)
	Remembered
)

func has(list []How, h How) bool {
	for _, l := range list {
		if l == h {
			return true
		}
	}
	return false
}

// SignIn signs the owner in, with the password, at the real route. Without a way, modes that can travel in a
// header do, and the others by cookie.
func (c *Client) SignIn(m Mode, how ...How) *Answer { return c.SignInAs(OwnerName, m, how...) }

// SignInAs signs a user in.
func (c *Client) SignInAs(name string, m Mode, how ...How) *Answer {
	if name == OwnerName {
		c.environment.Owner()
	}
	remember := has(how, Remembered)
	api := has(how, ByAPI) || (m == JWT || m == Token) && !has(how, ByCookie) && !has(how, ByPage)
	if api {
		return c.signInByAPI(name, m, remember)
	}
	form := url.Values{"username": {name}, "password": {password}}
	if remember {
		form.Set("remember", "on")
	}
	if has(how, ByPage) {
		form.Set("carrier", "header")
	} else {
		form.Set("carrier", "cookie")
	}
	a := c.Post("/"+string(m)+"/login", form)
	c.built(m, a)
	a.Want(http.StatusSeeOther)
	if has(how, ByPage) {
		c.Restores()
	}
	return a
}

func (c *Client) signInByAPI(name string, m Mode, remember bool) *Answer {
	body, err := json.Marshal(map[string]any{"username": name, "password": password, "remember": remember})
	must(err)
	a := c.JSON(http.MethodPost, "/api/"+string(m)+"/login", string(body))
	c.built(m, a)
	a.Want(http.StatusOK)
	c.takeTokens(m, a)
	return a
}

// built ends the run where the mode is not mounted.
func (c *Client) built(m Mode, a *Answer) {
	if a.Status == http.StatusNotFound {
		panic(stopped{fmt.Errorf("mode %s: %w", m, ErrNotBuilt)})
	}
}

// takeTokens remembers the tokens of an answer.
func (c *Client) takeTokens(m Mode, a *Answer) {
	var got struct {
		Access  string `json:"access_token"`
		Token   string `json:"token"`
		Refresh string `json:"refresh_token"`
	}
	if json.Unmarshal(a.Body, &got) != nil {
		return
	}
	if got.Access == "" {
		got.Access = got.Token
	}
	if got.Access != "" {
		c.access[m] = got.Access
	}
	if got.Refresh != "" {
		c.refreshToken = got.Refresh
	}
}

// Restores has the page fetch an access token for its memory, as the app's own script does after a reload.
func (c *Client) Restores() *Answer {
	a := c.Send(http.MethodPost, "/jwt/refresh", "application/x-www-form-urlencoded", "", "Accept", "application/json")
	if a.In() {
		c.takeTokens(JWT, a)
	}
	return a
}

// Renews trades the refresh token for a new pair, as a script does.
func (c *Client) Renews() *Answer {
	if c.refreshToken == "" {
		return c.Restores()
	}
	body, err := json.Marshal(map[string]string{"refresh_token": c.refreshToken})
	must(err)
	a := c.JSON(http.MethodPost, "/api/jwt/refresh", string(body))
	if a.In() {
		c.takeTokens(JWT, a)
	}
	return a
}

// SignOut signs out.
func (c *Client) SignOut(m Mode) *Answer {
	if c.access[m] != "" || c.actor == Script {
		return c.Send(http.MethodPost, "/api/"+string(m)+"/logout", "", "").Want(http.StatusNoContent)
	}
	return c.Post("/"+string(m)+"/logout", nil).Want(http.StatusSeeOther)
}

// Home asks for the page that needs only who is asking.
func (c *Client) Home(m Mode) *Answer { return c.Get("/" + string(m) + "/member?panel=folded") }

// Me asks the API the same.
func (c *Client) Me(m Mode) *Answer { return c.Get("/api/" + string(m) + "/me") }

// Replay is Me with whatever was copied.
func (c *Client) Replay(m Mode) *Answer { return c.Me(m) }

// NotesPage asks for the page of the owner's notes.
func (c *Client) NotesPage(m Mode) *Answer {
	return c.Get("/" + string(m) + "/member/notes?panel=folded")
}

// Notes asks the API for them.
func (c *Client) Notes(m Mode) *Answer { return c.Get("/api/" + string(m) + "/notes") }

// WriteNote adds one.
func (c *Client) WriteNote(m Mode, text string) *Answer {
	body, err := json.Marshal(map[string]string{"body": text})
	must(err)
	return c.JSON(http.MethodPost, "/api/"+string(m)+"/notes", string(body))
}

// AdminPage asks for the page that acts on a role.
func (c *Client) AdminPage(m Mode) *Answer {
	return c.Get("/" + string(m) + "/member/admin?panel=folded")
}

// newPassword is what the owner changes the password to.
const newPassword = "another horse battery"

// ChangePassword changes the owner's password; this sign-in stays.
func (c *Client) ChangePassword(m Mode) *Answer {
	body, err := json.Marshal(map[string]string{"current": password, "password": newPassword})
	must(err)
	a := c.JSON(http.MethodPut, "/api/"+string(m)+"/password", string(body))
	if !a.In() {
		stop("the password was not changed: status %d", a.Status)
	}
	c.takeTokens(m, a)
	return a
}

// Role is the role that the app sees the client in.
func (a *Answer) Role() string {
	var me struct{ Role string }
	if json.Unmarshal(a.Body, &me) != nil {
		return ""
	}
	return me.Role
}

// Shows reports whether the answer's body has a text in it.
func (a *Answer) Shows(text string) bool { return strings.Contains(string(a.Body), text) }

// into reads a JSON answer.
func (a *Answer) into(v any) { must(json.Unmarshal(a.Body, v)) }
