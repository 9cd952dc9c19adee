package models

import (
	"strconv"
	"strings"
	"sync"

	"gorm.io/gorm"
)

// ready hands GORM a statement that is as it goes out. Raw would put it together byte by byte each time, which for
// a lookup of every request took as long as SQLite takes to find the row. Its text is one of the program's own, with
// a ? for each argument and no other.
func (db *DB) ready(g *gorm.DB, query string, args ...any) *gorm.DB {
	q := g.Raw("")
	if db.dialect == dialectPostgres {
		query = db.numbered.of(query)
	}
	q.Statement.SQL.WriteString(query)
	q.Statement.Vars = args
	return q
}

// numbered keeps statements with the placeholders of PostgreSQL: $1, $2, …
type numbered struct {
	mu    sync.RWMutex
	known map[string]string
}

func (n *numbered) of(query string) string {
	n.mu.RLock()
	text, ok := n.known[query]
	n.mu.RUnlock()
	if ok {
		return text
	}
	parts := strings.Split(query, "?")
	var b strings.Builder
	for i, part := range parts {
		b.WriteString(part)
		if i < len(parts)-1 {
			b.WriteString("$" + strconv.Itoa(i+1))
		}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.known == nil {
		n.known = map[string]string{}
	}
	n.known[query] = b.String()
	return b.String()
}
