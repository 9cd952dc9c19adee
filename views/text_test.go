package views

import (
	"testing"

	"github.com/a-h/templ"
)

// TestTextIsEscaped: what a page writes without a copy is what templ itself would write.
func TestTextIsEscaped(t *testing.T) {
	var all []byte
	for c := range 256 {
		all = append(all, byte(c))
	}
	for _, s := range []string{"", "plain", string(all), `<script>alert("1")</script> & 'x' & &amp; 누구예요?`} {
		got, err := templ.ToGoHTML(t.Context(), text(s))
		if err != nil || string(got) != templ.EscapeString(s) {
			t.Errorf("%q becomes %q, %v", s, got, err)
		}
	}
}
