package trace_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"sync"
	"testing"

	"twodoors/handlers/trace"
	"twodoors/models"
	"twodoors/models/sqltrace"
)

func begin(t testing.TB) (*trace.Record, context.Context) {
	t.Helper()
	x, r := trace.Begin(httptest.NewRequest(http.MethodGet, "/", nil))
	if trace.From(r.Context()) != x {
		t.Fatal("the request's context does not lead to its record")
	}
	return x, r.Context()
}

func TestStepsAndRemarks(t *testing.T) {
	x, _ := begin(t)
	done := x.Check("check.token")
	x.Event("issue.access-token")
	done("expired")
	x.Remark("floor", map[string]any{"Level": "user"})
	steps := x.Steps()
	if len(steps) != 2 || steps[0].Name != "issue.access-token" || steps[0].Reason != "" || steps[1].Name != "check.token" || steps[1].Reason != "expired" {
		t.Fatalf("steps: %+v", steps)
	}
	if steps[1].At > steps[0].At || steps[1].Took < 0 {
		t.Errorf("the check began after what happened within it: %+v", steps)
	}
	steps[0].Name = "changed"
	if x.Steps()[0].Name == "changed" {
		t.Error("a reader can change the record")
	}
	if remarks := x.Remarks(); len(remarks) != 1 || remarks[0].Name != "floor" || remarks[0].Args["Level"] != "user" {
		t.Errorf("remarks: %+v", remarks)
	}
}

// TestOutsideOfARequest: what is called without a request records nothing and fails nothing.
func TestOutsideOfARequest(t *testing.T) {
	x := trace.From(context.Background())
	if x != nil {
		t.Fatalf("a record without a request: %+v", x)
	}
	x.Check("check.token")("expired")
	x.Event("issue.session-id")
	x.Remark("last-seen", nil)
	x.AddAuthTime(1)
}

func TestTimes(t *testing.T) {
	x, _ := begin(t)
	x.AddAuthTime(2)
	x.AddAuthTime(3)
	if x.AuthTime() != 5 || x.Total() != 0 {
		t.Errorf("before the freeze: auth %v, total %v", x.AuthTime(), x.Total())
	}
	x.Freeze()
	total := x.Total()
	x.Freeze()
	if total <= 0 || x.Total() != total || x.Elapsed() < total || x.AuthTime() != 5 {
		t.Errorf("frozen at %v, then %v of %v", total, x.Total(), x.Elapsed())
	}
	signing, _ := begin(t)
	signing.Signing()
	if signing.AuthTime() <= 0 {
		t.Error("while signing in, all time is spent on who is asking")
	}
	signing.Freeze()
	if signing.AuthTime() != signing.Total() {
		t.Errorf("auth %v of %v", signing.AuthTime(), signing.Total())
	}
}

// TestHeaders: DB-Lookups is a dictionary of RFC 9651 with auth and data always, and display where there is one.
func TestHeaders(t *testing.T) {
	db, err := models.Open(t.Context(), models.Options{URL: "sqlite::memory:"})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	timing := regexp.MustCompile(`^auth;dur=\d+\.\d{3}, data;dur=\d+\.\d{3}, render;dur=\d+\.\d{3}, total;dur=\d+\.\d{3}$`)
	for want, purposes := range map[string][]sqltrace.Purpose{
		"auth=0, data=0":            nil,
		"auth=1, data=0":            {sqltrace.Auth},
		"auth=0, data=1":            {""},
		"auth=2, data=1, display=1": {sqltrace.Auth, sqltrace.Display, sqltrace.Data, sqltrace.Auth},
	} {
		x, ctx := begin(t)
		for _, p := range purposes {
			db.Notes(sqltrace.For(ctx, p), 1, 1)
		}
		x.Freeze()
		db.Notes(ctx, 1, 1) // late: it must not change what has been said
		h := http.Header{}
		x.WriteHeaders(h)
		x.WriteHeaders(h)
		if got := h.Values("DB-Lookups"); len(got) != 1 || got[0] != want {
			t.Errorf("DB-Lookups: %q, want %q", got, want)
		}
		if got := h.Values("Server-Timing"); len(got) != 1 || !timing.MatchString(got[0]) {
			t.Errorf("Server-Timing: %q", got)
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	x, ctx := begin(t)
	var wait sync.WaitGroup
	for i := range 20 {
		wait.Go(func() {
			trace.From(ctx).Event(strconv.Itoa(i))
			x.Remark("r", nil)
			x.AddAuthTime(1)
			x.WriteHeaders(http.Header{})
			x.Freeze()
		})
	}
	wait.Wait()
	if len(x.Steps()) != 20 || len(x.Remarks()) != 20 || x.AuthTime() != 20 {
		t.Errorf("%d steps, %d remarks, %v", len(x.Steps()), len(x.Remarks()), x.AuthTime())
	}
}
