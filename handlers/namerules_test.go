package handlers_test

import (
	"net/http"
	"testing"

	"twodoors/handlers/handlerstest"
)

// TestDisplayNames: what a script or an emoji needs may stand in a name; what misleads a reader, or shows nothing, may not.
func TestDisplayNames(t *testing.T) {
	t.Parallel()
	n := handlerstest.NewNode(t)
	c := n.SignedIn(handlerstest.Way{Mode: "session"}, "minji")
	for name, text := range map[string]string{
		"Persian with ZWNJ": "علی\u200cرضا", "Arabic with RLM": "محمد\u200f (M)", "Hindi with ZWJ": "क्\u200dष", "Hebrew": "שרה",
		"a flag of tags": "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f", "a family": "👨\u200d👩\u200d👧", "an astronaut": "👩🏽\u200d🚀",
		"a heart": "❤\ufe0f", "an isolate that is closed": "Sam \u2067שרה\u2069", "Korean": "김 민지", "accents": "Zoë Ångström", "signs": "a&b <c>",
		"a flag of letters": "🇰🇷", "Hangul syllables apart": "\u1112\u1161\u11ab",
	} {
		if a := c.JSON("PUT", "/api/session/account", map[string]string{"display_name": text}); a.Status != http.StatusNoContent {
			t.Errorf("%s %q: status %d", name, text, a.Status)
		}
	}
	for name, text := range map[string]string{
		"an override": "a\u202eb", "an embedding": "a\u202ab\u202c", "an isolate left open": "a\u2067b", "an isolate's end alone": "a\u2069b",
		"a control": "a\u0007b", "a line break": "a\nb", "NUL": "a\x00b", "zero width space": "a\u200bb", "a soft hyphen alone": "\u00ad",
		"ZWNJ between Latin letters": "ad\u200cmin", "ZWJ between Latin letters": "ad\u200dmin", "ZWJ at the end": "क्\u200d", "a word joiner": "a\u2060b",
		"tags without a flag": "a\U000e0061\U000e007f", "a flag left open": "\U0001f3f4\U000e0067", "nothing but a mark": "\u200f",
		"Hangul filler": "\u3164", "Braille blank": "\u2800\u2800", "fillers and spaces": "\u115f \u1160", "half-width filler": "\uffa0",
		"a mark alone": "\u0301", "a private character": "a\ue000", "no character": "a\ufffe", "a byte order mark": "\ufeffa",
	} {
		if a := c.JSON("PUT", "/api/session/account", map[string]string{"display_name": text}); a.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s %q: status %d", name, text, a.Status)
		}
	}
	c.JSON("PUT", "/api/session/account", map[string]string{"display_name": " \u3000 "}).Want(http.StatusNoContent) // none at all
}

// TestReservedNames: nobody signs up as somebody who seems to run the place; the operator may have such users.
func TestReservedNames(t *testing.T) {
	t.Parallel()
	n := handlerstest.NewNode(t)
	n.User("admin", "admin") // who is there stays
	c := n.Client()
	for _, name := range []string{"admin", "root", "system", "administrator", "support", "security"} {
		a := c.Post("/signup", []string{"username", name, "password", handlerstest.Password}).Want(http.StatusUnprocessableEntity)
		if a.Page().Find("[name=username][aria-invalid=true]").Length() != 1 {
			t.Errorf("%s: the field is not named", name)
		}
		c.JSON("POST", "/api/signup", map[string]string{"username": name, "password": handlerstest.Password}).Want(http.StatusUnprocessableEntity)
	}
	c.SignIn(handlerstest.Way{Mode: "session"}, "admin")
	c.Post("/signup", []string{"username", "administrative", "password", handlerstest.Password}).Want(http.StatusSeeOther)
}
