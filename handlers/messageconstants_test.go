package handlers_test

import (
	"strings"
	"testing"
	"time"

	"twodoors/handlers"
	"twodoors/handlers/handlerstest"
)

// TestPagesNameTheBounds: what a page says of a bound is the bound itself, and the setting where it is one.
func TestPagesNameTheBounds(t *testing.T) {
	c := handlerstest.NewNode(t, handlerstest.With(func(c *handlers.Config) { c.Remember = 50 * time.Hour })).Client()
	for path, says := range map[string]string{
		"/": "gone after 24 hours", "/signup": "3 to 32 characters", "/token/login": "good for 2 d 2 h",
	} {
		if got := c.Get(path).Text("main"); !strings.Contains(got, says) {
			t.Errorf("%s does not say %q", path, says)
		}
	}
}
