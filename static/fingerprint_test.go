package static

import (
	"testing"
	"testing/fstest"
)

// TestFingerprintFollowsEveryFile: a module's address has to change when one that it imports changes.
func TestFingerprintFollowsEveryFile(t *testing.T) {
	url := func(imported string) string {
		f, err := load(fstest.MapFS{"app.js": {Data: []byte("import './b.js'")}, "b.js": {Data: []byte(imported)}})
		if err != nil {
			t.Fatal(err)
		}
		return f.URL("app.js")
	}
	first := url("1")
	if first == url("2") {
		t.Error("the address stayed though an imported module changed")
	}
	if first != url("1") {
		t.Error("the address changed though no file did")
	}
	if _, err := load(fstest.MapFS{"notes.txt": {Data: []byte("x")}}); err == nil {
		t.Error("a file of an unknown kind is served")
	}
}
