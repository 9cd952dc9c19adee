package labs

import (
	"bytes"
	"context"
	"errors"
	"slices"
)

// keptBody bounds how much of an answer's body is kept with a flow that stays.
const keptBody = 256

// Cancelled reports whether the run was ended from without: nobody waited for it, or its time was over.
func (r Result) Cancelled() bool {
	return errors.Is(r.Problem, context.Canceled) || errors.Is(r.Problem, context.DeadlineExceeded)
}

// forKeeping is what stays of a result: what it came to. The story with its exchanges is for who asked for the run:
// those of all statements would take more memory than the app itself.
func (r Result) forKeeping() Result {
	r.Steps, r.Exhibits = nil, nil
	return r
}

// lastStep is a flow's result with its last step alone, whose exchanges are the flow, and their answers cut.
func (r Result) lastStep() Result {
	if len(r.Steps) == 0 {
		return r
	}
	last := r.Steps[len(r.Steps)-1]
	last.Exchanges = slices.Clone(last.Exchanges)
	for i := range last.Exchanges {
		last.Exchanges[i].cut(keptBody)
	}
	r.Steps = []Step{last}
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
