package views

import (
	"strconv"
	"time"
)

// clock is a moment with the forms that a page needs of it.
type clock struct{ time.Time }

func (c clock) text() string { return c.UTC().Format(moment) }

func (c clock) machine() string { return c.UTC().Format(time.RFC3339) }

func (c clock) unix() string { return strconv.FormatInt(c.Unix(), 10) }
