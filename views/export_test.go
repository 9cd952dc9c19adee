package views

// What the tests look at and pages do not need.

// Diagram is the laid-out sequence diagram.
type Diagram = diagram

// LayOut places a panel's steps.
func LayOut(m *Messages, p Panel) Diagram { return *layOut(m, &p) }

// Wrap breaks a label into lines.
func Wrap(label string, room int) ([]string, string) {
	lines, whole := wrap(label, room)
	var out []string
	for _, l := range lines {
		out = append(out, l.Text)
	}
	return out, whole
}

// NewCatalogue is a catalogue of one's own, of which nothing has been shown yet.
func NewCatalogue(known map[string]any) (*Catalogue, error) { return newCatalogue(known) }

// Keys are all keys of the language.
func (m *Messages) Keys() []string {
	var keys []string
	for k := range m.plain {
		keys = append(keys, k)
	}
	for k := range m.forms {
		keys = append(keys, k)
	}
	return keys
}

// Places are the names of the values that a message takes, in the order of its main form.
func (m *Messages) Places(key string) []string {
	var names []string
	for _, p := range m.forms[key].other {
		if p.name != "" {
			names = append(names, p.name)
		}
	}
	return names
}
