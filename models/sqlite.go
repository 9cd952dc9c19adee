package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/ncruces/go-sqlite3/driver"
	"github.com/ncruces/go-sqlite3/gormlite"
)

// Every connection waits for another program's lock (the command line beside the
// server), keeps foreign keys, and begins its transactions as the writer: a
// transaction that reads first and writes then would otherwise fail as busy. Each
// keeps 512 KiB of pages: with SQLite's own 2 MiB the readers of a large database
// hold four times as much, and a lookup among a million sessions takes no less,
// since the system has the file's pages.
const pragmas = "?_txlock=immediate&_pragma=busy_timeout(5000)&_pragma=foreign_keys(1)&_pragma=cache_size(-512)"

// sqliteWriteLimit is what a write may take, waiting for the others included. It
// is longer than the busy timeout, which gives the clearer error.
const sqliteWriteLimit = 10 * time.Second

func openSQLite(ctx context.Context, o Options, path string) (*DB, error) {
	switch path {
	case "":
		return nil, errors.New("database: sqlite: needs a path, or :memory:")
	case ":memory:":
		return openMemory(ctx, o)
	}
	if err := private(path); err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	escaped := strings.ReplaceAll(url.PathEscape(path), "&", "%26")
	file := "file:" + escaped + pragmas + "&modeof=" + escaped + "&_pragma=journal_mode(wal)&_pragma=synchronous(normal)"
	db := &DB{dialect: dialectSQLite, newID: newID, writeLimit: sqliteWriteLimit}
	// Writers queue for the one connection instead of failing against each other.
	err := db.sqlitePools(ctx, o, file, file+"&_pragma=query_only(1)", readers(o.Readers))
	if err == nil {
		db.files, err = filesOf(path)
	}
	if err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("database %s: %w", path, err)
	}
	return db, nil
}

// private makes the database and the index of its log readable by their owner alone,
// before SQLite makes them for everyone: there are password hashes in them. The log
// itself follows the database (modeof).
func private(path string) error {
	for _, name := range []string{path, path + "-shm"} {
		f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			return err
		}
		if err := f.Close(); err != nil {
			return err
		}
	}
	return nil
}

// readers is where reading stops getting faster with more connections.
func readers(asked int) int {
	if asked > 0 {
		return asked
	}
	return 16
}

// sqlitePools opens the writing pool, migrates, and opens the reading pool. Without
// readers, the writing pool serves both.
func (db *DB) sqlitePools(ctx context.Context, o Options, write, read string, size int) error {
	writer, err := sqlitePool(o, write, 1)
	if err != nil {
		return err
	}
	db.closers = append(db.closers, writer.Close)
	if db.write, err = handle(gormlite.OpenDB(writer)); err != nil {
		return err
	}
	if err := migrate(ctx, db.write, db.dialect); err != nil {
		return err
	}
	if db.id, err = readID(ctx, db.write); err != nil {
		return err
	}
	if size == 0 {
		db.read = db.write
		return nil
	}
	reader, err := sqlitePool(o, read, size)
	if err != nil {
		return err
	}
	// The reading pool closes first, so that the writer can put the log away.
	db.closers = append([]func() error{reader.Close}, db.closers...)
	db.read, err = handle(gormlite.OpenDB(reader))
	return err
}

func sqlitePool(o Options, name string, size int) (*sql.DB, error) {
	c, err := (&driver.SQLite{}).OpenConnector(name)
	if err != nil {
		return nil, err
	}
	return pool(sql.OpenDB(cached{o.connector(busyRetryConnector{c})}), size), nil
}
