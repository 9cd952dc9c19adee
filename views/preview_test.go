package views_test

import (
	"os"
	"path/filepath"
	"testing"
)

// TestPreview writes every page into the folder that TWODOORS_PREVIEW names, with the style sheet beside
// them, so that they can be looked at in a browser.
func TestPreview(t *testing.T) {
	folder := os.Getenv("TWODOORS_PREVIEW")
	if folder == "" {
		t.Skip("TWODOORS_PREVIEW names no folder")
	}
	for _, name := range []string{"app.css", "icon.svg"} {
		body, err := os.ReadFile(filepath.Join("..", "static", name))
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(folder, name), body)
	}
	catalogue := mustCatalogue(t)
	for _, lang := range []string{"en", "ko"} {
		for _, p := range pages(catalogue.Match(lang, "")) {
			write(t, filepath.Join(folder, p.name+"-"+lang+".html"), []byte(render(t, p.shown)))
		}
	}
}

func write(t *testing.T, path string, body []byte) {
	t.Helper()
	if err := os.WriteFile(path, body, 0o644); err != nil {
		t.Fatal(err)
	}
}
