package views

import (
	"context"
	"io"

	"github.com/a-h/templ"
)

// text is what stands in an element, and nothing else beside it. What a template has in { braces } goes through fmt
// first and is copied twice, which is nothing for a sentence; the record of a request has two hundred texts of a few
// letters, and most of its time went there.
type text string

// Render writes it, escaped.
func (t text) Render(_ context.Context, w io.Writer) error {
	_, err := io.WriteString(w, templ.EscapeString(t))
	return err
}
