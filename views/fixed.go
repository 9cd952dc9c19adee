package views

import (
	"bytes"
	"context"
	"io"
	"sync"

	"github.com/a-h/templ"
)

// fixedKey names a part of pages that is the same each time for the same values: the navigation, the tabs, the
// choices of a form. Only values from small closed sets belong here, never what a request or a user brings.
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
type written []byte

// Render writes it.
func (t written) Render(_ context.Context, w io.Writer) error {
	_, err := w.Write(t)
	return err
}

// fixed returns what part renders, rendering it the first time alone: putting the same texts together for each page
// took longer than all the rest of it.
func (m *Messages) fixed(key fixedKey, part templ.Component) templ.Component {
	m.parts.mu.RLock()
	known, ok := m.parts.known[key]
	m.parts.mu.RUnlock()
	if ok {
		return known
	}
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		var b bytes.Buffer
		if err := part.Render(ctx, &b); err != nil {
			return err
		}
		m.parts.keep(key, b.Bytes())
		_, err := w.Write(b.Bytes())
		return err
	})
}

func (p *fixedParts) keep(key fixedKey, text []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known == nil {
		p.known = map[fixedKey]templ.Component{}
	}
	if len(p.known) < maxFixed {
		p.known[key] = written(text)
	}
}
