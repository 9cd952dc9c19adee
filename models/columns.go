package models

import (
	"database/sql"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"gorm.io/gorm"
)

// Column is one value of a stored row, to be shown.
type Column struct {
	Name  string
	Value string // as stored; bytes in hexadecimal, "NULL" for none
	Bytes int    // length of the value: 8 for a number, 1 for a truth value, 0 for NULL
	At    Time   // the moment that the number stands for; zero if it is none
}

// columns reads one row, whatever its columns are. No row is ErrNotFound.
func columns(q *gorm.DB) ([]Column, error) {
	var list []Column
	err := scanAll(q, func(rows *sql.Rows) error {
		names, err := rows.Columns()
		if err != nil {
			return err
		}
		values, places := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			places[i] = &values[i]
		}
		if err := rows.Scan(places...); err != nil {
			return err
		}
		list = make([]Column, len(names))
		for i, name := range names {
			list[i] = column(name, values[i])
		}
		return nil
	})
	if err == nil && list == nil {
		return nil, ErrNotFound
	}
	return list, err
}

func column(name string, value any) Column {
	c := Column{Name: name}
	switch v := value.(type) {
	case nil:
		c.Value = "NULL"
	case int64:
		c.Value, c.Bytes = strconv.FormatInt(v, 10), 8
		if strings.HasSuffix(name, "_at") || name == "last_seen" {
			c.At = fromMicros(v)
		}
	case bool:
		c.Value, c.Bytes = strconv.FormatBool(v), 1
	case []byte:
		c.Value, c.Bytes = hex.EncodeToString(v), len(v)
	default:
		c.Value = fmt.Sprint(v)
		c.Bytes = len(c.Value)
	}
	return c
}
