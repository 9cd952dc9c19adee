package sqltrace

import (
	"database/sql/driver"
	"errors"
	"io"
	"reflect"
	"time"
)

// rows measures the time spent in the driver while rows are read, and counts them.
// The time the caller takes between two rows is not the database's.
type rows struct {
	driver.Rows
	rec   *Recorder
	index int
	took  time.Duration
	read  int64
	err   error
}

var (
	_ driver.RowsNextResultSet              = (*rows)(nil)
	_ driver.RowsColumnTypeScanType         = (*rows)(nil)
	_ driver.RowsColumnTypeDatabaseTypeName = (*rows)(nil)
	_ driver.RowsColumnTypeLength           = (*rows)(nil)
	_ driver.RowsColumnTypeNullable         = (*rows)(nil)
	_ driver.RowsColumnTypePrecisionScale   = (*rows)(nil)
)

// Next reads a row.
func (r *rows) Next(dest []driver.Value) error {
	began := r.rec.since()
	err := r.Rows.Next(dest)
	r.took += r.rec.since() - began
	switch {
	case err == nil:
		r.read++
	case !errors.Is(err, io.EOF):
		r.err = err
	}
	return err
}

// Close ends the reading and completes the record.
func (r *rows) Close() error {
	began := r.rec.since()
	err := r.Rows.Close()
	took := r.took + r.rec.since() - began
	r.took = 0
	if r.err == nil {
		r.err = err
	}
	r.rec.finish(r.index, took, r.read, r.err)
	return err
}

// HasNextResultSet reports whether another set of rows follows.
func (r *rows) HasNextResultSet() bool {
	n, ok := r.Rows.(driver.RowsNextResultSet)
	return ok && n.HasNextResultSet()
}

// NextResultSet goes on to the next set of rows.
func (r *rows) NextResultSet() error {
	if n, ok := r.Rows.(driver.RowsNextResultSet); ok {
		return n.NextResultSet()
	}
	return io.EOF
}

// ColumnTypeScanType passes on the Go type of a column.
func (r *rows) ColumnTypeScanType(i int) reflect.Type {
	if t, ok := r.Rows.(driver.RowsColumnTypeScanType); ok {
		return t.ColumnTypeScanType(i)
	}
	return reflect.TypeFor[any]()
}

// ColumnTypeDatabaseTypeName passes on the database's name of a column's type.
func (r *rows) ColumnTypeDatabaseTypeName(i int) string {
	if t, ok := r.Rows.(driver.RowsColumnTypeDatabaseTypeName); ok {
		return t.ColumnTypeDatabaseTypeName(i)
	}
	return ""
}

// ColumnTypeLength passes on the length of a column.
func (r *rows) ColumnTypeLength(i int) (int64, bool) {
	if t, ok := r.Rows.(driver.RowsColumnTypeLength); ok {
		return t.ColumnTypeLength(i)
	}
	return 0, false
}

// ColumnTypeNullable passes on whether a column may be NULL.
func (r *rows) ColumnTypeNullable(i int) (nullable, ok bool) {
	if t, is := r.Rows.(driver.RowsColumnTypeNullable); is {
		return t.ColumnTypeNullable(i)
	}
	return false, false
}

// ColumnTypePrecisionScale passes on the precision and scale of a column.
func (r *rows) ColumnTypePrecisionScale(i int) (precision, scale int64, ok bool) {
	if t, is := r.Rows.(driver.RowsColumnTypePrecisionScale); is {
		return t.ColumnTypePrecisionScale(i)
	}
	return 0, 0, false
}
