package handlers_test

import (
	"net/http"
	"strings"
	"testing"

	"twodoors/handlers/handlerstest"
)

// TestFlowsSayWhatARequestCarries: a sign-in carries a name and a password, which is not nothing; a refresh its token. The
// check of a password is drawn with the time that it takes at this server, not with a cheap hash's.
func TestFlowsSayWhatARequestCarries(t *testing.T) {
	base := handlerstest.Serve(t, handlerstest.WithLabs()).Base
	_, doc, _ := page(t, &http.Client{}, base+"/flows", nil, "Accept-Language", "en")
	for id, want := range map[string]string{
		"session-sign-in": "name and password", "jwt-sign-in": "name and password", "token-whole": "name and password",
		"session-use": "session cookie", "jwt-use": "bearer token", "refresh": "refresh token",
	} {
		text := doc.Find("#" + id + " svg.sequence").Text()
		if !strings.Contains(strings.Join(strings.Fields(text), ""), strings.ReplaceAll(want, " ", "")) || strings.Contains(text, "no credential") {
			t.Errorf("%s: %q", id, text)
		}
		if strings.Contains(text, "cheap") {
			t.Errorf("%s: a cheap hash's time: %q", id, text)
		}
	}
}
