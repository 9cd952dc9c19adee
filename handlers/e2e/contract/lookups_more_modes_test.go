package contract_test

import (
	"net/http"
	"testing"

	"twodoors/handlers/handlerstest"
)

// cost is the figure of a row for the two other doors, where it is not the same for all.
type cost struct{ token, cookie int }

// moreCosts are the lookups to know who is asking, of rows that the doors answer each in their way. Ending the
// others asks every mode once; the token is replaced by two statements.
func moreCosts() map[string]cost {
	return map[string]cost{
		"revoke others, none":        {1 + 2 + 2, 3},
		"revoke others, one of each": {1 + 3 + 2, 4},
		"change password":            {1 + 1 + 2 + 1 + 2 + 2, 1 + 1 + 3 + 1 + 3},
		"DELETE devices":             {1 + 2 + 2, 3},
		"PUT password":               {1 + 1 + 2 + 1 + 2 + 2, 1 + 1 + 3 + 1 + 3},
	}
}

// confirmed are the rows for which the token's door asks for the password: it does not know when this client
// signed in.
func confirmed(name string) bool {
	switch name {
	case "admin changes a role", "admin lets a user out", "admin lets a user in", "admin changes nobody":
		return true
	}
	return false
}

// TestLookupsOfMoreDoors holds the member area's and the API's part of the table for the opaque token and the
// signed cookie, and a table of their own for signing in and being refused.
func TestLookupsOfMoreDoors(t *testing.T) {
	for _, database := range handlerstest.Databases() {
		t.Run(database.Name, func(t *testing.T) {
			t.Parallel()
			for _, w := range handlerstest.MoreWays() {
				t.Run(w.String(), func(t *testing.T) {
					t.Parallel()
					n := w.Node(t, database.Option(t))
					for _, row := range append(memberRows(), apiRows()...) {
						if w.Mode == "token" && confirmed(row.name) {
							continue
						}
						if c, ok := moreCosts()[row.name]; ok {
							row.auth = of(map[string]int{"token": c.token, "cookie": c.cookie}[w.Mode])
						}
						if w.Carrier == "header" && (row.name == "DELETE devices" || row.name == "PUT password") {
							row.status = http.StatusOK // with the new token
						}
						row.run(t, n, w)
					}
					for _, row := range moreSigningRows() {
						row.run(t, n, w)
					}
				})
			}
		})
	}
}

// door is a figure for each of the two doors.
func door(token, cookie int) func(handlerstest.Way) int {
	return func(w handlerstest.Way) int {
		if w.Mode == "token" {
			return token
		}
		return cookie
	}
}

// moreSigningRows are signing in and out, and being refused.
func moreSigningRows() []lookupRow {
	return []lookupRow{
		{"the sign-in form", func(v *visitor) *handlerstest.Answer { return v.Get("/" + v.w.Mode + "/login") }, 200, of(0), of(0), false, nil},
		// The user is found and the sign-in noted; the token is found, or made the first time.
		{"sign in", func(v *visitor) *handlerstest.Answer {
			return v.login(v.node.Client(), v.user.Name, handlerstest.Password)
		}, 303, door(3, 2), of(0), false, nil},
		{"sign in, the first time", func(v *visitor) *handlerstest.Answer {
			u := v.node.User("first-"+v.colleague(), "member")
			return v.login(v.node.Client(), u.Name, handlerstest.Password)
		}, 303, door(4, 2), of(0), false, nil},
		{"sign in, wrong password", func(v *visitor) *handlerstest.Answer { return v.login(v.node.Client(), v.user.Name, "not this") }, 401, of(1), of(0), false, nil},
		{"sign in by the API", func(v *visitor) *handlerstest.Answer {
			return v.node.Script().JSON("POST", v.w.API("/login"), map[string]string{"username": v.user.Name, "password": handlerstest.Password})
		}, 200, door(3, 2), of(0), false, nil},
		{"sign out", func(v *visitor) *handlerstest.Answer { return v.logout() }, 303, of(0), of(0), false, nil},
		{"sign out by the API", func(v *visitor) *handlerstest.Answer { return v.call("POST", "/logout", nil) }, 204, of(0), of(0), false, nil},
		{"demo, a new team", func(v *visitor) *handlerstest.Answer {
			return v.node.Client().Post("/"+v.w.Mode+"/demo", []string{"as", "member"})
		}, 303, door(2+1+2, 2+1), of(0), false, nil},
		{"home without a credential", func(v *visitor) *handlerstest.Answer { return v.node.Client().Get(v.w.Page("")) }, 303, of(0), of(0), false, nil},
		// A cookie's signature fails without the database. A token by header is asked for, whatever it is.
		{"home, tampered cookie", func(v *visitor) *handlerstest.Answer {
			v.SetCookie(contentOf(v.w), handlerstest.Flip(v.Cookie("/", contentOf(v.w)), 40))
			return v.page("")
		}, 303, of(0), of(0), false, isCookie},
		{"home, an unknown token", func(v *visitor) *handlerstest.Answer {
			v.Bearer = handlerstest.Flip(v.Bearer, 20)
			return v.page("")
		}, 401, of(1), of(0), false, func(w handlerstest.Way) bool { return !isCookie(w) }},
		{"home, what is no token", func(v *visitor) *handlerstest.Answer {
			v.Bearer += "x"
			return v.page("")
		}, 401, of(0), of(0), false, func(w handlerstest.Way) bool { return !isCookie(w) }},
		{"home, a copy after signing out", func(v *visitor) *handlerstest.Answer {
			copied := v.Copied()
			v.logout().Want(http.StatusSeeOther)
			return copied.Get(v.w.Page("") + v.panel)
		}, 200, who, of(0), true, nil},
	}
}
