package views

import (
	"errors"
	"fmt"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
)

// message is a sentence with values, cut at its {{.Name}} places once at start: a page holds dozens of
// sentences, and running a text/template for each took longer than everything else on it.
type message struct {
	one, other []piece // one is nil where the language has a single form
}

// piece is literal text, or the name of a value.
type piece struct {
	text string
	name string // "" for text
}

// compile takes the forms that English and Korean have: one and other.
func compile(m *i18n.Message) (message, error) {
	if m.Zero != "" || m.Two != "" || m.Few != "" || m.Many != "" {
		return message{}, errors.New("only the plural forms one and other are used by our languages")
	}
	var out message
	var err error
	if m.One != "" {
		if out.one, err = cut(m.One); err != nil {
			return message{}, err
		}
	}
	if m.Other == "" {
		return message{}, errors.New("no text")
	}
	out.other, err = cut(m.Other)
	return out, err
}

// cut splits a text at its places.
func cut(text string) ([]piece, error) {
	var out []piece
	for {
		before, after, found := strings.Cut(text, "{{")
		if before != "" {
			out = append(out, piece{text: before})
		}
		if !found {
			return out, nil
		}
		inner, rest, closed := strings.Cut(after, "}}")
		name, dotted := strings.CutPrefix(strings.TrimSpace(inner), ".")
		if !closed || !dotted || name == "" || strings.ContainsAny(name, " .|()") {
			return nil, fmt.Errorf("%q is no {{.Name}}", "{{"+inner)
		}
		out = append(out, piece{name: name})
		text = rest
	}
}

// with puts in what known knows, for good.
func (m message) with(known func(name string) (text string, ok bool)) message {
	fill := func(form []piece) (out []piece) {
		for _, p := range form {
			if text, ok := known(p.name); ok {
				p = piece{text: text}
			}
			if last := len(out) - 1; last >= 0 && out[last].name == "" && p.name == "" {
				out[last].text += p.text
			} else {
				out = append(out, p)
			}
		}
		return out
	}
	return message{one: fill(m.one), other: fill(m.other)}
}

// plain is the text of a message that has one form and no values.
func (m message) plain() (string, bool) {
	if m.one == nil && len(m.other) == 1 && m.other[0].name == "" {
		return m.other[0].text, true
	}
	return "", false
}

// text puts the values in.
func (m message) text(one bool, value func(name string) string) string {
	form := m.other
	if one && m.one != nil {
		form = m.one
	}
	var room [256]byte
	b := room[:0]
	for _, p := range form {
		if p.name == "" {
			b = append(b, p.text...)
		} else {
			b = append(b, value(p.name)...)
		}
	}
	return string(b)
}
