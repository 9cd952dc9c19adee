package views_test

import (
	"time"

	"twodoors/views"
)

// tokenTree is a sign-in to which everything has happened.
func tokenTree(ended bool) views.FamilyTree {
	at := func(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }
	tree := views.FamilyTree{
		Browser: "Safari 26 · iPhone", Carrier: "cookie", Since: noon, Expires: noon.Add(8 * time.Hour), Earlier: 3,
		Tokens: []views.TreeToken{
			{Number: 4, Hash: "3f9a…c21b", State: "used", Events: []views.TreeEvent{{Kind: "issued", At: noon}, {Kind: "used", Next: 5, At: at(16)}, {Kind: "retried", Count: 2, At: at(16)}}},
			{Number: 5, Hash: "07de…910f", State: "void", Events: []views.TreeEvent{{Kind: "issued", At: at(16)}, {Kind: "void", At: at(20)}}},
			{Number: 6, Hash: "aa01…44e2", State: "good", Events: []views.TreeEvent{{Kind: "renewed", At: at(20)}, {Kind: "good", At: noon.Add(8 * time.Hour)}}},
		},
	}
	if ended {
		tree.Ended, tree.EndKey = at(41), "tree.end.reuse"
		tree.Tokens[0].Events = append(tree.Tokens[0].Events, views.TreeEvent{Kind: "reused", At: at(41)})
		tree.Tokens[2].State, tree.Tokens[2].Events[1] = "ended", views.TreeEvent{Kind: "ended", At: at(41)}
	}
	return tree
}

func devicesWithTrees() []views.Device {
	list, tree := devices(), tokenTree(false)
	list[2].Tree = &tree
	return append(list, views.Device{ID: 9, Door: views.DoorJWT, Browser: "curl 8.5.0", Address: "192.0.2.7", Carrier: "script", Label: hostile, Since: noon, LastSeen: noon, Expires: noon.Add(24 * time.Hour), After: views.Note{Key: "devices.after.at-once"}})
}

// limitedTokens is the page of tokens: one just issued, one that stands, one revoked that still works.
func limitedTokens(m views.Member, asked bool) views.Tokens {
	page := views.Tokens{
		Member: m, Name: "backup", Lives: []time.Duration{time.Hour, 24 * time.Hour, 336 * time.Hour}, Life: 24 * time.Hour, Most: 20, Asked: asked,
		Done:   views.Note{Key: "tokens.done.asked"},
		Scopes: []views.ScopeChoice{{Name: "notes:read", Checked: true}, {Name: "notes:write"}, {Name: "profile"}},
		List: []views.LimitedToken{
			{ID: 1, Name: hostile, Scope: "notes:read profile", Since: noon, Expires: noon.Add(24 * time.Hour)},
			{ID: 2, Name: "old laptop", Scope: "notes:write", Since: noon, Expires: noon.Add(24 * time.Hour), Revoked: noon.Add(time.Hour)},
		},
	}
	if !asked {
		page.Done = views.Note{Key: "tokens.done.unasked"}
		for i := range page.List {
			page.List[i].WorksUntil = page.List[i].Expires.Add(5 * time.Second)
		}
		page.Issued = &views.IssuedToken{
			Name: hostile, Value: "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiI3Iiwic2NvcGUiOiJub3RlczpyZWFkIn0.c2lnbmF0dXJl", Expires: noon.Add(24 * time.Hour),
			Curl: `curl --header "Authorization: Bearer $TOKEN" 'http://localhost:8080/api/jwt/notes'`,
		}
	}
	return page
}

// emptyTokens is the page with its form at fault.
func emptyTokens(m views.Member) views.Tokens {
	return views.Tokens{
		Member: m, Lives: []time.Duration{time.Hour}, Life: time.Hour, Most: 20, DemoAccount: true,
		Form: views.Form{
			Failure: views.Note{Key: "form.token.many", Args: map[string]any{"Count": 20}},
			Fields: map[string]views.Note{
				"name": {Key: "form.token.name"}, "scope": {Key: "form.token.scope"}, "life": {Key: "form.token.life", Args: map[string]any{"Max": 336 * time.Hour}},
			},
		},
		Scopes: []views.ScopeChoice{{Name: "notes:read"}},
	}
}
