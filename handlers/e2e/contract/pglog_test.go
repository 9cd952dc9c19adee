package contract_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"twodoors/handlers/auth"
	"twodoors/handlers/handlerstest"
	"twodoors/handlers/trace"
	"twodoors/models/modelstest"
)

// judge compares what the app says about a request with what PostgreSQL itself logged meanwhile. BEGIN,
// COMMIT and their like steer, and are not lookups; the preparing of a statement is not logged as one.
func judge(x *trace.Record, logged []string) error {
	var server, app []string
	for _, text := range logged {
		first, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(text)), " ")
		switch strings.TrimSuffix(first, ";") {
		case "begin", "commit", "rollback", "savepoint", "release", "start":
		default:
			server = append(server, text)
		}
	}
	for _, s := range x.Lookups.Statements() {
		if s.Counted() {
			app = append(app, s.SQL)
		}
	}
	counts := x.Lookups.Counts()
	if said := counts.Auth + counts.Data + counts.Display; said != len(server) {
		return fmt.Errorf("the header says %d lookups, the server logged %d:\n%s", said, len(server), strings.Join(server, "\n"))
	}
	if diff := cmp.Diff(server, app); diff != "" {
		return fmt.Errorf("the server logged other statements than the panel shows:\n%s", diff)
	}
	return nil
}

// TestServerLogAgrees: for each request of the table, through each way, the figures are what the database
// server itself wrote into its log for that request. Requests follow one another, so that each has a stretch
// of the log to itself.
func TestServerLogAgrees(t *testing.T) {
	t.Parallel() // each way, and every other test, logs into a database of its own
	for _, w := range handlerstest.Ways() {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			n := w.Node(t, handlerstest.OnPostgres(t))
			log := modelstest.PostgresLog(t, n.DatabaseURL)
			judged := 0
			n.Around(func(r *http.Request) func(*trace.Record) {
				mark := log.Mark()
				return func(x *trace.Record) {
					judged++
					if err := judge(x, log.Since(mark)); err != nil {
						t.Errorf("%s %s: %v", r.Method, r.URL.Path, err)
					}
				}
			})
			for _, row := range lookupTable() {
				row.run(t, n, w)
			}
			if judged < len(lookupTable()) {
				t.Errorf("only %d requests were judged", judged)
			}
		})
	}
}

// TestServerLogCanDisagree: the judge is worth something only if it notices a statement that passed the
// record by.
func TestServerLogCanDisagree(t *testing.T) {
	t.Parallel()
	w := handlerstest.Way{Mode: "jwt", Carrier: "cookie", Level: auth.LevelSignature}
	n := w.Node(t, handlerstest.OnPostgres(t))
	log := modelstest.PostgresLog(t, n.DatabaseURL)
	v := newVisitor(n, w, "member", "?panel=folded")
	var verdict error
	secretly := func() {}
	n.Around(func(*http.Request) func(*trace.Record) {
		mark := log.Mark()
		secretly()
		return func(x *trace.Record) { verdict = judge(x, log.Since(mark)) }
	})
	v.page("/notes").Want(http.StatusOK)
	if verdict != nil {
		t.Fatalf("without a secret: %v", verdict)
	}
	secretly = func() {
		if _, err := n.DB.UserByID(handlerstest.Background(), v.user.ID, n.Clock.Now()); err != nil {
			t.Fatal(err)
		}
	}
	if v.page("/notes").Want(http.StatusOK); verdict == nil {
		t.Error("a statement that was not recorded went unnoticed")
	}
	// As many as were logged, but another one.
	x := &trace.Record{}
	secretly = func() {}
	n.Around(func(*http.Request) func(*trace.Record) { return func(got *trace.Record) { x = got } })
	if v.page("/notes").Want(http.StatusOK); judge(x, []string{"SELECT 1"}) == nil {
		t.Error("another statement went unnoticed")
	}
}
