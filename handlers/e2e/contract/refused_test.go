package contract_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"twodoors/handlers/auth"
	"twodoors/handlers/handlerstest"
)

// spoiled is the client's credential with a character changed in the middle.
func spoiled(c *handlerstest.Client, w handlerstest.Way) string {
	return handlerstest.Flip(handlerstest.Credential(c, w), len(handlerstest.Credential(c, w))/2)
}

// presenting is a fresh client that presents a credential the way's way.
func presenting(n *handlerstest.Node, w handlerstest.Way, value string) *handlerstest.Client {
	c := n.Client()
	if w.Carrier == "header" {
		c.Bearer = value
	} else {
		c.SetCookie(handlerstest.CredentialCookie(w), value)
	}
	return c
}

func TestNoCredential(t *testing.T) {
	for _, w := range handlerstest.Ways() {
		n := w.Node(t)
		c := n.Client()
		for _, path := range []string{"", "/notes", "/account", "/devices", "/admin"} {
			c.Get(w.Page(path)).WantTo("/" + w.Mode + "/login?next=" + strings.ReplaceAll(w.Page(path), "/", "%2F"))
		}
		// A form's page is what one comes back to, not where the form was sent.
		c.Post(w.Page("/notes/7/delete"), nil).WantTo("/" + w.Mode + "/login?next=%2F" + w.Mode + "%2Fmember%2Fnotes")
		c.Send("HEAD", w.Page("/notes"), "", "").Want(http.StatusSeeOther)
		for _, call := range [][2]string{{"GET", "/me"}, {"GET", "/notes"}, {"DELETE", "/notes/1"}, {"GET", "/devices"}, {"DELETE", "/devices"}} {
			a := c.JSON(call[0], w.API(call[1]), nil)
			handlerstest.WantProblem(t, a, http.StatusUnauthorized, "en")
			if got := a.Header.Get("WWW-Authenticate"); (got == "Bearer") != (w.Mode == "jwt") {
				t.Errorf("%s %s: WWW-Authenticate %q", w, call, got)
			}
		}
		c.JSON("PUT", w.API("/password"), map[string]string{}).Want(http.StatusUnauthorized)
	}
}

func TestRefusedCredential(t *testing.T) {
	for _, w := range handlerstest.Ways() {
		for _, language := range []string{"en", "ko"} {
			v := newVisit(t, w, language)
			a := presenting(v.n, w, v.spoil)
			a.Language = language
			page, api := a.Get(w.Page("/notes")), a.Get(w.API("/notes"))
			if w.Carrier == "header" {
				wantPage(t, page, http.StatusUnauthorized, language)
				if got := page.Header.Get("WWW-Authenticate"); !strings.HasPrefix(got, `Bearer error="invalid_token"`) {
					t.Errorf("%s: WWW-Authenticate %q", w, got)
				}
			} else {
				page.WantTo("/" + w.Mode + "/login?next=%2F" + w.Mode + "%2Fmember%2Fnotes")
				if k := page.SetCookie(handlerstest.CredentialCookie(w)); k == nil || k.MaxAge >= 0 {
					t.Errorf("%s: the bad cookie was not cleared: %v", w, k)
				}
				if said := a.Get(page.Location()).Text("main .said"); said == "" {
					t.Errorf("%s: the sign-in page does not say what happened", w)
				}
			}
			handlerstest.WantProblem(t, api, http.StatusUnauthorized, language)
			if got := api.Header.Get("WWW-Authenticate"); strings.HasPrefix(got, `Bearer error="invalid_token"`) != (w.Carrier == "header") {
				t.Errorf("%s: the API's WWW-Authenticate %q", w, got)
			}
		}
	}
}

// TestExpiredOverAPI: an expired access token is refused, and what can renew it is left alone.
func TestExpiredOverAPI(t *testing.T) {
	w := handlerstest.Way{Mode: "jwt", Carrier: "cookie", Level: auth.LevelSignature}
	v := newVisit(t, w, "en")
	v.n.Clock.Move(time.Hour)
	a := v.c.Get(w.API("/me")).Want(http.StatusUnauthorized)
	if cookies := a.Header.Values("Set-Cookie"); len(cookies) != 0 {
		t.Errorf("sets %q", cookies)
	}
	v.c.Post("/jwt/refresh", nil, handlerstest.Header("Accept", "application/json")).Want(http.StatusOK)
	v.c.Get(w.API("/me")).Want(http.StatusOK)
}

// TestBothCarriers: two credentials at once are no choice of ours (RFC 6750, section 2).
func TestBothCarriers(t *testing.T) {
	for _, l := range auth.Levels() {
		for _, language := range []string{"en", "ko"} {
			v := newVisit(t, handlerstest.Way{Mode: "jwt", Carrier: "cookie", Level: l}, language)
			v.c.Bearer = v.c.Cookie("/", "twodoors-access")
			wantPage(t, v.c.Get(v.Page("")), http.StatusBadRequest, language)
			wantPage(t, v.c.Get(v.Page("/account")), http.StatusBadRequest, language)
			wantPage(t, v.c.Post("/jwt/logout", nil), http.StatusBadRequest, language)
			handlerstest.WantProblem(t, v.c.Get(v.API("/me")), http.StatusBadRequest, language)
			handlerstest.WantProblem(t, v.c.JSON("POST", v.API("/logout"), nil), http.StatusBadRequest, language)
			v.c.Bearer = ""
			v.c.WantIn(v.Way, true, "with one carrier")
		}
	}
	// The session door knows cookies alone.
	v := newVisit(t, handlerstest.Way{Mode: "session", Carrier: "cookie"}, "en")
	v.c.Get(v.Page(""), handlerstest.Header("Authorization", "Bearer whatever")).Want(http.StatusOK)
}

// TestGarbage: a credential that is not exactly what was given is nobody's, and never an error of the server.
func TestGarbage(t *testing.T) {
	for _, w := range handlerstest.Ways() {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			v := newVisit(t, w, "en")
			genuine := handlerstest.Credential(v.c, w)
			for name, value := range handlerstest.Garbage(genuine) {
				set := handlerstest.Header("Cookie", handlerstest.CredentialCookie(w)+"="+value)
				if w.Carrier == "header" {
					set = handlerstest.Header("Authorization", "Bearer "+value)
				}
				c := v.n.Client()
				for _, target := range []string{w.Page(""), w.Page("/account"), w.API("/me")} {
					if a := c.Get(target, set); a.Status != http.StatusSeeOther && a.Status != http.StatusUnauthorized {
						t.Errorf("%s at %s: status %d", name, target, a.Status)
					}
				}
				out := http.StatusSeeOther
				if w.Mode == "jwt" { // to where the refresh token is sent
					out = http.StatusTemporaryRedirect
				}
				if a := c.Post("/"+w.Mode+"/logout", nil, set); a.Status != out {
					t.Errorf("%s: signing out answers %d", name, a.Status)
				}
			}
			v.c.WantIn(w, true, "the genuine one")
		})
	}
}

// TestOtherGarbage: cookies that are no credential do no harm either.
func TestOtherGarbage(t *testing.T) {
	n := handlerstest.NewNode(t)
	c := n.Client()
	c.Demo(handlerstest.Way{Mode: "session"}, "member")
	c.Demo(handlerstest.Way{Mode: "jwt", Carrier: "header", Level: auth.LevelSignature}, "member")
	c.Post("/preferences", []string{"language", "ko", "level", "version"}).Want(http.StatusSeeOther)
	n.User("minji", "member")
	signIn := []string{"username", "minji", "password", handlerstest.Password}
	c.Post("/session/login", signIn).Want(http.StatusSeeOther)
	for _, name := range []string{"twodoors-preferences", "twodoors-team", "twodoors-refresh", "twodoors-carrier", "twodoors-flash", "twodoors-known"} {
		genuine := c.Cookie("/jwt/refresh", name)
		if genuine == "" {
			genuine = "signed-out"
		}
		values := handlerstest.Garbage(strings.Repeat(genuine, 1+30/len(genuine)))
		values["two of the same name"] = genuine + "; " + name + "=" + genuine
		for what, value := range values {
			set := handlerstest.Header("Cookie", name+"="+value)
			for _, target := range []string{"/", "/compare", "/compare?count=2", "/jwt/refresh", "/session/login", "/jwt/member"} {
				if a := n.Client().Get(target, set); a.Status >= 400 {
					t.Errorf("%s %s at %s: status %d", name, what, target, a.Status)
				}
			}
			n.Client().Post("/session/demo", []string{"as", "admin"}, set).Want(http.StatusSeeOther)
			n.Client().Post("/session/login", signIn, set).Want(http.StatusSeeOther)
			if a := n.Client().Post("/jwt/refresh", nil, set); a.Status >= 400 {
				t.Errorf("%s %s: a refresh answers %d", name, what, a.Status)
			}
		}
	}
}

// TestTwoOfOneName: with two cookies of one name it is not for us to choose.
func TestTwoOfOneName(t *testing.T) {
	for _, w := range []handlerstest.Way{{Mode: "session", Carrier: "cookie"}, {Mode: "jwt", Carrier: "cookie", Level: auth.LevelSignature}} {
		v := newVisit(t, w, "en")
		other := v.n.Client()
		other.SignIn(w, "other")
		mine, theirs := handlerstest.Credential(v.c, w), handlerstest.Credential(other, w)
		for _, pair := range [][2]string{{mine, theirs}, {theirs, mine}, {mine, mine}, {mine, "x"}} {
			c := v.n.Client()
			set := handlerstest.Header("Cookie", handlerstest.CredentialCookie(w)+"="+pair[0]+"; "+handlerstest.CredentialCookie(w)+"="+pair[1])
			c.Get(w.Page(""), set).Want(http.StatusSeeOther)
			c.Get(w.API("/me"), set).Want(http.StatusUnauthorized)
		}
		v.c.WantIn(w, true, "alone")
	}
}

// TestScriptsWithoutOrigin: curl sends neither Origin nor Sec-Fetch-Site.
func TestScriptsWithoutOrigin(t *testing.T) {
	for _, w := range handlerstest.Ways() {
		n := w.Node(t)
		n.User("minji", "member")
		c := n.Script()
		c.SignIn(w, "minji")
		c.Post(w.Page("/notes"), []string{"body", "by curl"}).Want(http.StatusSeeOther)
		c.JSON("POST", w.API("/notes"), map[string]string{"body": "by curl"}).Want(http.StatusCreated)
	}
}
