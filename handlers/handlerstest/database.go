package handlerstest

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "github.com/ncruces/go-sqlite3/driver"

	"twodoors/handlers/auth"
	"twodoors/models/memorystore"
	"twodoors/models/modelstest"
	"twodoors/models/redisstore"
)

type Database struct {
	Name   string
	Option func(testing.TB) Option
}

// Databases are what the app runs on.
func Databases() []Database {
	return []Database{
		{"sqlite", func(testing.TB) Option { return func(*Setup) {} }},
		{"postgres", OnPostgres},
	}
}

// Exec runs SQL on the node's database from outside the app.
func (n *Node) Exec(statement string) {
	n.T.Helper()
	driver, name := "pgx", n.DatabaseURL
	if path, ok := strings.CutPrefix(n.DatabaseURL, "sqlite:"); ok {
		driver, name = "sqlite3", "file:"+path+"?_pragma=busy_timeout(5000)"
	}
	db, err := sql.Open(driver, name)
	if err != nil {
		n.T.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(n.T.Context(), statement); err != nil {
		n.T.Fatalf("%s: %v", statement, err)
	}
}

// database opens the node's SQLite file beside the app.
func (n *Node) database() *sql.DB {
	n.T.Helper()
	db, err := sql.Open("sqlite3", "file:"+strings.TrimPrefix(n.DatabaseURL, "sqlite:")+"?_pragma=busy_timeout(5000)")
	if err != nil {
		n.T.Fatal(err)
	}
	n.T.Cleanup(func() { db.Close() })
	return db
}

// Contents is every row of every table as text, to be compared with what it is later.
func (n *Node) Contents() string {
	n.T.Helper()
	db := n.database()
	defer db.Close()
	tables, err := db.QueryContext(n.T.Context(), `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`)
	if err != nil {
		n.T.Fatal(err)
	}
	defer tables.Close()
	var text strings.Builder
	for tables.Next() {
		var name string
		if err := tables.Scan(&name); err != nil {
			n.T.Fatal(err)
		}
		n.writeTable(db, name, &text)
	}
	return text.String()
}

func (n *Node) writeTable(db *sql.DB, name string, to *strings.Builder) {
	n.T.Helper()
	rows, err := db.QueryContext(n.T.Context(), `SELECT * FROM `+name)
	if err != nil {
		n.T.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		n.T.Fatal(err)
	}
	for rows.Next() {
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(any)
		}
		if err := rows.Scan(values...); err != nil {
			n.T.Fatal(err)
		}
		fmt.Fprint(to, name)
		for _, v := range values {
			fmt.Fprintf(to, "\t%v", *v.(*any))
		}
		fmt.Fprintln(to)
	}
}

// OnStore keeps the node's sessions outside of the database. Beside another node it is a store of the node's
// own.
func OnStore(kind string) Option { return func(s *Setup) { s.store = kind } }

func openStore(n *Node, kind string) auth.SessionRows {
	n.T.Helper()
	if kind == auth.StoreMemory {
		return memorystore.New(memorystore.Sessions)
	}
	if n.RedisURL == "" {
		n.RedisURL = modelstest.Redis(n.T)
	}
	store, err := redisstore.Open(n.T.Context(), redisstore.Options{URL: n.RedisURL, Database: n.DB.ID(), Orphan: n.orphan, Switch: &n.Redis})
	if err != nil {
		n.T.Fatal(err)
	}
	n.T.Cleanup(func() { store.Close() })
	return store
}
