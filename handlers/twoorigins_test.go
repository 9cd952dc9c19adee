package handlers_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"twodoors/handlers"
	"twodoors/handlers/handlerstest"
)

// TestTwoOriginsBounds: the sandbox is for a browser on this machine, and there are only so many.
func TestTwoOriginsBounds(t *testing.T) {
	base := handlerstest.Serve(t, handlerstest.WithLabs()).Base
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for i := range 5 {
		answer, err := client.Post(base+"/labs/two-origins", "application/x-www-form-urlencoded", nil)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(answer.Body)
		answer.Body.Close()
		want := http.StatusSeeOther
		if i == 4 {
			want = http.StatusServiceUnavailable
			if !strings.Contains(string(body), "Too many runs at once") {
				t.Error("the page does not say what there are too many of")
			}
		}
		if answer.StatusCode != want {
			t.Errorf("sandbox %d: status %d, want %d", i+1, answer.StatusCode, want)
		}
	}
	n := handlerstest.NewNode(t)
	cfg := n.Config
	cfg.BaseURL = handlerstest.MustURL("https://doors.example")
	elsewhere, err := handlers.New(cfg, handlers.Deps{DB: n.DB, Keys: n.Keys, Now: n.Clock.Now, Log: slog.New(slog.DiscardHandler), Hasher: n.Hasher, Labs: handlerstest.Engine()})
	if err != nil {
		t.Fatal(err)
	}
	for method, want := range map[string]int{http.MethodGet: http.StatusOK, http.MethodPost: http.StatusNotFound} {
		answer := httptest.NewRecorder()
		elsewhere.ServeHTTP(answer, httptest.NewRequest(method, "https://doors.example/labs/two-origins", nil))
		if answer.Code != want || strings.Contains(answer.Body.String(), `action="/labs/two-origins"`) {
			t.Errorf("elsewhere: %s: status %d, want %d, and no sandbox offered", method, answer.Code, want)
		}
	}
}
