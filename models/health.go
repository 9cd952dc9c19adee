package models

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"gorm.io/gorm"

	"twodoors/models/sqltrace"
)

// Health is what of a store does not work; nil is what does.
type Health struct {
	Reads, Writes error
	// File says that the files at the database's path are no longer those that are open.
	File error
}

// probeLimit is how long a try of writing may wait, for the writers before it included.
const probeLimit = 1500 * time.Millisecond

// errRolledBack ends a transaction that is to leave nothing.
var errRolledBack = errors.New("rolled back")

// Health tries what requests do. It is cheap enough to be asked every second, and leaves nothing behind: the write that
// it tries is rolled back, before SQLite has touched the disk. That shows a database that is away, only reads, or is
// locked by another program, but not every disk that is full. So once a request's write has failed, what is tried is a
// write that stays, until one is done. It belongs to no request and is not recorded.
func (db *DB) Health(ctx context.Context) Health {
	h := Health{Reads: db.Ping(ctx), File: db.Replaced()}
	if h.Reads == nil {
		h.Writes = db.tryWriting(sqltrace.Background(ctx))
	}
	return h
}

func (db *DB) tryWriting(ctx context.Context) error {
	if len(db.files) > 0 {
		if err := room(filepath.Dir(db.files[0].path)); err != nil {
			return err
		}
	}
	const same = `UPDATE schema_versions SET version = version`
	g, cancel, err := start(ctx, db.write, "readiness", probeLimit)
	if err != nil {
		return err
	}
	defer cancel()
	if db.failing.Load() {
		_, err := exec(g, same)
		db.wrote(err)
		return err
	}
	var failed error
	err = g.Transaction(func(tx *gorm.DB) error {
		if db.dialect == dialectPostgres { // leaves no dead row, and is refused wherever writing is
			failed = scanOne(tx.Raw(`SELECT version FROM schema_versions FOR SHARE`), new(int))
		} else {
			_, failed = exec(tx, same)
		}
		if failed != nil {
			return failed
		}
		return errRolledBack
	})
	if failed != nil || errors.Is(err, errRolledBack) {
		return failed
	}
	return translate(err)
}

// openFile is a file of the database as it was when it was opened.
type openFile struct {
	path string
	info os.FileInfo
}

// filesOf are the files of an open SQLite database: the database and its log.
func filesOf(path string) ([]openFile, error) {
	var files []openFile
	for _, name := range []string{path, path + "-wal"} {
		info, err := os.Stat(name)
		if errors.Is(err, fs.ErrNotExist) && name != path {
			continue
		}
		if err != nil {
			return nil, err
		}
		files = append(files, openFile{name, info})
	}
	return files, nil
}

// Replaced reports that a file of the database was removed, moved or replaced since it was opened. What is written from
// then on goes into a file that nobody can open again.
func (db *DB) Replaced() error {
	for _, f := range db.files {
		info, err := os.Stat(f.path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			err = fmt.Errorf("the database file %s has been removed or moved", f.path)
		case err != nil:
			err = fmt.Errorf("the database file %s cannot be found any more: %w", f.path, err)
		case !os.SameFile(info, f.info):
			err = fmt.Errorf("the database file %s has been replaced", f.path)
		}
		if err != nil {
			return fmt.Errorf("%w while the server has it open: what is written now is lost at the next start. "+
				"Put the file back if it was moved, or stop the server and start it again", err)
		}
	}
	return nil
}
