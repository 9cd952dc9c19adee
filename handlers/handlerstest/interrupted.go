package handlerstest

import (
	"context"
	"net/http"
	"sync/atomic"
	"testing"
)

// Interrupted is the context of a request beside which something happens just before its statement number at. The
// models ask a context whether it is over before each statement, and hold nothing while they do.
type Interrupted struct {
	context.Context
	At     int64
	Asked  atomic.Int64
	Happen func()
}

// Err is what the models ask.
func (i *Interrupted) Err() error {
	if i.Asked.Add(1) == i.At {
		i.Happen()
	}
	return i.Context.Err()
}

// Interrupting has happen called before a request's statement number at.
func Interrupting(t *testing.T, at int64, happen func()) (Change, *Interrupted) {
	i := &Interrupted{Context: t.Context(), At: at, Happen: happen}
	return func(r *http.Request) { *r = *r.WithContext(i) }, i
}

// MostStatements is more than any request of a test makes.
const MostStatements = 20
