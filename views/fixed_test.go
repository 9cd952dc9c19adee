package views_test

import (
	"testing"

	"twodoors/views"
)

// TestFixedParts: a page shows the same whichever pages were rendered before it, since parts of them are kept.
func TestFixedParts(t *testing.T) {
	used := catalogueBy(t, views.NewCatalogue)
	shown := func(c *views.Catalogue, lang, theme string, door views.Door, tab, level string, admin, folded, demo bool) string {
		m := memberOf(c.Match(lang, ""), door, tab)
		m.Theme, m.Admin, m.ChoosesLevel, m.TitleKey = theme, admin, demo && door == views.DoorJWT, "title."+tab
		m.Section = views.Section(door)
		m.Panel = views.Panel{Door: door, Folded: folded, Level: level, Here: "/" + tab, Status: 200}
		if theme != "" { // the buttons under a request: each choice of them
			m.Panel.Sent.Curl = "curl"
		}
		if level == "user" {
			m.Panel.Sent.Credential = &views.Credential{KindKey: "credential.session-id"}
		}
		if tab == "notes" {
			m.Panel.RevealURL = "/" + string(door) + "/credential"
		}
		m.Panel.Lookups = []views.Lookup{{Purpose: "auth", Counted: true, SQL: "SELECT " + tab + " FROM " + string(door), Command: admin && theme != ""}}
		return render(t, views.HomePage(views.Home{Member: m, Name: "mina", Role: "member", UserID: 1}))
	}
	for _, lang := range []string{"en", "ko"} {
		for _, theme := range []string{"", "light", "dark"} {
			for _, door := range views.AllDoors() {
				for _, tab := range []string{"home", "notes"} {
					for _, level := range []string{"signature", "user"} {
						for _, flag := range []bool{true, false} {
							got := shown(used, lang, theme, door, tab, level, flag, !flag, flag)
							if want := shown(catalogueBy(t, views.NewCatalogue), lang, theme, door, tab, level, flag, !flag, flag); got != want {
								t.Fatalf("%s %s %s %s %s %v: another page than the first time\n%s\n%s", lang, theme, door, tab, level, flag, got, want)
							}
						}
					}
				}
			}
		}
	}
}
