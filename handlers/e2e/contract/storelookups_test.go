package contract_test

import (
	"strings"
	"testing"

	"twodoors/handlers/auth"
	"twodoors/handlers/handlerstest"
	"twodoors/models"
)

// storeCost is auth and data of a row of the table: first with the sessions in this process's memory, then in Redis.
// A session outside of the database comes with a copy of its user. So in memory it costs nothing to know who
// is asking, in Redis one command; a page that must know the user as it is now asks the database beside that;
// a sign-in looks at the user once more when the copy is stored; and a change of a user reads the user and
// changes the copies.
type storeCost [2][2]int

func storeCosts() map[string]storeCost {
	return map[string]storeCost{
		"home":                               {{0, 0}, {1, 0}},
		"home, asked by HEAD":                {{0, 0}, {1, 0}},
		"notes":                              {{0, 1}, {1, 1}},
		"add a note":                         {{0, 1}, {1, 1}},
		"add an empty note":                  {{0, 1}, {1, 1}},
		"delete a note":                      {{0, 1}, {1, 1}},
		"delete a note that is not there":    {{0, 1}, {1, 1}},
		"delete what is no id":               {{0, 0}, {1, 0}},
		"an unknown page":                    {{0, 0}, {0, 0}},
		"devices":                            {{0, 3}, {1, 4}},
		"revoke a session":                   {{0, 0}, {2, 0}},
		"revoke a token family":              {{2, 0}, {3, 0}},
		"revoke an unknown session":          {{0, 0}, {2, 0}},
		"revoke an unknown family":           {{1, 0}, {2, 0}},
		"revoke others, none":                {{2, 0}, {4, 0}},
		"revoke others, one of each":         {{3, 0}, {5, 0}},
		"account":                            {{1, 1}, {2, 1}},
		"change password":                    {{7, 0}, {11, 0}},
		"change password, wrong one":         {{2, 1}, {3, 1}},
		"change password, bad new one":       {{1, 1}, {2, 1}},
		"a member asks for the admin's page": {{1, 0}, {2, 0}},
		"admin":                              {{1, 1}, {2, 1}},
		"admin changes a role":               {{2, 2}, {4, 2}},
		"admin lets a user out":              {{5, 3}, {8, 3}},
		"admin lets a user in":               {{1, 2}, {2, 2}},
		"admin changes nobody":               {{1, 1}, {2, 1}},
		"name":                               {{2, 1}, {4, 1}},
		"name, too long":                     {{1, 1}, {2, 1}},
		"sign out everywhere":                {{6, 0}, {9, 0}},
		"deactivate":                         {{9, 0}, {12, 0}},
		"delete":                             {{9, 0}, {12, 0}},
		"delete, wrong password":             {{2, 1}, {3, 1}},
		"delete, or what":                    {{1, 0}, {2, 0}},
		"admin ends a user's sign-ins":       {{3, 1}, {5, 1}},
		"admin ends nobody's sign-ins":       {{1, 1}, {2, 1}},
		"GET account":                        {{1, 1}, {2, 1}},
		"PUT account":                        {{2, 1}, {4, 1}},
		"POST account/close":                 {{9, 0}, {12, 0}},
		"POST account/sign-out-everywhere":   {{6, 0}, {9, 0}},
		"GET me":                             {{0, 0}, {1, 0}},
		"GET notes":                          {{0, 1}, {1, 1}},
		"POST notes":                         {{0, 1}, {1, 1}},
		"POST notes, empty":                  {{0, 0}, {1, 0}},
		"POST notes, broken":                 {{0, 0}, {1, 0}},
		"POST notes, a form":                 {{0, 0}, {1, 0}},
		"POST notes, too large":              {{0, 0}, {1, 0}},
		"PUT notes":                          {{0, 0}, {0, 0}},
		"DELETE a note":                      {{0, 1}, {1, 1}},
		"DELETE a note that is not there":    {{0, 1}, {1, 1}},
		"GET devices":                        {{0, 2}, {1, 3}},
		"DELETE a session":                   {{0, 0}, {2, 0}},
		"DELETE a family":                    {{2, 0}, {3, 0}},
		"DELETE devices":                     {{2, 0}, {4, 0}},
		"PUT password":                       {{7, 0}, {11, 0}},
		"PUT password, wrong one":            {{2, 0}, {3, 0}},
		"the sign-in form":                   {{0, 0}, {0, 0}},
		"sign in":                            {{3, 0}, {4, 0}},
		"sign in over another":               {{3, 0}, {4, 0}},
		"sign in, wrong password":            {{1, 0}, {1, 0}},
		"sign in, unknown name":              {{1, 0}, {1, 0}},
		"sign in, a name nobody can have":    {{0, 0}, {0, 0}},
		"sign in by the API":                 {{3, 0}, {4, 0}},
		"sign out":                           {{0, 0}, {1, 0}},
		"sign out by the API":                {{0, 0}, {1, 0}},
		"sign out, signed out":               {{0, 0}, {0, 0}},
		"sign out, tampered":                 {{0, 0}, {0, 0}},
		"demo, a new team":                   {{4, 0}, {5, 0}},
		"demo, the same team":                {{3, 0}, {4, 0}},
		"demo, as nobody":                    {{0, 0}, {0, 0}},
		"home without a credential":          {{0, 0}, {0, 0}},
		"GET me without a credential":        {{0, 0}, {0, 0}},
		"home, tampered":                     {{0, 0}, {0, 0}},
		"account, tampered":                  {{0, 0}, {0, 0}},
		"GET me, tampered":                   {{0, 0}, {0, 0}},
		"home, garbage in the cookie":        {{0, 0}, {0, 0}},
		"home, two of the same name":         {{0, 0}, {0, 0}},
		"add a note, cross-origin":           {{0, 0}, {0, 0}},
		"home, an unknown session":           {{0, 0}, {1, 0}},
	}
}

// TestStoreLookups holds the table for sessions outside of the database. Redis shows its entry with one
// command of purpose display, memory without any.
func TestStoreLookups(t *testing.T) {
	for _, w := range handlerstest.StoreWays() {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			n, costs := w.Node(t), storeCosts()
			for _, row := range lookupTable() {
				if row.only != nil && !row.only(w) {
					continue
				}
				cost, ok := costs[row.name]
				if !ok {
					t.Errorf("%s: no figures for other stores", row.name)
					continue
				}
				want, display := cost[0], 0
				if w.Store == auth.StoreRedis {
					want, display = cost[1], 1
				}
				role := models.RoleMember
				if strings.HasPrefix(row.name, "admin") {
					role = models.RoleAdmin
				}
				for _, panel := range []string{"?panel=open", "?panel=folded"} {
					shown := 0
					if row.page && panel == "?panel=open" {
						shown = display
					}
					a := row.send(newVisitor(n, w, role, panel))
					if text := figures(want[0], want[1], shown); a.Status != row.status || a.Lookups() != text {
						t.Errorf("%s (%s): status %d with %q, want %d with %q", row.name, panel, a.Status, a.Lookups(), row.status, text)
					}
					if !row.page {
						break
					}
				}
			}
		})
	}
}
