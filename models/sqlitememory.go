package models

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"slices"
	"sync"

	"github.com/ncruces/go-sqlite3/driver"
	"github.com/ncruces/go-sqlite3/ext/serdes"
	"github.com/ncruces/go-sqlite3/gormlite"
	"github.com/ncruces/go-sqlite3/vfs/memdb"
)

// openMemory makes a database that lives as long as the DB does. One connection
// reads and writes: between several, SQLite's locks without a log file would have
// readers and the writer wait for each other.
func openMemory(ctx context.Context, o Options) (*DB, error) {
	var content []byte
	var err error
	copied := o.Around == nil // which may want to see the tables made
	if copied {
		if content, err = emptyImage(); err != nil {
			return nil, fmt.Errorf("database in memory: %w", err)
		}
	}
	name := rand.Text()
	memdb.Create(name, slices.Clone(content)) // holds it, whatever happens to the connection
	db := &DB{dialect: dialectSQLite, newID: newID, writeLimit: sqliteWriteLimit}
	err = db.sqlitePools(ctx, o, memoryName(name), "", 0)
	db.closers = append(db.closers, func() error { memdb.Delete(name); return nil })
	if err == nil && copied {
		err = db.renewID(ctx)
	}
	if err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("database in memory: %w", err)
	}
	return db, nil
}

func memoryName(name string) string { return "file:/" + name + pragmas + "&vfs=memdb" }

// renewID gives the database another id than the one it was copied with.
func (db *DB) renewID(ctx context.Context) error {
	for _, s := range statements(`UPDATE installation SET id = {random};`, db.dialect) {
		if err := db.write.WithContext(ctx).Exec(s).Error; err != nil {
			return err
		}
	}
	var err error
	db.id, err = readID(ctx, db.write)
	return err
}

// emptyImage is the content of a database whose tables are up to date. A run of a statement opens several databases in
// memory, and making the tables takes several times as long as copying them: they are made once in a process.
var emptyImage = sync.OnceValues(func() ([]byte, error) {
	name := rand.Text()
	memdb.Create(name, nil)
	defer memdb.Delete(name)
	c, err := (&driver.SQLite{}).OpenConnector(memoryName(name))
	if err != nil {
		return nil, err
	}
	p := pool(sql.OpenDB(c), 1)
	defer p.Close()
	g, err := handle(gormlite.OpenDB(p))
	if err != nil {
		return nil, err
	}
	ctx := context.Background()
	if err := migrate(ctx, g, dialectSQLite); err != nil {
		return nil, err
	}
	conn, err := p.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	var content []byte
	err = conn.Raw(func(c any) (err error) {
		content, err = serdes.Serialize(c.(driver.Conn).Raw(), "main")
		return err
	})
	return content, err
})
