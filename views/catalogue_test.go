package views_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"twodoors/views"
)

// fromHandlers are the beginnings of keys that handlers put together from what they recorded.
var fromHandlers = []string{
	"account.changed", "account.last-admin", "account.name-done", "closed.", "admin.done.", "admin.last-admin", "claim.", "copy.", "credential.", "devices.after.",
	"devices.ended.", "devices.others", "form.", "labs.at-once", "labs.longer", "login.failed", "login.not-", "login.throttled", "lookup.", "problem.",
	"run.stopped", "reason.", "state.", "step.", "title.", "token.", "tokens.done.", "tree.end.", "unit.", "why.",
}

func TestLanguagesHaveTheSameKeysAndValues(t *testing.T) {
	c := mustCatalogue(t)
	en, ko := c.Match("en", ""), c.Match("ko", "")
	if diff := cmp.Diff(sorted(en.Keys()), sorted(ko.Keys())); diff != "" {
		t.Errorf("keys of en and ko differ (-en +ko):\n%s", diff)
	}
	for _, key := range en.Keys() {
		// A plural in English may leave out its number; Korean may not leave out any other value.
		if diff := cmp.Diff(withoutCount(en.Places(key)), withoutCount(ko.Places(key))); diff != "" {
			t.Errorf("%s takes different values (-en +ko):\n%s", key, diff)
		}
	}
}

func withoutCount(names []string) []string {
	out := slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == "Count" })
	slices.Sort(out)
	if len(out) == 0 {
		return nil
	}
	return out
}

func sorted(keys []string) []string {
	slices.Sort(keys)
	return keys
}

func TestKoreanIsKorean(t *testing.T) {
	ko := mustCatalogue(t).Match("ko", "")
	same := []string{"brand", "door.jwt", "door.jwt.short", "nav.jwt", "nav.other-language", "panel.curl", "unit.milli", "unit.gap"}
	for _, key := range ko.Keys() {
		text := ko.T(key)
		if slices.Contains(same, key) {
			continue
		}
		if !strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Hangul, r) }) {
			t.Errorf("%s has no Hangul: %q", key, text)
		}
		if english := regexp.MustCompile(`[a-z]{3,} [a-z]{2,} [a-z]{2,}`).FindString(text); english != "" {
			t.Errorf("%s has English left: %q", key, english)
		}
		if strings.Contains(text, "습니다") || strings.Contains(text, "합니다") {
			t.Errorf("%s leaves the catalogue's tone: %q", key, text)
		}
	}
}

// TestKeysExistAndAreUsed reads the keys out of the package's own source.
func TestKeysExistAndAreUsed(t *testing.T) {
	m := mustCatalogue(t).Match("en", "")
	whole, begun, bare := keysInSource(t)
	for key := range whole {
		if !m.Has(key) {
			t.Errorf("%s is used and stands in no catalogue", key)
		}
	}
	for _, key := range bare {
		if open := m.Places(key); len(open) > 0 {
			t.Errorf("%s is shown without its values: %v", key, open)
		}
	}
	for _, key := range m.Keys() {
		used := whole[key]
		for _, prefix := range append(fromHandlers, begun...) {
			used = used || strings.HasPrefix(key, prefix)
		}
		if !used {
			t.Errorf("%s is used nowhere", key)
		}
	}
}

// keysInSource finds whole keys, the beginnings of those that are put together ("tab." + name), and those that are
// shown without values.
func keysInSource(t *testing.T) (whole map[string]bool, begun, bare []string) {
	t.Helper()
	key := regexp.MustCompile(`(?:\bT\(|\bF\(|\bsay\(|Key: |labelKey, |"field\.|, )"([a-z][a-z0-9-]*(?:\.[a-z0-9-]+)+)"`)
	start := regexp.MustCompile(`"([a-z][a-z0-9.-]*\.)" ?\+`)
	brand := regexp.MustCompile(`T\("(brand)"\)`)
	alone := regexp.MustCompile(`\bT\("([a-z0-9.-]+)"\)`)
	whole = map[string]bool{}
	for _, pattern := range []string{"*.templ", "*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_templ.go") || strings.HasSuffix(name, "_test.go") {
				continue
			}
			body, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, re := range []*regexp.Regexp{key, brand} {
				for _, found := range re.FindAllStringSubmatch(string(body), -1) {
					whole[found[1]] = true
				}
			}
			for _, found := range alone.FindAllStringSubmatch(string(body), -1) {
				bare = append(bare, found[1])
			}
			for _, found := range start.FindAllStringSubmatch(string(body), -1) {
				begun = append(begun, found[1])
			}
		}
	}
	return whole, begun, bare
}

func TestMatch(t *testing.T) {
	c := mustCatalogue(t)
	for _, tc := range []struct{ preferred, accept, want string }{
		{"", "", "en"},
		{"", "ko-KR,ko;q=0.9,en;q=0.8", "ko"},
		{"", "fr-FR,fr;q=0.9", "en"},
		{"", "fr, ko;q=0.5", "ko"},
		{"en", "ko", "en"},
		{"ko", "en", "ko"},
		{"xx-garbage-", ";;;q=", "en"},
	} {
		if got := c.Match(tc.preferred, tc.accept).Lang(); got != tc.want {
			t.Errorf("Match(%q, %q) = %s, want %s", tc.preferred, tc.accept, got, tc.want)
		}
	}
}

func TestMessagesPutValuesIn(t *testing.T) {
	c := mustCatalogue(t)
	en, ko := c.Match("en", ""), c.Match("ko", "")
	args := func(pairs ...any) map[string]any {
		m := map[string]any{}
		for i := 0; i < len(pairs); i += 2 {
			m[pairs[i].(string)] = pairs[i+1]
		}
		return m
	}
	for _, tc := range []struct{ got, want string }{
		{en.F("panel.who", args("Count", 1)), "lookup to know who is asking"},
		{en.F("panel.who", args("Count", 0)), "lookups to know who is asking"},
		{en.F("step.answer", args("Rows", int64(1), "Took", 90*time.Microsecond)), "1 row, 0.09 ms"},
		{en.F("step.answer", args("Rows", 3, "Took", 90*time.Microsecond)), "3 rows, 0.09 ms"},
		{ko.F("step.answer", args("Rows", 3, "Took", 90*time.Microsecond)), "행 3개, 0.09 ms"},
		{en.F("step.check.token-failed", args("Reason", "expired")), "token refused: expired"},
		{ko.F("step.check.token-failed", args("Reason", "expired")), "토큰 거절: 만료됨"},
		{en.F("form.body.long", args("Count", 10000, "Max", 2000)), "10,000 characters are too many: at most 2,000."},
		{en.N(views.Note{Key: "run.clock", Args: args("At", noon)}), "the world's clock: 2026-11-21 14:20:25 UTC"},
		{en.N(views.Note{}), ""},
		{en.T("no.such.key"), "⟦no.such.key⟧"},
		{en.F("no.such.key", args("Count", 1)), "⟦no.such.key⟧"},
	} {
		if tc.got != tc.want {
			t.Errorf("got %q, want %q", tc.got, tc.want)
		}
	}
}

func TestFormats(t *testing.T) {
	c := mustCatalogue(t)
	en, ko := c.Match("en", ""), c.Match("ko", "")
	for _, tc := range []struct{ got, want string }{
		{en.Bytes(0), "0 B"}, {en.Bytes(1580), "1,580 B"}, {en.Number(-1234567), "-1,234,567"}, {en.Number(999), "999"},
		{en.Duration(0), "0 s"}, {en.Duration(-time.Hour), "0 s"},
		{en.Duration(3 * time.Microsecond), "0.003 ms"}, {en.Duration(90 * time.Microsecond), "0.09 ms"},
		{en.Duration(12345 * time.Microsecond), "12.3 ms"}, {en.Duration(240 * time.Millisecond), "240 ms"},
		{en.Duration(life), "11 min 43 s"}, {en.Duration(15 * time.Minute), "15 min"},
		{en.Duration(14*24*time.Hour + 3*time.Hour + time.Minute), "14 d 3 h"},
		{en.Duration(24*time.Hour + 5*time.Minute), "1 d"},
		{ko.Duration(life), "11분 43초"}, {ko.Duration(14*24*time.Hour + 3*time.Hour), "14일 3시간"}, {ko.Duration(0), "0초"},
		{en.Millis(1310 * time.Microsecond), "1.31 ms"},
		{en.Instant(noon.In(time.FixedZone("KST", 9*3600))), "2026-11-21 14:20:25 UTC"},
	} {
		if tc.got != tc.want {
			t.Errorf("got %q, want %q", tc.got, tc.want)
		}
	}
}

// TestSharedCatalogue: who knows the same values shares one, and who knows others has one of their own.
func TestSharedCatalogue(t *testing.T) {
	hours := func(n int) (*views.Catalogue, string) {
		c, err := views.SharedCatalogue(map[string]any{"DemoHours": n})
		if err != nil {
			t.Fatal(err)
		}
		return c, c.Match("en", "").T("demo.short")
	}
	one, day := hours(24)
	other, two := hours(48)
	again, _ := hours(24)
	if !strings.Contains(day, "24") || !strings.Contains(two, "48") || one == other {
		t.Errorf("%q and %q", day, two)
	}
	if one != again {
		t.Error("the same values are read twice")
	}
}
