package labs

import (
	"bytes"
	"context"
	"errors"
	"slices"
)

// keptBody bounds how much of an answer's body is kept with a result that stays.
const keptBody = 2 << 10

// Cancelled reports whether the run was ended from without: nobody waited for it, or its time was over.
func (r Result) Cancelled() bool {
	return errors.Is(r.Problem, context.Canceled) || errors.Is(r.Problem, context.DeadlineExceeded)
}

// forKeeping is the result with long answers cut, so that what stays in memory is small.
func (r Result) forKeeping() Result {
	r.Steps = slices.Clone(r.Steps)
	for i := range r.Steps {
		r.Steps[i].Exchanges = slices.Clone(r.Steps[i].Exchanges)
		for n := range r.Steps[i].Exchanges {
			r.Steps[i].Exchanges[n].cut(keptBody)
		}
	}
	return r
}

// cut leaves at most so many bytes of the answer's body.
func (x *Exchange) cut(most int) {
	head := bytes.Index(x.Response, []byte("\r\n\r\n")) + 4
	if head < 4 || len(x.Response) <= head+most {
		return
	}
	whole := x.Response
	x.Response = bytes.Clone(whole[:head+most])
	x.Left += len(whole) - len(x.Response)
}

// CookieName is the name of a mode's cookie, without the prefix that https gives it.
func CookieName(m Mode) string { return cookieOf(m) }
