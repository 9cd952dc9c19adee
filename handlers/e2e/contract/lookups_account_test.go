package contract_test

import (
	"strings"

	"twodoors/handlers/handlerstest"
)

// accountRows are the changes to an account other than its password.
func accountRows() []lookupRow {
	type body map[string]any
	// Ending all: the sessions, the families, where there is one its place on the denylist too, the opaque token.
	ended, endedFamily := 3, 4
	// The others end before the change, so that where that is not possible nothing changes.
	others := 3
	return []lookupRow{
		{"name", func(v *visitor) *handlerstest.Answer { return v.form("/account/name", "display_name", "Minji") }, 303, of(1), of(1), false, nil},
		{"name, too long", func(v *visitor) *handlerstest.Answer {
			return v.form("/account/name", "display_name", strings.Repeat("x", 65))
		}, 422, of(1), of(1), true, nil},
		{"sign out everywhere", func(v *visitor) *handlerstest.Answer {
			return v.form("/account/sign-out-everywhere")
		}, 303, byMode(1+others+1+ended, 1+others+1+endedFamily), of(0), false, nil},
		{"deactivate", func(v *visitor) *handlerstest.Answer {
			return v.form("/account/close", "do", "deactivate", "confirm", handlerstest.Password)
		}, 303, byMode(1+1+1+others+2+ended, 1+1+1+others+2+endedFamily), of(0), false, nil},
		{"delete", func(v *visitor) *handlerstest.Answer { // the families went with the user
			return v.form("/account/close", "do", "delete", "confirm", handlerstest.Password)
		}, 303, of(1 + 1 + 1 + others + 2 + ended), of(0), false, nil},
		{"delete, wrong password", func(v *visitor) *handlerstest.Answer {
			return v.form("/account/close", "do", "delete", "confirm", "not this")
		}, 422, of(2), of(1), true, nil},
		{"delete, or what", func(v *visitor) *handlerstest.Answer { return v.form("/account/close", "do", "x") }, 400, of(1), of(0), false, nil},
		{"admin ends a user's sign-ins", func(v *visitor) *handlerstest.Answer {
			return v.form("/admin/"+v.colleague(), "end", "sign-ins")
		}, 303, of(1 + ended), of(1), false, nil},
		{"admin ends nobody's sign-ins", func(v *visitor) *handlerstest.Answer {
			return v.form("/admin/4000000", "end", "sign-ins")
		}, 404, of(1), of(1), false, nil},

		{"GET account", func(v *visitor) *handlerstest.Answer { return v.call("GET", "/account", nil) }, 200, of(1), of(1), false, nil},
		{"PUT account", func(v *visitor) *handlerstest.Answer { return v.call("PUT", "/account", body{"display_name": "Minji"}) }, 204, of(1), of(1), false, nil},
		{"POST account/close", func(v *visitor) *handlerstest.Answer {
			return v.call("POST", "/account/close", body{"do": "delete", "password": handlerstest.Password})
		}, 204, of(1 + 1 + 1 + others + 2 + ended), of(0), false, nil},
		{"POST account/sign-out-everywhere", func(v *visitor) *handlerstest.Answer {
			return v.call("POST", "/account/sign-out-everywhere", nil)
		}, 204, byMode(1+others+1+ended, 1+others+1+endedFamily), of(0), false, nil},
	}
}
