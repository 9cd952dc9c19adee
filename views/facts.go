package views

import "github.com/a-h/templ"

// factRow is one question of the front page's table: its figure, a word on the figure, and the page where
// the visitor sees it happen.
type factRow struct {
	key    string
	figure func(*Messages, DoorFacts) string
	about  func(*Messages, DoorFacts) string
	see    templ.SafeURL
}

func factRows() [5]factRow {
	return [5]factRow{
		{
			key:    "state",
			figure: func(m *Messages, f DoorFacts) string { return m.F("facts.state.rows", counted(f.AccessRows)) },
			about: func(m *Messages, f DoorFacts) string {
				if f.Door == DoorToken {
					return m.F("facts.state.user", map[string]any{"Bytes": m.Bytes(f.ServerBytes)})
				}
				if f.AccessRows == f.ServerRows {
					return m.F("facts.state.all", map[string]any{"Bytes": m.Bytes(f.ServerBytes)})
				}
				key := "facts.state.refresh"
				if f.AccessRows > 0 { // at a level that reads the user
					key = "facts.state.user-and-refresh"
				}
				return m.F(key, map[string]any{"Count": f.ServerRows, "Bytes": m.Bytes(f.ServerBytes)})
			},
			see: "/compare?page=home#session-state",
		},
		{
			key:    "sent",
			figure: func(m *Messages, f DoorFacts) string { return m.Bytes(f.SentBytes) },
			about: func(m *Messages, f DoorFacts) string {
				return m.F("facts.sent.about", map[string]any{
					"What": m.T("facts.sent." + string(f.Door)), "Carrier": m.T("facts.carrier." + f.Carrier), "Bytes": m.Bytes(f.LineBytes),
				})
			},
			see: "/compare?page=home#session-sent",
		},
		{
			key:    "lookups",
			figure: func(m *Messages, f DoorFacts) string { return m.F("facts.lookups.auth", counted(f.HomeAuth)) },
			about: func(m *Messages, f DoorFacts) string {
				return m.F("facts.lookups.notes", map[string]any{"Auth": f.NotesAuth, "Data": f.NotesData})
			},
			see: "/compare?page=notes#session-lookups",
		},
		{
			key: "readable",
			figure: func(m *Messages, f DoorFacts) string {
				if f.Readable {
					return m.T("facts.readable.yes")
				}
				return m.T("facts.readable.no")
			},
			about: func(m *Messages, f DoorFacts) string {
				if f.Readable {
					return m.T("facts.readable.yes.about")
				}
				if f.Door == DoorCookie {
					return m.T("facts.readable.encrypted")
				}
				return m.T("facts.readable.no.about")
			},
			see: "/jwt/member#jwt-sent",
		},
		{
			key:    "copy",
			figure: func(m *Messages, f DoorFacts) string { return m.Duration(f.ReplayWindow) },
			about: func(m *Messages, f DoorFacts) string {
				switch {
				case f.AccountEnds:
					return m.T("facts.copy.account")
				case f.Door == DoorToken:
					return m.T("facts.copy.token")
				case f.Door == DoorCookie:
					return m.T("facts.copy.cookie")
				case f.Level == "":
					return m.T("facts.copy.asked")
				}
				return m.F("facts.copy.level", map[string]any{"Level": f.Level})
			},
			see: "/compare?page=home#jwt-state",
		},
	}
}

// fact is what was measured at a door, nil while nothing is.
func (p Front) fact(door Door) *DoorFacts {
	for i := range p.Facts {
		if p.Facts[i].Door == door {
			return &p.Facts[i]
		}
	}
	return nil
}

func counted(n int) map[string]any { return map[string]any{"Count": n} }
