package views

import (
	"embed"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/a-h/templ"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

//go:embed messages/*.json
var messageFiles embed.FS

// Catalogue holds all sentences of the program, in every language it speaks.
type Catalogue struct {
	matcher   language.Matcher
	languages []*Messages // in the matcher's order; the first is the default

	mu      sync.RWMutex
	matched map[[2]string]*Messages // by what was asked for
}

// Messages are the sentences of one language. They are read at start and never change: using them from many
// requests at once is safe.
type Messages struct {
	tag   language.Tag
	lang  string
	plain map[string]string          // no values: one map lookup
	said  map[string]templ.Component // the same, as they stand on a page
	forms map[string]message         // with values, perhaps with plural forms
	units units
	parts fixedParts // of pages in this language
}

// catalogues are those that were read, by the values known to them.
var catalogues = struct {
	sync.Mutex
	read map[string]*Catalogue
}{read: map[string]*Catalogue{}}

// SharedCatalogue is the catalogue of the embedded message files with the values that are known already put where
// sentences name them. Nodes of a process that know the same values share it: it never changes, and a scenario makes
// many nodes. The error names the file or the message at fault.
func SharedCatalogue(known map[string]any) (*Catalogue, error) {
	catalogues.Lock()
	defer catalogues.Unlock()
	key := fmt.Sprint(known) // in the order of the names
	if c := catalogues.read[key]; c != nil {
		return c, nil
	}
	c, err := newCatalogue(known)
	if err == nil {
		catalogues.read[key] = c
	}
	return c, err
}

func newCatalogue(known map[string]any) (*Catalogue, error) {
	// English first: it is what a visitor gets whose languages we do not speak.
	tags := []language.Tag{language.English, language.Korean}
	bundle := i18n.NewBundle(tags[0])
	bundle.RegisterUnmarshalFunc("json", json.Unmarshal)
	c := &Catalogue{matcher: language.NewMatcher(tags), matched: map[[2]string]*Messages{}}
	for _, tag := range tags {
		read, err := bundle.LoadMessageFileFS(messageFiles, "messages/"+tag.String()+".json")
		if err != nil {
			return nil, fmt.Errorf("messages: %w", err)
		}
		m, err := newMessages(tag, read.Messages, known)
		if err != nil {
			return nil, fmt.Errorf("messages: %s: %w", read.Path, err)
		}
		c.languages = append(c.languages, m)
	}
	return c, nil
}

// Match chooses the language: preferred is the visitor's own choice ("" for none, or "en", "ko"), then
// their browser's Accept-Language, then English.
func (c *Catalogue) Match(preferred, acceptLanguage string) *Messages {
	asked := [2]string{preferred, acceptLanguage}
	c.mu.RLock()
	known := c.matched[asked]
	c.mu.RUnlock()
	if known != nil {
		return known
	}
	_, at := language.MatchStrings(c.matcher, preferred, acceptLanguage)
	if len(preferred)+len(acceptLanguage) <= maxAsked {
		c.mu.Lock()
		defer c.mu.Unlock()
		if len(c.matched) < maxMatched {
			c.matched[asked] = c.languages[at]
		}
	}
	return c.languages[at]
}

// What is remembered of which languages were asked for: browsers ask in few ways, and reading the header anew takes
// longer than any other of a request's headers. Beyond these bounds it is read anew.
const (
	maxMatched = 1000
	maxAsked   = 100 // bytes
)

// newMessages sorts a language's messages into plain ones and ones with values.
func newMessages(tag language.Tag, read []*i18n.Message, known map[string]any) (*Messages, error) {
	m := &Messages{
		tag: tag, lang: tag.String(),
		plain: make(map[string]string, len(read)), said: make(map[string]templ.Component, len(read)), forms: make(map[string]message),
	}
	for _, r := range read {
		compiled, err := compile(r)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", r.ID, err)
		}
		if text, ok := compiled.plain(); ok {
			m.plain[r.ID] = text
		} else {
			m.forms[r.ID] = compiled
		}
	}
	m.units = units{
		day: m.T("unit.day"), hour: m.T("unit.hour"), minute: m.T("unit.minute"),
		second: m.T("unit.second"), milli: m.T("unit.milli"), gap: m.T("unit.gap") != "none",
	}
	for key, form := range m.forms {
		form = form.with(func(name string) (string, bool) {
			v, ok := known[name]
			return m.value(name, v), ok
		})
		m.forms[key] = form
		if text, ok := form.plain(); ok {
			delete(m.forms, key)
			m.plain[key] = text
		}
	}
	for key, text := range m.plain {
		m.said[key] = written(templ.EscapeString(text))
	}
	return m, nil
}

// Lang is the language's tag for the lang attribute: "en", "ko".
func (m *Messages) Lang() string { return m.lang }

// T is the sentence of a key that needs no values. A key that does not exist comes back in ⟦brackets⟧.
func (m *Messages) T(key string) string {
	if text, ok := m.plain[key]; ok {
		return text
	}
	if _, ok := m.forms[key]; ok {
		return m.F(key, nil)
	}
	return "⟦" + key + "⟧"
}

// say is T on a page, in an element and nothing else beside it: escaped at start.
func (m *Messages) say(key string) templ.Component {
	if said, ok := m.said[key]; ok {
		return said
	}
	return text(m.T(key))
}

// F is the sentence of a key with its values put in. args["Count"], a whole number, chooses the plural form; in
// its absence args["Rows"] does.
// Numbers, durations, instants and notes are written as the language writes them; a string under "Reason",
// "Level" or "Role" is one of the words of reason.*, level.*, role.* and is put into the language too.
func (m *Messages) F(key string, args map[string]any) string {
	form, ok := m.forms[key]
	if !ok {
		return m.T(key)
	}
	one := false
	count, ok := wholeNumber(args["Count"])
	if !ok {
		count, ok = wholeNumber(args["Rows"])
	}
	if ok {
		one = plural.Cardinal.MatchPlural(m.tag, count, 0, 0, 0, 0) == plural.One
	}
	return form.text(one, func(name string) string { return m.value(name, args[name]) })
}

// N is a note's sentence; "" for a note without a key.
func (m *Messages) N(n Note) string {
	if n.Key == "" {
		return ""
	}
	if len(n.Args) == 0 {
		return m.T(n.Key)
	}
	return m.F(n.Key, n.Args)
}

// note is N on a page, as say is T.
func (m *Messages) note(n Note) templ.Component {
	if n.Key != "" && len(n.Args) == 0 {
		return m.say(n.Key)
	}
	return text(m.N(n))
}

// Has says whether the catalogue has the key.
func (m *Messages) Has(key string) bool {
	if _, ok := m.plain[key]; ok {
		return true
	}
	_, ok := m.forms[key]
	return ok
}
