package views

import (
	"strconv"
	"time"
)

// clock is a moment with the forms that a page needs of it.
type clock struct{ time.Time }

func (c clock) machine() string { return c.UTC().Format(time.RFC3339) }

// shown is a moment as it is read, of the form that machines read: the same but for the letters.
func shown(machine string) text {
	const day, clock = len("2006-01-02"), len("15:04:05")
	return text(machine[:day] + " " + machine[day+1:day+1+clock])
}

func (c clock) unix() string { return strconv.FormatInt(c.Unix(), 10) }
