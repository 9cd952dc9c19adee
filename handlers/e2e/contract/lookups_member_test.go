package contract_test

import (
	"net/http"
	"strconv"
	"strings"

	"twodoors/handlers/handlerstest"
)

// memberRows are the pages of the member area.
func memberRows() []lookupRow {
	return []lookupRow{
		{"home", func(v *visitor) *handlerstest.Answer { return v.page("") }, 200, who, of(0), true, nil},
		{"home, asked by HEAD", func(v *visitor) *handlerstest.Answer { return v.Send(http.MethodHead, v.w.Page("")+v.panel, "", "") }, 200, who, of(0), true, nil},
		{"notes", func(v *visitor) *handlerstest.Answer { return v.page("/notes") }, 200, who, of(1), true, nil},
		{"add a note", func(v *visitor) *handlerstest.Answer { return v.form("/notes", "body", "milk") }, 303, who, of(1), false, nil},
		{"add an empty note", func(v *visitor) *handlerstest.Answer { return v.form("/notes", "body", " ") }, 422, who, of(1), true, nil},
		{"delete a note", func(v *visitor) *handlerstest.Answer {
			return v.form("/notes/" + strconv.FormatInt(v.node.Note(v.user.ID, "milk").ID, 10) + "/delete")
		}, 303, who, of(1), false, nil},
		{"delete a note that is not there", func(v *visitor) *handlerstest.Answer { return v.form("/notes/4000000/delete") }, 404, who, of(1), false, nil},
		{"delete what is no id", func(v *visitor) *handlerstest.Answer { return v.form("/notes/x/delete") }, 404, who, of(0), false, nil},
		{"an unknown page", func(v *visitor) *handlerstest.Answer { return v.page("/nothing") }, 404, of(0), of(0), false, nil},

		{"devices", func(v *visitor) *handlerstest.Answer { return v.page("/devices") }, 200, who, of(4), true, nil},
		{"revoke a session", func(v *visitor) *handlerstest.Answer { return v.form("/devices/" + v.other("session") + "/revoke") }, 303, whoAnd(1), of(0), false, nil},
		{"revoke a token family", func(v *visitor) *handlerstest.Answer { return v.form("/devices/" + v.other("jwt") + "/revoke") }, 303, whoAnd(2), of(0), false, nil},
		{"revoke an unknown session", func(v *visitor) *handlerstest.Answer { return v.form("/devices/4000000/revoke") }, 404, whoAnd(1), of(0), false, nil},
		{"revoke an unknown family", func(v *visitor) *handlerstest.Answer { return v.form("/devices/4000001/revoke") }, 404, whoAnd(1), of(0), false, nil},
		{"revoke others, none", func(v *visitor) *handlerstest.Answer { return v.form("/devices/revoke-others") }, 303, whoAnd(3), of(0), false, nil},
		{"revoke others, one of each", func(v *visitor) *handlerstest.Answer {
			v.other("session")
			v.other("jwt")
			return v.form("/devices/revoke-others")
		}, 303, whoAnd(4), of(0), false, nil},

		// The account and the admin's pages read the user, whatever the level.
		{"account", func(v *visitor) *handlerstest.Answer { return v.page("/account") }, 200, of(1), of(1), true, nil},
		{"change password", func(v *visitor) *handlerstest.Answer {
			// Others are ended before the password is another, and those that came in meanwhile after it.
			return v.form("/account", "current", handlerstest.Password, "password", "another good one")
		}, 303, byMode(1+1+3+1+3+1, 1+1+3+1+3+3), of(0), false, nil},
		{"change password, wrong one", func(v *visitor) *handlerstest.Answer {
			return v.form("/account", "current", "not this", "password", "another good one")
		}, 422, of(2), of(1), true, nil},
		{"change password, bad new one", func(v *visitor) *handlerstest.Answer {
			return v.form("/account", "current", handlerstest.Password, "password", "short")
		}, 422, of(1), of(1), true, nil},
		{"a member asks for the admin's page", func(v *visitor) *handlerstest.Answer { return v.page("/admin") }, 403, of(1), of(0), false, nil},
		{"admin", func(v *visitor) *handlerstest.Answer { return v.page("/admin") }, 200, of(1), of(1), true, nil},
		{"admin changes a role", func(v *visitor) *handlerstest.Answer {
			return v.form("/admin/"+v.colleague(), "role", "admin")
		}, 303, of(1), of(2), false, nil},
		{"admin lets a user out", func(v *visitor) *handlerstest.Answer {
			return v.form("/admin/"+v.colleague(), "active", "false")
		}, 303, of(1 + 3 + 3), of(1 + 2), false, nil},
		{"admin lets a user in", func(v *visitor) *handlerstest.Answer {
			return v.form("/admin/"+v.colleague(), "active", "true")
		}, 303, of(1), of(2), false, nil},
		{"admin changes nobody", func(v *visitor) *handlerstest.Answer {
			return v.form("/admin/4000000", "role", "admin")
		}, 404, of(1), of(1), false, nil},
	}
}

// colleague makes a user of the same team and returns the id.
func (v *visitor) colleague() string {
	return strconv.FormatInt(v.node.User("colleague-"+strconv.FormatInt(visitors.Add(1), 10), "member").ID, 10)
}

// apiRows are the calls of the API.
func apiRows() []lookupRow {
	type body map[string]any
	return []lookupRow{
		{"GET me", func(v *visitor) *handlerstest.Answer { return v.call("GET", "/me", nil) }, 200, who, of(0), false, nil},
		{"GET notes", func(v *visitor) *handlerstest.Answer { return v.call("GET", "/notes", nil) }, 200, who, of(1), false, nil},
		{"POST notes", func(v *visitor) *handlerstest.Answer { return v.call("POST", "/notes", body{"body": "milk"}) }, 201, who, of(1), false, nil},
		{"POST notes, empty", func(v *visitor) *handlerstest.Answer { return v.call("POST", "/notes", body{"body": ""}) }, 422, who, of(0), false, nil},
		{"POST notes, broken", func(v *visitor) *handlerstest.Answer {
			return v.Send("POST", v.w.API("/notes"), "{", "application/json")
		}, 400, who, of(0), false, nil},
		{"POST notes, a form", func(v *visitor) *handlerstest.Answer { return v.Post(v.w.API("/notes"), []string{"body", "milk"}) }, 415, who, of(0), false, nil},
		{"POST notes, too large", func(v *visitor) *handlerstest.Answer {
			return v.call("POST", "/notes", body{"body": strings.Repeat("x", 300_000)})
		}, 413, who, of(0), false, nil},
		{"PUT notes", func(v *visitor) *handlerstest.Answer { return v.call("PUT", "/notes", body{}) }, 405, of(0), of(0), false, nil},
		{"DELETE a note", func(v *visitor) *handlerstest.Answer {
			return v.call("DELETE", "/notes/"+strconv.FormatInt(v.node.Note(v.user.ID, "milk").ID, 10), nil)
		}, 204, who, of(1), false, nil},
		{"DELETE a note that is not there", func(v *visitor) *handlerstest.Answer { return v.call("DELETE", "/notes/4000000", nil) }, 404, who, of(1), false, nil},
		{"GET devices", func(v *visitor) *handlerstest.Answer { return v.call("GET", "/devices", nil) }, 200, who, of(3), false, nil},
		{"DELETE a session", func(v *visitor) *handlerstest.Answer { return v.call("DELETE", "/devices/"+v.other("session"), nil) }, 204, whoAnd(1), of(0), false, nil},
		{"DELETE a family", func(v *visitor) *handlerstest.Answer { return v.call("DELETE", "/devices/"+v.other("jwt"), nil) }, 204, whoAnd(2), of(0), false, nil},
		{"DELETE devices", func(v *visitor) *handlerstest.Answer { return v.call("DELETE", "/devices", nil) }, 204, whoAnd(3), of(0), false, nil},
		{"PUT password", func(v *visitor) *handlerstest.Answer {
			return v.call("PUT", "/password", body{"current": handlerstest.Password, "password": "another good one"})
		}, 204, func(w handlerstest.Way) int {
			if w.Mode == "jwt" && w.Carrier == "header" {
				return 1 + 1 + 3 + 1 + 3 // a script's refresh token stays: 204 has no body for a new one
			}
			return byMode(1+1+3+1+3+1, 1+1+3+1+3+3)(w)
		}, of(0), false, nil},
		{"PUT password, wrong one", func(v *visitor) *handlerstest.Answer {
			return v.call("PUT", "/password", body{"current": "not this", "password": "another good one"})
		}, 422, of(2), of(0), false, nil},
	}
}
