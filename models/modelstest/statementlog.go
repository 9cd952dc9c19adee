package modelstest

import (
	"io"
	"math"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
)

// logLinePrefix starts every entry of the log: process, database, application.
const logLinePrefix = "%p|%d|%a| "

// statementEntry recognises what log_statement=all writes: "statement: …" for the simple protocol and
// "execute NAME: …" for the extended one. The preparing of a statement is not logged, its running is.
var statementEntry = regexp.MustCompile(`^\d+\|([^|]*)\|[^|]*\| LOG:  (?:statement|execute [^:]*): ((?s).*)$`)

// StatementLog reads the statements that PostgreSQL itself logged for one database. The server writes an
// entry before it runs the statement, straight to the file: what a client has had an answer for can be read.
type StatementLog struct {
	t        testing.TB
	file     string
	database string
}

// Mark is a place in the log.
type Mark int64

// PostgresLog returns the statement log of the database that Postgres returned as databaseURL.
func PostgresLog(t testing.TB, databaseURL string) *StatementLog {
	t.Helper()
	u, err := url.Parse(databaseURL)
	if err != nil {
		t.Fatalf("database URL: %v", err)
	}
	s, err := postgresServer()
	if err != nil || u.Host != s.address {
		t.Fatal("PostgresLog: not a database of this process's server")
	}
	return &StatementLog{t: t, file: s.logFile(), database: strings.TrimPrefix(u.Path, "/")}
}

// Mark returns the end of the log as it is now.
func (l *StatementLog) Mark() Mark {
	l.t.Helper()
	info, err := os.Stat(l.file)
	if err != nil {
		l.t.Fatalf("statement log: %v", err)
	}
	return Mark(info.Size())
}

// Since returns the statements logged after the mark, in order, with their placeholders and never with values
// of parameters. BEGIN, COMMIT and a driver's pings ("-- ping") are among them.
func (l *StatementLog) Since(m Mark) []string {
	l.t.Helper()
	file, err := os.Open(l.file)
	if err != nil {
		l.t.Fatalf("statement log: %v", err)
	}
	defer file.Close()
	// From the mark alone: other tests write into the same log, and much.
	content, err := io.ReadAll(io.NewSectionReader(file, int64(m), math.MaxInt64-int64(m)))
	if err != nil {
		l.t.Fatalf("statement log: %v", err)
	}
	var statements []string
	for _, entry := range entries(string(content)) {
		if found := statementEntry.FindStringSubmatch(entry); found != nil && found[1] == l.database {
			statements = append(statements, found[2])
		}
	}
	return statements
}

// entries joins the lines of each entry again: the server starts every line of an entry after the first with a tab.
func entries(text string) []string {
	var all []string
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if continued, ok := strings.CutPrefix(line, "\t"); ok && len(all) > 0 {
			all[len(all)-1] += "\n" + continued
			continue
		}
		all = append(all, line)
	}
	return all
}
