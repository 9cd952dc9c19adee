package contract_test

import (
	"database/sql"
	"net/http"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"

	"twodoors/handlers/handlerstest"
	"twodoors/models"
)

// TestDatabaseFaultsByKind: whatever PostgreSQL says of itself is a 503 that says when to come back, known code or not.
func TestDatabaseFaultsByKind(t *testing.T) {
	t.Parallel()
	n := handlerstest.NewNode(t, handlerstest.OnPostgres(t))
	n.User("minji", models.RoleMember)
	raw, err := sql.Open("pgx", n.DatabaseURL)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	// Whatever is written as a note is the code that the server answers with.
	_, err = raw.Exec(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
		$$BEGIN RAISE EXCEPTION 'made up' USING ERRCODE = NEW.body; END$$;
		CREATE TRIGGER refuse BEFORE INSERT ON notes FOR EACH ROW EXECUTE FUNCTION refuse()`)
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range []string{"25P03", "25006", "40001", "40P01", "42501", "53100", "57014", "58030", "XX001", "ZZ999"} {
		for _, w := range []handlerstest.Way{{Mode: "session", Carrier: "cookie"}, handlerstest.ByCookie} {
			c := n.Client()
			c.SignIn(w, "minji")
			page, api := c.Post(w.Page("/notes"), []string{"body", code}), c.JSON("POST", w.API("/notes"), map[string]string{"body": code})
			for _, a := range []*handlerstest.Answer{page, api} {
				if a.Status != http.StatusServiceUnavailable || a.Header.Get("Retry-After") == "" {
					t.Errorf("%s, %s: status %d, Retry-After %q", w, code, a.Status, a.Header.Get("Retry-After"))
				}
			}
		}
	}
}
