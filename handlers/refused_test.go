package handlers_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"twodoors/handlers/auth"
)

// credentialCookie is the name of the cookie that carries a way's credential.
func credentialCookie(w way) string {
	switch w.mode {
	case "jwt":
		return "twodoors-access"
	case "cookie":
		return "twodoors-content"
	}
	return "twodoors-" + w.mode
}

// credential is what the client presents.
func credential(c *client, w way) string {
	if w.carrier == "header" {
		return c.bearer
	}
	return c.cookie("/", credentialCookie(w))
}

// spoiled is the client's credential with a character changed in the middle.
func spoiled(c *client, w way) string { return flip(credential(c, w), len(credential(c, w))/2) }

// flip changes one character for another one that may stand there.
func flip(s string, at int) string {
	with := byte('A')
	if s[at] == 'A' {
		with = 'B'
	}
	return s[:at] + string(with) + s[at+1:]
}

// presenting is a fresh client that presents a credential the way's way.
func (n *testNode) presenting(w way, value string) *client {
	c := n.client()
	if w.carrier == "header" {
		c.bearer = value
	} else {
		c.setCookie(credentialCookie(w), value)
	}
	return c
}

func TestNoCredential(t *testing.T) {
	for _, w := range ways() {
		n := w.node(t)
		c := n.client()
		for _, path := range []string{"", "/notes", "/account", "/devices", "/admin"} {
			c.get(w.page(path)).wantTo("/" + w.mode + "/login?next=" + strings.ReplaceAll(w.page(path), "/", "%2F"))
		}
		// A form's page is what one comes back to, not where the form was sent.
		c.post(w.page("/notes/7/delete"), nil).wantTo("/" + w.mode + "/login?next=%2F" + w.mode + "%2Fmember%2Fnotes")
		c.send("HEAD", w.page("/notes"), "", "").want(http.StatusSeeOther)
		for _, call := range [][2]string{{"GET", "/me"}, {"GET", "/notes"}, {"DELETE", "/notes/1"}, {"GET", "/devices"}, {"DELETE", "/devices"}} {
			a := c.json(call[0], w.api(call[1]), nil)
			wantProblem(t, a, http.StatusUnauthorized, "en")
			if got := a.Header.Get("WWW-Authenticate"); (got == "Bearer") != (w.mode == "jwt") {
				t.Errorf("%s %s: WWW-Authenticate %q", w, call, got)
			}
		}
		c.json("PUT", w.api("/password"), map[string]string{}).want(http.StatusUnauthorized)
	}
}

func TestRefusedCredential(t *testing.T) {
	for _, w := range ways() {
		for _, language := range []string{"en", "ko"} {
			v := newVisit(t, w, language)
			a := v.n.presenting(w, v.spoil)
			a.language = language
			page, api := a.get(w.page("/notes")), a.get(w.api("/notes"))
			if w.carrier == "header" {
				wantPage(t, page, http.StatusUnauthorized, language)
				if got := page.Header.Get("WWW-Authenticate"); !strings.HasPrefix(got, `Bearer error="invalid_token"`) {
					t.Errorf("%s: WWW-Authenticate %q", w, got)
				}
			} else {
				page.wantTo("/" + w.mode + "/login?next=%2F" + w.mode + "%2Fmember%2Fnotes")
				if k := page.setCookie(credentialCookie(w)); k == nil || k.MaxAge >= 0 {
					t.Errorf("%s: the bad cookie was not cleared: %v", w, k)
				}
				if said := a.get(page.location()).text("main .said"); said == "" {
					t.Errorf("%s: the sign-in page does not say what happened", w)
				}
			}
			wantProblem(t, api, http.StatusUnauthorized, language)
			if got := api.Header.Get("WWW-Authenticate"); strings.HasPrefix(got, `Bearer error="invalid_token"`) != (w.carrier == "header") {
				t.Errorf("%s: the API's WWW-Authenticate %q", w, got)
			}
		}
	}
}

// TestExpiredOverAPI: an expired access token is refused, and what can renew it is left alone.
func TestExpiredOverAPI(t *testing.T) {
	w := way{mode: "jwt", carrier: "cookie", level: auth.LevelSignature}
	v := newVisit(t, w, "en")
	v.n.clock.move(time.Hour)
	a := v.c.get(w.api("/me")).want(http.StatusUnauthorized)
	if cookies := a.Header.Values("Set-Cookie"); len(cookies) != 0 {
		t.Errorf("sets %q", cookies)
	}
	v.c.post("/jwt/refresh", nil, header("Accept", "application/json")).want(http.StatusOK)
	v.c.get(w.api("/me")).want(http.StatusOK)
}

// TestBothCarriers: two credentials at once are no choice of ours (RFC 6750, section 2).
func TestBothCarriers(t *testing.T) {
	for _, l := range auth.Levels() {
		for _, language := range []string{"en", "ko"} {
			v := newVisit(t, way{mode: "jwt", carrier: "cookie", level: l}, language)
			v.c.bearer = v.c.cookie("/", "twodoors-access")
			wantPage(t, v.c.get(v.page("")), http.StatusBadRequest, language)
			wantPage(t, v.c.get(v.page("/account")), http.StatusBadRequest, language)
			wantPage(t, v.c.post("/jwt/logout", nil), http.StatusBadRequest, language)
			wantProblem(t, v.c.get(v.api("/me")), http.StatusBadRequest, language)
			wantProblem(t, v.c.json("POST", v.api("/logout"), nil), http.StatusBadRequest, language)
			v.c.bearer = ""
			v.c.wantIn(v.way, true, "with one carrier")
		}
	}
	// The session door knows cookies alone.
	v := newVisit(t, way{mode: "session", carrier: "cookie"}, "en")
	v.c.get(v.page(""), header("Authorization", "Bearer whatever")).want(http.StatusOK)
}

// garbage makes values that look a little like the genuine one.
func garbage(genuine string) map[string]string {
	list := map[string]string{
		"empty": "", "one character": "x", "5 KB": strings.Repeat("A", 5000), "NUL": genuine[:5] + "\x00" + genuine[6:],
		"genuine and NUL": genuine + "\x00", "not ASCII": "쿠키\xff\xfe", "dots": "...", "two dots": "..", "bars": "|||", "quotes": `"` + genuine,
		"twice in one": genuine + genuine, "white space": genuine[:8] + " " + genuine[8:], "null": "null", "percent": "%00%ff",
		"base64 of nothing": "====", "upper case": strings.ToUpper(genuine),
	}
	for name, at := range map[string]int{"first": 0, "second": 1, "quarter": len(genuine) / 4, "half": len(genuine) / 2, "late": len(genuine) - 6} {
		list["flipped "+name] = flip(genuine, at)
		list["cut "+name] = genuine[:at]
	}
	list["cut by one"] = genuine[:len(genuine)-1]
	return list
}

// TestGarbage: a credential that is not exactly what was given is nobody's, and never an error of the server.
func TestGarbage(t *testing.T) {
	for _, w := range ways() {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			v := newVisit(t, w, "en")
			genuine := credential(v.c, w)
			for name, value := range garbage(genuine) {
				set := header("Cookie", credentialCookie(w)+"="+value)
				if w.carrier == "header" {
					set = header("Authorization", "Bearer "+value)
				}
				c := v.n.client()
				for _, target := range []string{w.page(""), w.page("/account"), w.api("/me")} {
					if a := c.get(target, set); a.Status != http.StatusSeeOther && a.Status != http.StatusUnauthorized {
						t.Errorf("%s at %s: status %d", name, target, a.Status)
					}
				}
				out := http.StatusSeeOther
				if w.mode == "jwt" { // to where the refresh token is sent
					out = http.StatusTemporaryRedirect
				}
				if a := c.post("/"+w.mode+"/logout", nil, set); a.Status != out {
					t.Errorf("%s: signing out answers %d", name, a.Status)
				}
			}
			v.c.wantIn(w, true, "the genuine one")
		})
	}
}

// TestOtherGarbage: cookies that are no credential do no harm either.
func TestOtherGarbage(t *testing.T) {
	n := newNode(t)
	c := n.client()
	c.demo(way{mode: "session"}, "member")
	c.demo(way{mode: "jwt", carrier: "header", level: auth.LevelSignature}, "member")
	c.post("/preferences", []string{"language", "ko", "level", "version"}).want(http.StatusSeeOther)
	n.user("minji", "member")
	signIn := []string{"username", "minji", "password", password}
	c.post("/session/login", signIn).want(http.StatusSeeOther)
	for _, name := range []string{"twodoors-preferences", "twodoors-team", "twodoors-refresh", "twodoors-carrier", "twodoors-flash", "twodoors-known"} {
		genuine := c.cookie("/jwt/refresh", name)
		if genuine == "" {
			genuine = "signed-out"
		}
		values := garbage(strings.Repeat(genuine, 1+30/len(genuine)))
		values["two of the same name"] = genuine + "; " + name + "=" + genuine
		for what, value := range values {
			set := header("Cookie", name+"="+value)
			for _, target := range []string{"/", "/compare", "/compare?count=2", "/jwt/refresh", "/session/login", "/jwt/member"} {
				if a := n.client().get(target, set); a.Status >= 400 {
					t.Errorf("%s %s at %s: status %d", name, what, target, a.Status)
				}
			}
			n.client().post("/session/demo", []string{"as", "admin"}, set).want(http.StatusSeeOther)
			n.client().post("/session/login", signIn, set).want(http.StatusSeeOther)
			if a := n.client().post("/jwt/refresh", nil, set); a.Status >= 400 {
				t.Errorf("%s %s: a refresh answers %d", name, what, a.Status)
			}
		}
	}
}

// TestTwoOfOneName: with two cookies of one name it is not for us to choose.
func TestTwoOfOneName(t *testing.T) {
	for _, w := range []way{{mode: "session", carrier: "cookie"}, {mode: "jwt", carrier: "cookie", level: auth.LevelSignature}} {
		v := newVisit(t, w, "en")
		other := v.n.client()
		other.signIn(w, "other")
		mine, theirs := credential(v.c, w), credential(other, w)
		for _, pair := range [][2]string{{mine, theirs}, {theirs, mine}, {mine, mine}, {mine, "x"}} {
			c := v.n.client()
			set := header("Cookie", credentialCookie(w)+"="+pair[0]+"; "+credentialCookie(w)+"="+pair[1])
			c.get(w.page(""), set).want(http.StatusSeeOther)
			c.get(w.api("/me"), set).want(http.StatusUnauthorized)
		}
		v.c.wantIn(w, true, "alone")
	}
}

// TestScriptsWithoutOrigin: curl sends neither Origin nor Sec-Fetch-Site.
func TestScriptsWithoutOrigin(t *testing.T) {
	for _, w := range ways() {
		n := w.node(t)
		n.user("minji", "member")
		c := n.script()
		c.signIn(w, "minji")
		c.post(w.page("/notes"), []string{"body", "by curl"}).want(http.StatusSeeOther)
		c.json("POST", w.api("/notes"), map[string]string{"body": "by curl"}).want(http.StatusCreated)
	}
}
