package contract_test

import (
	"net/http"
	"strings"

	"twodoors/handlers/handlerstest"
)

// isJWT and isCookie leave out the ways for which there is no such request.
func isJWT(w handlerstest.Way) bool { return w.Mode == "jwt" }

func notJWT(w handlerstest.Way) bool { return w.Mode != "jwt" }

func isSession(w handlerstest.Way) bool { return w.Mode == "session" }

func isCookie(w handlerstest.Way) bool { return w.Carrier == "cookie" }

// login signs a user in by the form, from a new browser.
func (v *visitor) login(c *handlerstest.Client, name, secret string) *handlerstest.Answer {
	return c.Post("/"+v.w.Mode+"/login", []string{"username", name, "password", secret, "carrier", v.w.Carrier})
}

// logout signs out by the form.
func (v *visitor) logout() *handlerstest.Answer { return v.Post("/"+v.w.Mode+"/logout", nil) }

// refresh presents the refresh cookie as the script does.
func (v *visitor) refresh() *handlerstest.Answer {
	return v.Post("/jwt/refresh", nil, handlerstest.Header("Accept", "application/json"))
}

// access is the cookie that opens the visitor's door.
func (v *visitor) access() string {
	if v.w.Mode == "session" {
		return "twodoors-session"
	}
	return "twodoors-access"
}

// tamper changes the credential in its middle.
func (v *visitor) tamper() {
	spoil := func(s string) string {
		if i := len(s) - 20; s[i] == 'A' {
			return s[:i] + "B" + s[i+1:]
		} else {
			return s[:i] + "A" + s[i+1:]
		}
	}
	if v.Bearer != "" {
		v.Bearer = spoil(v.Bearer)
		return
	}
	v.SetCookie(v.access(), spoil(v.Cookie("/", v.access())))
}

// refused checks how a refused credential is answered on a page: an Authorization header by 401, a cookie by
// sending the browser to sign in. The status is 0 afterwards, for a row that holds for both.
func (v *visitor) refused(a *handlerstest.Answer) *handlerstest.Answer {
	v.T.Helper()
	want := http.StatusSeeOther
	if v.Bearer != "" {
		want = http.StatusUnauthorized
	}
	if a.Status != want {
		v.T.Errorf("%s: refused with status %d, want %d", v.w, a.Status, want)
	}
	a.Status = 0
	return a
}

// signingRows are signing in and out, renewing, and being refused.
func signingRows() []lookupRow {
	return []lookupRow{
		{"the sign-in form", func(v *visitor) *handlerstest.Answer { return v.Get("/" + v.w.Mode + "/login") }, 200, of(0), of(0), false, nil},
		// The user is found, the sign-in is noted in the user's list, and the credential is stored.
		{"sign in", func(v *visitor) *handlerstest.Answer {
			return v.login(v.node.Client(), v.user.Name, handlerstest.Password)
		}, 303, byMode(3, 4), of(0), false, nil},
		// The one before ends: a session's row goes, a token family is ended and denied.
		{"sign in over another", func(v *visitor) *handlerstest.Answer { return v.login(v.Client, v.user.Name, handlerstest.Password) }, 303, byMode(4, 6), of(0), false, nil},
		{"sign in, wrong password", func(v *visitor) *handlerstest.Answer { return v.login(v.node.Client(), v.user.Name, "not this") }, 401, of(1), of(0), false, nil},
		{"sign in, unknown name", func(v *visitor) *handlerstest.Answer { return v.login(v.node.Client(), "nobody", "not this") }, 401, of(1), of(0), false, nil},
		{"sign in, a name nobody can have", func(v *visitor) *handlerstest.Answer { return v.login(v.node.Client(), "No Body", "not this") }, 401, of(0), of(0), false, nil},
		{"sign in by the API", func(v *visitor) *handlerstest.Answer {
			return v.node.Script().JSON("POST", v.w.API("/login"), map[string]string{"username": v.user.Name, "password": handlerstest.Password})
		}, 200, byMode(3, 4), of(0), false, nil},

		{"sign out", func(v *visitor) *handlerstest.Answer { return v.logout() }, 303, byMode(1, 2), of(0), false, nil},
		{"sign out by the API", func(v *visitor) *handlerstest.Answer { return v.call("POST", "/logout", nil) }, 204, byMode(1, 2), of(0), false, nil},
		{"sign out, signed out", func(v *visitor) *handlerstest.Answer {
			return v.node.Client().Post("/"+v.w.Mode+"/logout", nil)
		}, 303, of(0), of(0), false, notJWT},
		{"sign out, tampered", func(v *visitor) *handlerstest.Answer { v.tamper(); return v.logout() }, 303, of(0), of(0), false, notJWT},
		{"sign out, signed out, to where the refresh token is sent", func(v *visitor) *handlerstest.Answer {
			return v.node.Client().Post("/"+v.w.Mode+"/logout", nil)
		}, 307, of(0), of(0), false, isJWT},
		{"sign out, tampered, to where the refresh token is sent", func(v *visitor) *handlerstest.Answer { v.tamper(); return v.logout() }, 307, of(0), of(0), false, isJWT},

		{"refresh", func(v *visitor) *handlerstest.Answer {
			v.SignIn(handlerstest.Way{Mode: "jwt", Carrier: "cookie"}, v.user.Name)
			return v.refresh()
		}, 200, of(4), of(0), false, isJWT},
		{"refresh a second time", func(v *visitor) *handlerstest.Answer {
			v.SignIn(handlerstest.Way{Mode: "jwt", Carrier: "cookie"}, v.user.Name)
			v.refresh()
			return v.refresh()
		}, 200, of(5), of(0), false, isJWT},
		{"refresh, asked again", func(v *visitor) *handlerstest.Answer {
			v.SignIn(handlerstest.Way{Mode: "jwt", Carrier: "cookie"}, v.user.Name)
			used := v.Cookie("/jwt/refresh", "twodoors-refresh")
			v.refresh()
			v.SetCookie("twodoors-refresh", used)
			return v.refresh()
		}, 200, of(2), of(0), false, isJWT},
		{"refresh, reused", func(v *visitor) *handlerstest.Answer {
			v.SignIn(handlerstest.Way{Mode: "jwt", Carrier: "cookie"}, v.user.Name)
			used := v.Cookie("/jwt/refresh", "twodoors-refresh")
			v.refresh()
			v.refresh()
			v.SetCookie("twodoors-refresh", used)
			return v.refresh()
		}, 400, of(4), of(0), false, isJWT},
		{"refresh, unknown", func(v *visitor) *handlerstest.Answer {
			v.SetCookie("twodoors-refresh", strings.Repeat("A", 43))
			return v.refresh()
		}, 400, of(1), of(0), false, isJWT},
		{"refresh, malformed", func(v *visitor) *handlerstest.Answer {
			v.SetCookie("twodoors-refresh", "garbage")
			return v.refresh()
		}, 400, of(0), of(0), false, isJWT},
		{"refresh without a token", func(v *visitor) *handlerstest.Answer {
			return v.node.Client().Post("/jwt/refresh", nil, handlerstest.Header("Accept", "application/json"))
		}, 400, of(0), of(0), false, isJWT},
		{"the page that refreshes", func(v *visitor) *handlerstest.Answer { return v.Get("/jwt/refresh?next=/jwt/member") }, 200, of(0), of(0), false, isJWT},

		{"demo, a new team", func(v *visitor) *handlerstest.Answer {
			return v.node.Client().Post("/"+v.w.Mode+"/demo", []string{"as", "member"})
		}, 303, byMode(2+1+1, 2+1+2), of(0), false, nil},
		{"demo, the same team", func(v *visitor) *handlerstest.Answer {
			c := v.node.Client()
			other := map[string]string{"session": "jwt", "jwt": "session"}[v.w.Mode]
			c.Post("/"+other+"/demo", []string{"as", "admin"}).Want(http.StatusSeeOther)
			return c.Post("/"+v.w.Mode+"/demo", []string{"as", "member"})
		}, 303, byMode(1+1+1, 1+1+2), of(0), false, nil},
		{"demo, as nobody", func(v *visitor) *handlerstest.Answer {
			return v.node.Client().Post("/"+v.w.Mode+"/demo", []string{"as", "root"})
		}, 400, of(0), of(0), false, nil},

		{"home without a credential", func(v *visitor) *handlerstest.Answer { return v.node.Client().Get(v.w.Page("")) }, 303, of(0), of(0), false, nil},
		{"GET me without a credential", func(v *visitor) *handlerstest.Answer { return v.node.Script().JSON("GET", v.w.API("/me"), nil) }, 401, of(0), of(0), false, nil},
		{"home, tampered", func(v *visitor) *handlerstest.Answer { v.tamper(); return v.refused(v.page("")) }, 0, of(0), of(0), false, nil},
		{"account, tampered", func(v *visitor) *handlerstest.Answer { v.tamper(); return v.refused(v.page("/account")) }, 0, of(0), of(0), false, nil},
		{"GET me, tampered", func(v *visitor) *handlerstest.Answer { v.tamper(); return v.call("GET", "/me", nil) }, 401, of(0), of(0), false, nil},
		{"home, garbage in the cookie", func(v *visitor) *handlerstest.Answer {
			c := v.node.Client()
			c.SetCookie(v.access(), strings.Repeat("x", 3000))
			return c.Get(v.w.Page(""))
		}, 303, of(0), of(0), false, nil},
		{"home, two of the same name", func(v *visitor) *handlerstest.Answer {
			return v.Get(v.w.Page(""), func(r *http.Request) { r.Header.Add("Cookie", v.access()+"=other") })
		}, 303, of(0), of(0), false, isCookie},
		{"home, both carriers", func(v *visitor) *handlerstest.Answer {
			return v.Get(v.w.Page(""), handlerstest.Header("Authorization", "Bearer "+v.Cookie("/", "twodoors-access")))
		}, 400, of(0), of(0), false, func(w handlerstest.Way) bool { return isJWT(w) && isCookie(w) }},
		{"home, the marker alone", func(v *visitor) *handlerstest.Answer {
			v.Bearer = ""
			return v.page("")
		}, 303, of(0), of(0), false, func(w handlerstest.Way) bool { return isJWT(w) && !isCookie(w) }},
		{"add a note, cross-origin", func(v *visitor) *handlerstest.Answer {
			return v.Post(v.w.Page("/notes"), []string{"body", "x"}, handlerstest.Header("Sec-Fetch-Site", "cross-site"))
		}, 403, of(0), of(0), false, nil},

		// A well-formed id that is not known costs a lookup; an ended token only where the level asks.
		{"home, an unknown session", func(v *visitor) *handlerstest.Answer {
			copied := v.Copied()
			v.logout().Want(http.StatusSeeOther)
			return copied.Get(v.w.Page(""))
		}, 303, of(1), of(0), false, isSession},
		{"home, an ended token", func(v *visitor) *handlerstest.Answer {
			copied := v.Copied()
			v.logout().Want(http.StatusSeeOther)
			v.Client = copied
			return v.refused(v.page(""))
		}, 0, of(1), of(0), false, func(w handlerstest.Way) bool { return isJWT(w) && w.KnowsEnd() }},
		{"home, an ended token, not asked", func(v *visitor) *handlerstest.Answer {
			copied := v.Copied()
			v.logout().Want(http.StatusSeeOther)
			v.Client = copied
			return v.page("")
		}, 200, who, of(0), true, func(w handlerstest.Way) bool { return isJWT(w) && !w.KnowsEnd() }},
	}
}
