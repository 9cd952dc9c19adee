package handlers_test

import (
	"net/http"
	"strings"
)

// isJWT and isCookie leave out the ways for which there is no such request.
func isJWT(w way) bool     { return w.mode == "jwt" }
func notJWT(w way) bool    { return w.mode != "jwt" }
func isSession(w way) bool { return w.mode == "session" }
func isCookie(w way) bool  { return w.carrier == "cookie" }

// login signs a user in by the form, from a new browser.
func (v *visitor) login(c *client, name, secret string) *answer {
	return c.post("/"+v.w.mode+"/login", []string{"username", name, "password", secret, "carrier", v.w.carrier})
}

// logout signs out by the form.
func (v *visitor) logout() *answer { return v.post("/"+v.w.mode+"/logout", nil) }

// refresh presents the refresh cookie as the script does.
func (v *visitor) refresh() *answer {
	return v.post("/jwt/refresh", nil, header("Accept", "application/json"))
}

// access is the cookie that opens the visitor's door.
func (v *visitor) access() string {
	if v.w.mode == "session" {
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
	if v.bearer != "" {
		v.bearer = spoil(v.bearer)
		return
	}
	v.setCookie(v.access(), spoil(v.cookie("/", v.access())))
}

// refused checks how a refused credential is answered on a page: an Authorization header by 401, a cookie by
// sending the browser to sign in. The status is 0 afterwards, for a row that holds for both.
func (v *visitor) refused(a *answer) *answer {
	v.t.Helper()
	want := http.StatusSeeOther
	if v.bearer != "" {
		want = http.StatusUnauthorized
	}
	if a.Status != want {
		v.t.Errorf("%s: refused with status %d, want %d", v.w, a.Status, want)
	}
	a.Status = 0
	return a
}

// signingRows are signing in and out, renewing, and being refused.
func signingRows() []lookupRow {
	return []lookupRow{
		{"the sign-in form", func(v *visitor) *answer { return v.get("/" + v.w.mode + "/login") }, 200, of(0), of(0), false, nil},
		// The user is found, the sign-in is noted in the user's list, and the credential is stored.
		{"sign in", func(v *visitor) *answer { return v.login(v.node.client(), v.user.Name, password) }, 303, byMode(3, 4), of(0), false, nil},
		// The one before ends: a session's row goes, a token family is ended and denied.
		{"sign in over another", func(v *visitor) *answer { return v.login(v.client, v.user.Name, password) }, 303, byMode(4, 6), of(0), false, nil},
		{"sign in, wrong password", func(v *visitor) *answer { return v.login(v.node.client(), v.user.Name, "not this") }, 401, of(1), of(0), false, nil},
		{"sign in, unknown name", func(v *visitor) *answer { return v.login(v.node.client(), "nobody", "not this") }, 401, of(1), of(0), false, nil},
		{"sign in, a name nobody can have", func(v *visitor) *answer { return v.login(v.node.client(), "No Body", "not this") }, 401, of(0), of(0), false, nil},
		{"sign in by the API", func(v *visitor) *answer {
			return v.node.script().json("POST", v.w.api("/login"), map[string]string{"username": v.user.Name, "password": password})
		}, 200, byMode(3, 4), of(0), false, nil},

		{"sign out", func(v *visitor) *answer { return v.logout() }, 303, byMode(1, 2), of(0), false, nil},
		{"sign out by the API", func(v *visitor) *answer { return v.call("POST", "/logout", nil) }, 204, byMode(1, 2), of(0), false, nil},
		{"sign out, signed out", func(v *visitor) *answer {
			return v.node.client().post("/"+v.w.mode+"/logout", nil)
		}, 303, of(0), of(0), false, notJWT},
		{"sign out, tampered", func(v *visitor) *answer { v.tamper(); return v.logout() }, 303, of(0), of(0), false, notJWT},
		{"sign out, signed out, to where the refresh token is sent", func(v *visitor) *answer {
			return v.node.client().post("/"+v.w.mode+"/logout", nil)
		}, 307, of(0), of(0), false, isJWT},
		{"sign out, tampered, to where the refresh token is sent", func(v *visitor) *answer { v.tamper(); return v.logout() }, 307, of(0), of(0), false, isJWT},

		{"refresh", func(v *visitor) *answer {
			v.signIn(way{mode: "jwt", carrier: "cookie"}, v.user.Name)
			return v.refresh()
		}, 200, of(4), of(0), false, isJWT},
		{"refresh a second time", func(v *visitor) *answer {
			v.signIn(way{mode: "jwt", carrier: "cookie"}, v.user.Name)
			v.refresh()
			return v.refresh()
		}, 200, of(5), of(0), false, isJWT},
		{"refresh, asked again", func(v *visitor) *answer {
			v.signIn(way{mode: "jwt", carrier: "cookie"}, v.user.Name)
			used := v.cookie("/jwt/refresh", "twodoors-refresh")
			v.refresh()
			v.setCookie("twodoors-refresh", used)
			return v.refresh()
		}, 200, of(2), of(0), false, isJWT},
		{"refresh, reused", func(v *visitor) *answer {
			v.signIn(way{mode: "jwt", carrier: "cookie"}, v.user.Name)
			used := v.cookie("/jwt/refresh", "twodoors-refresh")
			v.refresh()
			v.refresh()
			v.setCookie("twodoors-refresh", used)
			return v.refresh()
		}, 400, of(4), of(0), false, isJWT},
		{"refresh, unknown", func(v *visitor) *answer {
			v.setCookie("twodoors-refresh", strings.Repeat("A", 43))
			return v.refresh()
		}, 400, of(1), of(0), false, isJWT},
		{"refresh, malformed", func(v *visitor) *answer {
			v.setCookie("twodoors-refresh", "garbage")
			return v.refresh()
		}, 400, of(0), of(0), false, isJWT},
		{"refresh without a token", func(v *visitor) *answer {
			return v.node.client().post("/jwt/refresh", nil, header("Accept", "application/json"))
		}, 400, of(0), of(0), false, isJWT},
		{"the page that refreshes", func(v *visitor) *answer { return v.get("/jwt/refresh?next=/jwt/member") }, 200, of(0), of(0), false, isJWT},

		{"demo, a new team", func(v *visitor) *answer {
			return v.node.client().post("/"+v.w.mode+"/demo", []string{"as", "member"})
		}, 303, byMode(2+1+1, 2+1+2), of(0), false, nil},
		{"demo, the same team", func(v *visitor) *answer {
			c := v.node.client()
			other := map[string]string{"session": "jwt", "jwt": "session"}[v.w.mode]
			c.post("/"+other+"/demo", []string{"as", "admin"}).want(http.StatusSeeOther)
			return c.post("/"+v.w.mode+"/demo", []string{"as", "member"})
		}, 303, byMode(1+1+1, 1+1+2), of(0), false, nil},
		{"demo, as nobody", func(v *visitor) *answer {
			return v.node.client().post("/"+v.w.mode+"/demo", []string{"as", "root"})
		}, 400, of(0), of(0), false, nil},

		{"home without a credential", func(v *visitor) *answer { return v.node.client().get(v.w.page("")) }, 303, of(0), of(0), false, nil},
		{"GET me without a credential", func(v *visitor) *answer { return v.node.script().json("GET", v.w.api("/me"), nil) }, 401, of(0), of(0), false, nil},
		{"home, tampered", func(v *visitor) *answer { v.tamper(); return v.refused(v.page("")) }, 0, of(0), of(0), false, nil},
		{"account, tampered", func(v *visitor) *answer { v.tamper(); return v.refused(v.page("/account")) }, 0, of(0), of(0), false, nil},
		{"GET me, tampered", func(v *visitor) *answer { v.tamper(); return v.call("GET", "/me", nil) }, 401, of(0), of(0), false, nil},
		{"home, garbage in the cookie", func(v *visitor) *answer {
			c := v.node.client()
			c.setCookie(v.access(), strings.Repeat("x", 3000))
			return c.get(v.w.page(""))
		}, 303, of(0), of(0), false, nil},
		{"home, two of the same name", func(v *visitor) *answer {
			return v.get(v.w.page(""), func(r *http.Request) { r.Header.Add("Cookie", v.access()+"=other") })
		}, 303, of(0), of(0), false, isCookie},
		{"home, both carriers", func(v *visitor) *answer {
			return v.get(v.w.page(""), header("Authorization", "Bearer "+v.cookie("/", "twodoors-access")))
		}, 400, of(0), of(0), false, func(w way) bool { return isJWT(w) && isCookie(w) }},
		{"home, the marker alone", func(v *visitor) *answer {
			v.bearer = ""
			return v.page("")
		}, 303, of(0), of(0), false, func(w way) bool { return isJWT(w) && !isCookie(w) }},
		{"add a note, cross-origin", func(v *visitor) *answer {
			return v.post(v.w.page("/notes"), []string{"body", "x"}, header("Sec-Fetch-Site", "cross-site"))
		}, 403, of(0), of(0), false, nil},

		// A well-formed id that is not known costs a lookup; an ended token only where the level asks.
		{"home, an unknown session", func(v *visitor) *answer {
			copied := v.copied()
			v.logout().want(http.StatusSeeOther)
			return copied.get(v.w.page(""))
		}, 303, of(1), of(0), false, isSession},
		{"home, an ended token", func(v *visitor) *answer {
			copied := v.copied()
			v.logout().want(http.StatusSeeOther)
			v.client = copied
			return v.refused(v.page(""))
		}, 0, of(1), of(0), false, func(w way) bool { return isJWT(w) && w.knowsEnd() }},
		{"home, an ended token, not asked", func(v *visitor) *answer {
			copied := v.copied()
			v.logout().want(http.StatusSeeOther)
			v.client = copied
			return v.page("")
		}, 200, who, of(0), true, func(w way) bool { return isJWT(w) && !w.knowsEnd() }},
	}
}
