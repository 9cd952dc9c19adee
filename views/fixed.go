package views

import (
	"bytes"
	"context"
	"io"
	"sync"

	"github.com/a-h/templ"
)

// fixedKey names a part of pages that is the same each time for the same values: the navigation, the tabs, the
// choices of a form, the statements that the program sends. Only values from small closed sets belong here, never what
// a request or a user brings.
type fixedKey struct {
	part  string
	a, b  string
	first bool
}

// maxFixed is more than there are; past it, parts are rendered anew.
const maxFixed = 2000

// fixedParts are the parts that have been rendered, as they go out.
type fixedParts struct {
	mu    sync.RWMutex
	known map[fixedKey]templ.Component // each a written
}

// written is a component that has been rendered.
type written string

// Render writes it.
func (t written) Render(_ context.Context, w io.Writer) error {
	_, err := io.WriteString(w, string(t))
	return err
}

// space stands between two components: templ itself leaves one only between elements.
const space = written(" ")

// fixed returns what part renders, rendering it the first time alone: putting the same texts together for each page
// took longer than all the rest of it. part stands by itself: it knows no children.
func (m *Messages) fixed(key fixedKey, part func() templ.Component) templ.Component {
	m.parts.mu.RLock()
	known, ok := m.parts.known[key]
	m.parts.mu.RUnlock()
	if ok {
		return known
	}
	var b bytes.Buffer
	if err := part().Render(context.Background(), &b); err != nil {
		return failed{err}
	}
	return m.parts.keep(key, written(b.String()))
}

// failed is a component that could not be rendered.
type failed struct{ err error }

// Render says why.
func (f failed) Render(context.Context, io.Writer) error { return f.err }

func (p *fixedParts) keep(key fixedKey, part written) templ.Component {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known == nil {
		p.known = map[fixedKey]templ.Component{}
	}
	if len(p.known) < maxFixed {
		p.known[key] = part
	}
	return part
}
