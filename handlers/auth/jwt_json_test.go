package auth_test

import (
	"encoding/json"
	"strings"
	"testing"

	"twodoors/handlers/auth"
)

// FuzzStrictObject: whatever is taken for an object is one for the standard library too, with the same members;
// and of what that takes, only names that stand twice are refused, and too many of them.
func FuzzStrictObject(f *testing.F) {
	for _, text := range []string{
		`{}`, ` { } `, `{"a":1}`, `{"a":1,"A":2}`, `{"a":1,"b":"x","c":null,"d":true,"e":[1,{"f":"}"}],"g":{"h":"\""}}`, `{"\u0061":1,"a":2}`,
		`{"a":1}x`, `{"a":1,}`, `{"a"}`, `{"a":}`, `{a:1}`, `{"a":01}`, `{"a":-1.5e+3}`, `{"a":"\ud800"}`, "{\"a\":\"\x01\"}", "{\"a\":\"\xff\"}",
		`{"a":"b"c}`, `{"a":tru}`, `{"a":[1}`, `{"a":{]}`, `[1]`, `null`, `"a"`, ``, `{`, `{"`, `{"a":"\`, `{"ſ":1,"s":2}`, `{"a":1 "b":2}`, `{"a"1}`,
		`{"a":"x""b":"y"}`, "\ufeff{}", `{"":1}`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		names, values, err := auth.StrictObject(text)
		var want map[string]json.RawMessage
		wantErr := json.Unmarshal([]byte(text), &want)
		if err == nil && (wantErr != nil || want == nil) {
			t.Fatalf("%q is taken for an object: %q, %v", text, names, wantErr)
		}
		if err != nil {
			if wantErr == nil && want != nil && !strings.Contains(err.Error(), "twice") && len(want) < 32 {
				t.Fatalf("%q is refused: %v", text, err)
			}
			return
		}
		if len(want) != len(names) {
			t.Fatalf("%q has %d members, not %d", text, len(want), len(names))
		}
		for i, name := range names {
			var got, expected any
			if json.Unmarshal([]byte(values[i]), &got) != nil || json.Unmarshal(want[name], &expected) != nil {
				t.Fatalf("%q: %q has the value %q", text, name, values[i])
			}
			a, _ := json.Marshal(got)
			b, _ := json.Marshal(expected)
			if string(a) != string(b) {
				t.Fatalf("%q: %q is %s, want %s", text, name, a, b)
			}
		}
	})
}
