package contract_test

import (
	"strconv"

	"twodoors/handlers/auth"
	"twodoors/handlers/handlerstest"
)

// limited makes the visitor a script that holds a limited token and nothing else.
func (v *visitor) limited(scope string) *visitor {
	token := v.Issue(scope, 3600)
	v.Client = v.node.Script()
	v.Bearer = token.AccessToken
	return v
}

// tokenRows are the limited tokens. Giving one out asks for all that can be known; so does revoking one on the page
// for the user.
func tokenRows() []lookupRow {
	form := []string{"name", "backup", "scope", auth.ScopeNotesRead, "life", "3600", "confirm", handlerstest.Password}
	body := map[string]any{"name": "backup", "scope": "profile", "expires_in": 3600, "password": handlerstest.Password}
	id := func(v *visitor) string { return "/" + strconv.FormatInt(v.Issue("profile", 3600).ID, 10) }
	return []lookupRow{
		{"tokens", func(v *visitor) *handlerstest.Answer { return v.page("/tokens") }, 200, of(1), of(1), true, isJWT},
		// The password; how many stand, the sign-in's row, the token's row; then the list of the page.
		{"issue a token", func(v *visitor) *handlerstest.Answer { return v.form("/tokens", form...) }, 200, of(2 + 3), of(1), true, isJWT},
		{"issue a token, no scope", func(v *visitor) *handlerstest.Answer { return v.form("/tokens", append(form[:2:2], form[6:]...)...) }, 422, of(2), of(1), true, isJWT},
		{"revoke a token", func(v *visitor) *handlerstest.Answer { return v.form("/tokens" + id(v) + "/revoke") }, 303, of(1 + 2), of(0), false, isJWT},
		{"revoke an unknown token", func(v *visitor) *handlerstest.Answer { return v.form("/tokens/4000001/revoke") }, 404, of(1 + 1), of(0), false, isJWT},
		{"GET tokens", func(v *visitor) *handlerstest.Answer { return v.call("GET", "/tokens", nil) }, 200, who, of(1), false, isJWT},
		{"POST tokens", func(v *visitor) *handlerstest.Answer { return v.call("POST", "/tokens", body) }, 201, of(2 + 3), of(0), false, isJWT},
		{"DELETE a token", func(v *visitor) *handlerstest.Answer { return v.call("DELETE", "/tokens"+id(v), nil) }, 204, whoAnd(2), of(0), false, isJWT},

		{"GET notes, a limited token", func(v *visitor) *handlerstest.Answer { return v.limited("notes:read").call("GET", "/notes", nil) }, 200, who, of(1), false, isJWT},
		{"notes, a limited token", func(v *visitor) *handlerstest.Answer { return v.limited("notes:read").page("/notes") }, 200, who, of(1), true, isJWT},
		{"GET devices, a limited token", func(v *visitor) *handlerstest.Answer { return v.limited("notes:read").call("GET", "/devices", nil) }, 403, who, of(0), false, isJWT},
		{"sign out, a limited token", func(v *visitor) *handlerstest.Answer { return v.limited("profile").call("POST", "/logout", nil) }, 403, of(0), of(0), false, isJWT},
	}
}
