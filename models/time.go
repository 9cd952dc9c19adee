package models

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// Time is a moment, stored as whole microseconds since 1970 in UTC, the zero time
// as 0. As a number it has no time zone that a driver, a server or a column type
// could read differently, and comparing two moments in SQL is comparing two numbers.
type Time struct{ time.Time }

// At returns t as it will be read back: in UTC, to the microsecond.
func At(t time.Time) Time { return fromMicros(micros(t)) }

// GormDataType names the column type.
func (Time) GormDataType() string { return "bigint" }

// Value implements driver.Valuer.
func (t Time) Value() (driver.Value, error) { return micros(t.Time), nil }

// Scan implements sql.Scanner.
func (t *Time) Scan(src any) error {
	switch v := src.(type) {
	case int64:
		*t = fromMicros(v)
	case nil:
		*t = Time{}
	default:
		return fmt.Errorf("models: %T is not a time", src)
	}
	return nil
}

// later is the later of two moments.
func later(a, b Time) Time {
	if a.After(b.Time) {
		return a
	}
	return b
}

func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func fromMicros(v int64) Time {
	if v == 0 {
		return Time{}
	}
	return Time{time.UnixMicro(v).UTC()}
}
