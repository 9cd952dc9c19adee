package labs

import (
	"fmt"
	"net/http"
	"strconv"
)

// Measurement is one figure of a run.
type Measurement struct {
	ID    string
	What  Words
	Value any // int64, float64 or bool
	Unit  Unit
}

// Unit is what a measurement counts.
type Unit string

// The units. A truth has none.
const (
	Truth    Unit = ""
	Status   Unit = "status" // of HTTP
	Lookups  Unit = "lookups"
	Rows     Unit = "rows"
	Bytes    Unit = "bytes"
	Seconds  Unit = "s"
	Requests Unit = "requests"
	Times    Unit = "times"
	Commands Unit = "commands"
	Pages    Unit = "pages" // of a database, which reads and keeps its tables in pages
	Micros   Unit = "µs"    // of time that passed: shown, and decides nothing
)

// Text is the value as it is read: "yes" and "no" for a truth.
func (m Measurement) Text() string {
	switch v := m.Value.(type) {
	case bool:
		if v {
			return "yes"
		}
		return "no"
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'g', 4, 64)
	}
	return fmt.Sprint(m.Value)
}

// Measured is what a run measured, for its rule. Asking for what was not measured is a fault of the statement, and
// ends the run.
type Measured map[string]Measurement

func (m Measured) value(id string) any {
	found, ok := m[id]
	if !ok {
		panic(stopped{fmt.Errorf("nothing was measured as %q", id)})
	}
	return found.Value
}

// Has reports whether something was measured: a case may need what a run does not have.
func (m Measured) Has(id string) bool { _, found := m[id]; return found }

// Int is a number.
func (m Measured) Int(id string) int64 {
	n, ok := m.value(id).(int64)
	if !ok {
		panic(stopped{fmt.Errorf("%q is not a whole number", id)})
	}
	return n
}

// Is is a truth.
func (m Measured) Is(id string) bool {
	b, ok := m.value(id).(bool)
	if !ok {
		panic(stopped{fmt.Errorf("%q is not a truth", id)})
	}
	return b
}

// In reports whether a measured status let the client in.
func (m Measured) In(id string) bool { return letIn(int(m.Int(id))) }

// letIn reports whether a status is that of an answer to somebody who is known. A redirect leads to signing in
// or to renewing, and never shows what was asked for.
func letIn(status int) bool { return status >= 200 && status < http.StatusMultipleChoices }
