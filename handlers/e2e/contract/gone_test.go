package contract_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"twodoors/handlers/handlerstest"
	"twodoors/handlers/metrics"
)

// TestClientGone: whose client goes away before any statement of a request is not answered as if all had been well, in
// no log and no count, and nothing of it is called an error of the server's.
func TestClientGone(t *testing.T) {
	var log bytes.Buffer
	set := metrics.New("test")
	n := handlerstest.NewNode(t, handlerstest.CountedIn(set), handlerstest.LogTo(slog.New(slog.NewTextHandler(&log, nil))))
	c := n.SignedIn(handlerstest.Way{Mode: "session"}, "minji")
	sawGone := false
	for _, target := range []string{"/session/member/notes?panel=open", "/api/session/notes", "/session/member/account"} {
		for at := int64(1); ; at++ { // statements, and the steps of drawing the page
			ctx, leave := context.WithCancel(t.Context())
			i := &handlerstest.Interrupted{Context: ctx, At: at, Happen: leave}
			r := httptest.NewRequest(http.MethodGet, n.Config.BaseURL.String()+target, nil).WithContext(i)
			for _, k := range c.Jar.Cookies(c.Base) {
				r.AddCookie(k)
			}
			log.Reset()
			w := httptest.NewRecorder()
			n.ServeHTTP(w, r)
			gone := ctx.Err() != nil
			leave()
			name := fmt.Sprintf("%s, gone before %d", target, at)
			if w.Body.Len() == 0 {
				t.Errorf("%s: status %d and nothing else", name, w.Code)
			}
			if w.Code != http.StatusOK && w.Code != 499 || !strings.Contains(log.String(), fmt.Sprint("status=", w.Code)) || strings.Contains(log.String(), "level=ERROR") {
				t.Errorf("%s: status %d, log:\n%s", name, w.Code, &log)
			}
			sawGone = sawGone || w.Code == 499
			if !gone {
				break
			}
		}
	}
	if !sawGone {
		t.Error("nobody was gone")
	}
	if got := handlerstest.Sum(handlerstest.Shown(t, set), "twodoors_requests_total", "status", "5xx"); got != 0 {
		t.Errorf("%v requests are counted as failed", got)
	}
}
