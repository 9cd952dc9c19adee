package views

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// units are the words of a language's durations.
type units struct {
	day, hour, minute, second, milli string
	gap                              bool // a space between number and unit, as in English
}

// value writes one value of a message in the language.
func (m *Messages) value(name string, v any) string {
	switch v := v.(type) {
	case string:
		switch name {
		case "Reason", "Role":
			return m.T(strings.ToLower(name) + "." + v)
		case "Level":
			return m.levelName(v)
		}
		return v
	case Note:
		return m.N(v)
	case time.Duration:
		return m.Duration(v)
	case time.Time:
		return m.Instant(v)
	case nil:
		return ""
	}
	if n, ok := wholeNumber(v); ok {
		return m.Number(n)
	}
	return fmt.Sprint(v)
}

// levelName is a level in a sentence: without the sign that says, where all of them stand in a row, that each adds to
// the one before.
func (m *Messages) levelName(level string) string {
	return strings.TrimPrefix(m.T("level."+level), "+ ")
}

// wholeNumber takes the kinds of whole numbers that handlers have.
func wholeNumber(v any) (int, bool) {
	switch v := v.(type) {
	case int:
		return v, true
	case int64:
		return int(v), true
	}
	return 0, false
}

// Number writes a whole number with its thousands apart: "1,580".
func (m *Messages) Number(n int) string {
	var room [32]byte
	return string(appendNumber(room[:0], n))
}

func appendNumber(b []byte, n int) []byte {
	from := len(b)
	b = strconv.AppendInt(b, int64(n), 10)
	if n < 0 {
		from++
	}
	for at := len(b) - 3; at > from; at -= 3 {
		b = slices.Insert(b, at, ',')
	}
	return b
}

// Bytes writes a size in bytes, never rounded to a larger unit: the figures are there to be compared.
func (m *Messages) Bytes(n int) string {
	var room [32]byte
	return string(append(appendNumber(room[:0], n), " B"...))
}

// Duration writes a span of time: below a second in milliseconds with two or three digits ("0.09 ms",
// "12.3 ms"), above it in its two largest units ("11 min 43 s", "14 d"). Below zero counts as zero; the
// largest there is stands for no end.
func (m *Messages) Duration(d time.Duration) string {
	if d == math.MaxInt64 {
		return m.T("unit.forever")
	}
	if d <= 0 {
		return m.amount(0, m.units.second)
	}
	if d < time.Second {
		return m.Millis(d)
	}
	whole := int(d / time.Second)
	parts := [4]int{whole / 86400, whole / 3600 % 24, whole / 60 % 60, whole % 60}
	names := [4]string{m.units.day, m.units.hour, m.units.minute, m.units.second}
	for i, n := range parts {
		if n == 0 {
			continue
		}
		text := m.amount(n, names[i])
		if i < 3 && parts[i+1] > 0 {
			text += " " + m.amount(parts[i+1], names[i+1])
		}
		return text
	}
	return m.amount(0, m.units.second)
}

// Millis writes a measured time always in milliseconds, so that columns of times can be compared; a time too
// short for two digits behind the point gets a third.
func (m *Messages) Millis(d time.Duration) string {
	switch {
	case d >= 100*time.Millisecond:
		return m.millis(d, 0)
	case d >= 10*time.Millisecond:
		return m.millis(d, 1)
	case d >= 10*time.Microsecond || d <= 0:
		return m.millis(d, 2)
	}
	return m.millis(d, 3)
}

func (m *Messages) millis(d time.Duration, digits int) string {
	ms := float64(d) / float64(time.Millisecond)
	var room [40]byte
	b := append(strconv.AppendFloat(room[:0], ms, 'f', digits, 64), ' ')
	return string(append(b, m.units.milli...))
}

func (m *Messages) amount(n int, unit string) string {
	if m.units.gap {
		return m.Number(n) + " " + unit
	}
	return m.Number(n) + unit
}

// The one form of a moment, in every language: as wide as any other, and read in the order in which it sorts.
const (
	moment = "2006-01-02 15:04:05"
	zone   = " UTC"
)

// Instant writes a moment in UTC. On a page of its own it stands in a <time> element that the script makes local,
// without another form: see instant.
func (m *Messages) Instant(t time.Time) string { return t.UTC().Format(moment) + zone }

// unitWords are the duration's words for the script that lets a life run out: "d|h|min|s|gap|ms"; the gap is
// what stands between a number and its unit.
func (m *Messages) unitWords() string {
	gap := ""
	if m.units.gap {
		gap = " "
	}
	return m.units.day + "|" + m.units.hour + "|" + m.units.minute + "|" + m.units.second + "|" + gap + "|" + m.units.milli
}
